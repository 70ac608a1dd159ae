//! What host and moderators do to others: roles, removal, bans, asking for media, giving the room away.

use super::authority::{Action, Rules, authorize};
use super::membership::Member;
use super::mint::{Digest, Mint};
use super::room::{RoomMachine, RoomOut};
use super::{Answer, clean, refuse};
use crate::core::Millis;
use crate::protocol::limits::TOPIC_CHARS;
use crate::protocol::{
    ErrorBody, ErrorCode, HostChange, LeaveReason, MediaAsk, Online, PeerId, Role, ServerMsg, Target,
};
use std::collections::BTreeMap;

/// Bans a room remembers; the one that ends first makes way.
pub(super) const BANS: usize = 256;

/// By what somebody is known when they come back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    /// The same session.
    Session(PeerId),
    /// The same browser at the same address, as a digest.
    Browser(Digest),
}

/// Who may not enter, and until when.
#[derive(Default)]
pub(super) struct Bans(BTreeMap<Known, Millis>);

impl Bans {
    /// Shuts the room to whoever is known by one of these, for `secs`.
    pub(super) fn add(&mut self, known: impl IntoIterator<Item = Known>, secs: u32, now: Millis) {
        self.0.retain(|_, until| *until > now);
        let until = now + Millis::from(secs) * 1000;
        for known in known {
            if self.0.len() >= BANS
                && let Some(first) = self.0.iter().min_by_key(|(_, until)| **until).map(|(known, _)| known.clone())
            {
                self.0.remove(&first);
            }
            self.0.insert(known, until);
        }
    }

    /// Milliseconds until none of these is shut out any more; none if none is.
    pub(super) fn remaining(&self, known: &[Known], now: Millis) -> Option<Millis> {
        let until = known.iter().filter_map(|known| self.0.get(known)).max()?;
        until.checked_sub(now).filter(|rest| *rest > 0)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl RoomMachine {
    pub(super) fn rules(&self) -> Rules {
        Rules { plan: self.terms.plan, privileges: self.terms.privileges }
    }

    /// Asks the table.
    pub(super) fn may(&self, peer: &PeerId, action: Action) -> Result<(), ErrorBody> {
        let role = self.member(peer).map(|member| member.who.role);
        authorize(&self.rules(), role, action).map_err(|code| refuse(code, "this is not yours to do here"))
    }

    fn other(&self, peer: &PeerId) -> Result<&Member, ErrorBody> {
        self.member(peer).ok_or_else(|| refuse(ErrorCode::NoSuchPeer, "nobody of that id is here"))
    }

    /// Removes a member, and keeps them out for a while if asked to. `known`: by what they will be recognised.
    #[expect(clippy::too_many_arguments, reason = "each is a field of the command or a tool to carry it out")]
    pub(super) fn eject(
        &mut self,
        by: &PeerId,
        peer: &PeerId,
        reason: Option<String>,
        ban_secs: Option<u32>,
        known: Vec<Known>,
        now: Millis,
        mint: &mut Mint,
        out: &mut Vec<RoomOut>,
    ) -> Answer {
        let of = self.other(peer)?.who.role;
        self.may(by, Action::Eject { own: by == peer, of })?;
        let banned_secs = ban_secs.filter(|secs| *secs > 0);
        if let Some(secs) = banned_secs {
            self.ban(known, secs, now, out);
        }
        self.leave(peer, LeaveReason::Ejected, now, mint, out)?;
        let message = ServerMsg::Ejected {
            room: self.key.room.clone(),
            by: by.clone(),
            reason: reason.map(|reason| clean::line(&reason, TOPIC_CHARS)),
            banned_secs,
        };
        out.push(RoomOut::Tell { to: peer.clone(), message });
        Ok(Some(ServerMsg::Ok))
    }

    /// Shuts the room to whoever is known by one of these, and sends those of them away who are waiting to come in.
    pub(super) fn ban(&mut self, known: Vec<Known>, secs: u32, now: Millis, out: &mut Vec<RoomOut>) {
        self.turn_away_known(&known, out);
        self.bans.add(known, secs, now);
    }

    /// Changes what a member may do; what they publish and may not any more is taken away.
    pub(super) fn set_role(
        &mut self,
        by: &PeerId,
        peer: &PeerId,
        role: Role,
        mint: &mut Mint,
        out: &mut Vec<RoomOut>,
    ) -> Answer {
        let from = self.other(peer)?.who.role;
        self.may(by, Action::SetRole { own: by == peer, from, to: role })?;
        if from != role {
            let member = self.member_mut(peer)?;
            member.who.role = role;
            let seq = member.seq();
            self.prune(seq);
            self.tell_changed(seq, None, out);
            self.relink(None, mint, out);
            self.show_knocks(peer, Some(from), out);
        }
        Ok(Some(ServerMsg::Ok))
    }

    /// Gives the room to another member, with a claim of their own; the old one is void.
    pub(super) fn transfer(&mut self, by: &PeerId, to: &PeerId, mint: &mut Mint, out: &mut Vec<RoomOut>) -> Answer {
        let next = self.other(to)?;
        let (seq, connected) = (next.seq(), next.who.online == Online::Connected);
        self.may(by, Action::Transfer { connected })?;
        if by != to {
            self.make_host(seq, HostChange::Transferred, None, out);
            self.relink(None, mint, out);
            let claim = self.mint_claim(to, mint);
            if let Some(snapshot) = self.snapshot(to, Some(claim)) {
                out.push(RoomOut::Tell { to: to.clone(), message: ServerMsg::Joined(Box::new(snapshot)) });
                self.show_knocks(to, None, out);
            }
        }
        Ok(Some(ServerMsg::Ok))
    }

    /// Passes a request for media on to those of the target who may be asked; nobody there who may is an error.
    pub(super) fn ask_media(&self, by: &PeerId, to: &Target, ask: &MediaAsk, out: &mut Vec<RoomOut>) -> Answer {
        let publishes = |member: &Member| match ask {
            MediaAsk::Mute(id) | MediaAsk::Unmute(id) | MediaAsk::Stop(id) => {
                member.who.publications.iter().any(|publication| publication.id == *id)
            }
            MediaAsk::StartCamera | MediaAsk::StartMicrophone | MediaAsk::ShareScreen | MediaAsk::LowerHand => true,
        };
        let asked: Vec<&Member> = self.audience(by, to)?.into_iter().filter(|member| publishes(member)).collect();
        if asked.is_empty() {
            return Err(refuse(ErrorCode::NoSuchPeer, "nobody here can be asked for that"));
        }
        let mut refusal = None;
        let before = out.len();
        for member in asked {
            match self.may(by, Action::Ask { ask, of: member.who.role }) {
                Ok(()) => {
                    let message =
                        ServerMsg::MediaAsked { room: self.key.room.clone(), from: by.clone(), ask: ask.clone() };
                    out.push(RoomOut::Tell { to: member.who.peer.clone(), message });
                }
                Err(error) => refusal = Some(error),
            }
        }
        match refusal {
            Some(error) if out.len() == before => Err(error),
            _ => Ok(Some(ServerMsg::Ok)),
        }
    }

    /// The members a target means, without the one who speaks.
    pub(super) fn audience(&self, from: &PeerId, to: &Target) -> Result<Vec<&Member>, ErrorBody> {
        let meant = |member: &&Member| match to {
            Target::All => true,
            Target::Peer(peer) => member.who.peer == *peer,
            Target::Peers(peers) => peers.contains(&member.who.peer),
            Target::AtLeast(role) => member.who.role >= *role,
        };
        let others = self.members.iter().filter(|member| member.who.peer != *from);
        let audience: Vec<&Member> = others.filter(meant).collect();
        if audience.is_empty() && matches!(to, Target::Peer(_) | Target::Peers(_)) {
            return Err(refuse(ErrorCode::NoSuchPeer, "nobody of that id is here"));
        }
        Ok(audience)
    }
}
