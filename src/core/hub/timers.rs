//! When what has to be looked at again.

use super::{RoomKey, SocketId};
use crate::core::Millis;
use crate::protocol::{LobbyId, PeerId};
use std::collections::{BTreeMap, BTreeSet};

/// What a moment belongs to; at most one moment each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    Hello(SocketId),
    Session(PeerId),
    Room(RoomKey),
    Handle(LobbyId, String),
    Job(u64),
    Buckets,
    Drain,
}

#[derive(Default)]
pub(super) struct Timers {
    at: BTreeMap<Timer, Millis>,
    queue: BTreeSet<(Millis, Timer)>,
}

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, at: Option<Millis>) {
        if let Some(old) = self.at.get(&timer).copied() {
            if Some(old) == at {
                return;
            }
            self.queue.remove(&(old, timer.clone()));
            self.at.remove(&timer);
        }
        if let Some(at) = at {
            self.queue.insert((at, timer.clone()));
            self.at.insert(timer, at);
        }
    }

    pub(super) fn next(&self) -> Option<Millis> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// Takes out the earliest timer that is due.
    pub(super) fn due(&mut self, now: Millis) -> Option<Timer> {
        if self.next()? > now {
            return None;
        }
        let (_, timer) = self.queue.pop_first()?;
        self.at.remove(&timer);
        Some(timer)
    }

    /// What is set for a timer.
    pub(super) fn at(&self, timer: &Timer) -> Option<Millis> {
        self.at.get(timer).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.at.len()
    }
}
