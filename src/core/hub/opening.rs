//! Opening rooms and coming into them: the commands that make members.

use super::buckets::Counted;
use super::membership::{Entrant, Pass};
use super::room::RoomMachine;
use super::terms::Terms;
use super::{Answer, Hub, HubOut, RoomKey, refuse};
use crate::core::Millis;
use crate::protocol::limits::{ORPHAN_MS, ROOMS_PER_SESSION};
use crate::protocol::{
    CreateRoom, ErrorBody, ErrorCode, JoinRoom, KnockId, LobbyId, PeerId, RoomId, Secret, ServerMsg,
};

/// Characters of a room id the server mints, five random bits each.
const ROOM_CHARS: usize = 20;

impl Hub {
    /// Makes a room nobody is in yet, as a form or a server function does; the first to come who may host, hosts it.
    ///
    /// It is kept for `spec.empty_ttl_secs`, at least 120 s. Call [`Machine::handle`](crate::core::Machine::handle)
    /// with a tick afterwards, so that followers of the lobby learn of it.
    ///
    /// # Errors
    /// As for `CreateRoom`: `room_exists`, `room_closed`, `bad_capacity`, `bad_plan`, `bad_patch`, `too_large`,
    /// `forbidden`, `shutting_down`; `unsupported` if it asks for a password, which has to be set from inside.
    pub fn create_empty_room(&mut self, lobby: LobbyId, create: CreateRoom, now: Millis) -> Result<RoomId, ErrorBody> {
        if create.spec.password.is_some() {
            return Err(refuse(ErrorCode::Unsupported, "a password is set from inside the room"));
        }
        let (key, terms) = self.plot(None, lobby, create)?;
        self.build(key.clone(), terms, None, now);
        self.settle(now);
        Ok(key.room)
    }

    pub(super) fn create_room(
        &mut self,
        peer: &PeerId,
        re: Option<u32>,
        create: CreateRoom,
        hash: Option<Secret>,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) -> Answer {
        self.open(peer, re, create, None, hash, now, out)
    }

    /// Opens a room with whoever asks as host. `hash`: of the password, once it is there.
    #[expect(clippy::too_many_arguments, reason = "the parts of two commands")]
    fn open(
        &mut self,
        peer: &PeerId,
        re: Option<u32>,
        create: CreateRoom,
        join: Option<&JoinRoom>,
        hash: Option<Secret>,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) -> Answer {
        self.has_place(peer)?;
        let lobby = self.session(peer)?.lobby.clone();
        let (key, terms) = self.plot(Some((peer, join)), lobby, create.clone())?;
        if hash.is_none() {
            self.spend(peer, Counted::Create, 1, now)?;
            self.spend(peer, Counted::CreateHour, 1, now)?;
            if create.spec.password.is_some() {
                return self.hash_for_creating(peer, re, create, join, now, out);
            }
        }
        let entrant = self.entrant(peer)?;
        self.build(key.clone(), terms, hash, now);
        self.let_in(entrant, &key, Pass::Creator, re, now, out)
    }

    /// Enters a room, or knocks at it. `proven`: the password was right; `lenient`: an invite may be wrong.
    #[expect(clippy::too_many_arguments, reason = "the parts of two commands")]
    pub(super) fn join_room(
        &mut self,
        peer: &PeerId,
        re: Option<u32>,
        join: &JoinRoom,
        lenient: bool,
        proven: bool,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) -> Answer {
        let key = RoomKey { lobby: self.session(peer)?.lobby.clone(), room: join.room.clone() };
        let at = |error: ErrorBody| ErrorBody { room: Some(join.room.clone()), ..error };
        let missing = || refuse(ErrorCode::RoomNotFound, "no such room");
        let entrant = self.entrant(peer)?;
        let room = self.rooms.get(&key).ok_or_else(missing).map_err(at)?;
        let pass = room.admit(&entrant, join, lenient, now).map_err(at)?;
        let waits = self.session(peer)?.waiting.contains(&join.room);
        if !waits {
            self.has_place(peer).map_err(at)?;
        }
        if !proven && matches!(pass, Pass::Guest { .. } | Pass::Knock) && room.password.is_some() {
            return self.verify(peer, re, join, lenient, now, out).map_err(at);
        }
        if pass != Pass::Knock {
            return self.let_in(entrant, &key, pass, re, now, out);
        }
        let knock = |room: &mut RoomMachine, mint: &mut _, said: &mut _| {
            room.knock(entrant, join.role, join.note.clone(), now, mint, said)
        };
        let answer = self.in_room(&key, out, knock).unwrap_or(Ok(None)).map_err(at)?;
        if let Some(session) = self.sessions.get_mut(peer) {
            session.waiting.insert(key.room);
        }
        Ok(answer)
    }

    /// Creates the room, or joins it if it is there: one step, so that of several at once exactly one is host.
    #[expect(clippy::too_many_arguments, reason = "the parts of two commands")]
    pub(super) fn open_or_join(
        &mut self,
        peer: &PeerId,
        re: Option<u32>,
        mut create: CreateRoom,
        join: &JoinRoom,
        hash: Option<Secret>,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) -> Answer {
        if create.room.get_or_insert_with(|| join.room.clone()) != &join.room {
            return Err(refuse(ErrorCode::BadFrame, "two different rooms"));
        }
        let lobby = self.session(peer)?.lobby.clone();
        let key = RoomKey { lobby, room: join.room.clone() };
        if self.rooms.get(&key).is_some_and(|room| !room.is_closed()) {
            return self.join_room(peer, re, join, true, false, now, out);
        }
        self.open(peer, re, create, Some(join), hash, now, out)
    }

    /// Takes back one's own knock, or the place one got by it.
    pub(super) fn cancel_knock(&mut self, peer: &PeerId, knock: &KnockId, out: &mut Vec<HubOut>) -> Answer {
        let session = self.session(peer)?;
        let key = |room: &RoomId| RoomKey { lobby: session.lobby.clone(), room: room.clone() };
        let own = |key: &RoomKey| self.rooms.get(key).is_some_and(|room| room.knocks_as(peer, knock));
        let key = session.waiting.iter().map(key).find(own);
        let key = key.ok_or_else(|| refuse(ErrorCode::NoSuchPeer, "nobody is waiting under this id"))?;
        self.in_room(&key, out, |room, _, said| room.stop_waiting(peer, said));
        Ok(Some(ServerMsg::Ok))
    }

    /// Brings in those who were let in and are there; for the others the place is kept a while.
    pub(super) fn bring_in(&mut self, now: Millis, out: &mut Vec<HubOut>) {
        for (peer, key) in std::mem::take(&mut self.admitted) {
            let here = self.sessions.get(&peer).is_some_and(|session| session.socket().is_some());
            let role = self.rooms.get(&key).and_then(|room| room.door.reserved_role(&peer));
            let (true, Some(role), Ok(entrant)) = (here, role, self.entrant(&peer)) else { continue };
            // The place was kept, but the room may have been made smaller.
            if self.rooms.get(&key).is_none_or(|room| room.members.len() >= usize::from(room.terms.capacity)) {
                self.in_room(&key, out, |room, _, said| room.turn_away(&peer, said));
                continue;
            }
            // Nothing is left that could refuse it.
            let _ = self.let_in(entrant, &key, Pass::Reserved { role }, None, now, out);
        }
    }

    fn has_place(&self, peer: &PeerId) -> Result<(), ErrorBody> {
        let session = self.session(peer)?;
        if session.rooms.len() + session.waiting.len() < ROOMS_PER_SESSION {
            Ok(())
        } else {
            Err(refuse(ErrorCode::TooManyRooms, "in too many rooms at once"))
        }
    }

    /// Finds the place for a new room. One that is over keeps its id from all but those who hosted it.
    fn plot(
        &mut self,
        opener: Option<(&PeerId, Option<&JoinRoom>)>,
        lobby: LobbyId,
        create: CreateRoom,
    ) -> Result<(RoomKey, Terms), ErrorBody> {
        let room = create.room.clone().unwrap_or_else(|| self.mint.id(ROOM_CHARS));
        let at = |error: ErrorBody| ErrorBody { room: Some(room.clone()), ..error };
        if self.draining {
            return Err(at(refuse(ErrorCode::ShuttingDown, "this server is about to stop")));
        }
        let terms = Terms::check(create.spec).map_err(at)?;
        let key = RoomKey { lobby, room: room.clone() };
        if let Some(old) = self.rooms.get(&key) {
            let hosted = opener.is_some_and(|(peer, join)| {
                old.last_host.as_ref() == Some(peer) || join.is_some_and(|join| old.is_claim(join))
            });
            if !old.is_closed() {
                return Err(at(refuse(ErrorCode::RoomExists, "a room of that id is there")));
            }
            if !hosted {
                return Err(at(refuse(ErrorCode::RoomClosed, "a room of that id has just ended")));
            }
        }
        let holder = self.handles.holder(&key.lobby, room.as_str());
        if holder.is_some_and(|holder| opener.is_none_or(|(peer, _)| peer != holder)) {
            return Err(at(refuse(ErrorCode::Forbidden, "this id is somebody's handle")));
        }
        Ok((key, terms))
    }

    /// Puts an empty room there.
    fn build(&mut self, key: RoomKey, terms: Terms, password: Option<Secret>, now: Millis) {
        let wait = (Millis::from(terms.empty_ttl_secs) * 1000).max(ORPHAN_MS);
        let room = RoomMachine::new(key.clone(), terms, password, wait, &self.mint, now);
        self.touched.insert(key.clone());
        self.rooms.insert(key, room);
    }

    fn entrant(&self, peer: &PeerId) -> Result<Entrant, ErrorBody> {
        let session = self.session(peer)?;
        Ok(Entrant {
            peer: peer.clone(),
            profile: session.profile.clone(),
            engine: session.engine,
            online: session.online(&self.mint),
            known: session.known(),
        })
    }

    /// Makes a member, says so, and shows who is waiting to those who may decide.
    fn let_in(
        &mut self,
        entrant: Entrant,
        key: &RoomKey,
        pass: Pass,
        re: Option<u32>,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) -> Answer {
        let peer = entrant.peer.clone();
        let snapshot = self.in_room(key, out, |room, mint, said| room.enter(entrant, pass, now, mint, said)).flatten();
        let snapshot = snapshot.ok_or_else(|| refuse(ErrorCode::Internal, "the room is gone"))?;
        if let Some(session) = self.sessions.get(&peer) {
            self.send_relay(session, now, out);
        }
        if let Some(session) = self.sessions.get_mut(&peer) {
            session.rooms.insert(key.room.clone());
            session.send(re, ServerMsg::Joined(Box::new(snapshot)), out);
        }
        self.in_room(key, out, |room, _, said| room.show_knocks(&peer, None, said));
        Ok(None)
    }
}
