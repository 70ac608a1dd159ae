//! What was said, to whom it was due, and who has heard it.

use crate::protocol::{LobbyId, PeerId, RoomId};
use std::collections::BTreeSet;

pub(super) fn lobby() -> LobbyId {
    "lobby".parse().unwrap()
}

pub(super) fn room() -> RoomId {
    "room".parse().unwrap()
}

/// Something the hub has passed on.
#[derive(Debug, Clone)]
pub(super) struct Saying {
    pub(super) number: u64,
    /// Everybody who was in the room but the one who said it.
    pub(super) audience: BTreeSet<PeerId>,
}

/// Everything that was said, in the order of the hub.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) sayings: Vec<Saying>,
}

impl Records {
    /// Who hears nothing twice, nothing out of order, nothing meant for others, and misses nothing that was said to
    /// this session after `from`.
    pub(super) fn check(&self, peer: &PeerId, heard: &[u64], from: usize) {
        let due = |saying: &&Saying| saying.audience.contains(peer);
        let all: Vec<u64> = self.sayings.iter().filter(due).map(|saying| saying.number).collect();
        let mut rest = all.iter();
        assert!(heard.iter().all(|number| rest.any(|due| due == number)), "{peer} heard {heard:?} of {all:?}");
        for saying in self.sayings[from..].iter().filter(due) {
            assert!(heard.contains(&saying.number), "{peer} has not heard {}", saying.number);
        }
    }
}
