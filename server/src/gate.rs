//! How much one address may ask of the server: open sockets, upgrades and posts a minute.

use crate::{client_address::ClientAddress, lock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex},
    time::Duration,
};

/// How often counters nobody needs any more are forgotten.
pub(crate) const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Come back after so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany {
    pub(crate) retry_after_secs: u64,
}

/// The limits of every address.
pub(crate) struct Gate {
    sockets: Arc<Seats>,
    upgrades: Option<DefaultKeyedRateLimiter<ClientAddress>>,
    posts: Option<DefaultKeyedRateLimiter<ClientAddress>>,
}

struct Seats {
    most: u32,
    taken: Mutex<HashMap<ClientAddress, u32>>,
}

/// One open socket of an address; dropping it makes room for another.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    address: ClientAddress,
}

impl Gate {
    /// Limits of which zero means none.
    pub(crate) fn new(sockets_per_address: u32, upgrades_per_minute: u32, posts_per_minute: u32) -> Self {
        let limiter = |per_minute: u32, burst: u32| {
            let quota = Quota::per_minute(NonZeroU32::new(per_minute)?);
            let burst = NonZeroU32::new(burst.max(per_minute))?;
            Some(RateLimiter::keyed(quota.allow_burst(burst)))
        };
        Self {
            sockets: Arc::new(Seats { most: sockets_per_address, taken: Mutex::default() }),
            upgrades: limiter(upgrades_per_minute, sockets_per_address),
            posts: limiter(posts_per_minute, 0),
        }
    }

    /// Admits one more socket of an address, until the seat is dropped.
    pub(crate) fn enter(&self, address: ClientAddress) -> Result<Seat, TooMany> {
        check(self.upgrades.as_ref(), address)?;
        let mut taken = lock(&self.sockets.taken);
        let count = taken.entry(address).or_default();
        if self.sockets.most > 0 && *count >= self.sockets.most {
            return Err(TooMany { retry_after_secs: 10 });
        }
        *count += 1;
        drop(taken);
        Ok(Seat { seats: self.sockets.clone(), address })
    }

    /// Admits one more request that may change something.
    pub(crate) fn post(&self, address: ClientAddress) -> Result<(), TooMany> {
        check(self.posts.as_ref(), address)
    }

    /// Forgets addresses whose limits are full again.
    pub(crate) fn forget_idle(&self) {
        for limiter in [&self.upgrades, &self.posts].into_iter().flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

fn check(limiter: Option<&DefaultKeyedRateLimiter<ClientAddress>>, address: ClientAddress) -> Result<(), TooMany> {
    let Some(limiter) = limiter else { return Ok(()) };
    limiter.check_key(&address).map_err(|refusal| {
        let wait = refusal.wait_time_from(limiter.clock().now());
        TooMany { retry_after_secs: wait.as_secs() + 1 }
    })
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = lock(&self.seats.taken);
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use axum::http::HeaderMap;

    fn address(text: &str) -> ClientAddress {
        ClientAddress::of(text.parse().unwrap(), &HeaderMap::new(), &[])
    }

    #[test]
    fn seats_are_counted_per_address_and_given_back() {
        let gate = Gate::new(2, 0, 0);
        let (a, b) = (address("198.51.100.1"), address("198.51.100.2"));
        let first = gate.enter(a).unwrap();
        let _second = gate.enter(a).unwrap();
        assert!(gate.enter(a).is_err());
        let _other = gate.enter(b).unwrap();
        drop(first);
        let _again = gate.enter(a).unwrap();
        assert!(gate.enter(a).is_err());
    }

    #[test]
    fn nothing_is_remembered_of_who_left() {
        let gate = Gate::new(2, 0, 0);
        drop(gate.enter(address("198.51.100.1")).unwrap());
        assert!(lock(&gate.sockets.taken).is_empty());
    }

    #[test]
    fn upgrades_are_limited_beyond_a_full_house() {
        let gate = Gate::new(5, 2, 0);
        let a = address("198.51.100.1");
        assert!((0..5).all(|_| gate.enter(a).is_ok()));
        let refusal = gate.enter(a).err().unwrap();
        assert!((1..=31).contains(&refusal.retry_after_secs), "{refusal:?}");
        assert!(gate.enter(address("198.51.100.2")).is_ok());
    }

    #[test]
    fn zero_is_no_limit() {
        let gate = Gate::new(0, 0, 0);
        let a = address("198.51.100.1");
        let seats: Vec<Seat> = (0..1_000).map(|_| gate.enter(a).ok().unwrap()).collect();
        assert_eq!(seats.len(), 1_000);
        assert!((0..1_000).all(|_| gate.post(a).is_ok()));
    }
}
