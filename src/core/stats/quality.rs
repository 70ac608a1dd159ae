//! How well a link does, from what can be noticed of it.

use super::{LinkStats, Sample, Step};
use crate::core::event::Quality;

/// Two of these many samples decide.
const SAMPLES: usize = 3;

/// From these values on it is fair, and poor: the share of packets lost,
const LOSS: (f32, f32) = (0.03, 0.1);
/// milliseconds there and back,
const ROUND_TRIP: (f32, f32) = (300.0, 800.0);
/// freezes since the sample before,
const FREEZES: (f64, f64) = (1.0, 2.0);
/// and, below them, the bits a second that could be sent, while pictures are.
const AVAILABLE: (f64, f64) = (300_000.0, 100_000.0);

/// What one sample alone says.
pub(super) fn level(sample: &Sample, stats: &LinkStats, step: &Step) -> Quality {
    if !sample.alive {
        return Quality::Lost;
    }
    let round_trip = stats.rtt_ms.unwrap_or(0.0);
    let available = sample.route.as_ref().and_then(|route| route.available).filter(|_| step.pictures > 0.0);
    let is_below = |limit: f64| available.is_some_and(|available| available < limit);
    if stats.loss >= LOSS.1 || round_trip >= ROUND_TRIP.1 || step.freezes >= FREEZES.1 || is_below(AVAILABLE.1) {
        Quality::Poor
    } else if stats.loss >= LOSS.0 || round_trip >= ROUND_TRIP.0 || step.freezes >= FREEZES.0 || is_below(AVAILABLE.0) {
        Quality::Fair
    } else {
        Quality::Good
    }
}

/// Believes what two of three samples say.
#[derive(Debug, Clone, Default)]
pub(super) struct Judge {
    /// The oldest first.
    last: [Option<Quality>; SAMPLES],
    believed: Option<Quality>,
}

impl Judge {
    pub(super) fn take(&mut self, level: Quality) {
        self.last.rotate_left(1);
        if let Some(newest) = self.last.last_mut() {
            *newest = Some(level);
        }
        let agreed = self.last.into_iter().flatten().find(|level| {
            let agreeing = self.last.iter().filter(|other| **other == Some(*level));
            agreeing.count() >= 2
        });
        self.believed = agreed.or(self.believed);
    }

    pub(super) fn quality(&self) -> Quality {
        self.believed.unwrap_or(Quality::Unknown)
    }
}
