//! How often something may be done: buckets that refill evenly, one number each.

use super::refuse;
use crate::core::Millis;
use crate::protocol::limits::{CREATES_PER_HOUR, RELAY_BYTES_PER_HOUR};
use crate::protocol::{ErrorBody, ErrorCode, Limits, Rate};
use std::collections::BTreeMap;

const MINUTE_NS: u64 = 60_000_000_000;
const HOUR_NS: u64 = 60 * MINUTE_NS;

/// A burst, and how long one of it takes to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pace {
    burst: u64,
    each_ns: u64,
}

impl Pace {
    fn hourly(burst: u64) -> Self {
        Self { burst, each_ns: HOUR_NS / burst.max(1) }
    }
}

impl From<Rate> for Pace {
    fn from(rate: Rate) -> Self {
        Self { burst: rate.burst.into(), each_ns: MINUTE_NS / u64::from(rate.per_minute).max(1) }
    }
}

/// The moment at which everything that was taken will have come back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bucket {
    full_at_ns: u64,
}

impl Bucket {
    /// Takes `amount` out, or says when that much will be there.
    pub(super) fn take(&mut self, pace: Pace, amount: u64, now: Millis) -> Result<(), ErrorBody> {
        let now_ns = now.saturating_mul(1_000_000);
        let full_at = self.full_at_ns.max(now_ns).saturating_add(amount.saturating_mul(pace.each_ns));
        let most = now_ns.saturating_add(pace.burst.saturating_mul(pace.each_ns));
        if full_at <= most {
            self.full_at_ns = full_at;
            return Ok(());
        }
        let wait = u32::try_from((full_at - most).div_ceil(1_000_000)).unwrap_or(u32::MAX);
        let error = refuse(ErrorCode::RateLimited, "too often in a short time");
        Err(ErrorBody { retry_after_ms: Some(wait), ..error })
    }

    fn is_full(&self, now: Millis) -> bool {
        self.full_at_ns <= now.saturating_mul(1_000_000)
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Counted {
    Signal,
    Say,
    Relay,
    RelayHour,
    Create,
    CreateHour,
    Join,
    LookUp,
    Thumbnail,
}

impl Counted {
    /// The key in [`Limits::per`]; what is counted by the hour has none and cannot be configured.
    fn key(self) -> Option<&'static str> {
        Some(match self {
            Self::Signal => "signal",
            Self::Say => "say",
            Self::Relay => "relay_bytes",
            Self::Create => "create_room",
            Self::Join => "join_room",
            Self::LookUp => "lookup_room",
            Self::Thumbnail => "thumbnail",
            Self::RelayHour | Self::CreateHour => return None,
        })
    }
}

/// How often each of them may be done; what is not there is not limited.
#[derive(Debug, Clone, Default)]
pub(super) struct Paces(BTreeMap<Counted, Pace>);

impl Paces {
    pub(super) fn new(limits: &Limits) -> Self {
        use Counted::{Create, CreateHour, Join, LookUp, Relay, RelayHour, Say, Signal, Thumbnail};
        let by_minute = [Signal, Say, Relay, Create, Join, LookUp, Thumbnail].into_iter().filter_map(|counted| {
            let rate = limits.per.get(counted.key()?)?;
            Some((counted, Pace::from(*rate)))
        });
        let mut paces: BTreeMap<_, _> = by_minute.collect();
        if paces.contains_key(&Create) {
            paces.insert(CreateHour, Pace::hourly(CREATES_PER_HOUR.into()));
        }
        if paces.contains_key(&Relay) {
            paces.insert(RelayHour, Pace::hourly(RELAY_BYTES_PER_HOUR));
        }
        Self(paces)
    }

    pub(super) fn of(&self, counted: Counted) -> Option<Pace> {
        self.0.get(&counted).copied()
    }
}

/// The buckets of one session or one address.
#[derive(Debug, Clone, Default)]
pub(super) struct Buckets(BTreeMap<Counted, Bucket>);

impl Buckets {
    pub(super) fn take(&mut self, paces: &Paces, counted: Counted, amount: u64, now: Millis) -> Result<(), ErrorBody> {
        match paces.of(counted) {
            Some(pace) => self.0.entry(counted).or_default().take(pace, amount, now),
            None => Ok(()),
        }
    }

    /// Nothing is missing in any of them: they may be forgotten.
    pub(super) fn are_full(&self, now: Millis) -> bool {
        self.0.values().all(|bucket| bucket.is_full(now))
    }
}
