//! What clients say, one frame after the other: checked, carried out, answered.

use super::buckets::Counted;
use super::conversation::Saying;
use super::session::Turn;
use super::{Answer, Hub, HubOut, RoomKey, SocketId, clean, refuse};
use crate::core::Millis;
use crate::protocol::limits::{FRAME_HARD_BYTES, FRAME_SOFT_BYTES};
use crate::protocol::{
    Change, ClientFrame, ClientMsg, CloseCode, ErrorBody, ErrorCode, LeaveReason, PeerId, ProfilePatch, RoomId,
    RoomPatch, Secret, ServerMsg,
};

/// Frames that cannot be read, or are out of order, before a session is taken for hostile.
const MALFORMED_FRAMES: u32 = 20;

impl Hub {
    pub(super) fn frame(
        &mut self,
        socket: SocketId,
        frame: ClientFrame,
        bytes: usize,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) {
        let Some(owner) = self.sockets.get(&socket).map(|socket| socket.owner.clone()) else { return };
        if bytes > FRAME_HARD_BYTES {
            return self.close(socket, CloseCode::TooBig, now, out);
        }
        let Some(peer) = owner else {
            return match frame.m {
                ClientMsg::Hello(hello) if bytes <= FRAME_SOFT_BYTES => self.hello(socket, hello, now, out),
                _ => self.close(socket, CloseCode::HelloExpected, now, out),
            };
        };
        self.heard(&peer, out);
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        if let Some(void) = session.confirm_token() {
            self.tokens.remove(&void);
        }
        session.acknowledge(frame.ack);
        match session.turn(frame.n) {
            Turn::Done => {}
            Turn::Gap => self.bad_frame(socket, &peer, "a command is missing before this one", now, out),
            Turn::Now => {
                let soft = matches!(
                    frame.m,
                    ClientMsg::Signal { .. } | ClientMsg::UpdateRoom { .. } | ClientMsg::Relay { .. }
                );
                let answer = if bytes > FRAME_SOFT_BYTES && !soft {
                    Err(refuse(ErrorCode::TooLarge, "the frame is too large"))
                } else {
                    self.command(&peer, frame.n, frame.m, now, out)
                };
                self.answer(&peer, frame.n, answer, out);
            }
        }
    }

    pub(super) fn answer(&mut self, peer: &PeerId, re: Option<u32>, answer: Answer, out: &mut Vec<HubOut>) {
        // Gone after `Bye`.
        let Some(session) = self.sessions.get_mut(peer) else { return };
        match answer {
            Ok(None) => {}
            Ok(Some(pong @ ServerMsg::Pong { .. })) => session.send_volatile(pong, out),
            Ok(Some(message)) => session.send(re, message, out),
            Err(error) if re.is_none() => session.send_volatile(ServerMsg::Error(error), out),
            Err(error) => session.send(re, ServerMsg::Error(error), out),
        }
    }

    /// Something came that is no frame.
    pub(super) fn malformed(&mut self, socket: SocketId, now: Millis, out: &mut Vec<HubOut>) {
        match self.sockets.get(&socket).map(|socket| socket.owner.clone()) {
            None => {}
            Some(None) => self.close(socket, CloseCode::HelloExpected, now, out),
            Some(Some(peer)) => {
                self.heard(&peer, out);
                self.bad_frame(socket, &peer, "this is no frame", now, out);
            }
        }
    }

    fn bad_frame(&mut self, socket: SocketId, peer: &PeerId, message: &str, now: Millis, out: &mut Vec<HubOut>) {
        let Some(session) = self.sessions.get_mut(peer) else { return };
        session.malformed = session.malformed.saturating_add(1);
        let hostile = session.malformed >= MALFORMED_FRAMES;
        session.send_volatile(ServerMsg::Error(refuse(ErrorCode::BadFrame, message)), out);
        if hostile {
            self.close(socket, CloseCode::Flooding, now, out);
        }
    }

    fn command(
        &mut self,
        peer: &PeerId,
        n: Option<u32>,
        message: ClientMsg,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) -> Answer {
        match message {
            ClientMsg::Hello(_) => Err(refuse(ErrorCode::AlreadyHello, "this session has begun")),
            ClientMsg::Ping { nonce } => Ok(Some(ServerMsg::Pong { nonce })),
            ClientMsg::Bye => {
                self.end_session(peer, LeaveReason::Left, now, out);
                Ok(None)
            }
            ClientMsg::RefreshIceServers => Ok(Some(ServerMsg::IceServers(self.ice(peer, now)))),
            ClientMsg::CreateRoom(create) => self.create_room(peer, n, create, None, now, out),
            ClientMsg::JoinRoom(join) => {
                self.spend(peer, Counted::Join, 1, now)?;
                self.join_room(peer, n, &join, false, false, now, out)
            }
            ClientMsg::OpenOrJoin { create, join } => {
                self.spend(peer, Counted::Join, 1, now)?;
                self.open_or_join(peer, n, create, &join, None, now, out)
            }
            ClientMsg::LeaveRoom { room } => {
                self.with_room(peer, room, out, |room, mint, said| room.leave(peer, LeaveReason::Left, now, mint, said))
            }
            ClientMsg::CloseRoom { room, reason: _ } => {
                self.with_room(peer, room, out, |room, _, said| room.close_by(peer, now, said))
            }
            ClientMsg::UpdateProfile { patch } => self.update_profile(peer, patch, out),
            ClientMsg::Publish { room, publications } => {
                self.with_room(peer, room, out, |room, _, said| room.publish(peer, publications, said))
            }
            ClientMsg::SetPresence { room, presence } => {
                self.with_room(peer, room, out, |room, _, said| room.set_presence(peer, presence, said))
            }
            ClientMsg::LookupRoom { room, watch } => {
                self.spend(peer, Counted::LookUp, 1, now)?;
                let lobby = self.session(peer)?.lobby.clone();
                Ok(Some(self.directory.look_up(peer, &lobby, room, watch)))
            }
            ClientMsg::WatchLobby { filter } => {
                self.spend(peer, Counted::LookUp, 1, now)?;
                let lobby = self.session(peer)?.lobby.clone();
                Ok(Some(self.directory.watch(peer, &lobby, filter, now)))
            }
            ClientMsg::UnwatchLobby => {
                self.directory.unwatch(peer);
                Ok(Some(ServerMsg::Ok))
            }
            ClientMsg::Signal { room, to, link, body } => {
                let pace = self.paces.of(Counted::Signal);
                self.through_room(peer, room, out, |room, said| room.signal(peer, to, link, body, pace, now, said))
            }
            ClientMsg::RebuildLink { room, peer: to, link } => {
                self.with_room(peer, room, out, |room, mint, said| room.rebuild(peer, &to, link, now, mint, said))
            }
            ClientMsg::UpdateRoom { room, patch } if matches!(patch.password, Some(Change::Set(_))) => {
                self.hash_for_updating(peer, n, room, patch, now, out)
            }
            ClientMsg::UpdateRoom { room, patch } => self.update_room(peer, room, patch, None, now, out),
            ClientMsg::Eject { room, peer: whom, reason, ban_secs } => {
                let known = self.sessions.get(&whom).map(super::SessionMachine::known).unwrap_or_default();
                self.with_room(peer, room, out, |room, mint, said| {
                    room.eject(peer, &whom, reason, ban_secs, known, now, mint, said)
                })
            }
            ClientMsg::TransferHost { room, to } => {
                self.with_room(peer, room, out, |room, mint, said| room.transfer(peer, &to, mint, said))
            }
            ClientMsg::SetRole { room, peer: whom, role } => {
                self.with_room(peer, room, out, |room, mint, said| room.set_role(peer, &whom, role, mint, said))
            }
            ClientMsg::AskMedia { room, to, ask } => {
                self.with_room(peer, room, out, |room, _, said| room.ask_media(peer, &to, &ask, said))
            }
            ClientMsg::Say { room, to, topic, body, keep } => {
                self.spend(peer, Counted::Say, 1, now)?;
                let saying = Saying { to, topic, body, keep, volatile: n.is_none() };
                self.with_room(peer, room, out, |room, mint, said| room.say(peer, saying, now, mint, said))
            }
            ClientMsg::Relay { room, to, lane, frame } => {
                self.spend(peer, Counted::Relay, frame.len() as u64, now)?;
                self.spend(peer, Counted::RelayHour, frame.len() as u64, now)?;
                self.through_room(peer, room, out, |room, said| room.relay(peer, to, lane, frame, said))
            }
            ClientMsg::CancelKnock { knock } => self.cancel_knock(peer, &knock, out),
            ClientMsg::ResolveKnock { room, knock, decision } => {
                self.with_room(peer, room, out, |room, _, said| room.resolve(peer, &knock, decision, now, said))
            }
            ClientMsg::CreateInvite { room, role, uses, ttl_secs } => {
                self.with_room(peer, room, out, |room, mint, _| room.invite(peer, role, uses, ttl_secs, now, mint))
            }
            ClientMsg::RevokeInvites { room } => {
                self.with_room(peer, room, out, |room, _, _| room.revoke_invites(peer))
            }
            ClientMsg::Unknown => {
                self.unknown += 1;
                Ok(None)
            }
        }
    }

    pub(super) fn session(&self, peer: &PeerId) -> Result<&super::SessionMachine, ErrorBody> {
        self.sessions.get(peer).ok_or_else(|| refuse(ErrorCode::Internal, "the session is gone"))
    }

    /// Speaks to a room of the session's lobby as one who ought to be a member of it.
    pub(super) fn with_room(
        &mut self,
        peer: &PeerId,
        room: RoomId,
        out: &mut Vec<HubOut>,
        speak: impl FnOnce(&mut super::RoomMachine, &mut super::Mint, &mut Vec<super::RoomOut>) -> Answer,
    ) -> Answer {
        let key = RoomKey { lobby: self.session(peer)?.lobby.clone(), room };
        let answer = match self.own_room(peer, &key).map(drop) {
            Ok(()) => self.in_room(&key, out, speak).unwrap_or(Ok(None)),
            Err(error) => Err(error),
        };
        answer.map_err(|error| ErrorBody { room: Some(key.room), ..error })
    }

    /// The same for what only passes through: it changes nothing that outsiders or timers would have to know.
    fn through_room(
        &mut self,
        peer: &PeerId,
        room: RoomId,
        out: &mut Vec<HubOut>,
        speak: impl FnOnce(&mut super::RoomMachine, &mut Vec<super::RoomOut>) -> Answer,
    ) -> Answer {
        let key = RoomKey { lobby: self.session(peer)?.lobby.clone(), room };
        let mut said = Vec::new();
        let answer = self.own_room(peer, &key).and_then(|room| speak(room, &mut said));
        self.pass_on(&key, said, out);
        answer.map_err(|error| ErrorBody { room: Some(key.room), ..error })
    }

    /// A room somebody is a member of.
    fn own_room(&mut self, peer: &PeerId, key: &RoomKey) -> Result<&mut super::RoomMachine, ErrorBody> {
        match self.rooms.get_mut(key) {
            None => Err(refuse(ErrorCode::RoomNotFound, "no such room")),
            Some(room) if room.is_closed() => Err(refuse(ErrorCode::RoomClosed, "this room is over")),
            Some(room) if room.member(peer).is_none() => Err(refuse(ErrorCode::NotInRoom, "not in this room")),
            Some(room) => Ok(room),
        }
    }

    /// Changes a room; `hash`: of a new password.
    pub(super) fn update_room(
        &mut self,
        peer: &PeerId,
        room: RoomId,
        patch: Box<RoomPatch>,
        hash: Option<Secret>,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) -> Answer {
        let pictures = self.paces.of(Counted::Thumbnail);
        self.with_room(peer, room, out, |room, mint, said| room.update(peer, *patch, hash, pictures, now, mint, said))
    }

    fn update_profile(&mut self, peer: &PeerId, patch: ProfilePatch, out: &mut Vec<HubOut>) -> Answer {
        let profile = clean::patched(&self.session(peer)?.profile, patch)?;
        for key in self.rooms_of(peer) {
            self.in_room(&key, out, |room, _, said| room.set_profile(peer, &profile, said));
        }
        if let Some(session) = self.sessions.get_mut(peer) {
            session.profile = profile;
        }
        Ok(Some(ServerMsg::Ok))
    }
}
