//! Who is host: the first, the next, the one who comes back with the claim.

use super::mint::{Mint, digest};
use super::room::{Phase, RoomMachine, RoomOut};
use crate::core::Millis;
use crate::protocol::limits::ORPHAN_MS;
use crate::protocol::{CloseReason, HostChange, OnHostLeft, Online, PeerId, Role, Secret, ServerMsg};

impl RoomMachine {
    /// The host is gone for good: the room ends, waits, or goes on with another one.
    pub(super) fn succeed(&mut self, from: &PeerId, why: HostChange, now: Millis, out: &mut Vec<RoomOut>) {
        self.host = None;
        if self.members.is_empty() {
            return self.vacate(Some(self.terms.on_host_left), now, out);
        }
        match self.terms.on_host_left {
            OnHostLeft::Close => self.close(CloseReason::HostLeft, now, out),
            OnHostLeft::CloseAfter { secs } => {
                let until = now + Millis::from(secs) * 1000;
                self.orphan(from, why, Phase::Orphaned { until, claim_only: true }, out);
            }
            OnHostLeft::HandOver => match self.successor() {
                Some(seq) => self.pass_on(seq, Some(from.clone()), why, None, out),
                None => {
                    let until = now + ORPHAN_MS;
                    self.orphan(from, why, Phase::Orphaned { until, claim_only: false }, out);
                }
            },
        }
    }

    /// Of those connected: the moderator who is there longest, else the speaker. Viewers never, they did not ask for it.
    fn successor(&self) -> Option<u64> {
        let of = |role| {
            let fit =
                |member: &&super::membership::Member| member.who.role == role && member.who.online == Online::Connected;
            self.members.iter().find(fit).map(|member| member.seq())
        };
        of(Role::Moderator).or_else(|| of(Role::Speaker))
    }

    fn orphan(&mut self, from: &PeerId, why: HostChange, phase: Phase, out: &mut Vec<RoomOut>) {
        self.phase = phase;
        self.bump();
        let room = self.key.room.clone();
        self.tell_all(None, &ServerMsg::HostChanged { room, from: Some(from.clone()), to: None, why }, out);
    }

    /// Makes a member host; whoever was becomes moderator. `quiet` learns of it by a snapshot.
    pub(super) fn make_host(&mut self, seq: u64, why: HostChange, quiet: Option<u64>, out: &mut Vec<RoomOut>) {
        let from = self.host.clone();
        self.pass_on(seq, from, why, quiet, out);
    }

    fn pass_on(&mut self, seq: u64, from: Option<PeerId>, why: HostChange, quiet: Option<u64>, out: &mut Vec<RoomOut>) {
        let mut changed = Vec::new();
        let mut before = None;
        for member in &mut self.members {
            if member.seq() == seq {
                before = Some(member.who.role);
                member.who.role = Role::Host;
                self.host = Some(member.who.peer.clone());
                changed.push(seq);
            } else if member.who.role == Role::Host {
                member.who.role = Role::Moderator;
                changed.push(member.seq());
            }
        }
        self.last_host.clone_from(&self.host);
        self.phase = Phase::Active;
        self.bump();
        let message = ServerMsg::HostChanged { room: self.key.room.clone(), from, to: self.host.clone(), why };
        self.tell_all(quiet, &message, out);
        for seq in changed {
            self.prune(seq);
            self.tell_changed(seq, quiet, out);
        }
        if quiet != Some(seq)
            && let Some(host) = &self.host
        {
            self.show_knocks(host, before, out);
        }
    }

    /// A new claim for whoever may hold it; the one before is void.
    pub(super) fn mint_claim(&mut self, owner: &PeerId, mint: &mut Mint) -> Secret {
        let claim = mint.secret();
        self.claim = Some((owner.clone(), digest(&claim)));
        claim
    }

    /// A snapshot for somebody whose page knows nothing any more: the claim is theirs to know again.
    pub(super) fn resumed_snapshot(&mut self, peer: &PeerId, mint: &mut Mint) -> Option<crate::protocol::RoomSnapshot> {
        let owner = self.claim.as_ref().is_some_and(|(owner, _)| owner == peer);
        let claim = owner.then(|| self.mint_claim(peer, mint));
        self.snapshot(peer, claim)
    }
}
