//! How many frames one socket may send: a token bucket that first pauses and then gives up.

use std::time::{Duration, Instant};

const BURST_SECONDS: f64 = 4.0;
/// How long reading pauses when the bucket is empty.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);
/// Pauses within [`PATIENCE`] after which the socket is closed.
const PAUSES: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(60);

/// What to do about a frame that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Handle it.
    Go,
    /// Handle it, then read nothing for [`PAUSE`].
    Pause,
    /// Close the socket.
    Flooding,
}

/// A token bucket of `per_second` frames with a burst of four seconds' worth; zero is no limit.
#[derive(Debug)]
pub(crate) struct FrameBudget {
    per_second: f64,
    tokens: f64,
    filled_at: Instant,
    pauses: u32,
    counting_since: Instant,
}

impl FrameBudget {
    pub(crate) fn new(per_second: u32, now: Instant) -> Self {
        let per_second = f64::from(per_second);
        Self { per_second, tokens: per_second * BURST_SECONDS, filled_at: now, pauses: 0, counting_since: now }
    }

    pub(crate) fn spend(&mut self, now: Instant) -> Verdict {
        if self.per_second == 0.0 {
            return Verdict::Go;
        }
        let earned = now.duration_since(self.filled_at).as_secs_f64() * self.per_second;
        self.tokens = (self.tokens + earned).min(self.per_second * BURST_SECONDS);
        self.filled_at = now;
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Verdict::Go;
        }
        if now.duration_since(self.counting_since) > PATIENCE {
            self.counting_since = now;
            self.pauses = 0;
        }
        self.pauses += 1;
        if self.pauses > PAUSES { Verdict::Flooding } else { Verdict::Pause }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_a_flood_pauses_and_ends() {
        let mut now = Instant::now();
        let mut budget = FrameBudget::new(50, now);
        for frame in 0..200 {
            assert_eq!(budget.spend(now), Verdict::Go, "frame {frame} of the burst");
        }
        for pause in 0..PAUSES {
            assert_eq!(budget.spend(now), Verdict::Pause, "pause {pause}");
            now += PAUSE;
            for frame in 0..50 {
                assert_eq!(budget.spend(now), Verdict::Go, "frame {frame} after pause {pause}");
            }
        }
        assert_eq!(budget.spend(now), Verdict::Flooding);
    }

    #[test]
    fn the_allowed_rate_never_pauses() {
        let mut now = Instant::now();
        let mut budget = FrameBudget::new(50, now);
        for _ in 0..10_000 {
            assert_eq!(budget.spend(now), Verdict::Go);
            now += Duration::from_millis(20);
        }
    }

    #[test]
    fn pauses_are_forgotten() {
        let mut now = Instant::now();
        let mut budget = FrameBudget::new(1, now);
        for _ in 0..100 {
            while budget.spend(now) == Verdict::Go {}
            assert!(budget.pauses <= PAUSES);
            now += Duration::from_secs(20);
        }
    }

    #[test]
    fn zero_is_no_limit() {
        let now = Instant::now();
        let mut budget = FrameBudget::new(0, now);
        assert!((0..100_000).all(|_| budget.spend(now) == Verdict::Go));
    }
}
