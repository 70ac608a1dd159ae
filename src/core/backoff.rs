//! When to try again: at once, then ever later, spread by full jitter.
//!
//! Full jitter (a uniform choice between nothing and the step's limit) spreads the clients of a restarted server best;
//! see Brooker, "Exponential Backoff and Jitter", 2015.

use super::Millis;

/// Limit of the wait before an attempt, in milliseconds.
///
/// It stays at three seconds until about the time for which a server keeps a seat has passed: until then nobody may
/// sleep through a restart.
const fn limit(attempt: u32) -> Millis {
    match attempt {
        0 => 0,
        1 => 500,
        2 => 1_000,
        3 => 2_000,
        4..=22 => 3_000,
        23 => 8_000,
        _ => LONGEST,
    }
}

/// Limit of every wait after the steps, in milliseconds.
const LONGEST: Millis = 15_000;
/// Spread added to a floor where the step itself has less, in milliseconds.
const SPREAD: Millis = 1_000;

/// Waits between attempts, with jitter from a seeded generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backoff {
    random: u64,
    attempt: u32,
    floor: Millis,
}

impl Backoff {
    /// A generator whose first wait is nothing. Different clients need different seeds.
    pub fn new(seed: u64) -> Self {
        Self { random: seed, attempt: 0, floor: 0 }
    }

    /// The wait before the next attempt in milliseconds; counts the attempt.
    pub fn next_delay(&mut self) -> Millis {
        let step = limit(self.attempt);
        self.attempt = self.attempt.saturating_add(1);
        match std::mem::take(&mut self.floor) {
            0 => self.jitter(step),
            floor => floor.saturating_add(self.jitter(step.max(SPREAD))),
        }
    }

    /// Attempts counted since the last success.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Success: the next wait is nothing again.
    pub fn reset(&mut self) {
        self.attempt = 0;
        self.floor = 0;
    }

    /// The next wait, and only that, lasts `ms` milliseconds or more. Of several floors the longest counts.
    pub fn at_least(&mut self, ms: Millis) {
        self.floor = self.floor.max(ms);
    }

    /// A uniform choice from 0 to `limit` milliseconds, both included.
    pub fn jitter(&mut self, limit: Millis) -> Millis {
        let range = u128::from(limit) + 1;
        let scaled = (u128::from(self.next_random()) * range) >> 64;
        Millis::try_from(scaled).unwrap_or(limit)
    }

    /// SplitMix64 (Steele, Lea, Flood, 2014).
    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_attempt_is_at_once() {
        assert_eq!(Backoff::new(7).next_delay(), 0);
    }

    #[test]
    fn waits_cover_their_range_and_never_leave_it() {
        for attempt in 0..40 {
            let limit = limit(attempt);
            let waits: Vec<Millis> = (0..400)
                .map(|seed| {
                    let mut backoff = Backoff::new(seed);
                    for _ in 0..attempt {
                        backoff.next_delay();
                    }
                    backoff.next_delay()
                })
                .collect();
            assert!(waits.iter().all(|wait| *wait <= limit), "attempt {attempt}");
            assert!(waits.iter().any(|wait| *wait >= limit * 9 / 10), "attempt {attempt}");
            assert!(waits.iter().any(|wait| *wait <= limit / 10), "attempt {attempt}");
        }
    }

    #[test]
    fn a_restart_within_the_seats_window_is_met_within_three_seconds() {
        for seed in 0..1_000 {
            let mut backoff = Backoff::new(seed);
            let mut elapsed = 0;
            while elapsed < 10_000 {
                let wait = backoff.next_delay();
                assert!(wait <= 3_000, "seed {seed} waits {wait} ms after {elapsed} ms");
                elapsed += wait;
            }
        }
    }

    proptest! {
        #[test]
        fn a_floor_holds_once(seed: u64, attempts in 0usize..30, floor in 1u64..100_000) {
            let mut backoff = Backoff::new(seed);
            for _ in 0..attempts {
                backoff.next_delay();
            }
            backoff.at_least(floor);
            backoff.at_least(1);
            prop_assert!((floor..=floor + LONGEST).contains(&backoff.next_delay()));
            prop_assert!(backoff.next_delay() <= LONGEST);
        }

        #[test]
        fn success_starts_over(seed: u64, attempts in 1usize..30) {
            let mut backoff = Backoff::new(seed);
            for _ in 0..attempts {
                backoff.next_delay();
            }
            backoff.at_least(5_000);
            backoff.reset();
            prop_assert_eq!(backoff.attempt(), 0);
            prop_assert_eq!(backoff.next_delay(), 0);
        }

        #[test]
        fn jitter_stays_within_its_limit(seed: u64, limit: u64) {
            prop_assert!(Backoff::new(seed).jitter(limit) <= limit);
        }
    }
}
