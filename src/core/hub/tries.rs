//! Wrong passwords: a few are human, more wait ever longer, very many make the room ask for a knock as well.

use super::mint::Digest;
use super::refuse;
use crate::core::Millis;
use crate::protocol::limits::{PASSWORD_TRIES, ROOM_PASSWORD_TRIES};
use crate::protocol::{ErrorBody, ErrorCode, PeerId};
use std::collections::{BTreeMap, VecDeque};

const MINUTE_MS: Millis = 60_000;
/// Wrong ones are remembered for so long.
const MEMORY_MS: Millis = 5 * MINUTE_MS;
/// Doublings of the wait; the longest is an hour.
const DOUBLINGS: u32 = 6;
/// Guessers one room remembers.
const GUESSERS: usize = 1_024;

/// Who is trying: an address where the server tells it, else a session.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Guesser {
    Address(Digest),
    Session(PeerId),
}

#[derive(Debug, Clone)]
struct Record {
    left: u32,
    pending: u32,
    doublings: u32,
    blocked_until: Millis,
    last: Millis,
}

impl Record {
    fn stale(&self, now: Millis) -> bool {
        self.pending == 0 && self.blocked_until.max(self.last) + MEMORY_MS <= now
    }
}

/// The wrong passwords of one room.
#[derive(Debug, Default)]
pub(super) struct Tries {
    by: BTreeMap<Guesser, Record>,
    wrong: VecDeque<Millis>,
}

impl Tries {
    /// Begins a try, or says how long to wait with it. Ends with `right`, `wrong` or `gave_up`.
    pub(super) fn begin(&mut self, guesser: &Guesser, now: Millis) -> Result<(), ErrorBody> {
        self.by.retain(|_, record| !record.stale(now));
        if self.by.len() >= GUESSERS && !self.by.contains_key(guesser) {
            return Err(wait(MINUTE_MS));
        }
        let fresh = Record { left: PASSWORD_TRIES.burst, pending: 0, doublings: 0, blocked_until: 0, last: now };
        let record = self.by.entry(guesser.clone()).or_insert(fresh);
        if record.blocked_until > now {
            return Err(wait(record.blocked_until - now));
        }
        if record.pending >= record.left {
            return Err(wait(1_000));
        }
        record.pending += 1;
        Ok(())
    }

    pub(super) fn right(&mut self, guesser: &Guesser) {
        self.by.remove(guesser);
    }

    /// The server had no time for it.
    pub(super) fn gave_up(&mut self, guesser: &Guesser) {
        if let Some(record) = self.by.get_mut(guesser) {
            record.pending = record.pending.saturating_sub(1);
        }
    }

    /// Counts a wrong one; gives milliseconds to wait before the next, and whether the whole room is under attack.
    pub(super) fn wrong(&mut self, guesser: &Guesser, now: Millis) -> (Option<Millis>, bool) {
        self.wrong.push_back(now);
        while self.wrong.front().is_some_and(|at| at + MEMORY_MS <= now)
            || self.wrong.len() > ROOM_PASSWORD_TRIES.burst as usize
        {
            self.wrong.pop_front();
        }
        let attack = self.wrong.len() >= ROOM_PASSWORD_TRIES.burst as usize;
        let Some(record) = self.by.get_mut(guesser) else { return (None, attack) };
        record.pending = record.pending.saturating_sub(1);
        record.last = now;
        record.left = record.left.saturating_sub(1);
        if record.left > 0 {
            return (None, attack);
        }
        // One more after the wait, then twice as long.
        record.left = 1;
        let ms = MINUTE_MS << record.doublings;
        record.doublings = (record.doublings + 1).min(DOUBLINGS);
        record.blocked_until = now + ms;
        (Some(ms), attack)
    }

    pub(super) fn held(&self) -> (usize, usize) {
        (self.by.len(), self.wrong.len())
    }

    pub(super) const MOST: (usize, usize) = (GUESSERS, ROOM_PASSWORD_TRIES.burst as usize);
}

fn wait(ms: Millis) -> ErrorBody {
    let error = refuse(ErrorCode::RateLimited, "too many wrong passwords");
    ErrorBody { retry_after_ms: Some(u32::try_from(ms).unwrap_or(u32::MAX)), ..error }
}
