//! A room as it is, for tests: also what no frame shows, and what must not move when a command is refused.

use super::Hub;
use super::links::Link;
use super::room::RoomMachine;
use crate::protocol::{KnockId, LinkId, Participant, PeerId, RoomInfo};

/// Everything of a room that a command may change, apart from secrets and clocks.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq)]
pub struct Portrait {
    /// As its members know it, of a listed room and of an unlisted one.
    pub info: RoomInfo,
    /// Not over: no tombstone.
    pub open: bool,
    /// Somebody has hosted it.
    pub claimed: bool,
    /// In the order they came.
    pub members: Vec<Participant>,
    /// By the places of both ends in the order of coming.
    pub links: Vec<((u64, u64), LinkId)>,
    /// Who asks to be let in.
    pub waiting: Vec<(KnockId, PeerId)>,
    /// For whom a place is kept.
    pub reserved: Vec<PeerId>,
    /// Messages kept for newcomers.
    pub kept: usize,
    /// Bans and invites that are remembered.
    pub remembered: (usize, usize),
}

impl Hub {
    /// Every room, tombstones included; for tests.
    #[doc(hidden)]
    pub fn portraits(&self) -> Vec<Portrait> {
        self.rooms.values().map(portrait).collect()
    }
}

fn portrait(room: &RoomMachine) -> Portrait {
    let link = |(ends, link): (&(u64, u64), &Link)| (*ends, link.id);
    Portrait {
        info: room.info(),
        open: !room.is_closed(),
        claimed: room.claim.is_some(),
        members: room.members.iter().map(|member| member.who.clone()).collect(),
        links: room.links.iter().map(link).collect(),
        waiting: room.door.knocking().map(|(id, peer)| (id.clone(), peer.clone())).collect(),
        reserved: room.door.expected().cloned().collect(),
        kept: room.kept.held().0,
        remembered: (room.bans.len(), room.invites.len()),
    }
}

#[cfg(test)]
impl Hub {
    /// How a session stands, for tests that compare states: its tokens by their place among these.
    pub(in crate::core) fn standing(&self, peer: &PeerId, tokens: &[crate::protocol::Secret]) -> Option<String> {
        let session = self.sessions.get(peer)?;
        let place = |token| tokens.iter().position(|secret| super::mint::digest(secret) == token);
        let tokens: Vec<_> = session.tokens().map(place).collect();
        Some(format!("{tokens:?} {:?} {} {:?}", session.socket(), session.done(), session.ring().standing()))
    }
}
