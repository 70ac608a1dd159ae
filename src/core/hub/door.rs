//! Knocking: who asks to be let in, who decides, and the place that is kept for who was let in.

use super::authority::Action;
use super::membership::Entrant;
use super::mint::Mint;
use super::moderation::Known;
use super::room::{Phase, RoomMachine, RoomOut};
use super::{Answer, clean, refuse};
use crate::core::Millis;
use crate::protocol::limits::{KNOCK_MS, KNOCKS_PER_ROOM, RESERVATION_MS, TOPIC_CHARS};
use crate::protocol::{ErrorCode, KnockDecision, KnockId, PeerId, Profile, Role, ServerMsg};

/// Characters of a knock id, five random bits each.
const KNOCK_CHARS: usize = 16;

/// Somebody asks to be let in.
struct Knock {
    id: KnockId,
    peer: PeerId,
    profile: Profile,
    note: Option<String>,
    /// What they asked to be at most.
    role: Option<Role>,
    known: Vec<Known>,
    until: Millis,
}

/// A place kept for somebody who was let in and is not there yet.
struct Reservation {
    id: KnockId,
    peer: PeerId,
    role: Role,
    known: Vec<Known>,
    until: Millis,
}

/// Who is in front of the room, in the order they came.
#[derive(Default)]
pub(super) struct Door {
    knocks: Vec<Knock>,
    reserved: Vec<Reservation>,
}

impl Door {
    pub(super) fn deadline(&self) -> Option<Millis> {
        let knocks = self.knocks.iter().map(|knock| knock.until);
        knocks.chain(self.reserved.iter().map(|place| place.until)).min()
    }

    /// Places kept for others than this one.
    pub(super) fn reserved_for_others(&self, peer: &PeerId) -> usize {
        self.reserved.iter().filter(|place| place.peer != *peer).count()
    }

    /// What somebody who was let in will be.
    pub(super) fn reserved_role(&self, peer: &PeerId) -> Option<Role> {
        self.reserved.iter().find(|place| place.peer == *peer).map(|place| place.role)
    }

    /// Everybody in front of the room.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &PeerId> {
        self.knocking().map(|(_, peer)| peer).chain(self.expected())
    }

    /// Those who have to be let in.
    pub(super) fn knocking(&self) -> impl Iterator<Item = (&KnockId, &PeerId)> {
        self.knocks.iter().map(|knock| (&knock.id, &knock.peer))
    }

    /// Those who were let in and are not there yet.
    pub(super) fn expected(&self) -> impl Iterator<Item = &PeerId> {
        self.reserved.iter().map(|place| &place.peer)
    }

    /// Pending knocks and kept places.
    pub(super) fn held(&self) -> (usize, usize) {
        (self.knocks.len(), self.reserved.len())
    }
}

impl RoomMachine {
    /// Puts somebody in front of the door and tells those who may open it.
    pub(super) fn knock(
        &mut self,
        entrant: Entrant,
        role: Option<Role>,
        note: Option<String>,
        now: Millis,
        mint: &mut Mint,
        out: &mut Vec<RoomOut>,
    ) -> Answer {
        if self.door.waiting().any(|peer| *peer == entrant.peer) {
            return Err(refuse(ErrorCode::KnockPending, "already waiting to be let in"));
        }
        if self.door.knocks.len() >= KNOCKS_PER_ROOM {
            return Err(refuse(ErrorCode::Busy, "too many people are waiting to be let in"));
        }
        let knock = Knock {
            id: mint.id(KNOCK_CHARS),
            peer: entrant.peer,
            profile: entrant.profile,
            note: note.map(|note| clean::line(&note, TOPIC_CHARS)),
            role,
            known: entrant.known,
            until: now + KNOCK_MS,
        };
        let received = self.received(&knock);
        self.tell_keepers(None, &received, out);
        let waiting = ServerMsg::Waiting {
            room: self.key.room.clone(),
            knock: knock.id.clone(),
            position: u16::try_from(self.door.knocks.len() + 1).unwrap_or(u16::MAX),
        };
        self.door.knocks.push(knock);
        Ok(Some(waiting))
    }

    /// Lets somebody in or not. Whoever is let in has a place from this moment on.
    pub(super) fn resolve(
        &mut self,
        by: &PeerId,
        id: &KnockId,
        decision: KnockDecision,
        now: Millis,
        out: &mut Vec<RoomOut>,
    ) -> Answer {
        self.may(by, Action::SeeKnocks)?;
        let place = self.door.knocks.iter().position(|knock| knock.id == *id);
        let place = place.ok_or_else(|| refuse(ErrorCode::NoSuchPeer, "nobody is waiting under this id"))?;
        if let KnockDecision::Admit { role } = decision {
            self.may(by, Action::Admit { grant: role })?;
            if self.phase != Phase::Active {
                return Err(refuse(ErrorCode::Forbidden, "nobody is let in while there is no host"));
            }
            if self.members.len() + self.door.reserved.len() >= usize::from(self.terms.capacity) {
                return Err(refuse(ErrorCode::RoomFull, "this room is full"));
            }
        }
        let knock = self.door.knocks.remove(place);
        self.withdrawn(knock.id.clone(), Some(by), out);
        let admitted = match decision {
            KnockDecision::Admit { role } => {
                let role = knock.role.unwrap_or(role).min(role);
                let until = now + RESERVATION_MS;
                let (id, peer, known) = (knock.id.clone(), knock.peer.clone(), knock.known);
                self.door.reserved.push(Reservation { id, peer, role, known, until });
                true
            }
            KnockDecision::Deny => false,
            KnockDecision::DenyAndBlock { secs } => {
                self.ban(knock.known, secs, now, out);
                false
            }
        };
        self.resolved(knock.peer.clone(), knock.id, admitted, out);
        let peer = knock.peer;
        out.push(if admitted { RoomOut::Admitted { peer } } else { RoomOut::Dismissed { peer } });
        Ok(Some(ServerMsg::Ok))
    }

    /// Takes somebody away from the door; those who might have opened it are told. False if nobody was there.
    pub(super) fn stop_waiting(&mut self, peer: &PeerId, out: &mut Vec<RoomOut>) -> bool {
        let waited = self.door.waiting().any(|waiting| waiting == peer);
        if let Some(place) = self.door.knocks.iter().position(|knock| knock.peer == *peer) {
            let knock = self.door.knocks.remove(place);
            self.withdrawn(knock.id, None, out);
        }
        self.door.reserved.retain(|place| place.peer != *peer);
        if waited {
            out.push(RoomOut::Dismissed { peer: peer.clone() });
        }
        waited
    }

    /// The place somebody was promised is not there any more.
    pub(super) fn turn_away(&mut self, peer: &PeerId, out: &mut Vec<RoomOut>) {
        let place = self.door.reserved.iter().find(|place| place.peer == *peer);
        if let Some(id) = place.map(|place| place.id.clone()) {
            self.stop_waiting(peer, out);
            self.resolved(peer.clone(), id, false, out);
        }
    }

    /// Sends away whoever is in front of the room and known by one of these.
    pub(super) fn turn_away_known(&mut self, known: &[Known], out: &mut Vec<RoomOut>) {
        let same = |theirs: &[Known]| theirs.iter().any(|theirs| known.contains(theirs));
        let knocks = self.door.knocks.iter().filter(|knock| same(&knock.known));
        let mut away: Vec<(PeerId, KnockId)> = knocks.map(|knock| (knock.peer.clone(), knock.id.clone())).collect();
        let reserved = self.door.reserved.iter().filter(|place| same(&place.known));
        away.extend(reserved.map(|place| (place.peer.clone(), place.id.clone())));
        for (peer, id) in away {
            self.stop_waiting(&peer, out);
            self.resolved(peer, id, false, out);
        }
    }

    /// Is this somebody's own knock?
    pub(super) fn knocks_as(&self, peer: &PeerId, id: &KnockId) -> bool {
        self.door.knocks.iter().any(|knock| knock.peer == *peer && knock.id == *id)
            || self.door.reserved.iter().any(|place| place.peer == *peer && place.id == *id)
    }

    /// Those who waited too long, or did not come although they were let in.
    pub(super) fn tick_door(&mut self, now: Millis, out: &mut Vec<RoomOut>) {
        let mut late: Vec<(PeerId, KnockId)> = Vec::new();
        let knocks = self.door.knocks.iter().filter(|knock| knock.until <= now);
        late.extend(knocks.map(|knock| (knock.peer.clone(), knock.id.clone())));
        let reserved = self.door.reserved.iter().filter(|place| place.until <= now);
        late.extend(reserved.map(|place| (place.peer.clone(), place.id.clone())));
        for (peer, id) in late {
            self.stop_waiting(&peer, out);
            self.resolved(peer, id, false, out);
        }
    }

    /// The room is over; nobody will open.
    pub(super) fn shut_door(&mut self, out: &mut Vec<RoomOut>) {
        let Door { knocks, reserved } = std::mem::take(&mut self.door);
        let knocks = knocks.into_iter().map(|knock| (knock.peer, knock.id));
        for (peer, id) in knocks.chain(reserved.into_iter().map(|place| (place.peer, place.id))) {
            out.push(RoomOut::Dismissed { peer: peer.clone() });
            self.resolved(peer, id, false, out);
        }
    }

    /// Shows a member who may decide now, and could not before, who is waiting.
    pub(super) fn show_knocks(&self, peer: &PeerId, before: Option<Role>, out: &mut Vec<RoomOut>) {
        let may = self.may(peer, Action::SeeKnocks).is_ok();
        if may && before.is_none_or(|before| before < Role::Moderator) {
            for knock in &self.door.knocks {
                out.push(RoomOut::Tell { to: peer.clone(), message: self.received(knock) });
            }
        }
    }

    fn received(&self, knock: &Knock) -> ServerMsg {
        ServerMsg::KnockReceived {
            room: self.key.room.clone(),
            knock: knock.id.clone(),
            profile: knock.profile.clone(),
            note: knock.note.clone(),
        }
    }

    fn withdrawn(&self, knock: KnockId, by: Option<&PeerId>, out: &mut Vec<RoomOut>) {
        self.tell_keepers(by, &ServerMsg::KnockWithdrawn { room: self.key.room.clone(), knock }, out);
    }

    fn resolved(&self, to: PeerId, knock: KnockId, admitted: bool, out: &mut Vec<RoomOut>) {
        let message = ServerMsg::KnockResolved { room: self.key.room.clone(), knock, admitted };
        out.push(RoomOut::Tell { to, message });
    }

    fn tell_keepers(&self, except: Option<&PeerId>, message: &ServerMsg, out: &mut Vec<RoomOut>) {
        let keepers = self.members.iter().map(|member| &member.who.peer);
        for to in keepers.filter(|peer| Some(*peer) != except && self.may(peer, Action::SeeKnocks).is_ok()) {
            out.push(RoomOut::Tell { to: to.clone(), message: message.clone() });
        }
    }
}
