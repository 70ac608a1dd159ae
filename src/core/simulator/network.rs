//! The network: an agenda of what happens when, and chance that can be repeated.

use super::Act;
use crate::core::Millis;
use crate::core::hub::{Entropy, SocketId};
use crate::protocol::{ClientFrame, ServerFrame};
use std::collections::BTreeMap;

/// What happens at some time. The client is named by its place, a socket by its number.
pub(super) enum Happening {
    /// The socket has opened, for both ends.
    Open(usize, SocketId),
    Up(SocketId, Box<ClientFrame>),
    Down(usize, SocketId, Box<ServerFrame>),
    /// The server closed the socket.
    ClosedByServer(usize, SocketId, u16),
    /// The server notices that a socket is gone.
    Noticed {
        socket: SocketId,
        clean: bool,
    },
    Act(usize, Act),
    ClientTick(usize),
    HubTick,
}

#[derive(Default)]
pub(super) struct Agenda {
    entries: BTreeMap<(Millis, u64), Happening>,
    counter: u64,
}

impl Agenda {
    pub(super) fn add(&mut self, at: Millis, happening: Happening) {
        self.counter += 1;
        self.entries.insert((at, self.counter), happening);
    }

    /// The next one, if it comes by then.
    pub(super) fn next(&mut self, until: Millis) -> Option<(Millis, Happening)> {
        let entry = self.entries.first_entry().filter(|entry| entry.key().0 <= until)?;
        Some((entry.key().0, entry.remove()))
    }
}

/// SplitMix64.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

impl Entropy for Chance {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.next() as u8);
    }
}
