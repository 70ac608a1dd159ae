//! Coming, going, and what members say about themselves.

use super::authority::Action;
use super::mint::{Digest, Mint, digest};
use super::moderation::Known;
use super::room::{Phase, RoomMachine, RoomOut};
use super::session::Engine;
use super::{Answer, clean, refuse};
use crate::core::Millis;
use crate::core::topology::{Kind, may_send};
use crate::protocol::limits::ORPHAN_MS;
use crate::protocol::{
    Admission, CloseReason, ErrorBody, ErrorCode, HostChange, JoinRoom, LeaveReason, Online, Participant, PeerId,
    Presence, Profile, Publication, Role, RoomPlan, RoomSnapshot, ServerMsg, Source, TrackState,
};

/// One person in the room.
pub(super) struct Member {
    pub(super) who: Participant,
    pub(super) engine: Option<Engine>,
}

impl Member {
    /// Place in the order of coming, never used twice in a room.
    pub(super) fn seq(&self) -> u64 {
        self.who.joined_seq
    }
}

/// Who wants to enter.
pub(super) struct Entrant {
    pub(super) peer: PeerId,
    pub(super) profile: Profile,
    pub(super) engine: Option<Engine>,
    /// Whether they are there at this moment: a password is compared, or a knock answered, while they may be gone.
    pub(super) online: Online,
    /// By what a ban would recognise them.
    pub(super) known: Vec<Known>,
}

/// With what right somebody enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// Is the first to host the room, whatever it gives to guests.
    Creator,
    /// As what the room gives to guests, or less if they asked for less.
    Guest { role: Role },
    /// Shows the host claim.
    Claim,
    /// Brings a valid invite.
    Invited { role: Role, invite: Digest },
    /// Was let in, and takes the place that was kept.
    Reserved { role: Role },
    /// Has to be let in.
    Knock,
}

impl RoomMachine {
    pub(super) fn member(&self, peer: &PeerId) -> Option<&Member> {
        self.members.iter().find(|member| member.who.peer == *peer)
    }

    pub(super) fn member_mut(&mut self, peer: &PeerId) -> Result<&mut Member, ErrorBody> {
        let member = self.members.iter_mut().find(|member| member.who.peer == *peer);
        member.ok_or_else(|| refuse(ErrorCode::NotInRoom, "not in this room"))
    }

    /// Is the secret in `ask.invite` this room's host claim?
    pub(super) fn is_claim(&self, ask: &JoinRoom) -> bool {
        matches!((&ask.invite, &self.claim), (Some(shown), Some((_, claim))) if digest(shown) == *claim)
    }

    /// May somebody enter, and as what? `lenient`: an invite that is not valid counts as none.
    pub(super) fn admit(
        &self,
        entrant: &Entrant,
        ask: &JoinRoom,
        lenient: bool,
        now: Millis,
    ) -> Result<Pass, ErrorBody> {
        if self.is_closed() {
            return Err(refuse(ErrorCode::RoomClosed, "this room is over"));
        }
        self.may(&entrant.peer, Action::Enter)?;
        if let Some(handle) = &ask.hosted_by {
            let host =
                self.host.as_ref().and_then(|host| self.member(host)).and_then(|host| host.who.profile.handle.as_ref());
            if !host.is_some_and(|host| host.as_str().eq_ignore_ascii_case(handle.as_str())) {
                return Err(refuse(ErrorCode::RoomNotFound, "no such room of this host"));
            }
        }
        if let Some(rest) = self.bans.remaining(&entrant.known, now) {
            let error = refuse(ErrorCode::Banned, "shut out of this room for a while");
            return Err(ErrorBody { retry_after_ms: Some(u32::try_from(rest).unwrap_or(u32::MAX)), ..error });
        }
        let claim = self.is_claim(ask);
        if self.admission() == Admission::Locked && !claim {
            return Err(refuse(ErrorCode::RoomLocked, "this room is locked"));
        }
        let invite = ask.invite.as_ref().map(digest);
        let invited = invite.and_then(|invite| Some((self.invites.role(&invite, now)?, invite)));
        let creator = self.claim.is_none() && ask.role != Some(Role::Viewer);
        let needed = self.admission() == Admission::InviteOnly && !creator;
        if !claim && invited.is_none() && (needed || ask.invite.is_some() && !lenient) {
            return Err(refuse(ErrorCode::InviteInvalid, "this invite is not valid"));
        }
        let places = usize::from(self.terms.capacity);
        if self.members.len() + self.door.reserved_for_others(&entrant.peer) >= places {
            return Err(refuse(ErrorCode::RoomFull, "this room is full"));
        }
        let least = |role: Role| ask.role.unwrap_or(role).min(role);
        Ok(match (invited, self.door.reserved_role(&entrant.peer)) {
            _ if claim => Pass::Claim,
            _ if creator => Pass::Creator,
            (Some((role, invite)), _) => Pass::Invited { role: least(role), invite },
            (None, Some(role)) => Pass::Reserved { role: least(role) },
            _ if self.admission() == Admission::Knock && !self.members.is_empty() => Pass::Knock,
            _ => Pass::Guest { role: least(self.terms.guest_role) },
        })
    }

    /// Makes somebody a member who may be one, and says what they have come into.
    pub(super) fn enter(
        &mut self,
        entrant: Entrant,
        pass: Pass,
        now: Millis,
        mint: &mut Mint,
        out: &mut Vec<RoomOut>,
    ) -> Option<RoomSnapshot> {
        let peer = entrant.peer.clone();
        let seq = self.next_seq;
        self.next_seq += 1;
        let role = match pass {
            Pass::Guest { role } | Pass::Reserved { role } | Pass::Invited { role, .. } => role,
            Pass::Creator | Pass::Claim | Pass::Knock => self.terms.guest_role,
        };
        if let Pass::Invited { invite, .. } = pass {
            self.invites.spend(&invite);
        }
        self.stop_waiting(&peer, out);
        let who = Participant {
            peer: entrant.peer,
            profile: entrant.profile,
            role,
            joined_seq: seq,
            presence: Presence::default(),
            online: entrant.online,
            publications: Vec::new(),
        };
        self.members.push(Member { who: who.clone(), engine: entrant.engine });
        self.bump();
        self.tell_all(Some(seq), &ServerMsg::PeerJoined { room: self.key.room.clone(), peer: who }, out);
        let eligible = match (self.phase, pass) {
            (_, Pass::Creator | Pass::Claim) => true,
            (Phase::Empty { .. } | Phase::Orphaned { claim_only: false, .. }, _) => role >= Role::Speaker,
            _ => false,
        };
        if eligible {
            let why = if pass == Pass::Claim { HostChange::Reclaimed } else { HostChange::HostLeft };
            self.make_host(seq, why, Some(seq), out);
        } else if matches!(self.phase, Phase::Empty { .. }) {
            self.phase = Phase::Orphaned { until: now + ORPHAN_MS, claim_only: false };
        }
        self.relink(Some(seq), mint, out);
        let claim = match (pass, &mut self.claim) {
            (Pass::Creator, _) => Some(self.mint_claim(&peer, mint)),
            (Pass::Claim, Some((owner, _))) => {
                owner.clone_from(&peer);
                None
            }
            _ => None,
        };
        self.snapshot(&peer, claim)
    }

    /// Takes somebody out, by their own wish or because they are gone.
    pub(super) fn leave(
        &mut self,
        peer: &PeerId,
        why: LeaveReason,
        now: Millis,
        mint: &mut Mint,
        out: &mut Vec<RoomOut>,
    ) -> Answer {
        let place = self.members.iter().position(|member| member.who.peer == *peer);
        let place = place.ok_or_else(|| refuse(ErrorCode::NotInRoom, "not in this room"))?;
        let gone = self.members.remove(place);
        out.push(RoomOut::Released { peer: peer.clone() });
        self.unlink(&gone, out);
        self.bump();
        self.tell_all(None, &ServerMsg::PeerLeft { room: self.key.room.clone(), peer: peer.clone(), why }, out);
        if self.host.as_ref() == Some(peer) {
            let change = if why == LeaveReason::TimedOut { HostChange::HostTimedOut } else { HostChange::HostLeft };
            self.succeed(peer, change, now, out);
        } else if self.members.is_empty() {
            self.vacate(None, now, out);
        }
        self.relink(None, mint, out);
        Ok(Some(ServerMsg::Ok))
    }

    /// Ends the room, if it is the host who asks.
    pub(super) fn close_by(&mut self, peer: &PeerId, now: Millis, out: &mut Vec<RoomOut>) -> Answer {
        self.may(peer, Action::Close)?;
        self.close(CloseReason::ByHost, now, out);
        Ok(Some(ServerMsg::Ok))
    }

    /// Shows the others whether a member is reachable. An eligible one who comes back to a room without a host hosts it.
    pub(super) fn set_online(&mut self, peer: &PeerId, online: Online, mint: &mut Mint, out: &mut Vec<RoomOut>) {
        let Ok(member) = self.member_mut(peer) else { return };
        if member.who.online == online {
            return;
        }
        member.who.online = online;
        let (seq, role) = (member.seq(), member.who.role);
        self.tell_changed(seq, Some(seq), out);
        let orphaned = matches!(self.phase, Phase::Orphaned { claim_only: false, .. });
        if orphaned && online == Online::Connected && role >= Role::Speaker {
            self.make_host(seq, HostChange::HostLeft, None, out);
            self.relink(None, mint, out);
        }
    }

    pub(super) fn set_profile(&mut self, peer: &PeerId, profile: &Profile, out: &mut Vec<RoomOut>) {
        let Ok(member) = self.member_mut(peer) else { return };
        member.who.profile = profile.clone();
        let seq = member.seq();
        self.tell_changed(seq, None, out);
    }

    pub(super) fn set_presence(&mut self, peer: &PeerId, presence: Presence, out: &mut Vec<RoomOut>) -> Answer {
        self.may(peer, Action::OwnState)?;
        let member = self.member_mut(peer)?;
        member.who.presence = clean::presence(presence);
        let seq = member.seq();
        self.tell_changed(seq, None, out);
        Ok(None)
    }

    /// Replaces what a member publishes, as a whole or not at all.
    pub(super) fn publish(&mut self, peer: &PeerId, list: Vec<Publication>, out: &mut Vec<RoomOut>) -> Answer {
        let list = clean::publications(list)?;
        self.may(peer, Action::Publish(&list))?;
        let others = self.members.iter().filter(|other| other.who.peer != *peer);
        let mut taken = others.flat_map(|other| &other.who.publications).map(|publication| &publication.id);
        if taken.any(|id| list.iter().any(|publication| publication.id == *id)) {
            return Err(refuse(ErrorCode::BadPatch, "somebody else publishes under this id"));
        }
        let member = self.member_mut(peer)?;
        member.who.publications = list;
        let seq = member.seq();
        self.tell_changed(seq, Some(seq), out);
        Ok(None)
    }

    /// Takes away what a member may not publish any more. True if there was something.
    pub(super) fn prune(&mut self, seq: u64) -> bool {
        let plan = self.terms.plan;
        let Some(member) = self.members.iter_mut().find(|member| member.seq() == seq) else { return false };
        let before = member.who.publications.len();
        let role = member.who.role;
        member.who.publications.retain(|publication| may_publish(&plan, role, publication));
        member.who.publications.len() < before
    }

    pub(super) fn tell_changed(&self, seq: u64, except: Option<u64>, out: &mut Vec<RoomOut>) {
        if let Some(member) = self.members.iter().find(|member| member.seq() == seq) {
            let message = ServerMsg::PeerChanged { room: self.key.room.clone(), peer: member.who.clone() };
            self.tell_all(except, &message, out);
        }
    }
}

/// A screen is one kind, with its sound; of anything else sound and picture are judged for themselves.
pub(super) fn may_publish(plan: &RoomPlan, role: Role, publication: &Publication) -> bool {
    let may = |kind| may_send(plan, kind, role);
    if publication.source == Source::Screen {
        return may(Kind::Screen);
    }
    (publication.audio == TrackState::Absent || may(Kind::Audio))
        && (publication.video == TrackState::Absent || may(Kind::Video))
        && (may(Kind::Audio) || may(Kind::Video) || may(Kind::Screen))
}
