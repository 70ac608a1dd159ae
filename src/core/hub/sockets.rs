//! Sockets come and go; what that means for the sessions on them and the rooms those are in.

use super::session::SessionMachine;
use super::timers::Timer;
use super::{Hub, HubOut, Socket, SocketId};
use crate::core::Millis;
use crate::protocol::limits::HELLO_MS;
use crate::protocol::{CloseCode, Online, PeerId, ServerMsg};

impl Hub {
    pub(super) fn opened(&mut self, socket: SocketId, now: Millis, out: &mut Vec<HubOut>) {
        if self.sockets.contains_key(&socket) {
            return;
        }
        if self.draining {
            out.push(HubOut::Close { socket, code: CloseCode::Draining });
            return;
        }
        self.opened += 1;
        self.sockets.insert(socket, Socket { place: self.opened, ..Socket::default() });
        self.timers.set(Timer::Hello(socket), Some(now + HELLO_MS));
    }

    pub(super) fn closed(&mut self, socket: SocketId, clean: bool, now: Millis, out: &mut Vec<HubOut>) {
        self.timers.set(Timer::Hello(socket), None);
        if let Some(peer) = self.sockets.remove(&socket).and_then(|socket| socket.owner) {
            self.interrupt(&peer, clean, now, out);
        }
    }

    /// Closes a socket; its session, if it has one, is waited for.
    pub(super) fn close(&mut self, socket: SocketId, code: CloseCode, now: Millis, out: &mut Vec<HubOut>) {
        if self.sockets.contains_key(&socket) {
            out.push(HubOut::Close { socket, code });
            self.closed(socket, false, now, out);
        }
    }

    /// A session has lost its socket.
    fn interrupt(&mut self, peer: &PeerId, clean: bool, now: Millis, out: &mut Vec<HubOut>) {
        let Some(session) = self.sessions.get_mut(peer) else { return };
        session.detach(clean, now);
        let online = session.online(&self.mint);
        self.timers.set(Timer::Session(peer.clone()), session.absence().map(|absence| absence.until));
        self.directory.pause(peer);
        self.show_online(peer, online, out);
    }

    pub(super) fn silent(&mut self, socket: SocketId, now: Millis, out: &mut Vec<HubOut>) {
        let Some(peer) = self.owner(socket) else { return };
        let Some(session) = self.sessions.get_mut(&peer) else { return };
        if session.fell_silent(now) {
            let online = session.online(&self.mint);
            self.show_online(&peer, online, out);
        }
    }

    pub(super) fn heard(&mut self, peer: &PeerId, out: &mut Vec<HubOut>) {
        if self.sessions.get_mut(peer).is_some_and(SessionMachine::was_heard) {
            self.show_online(peer, Online::Connected, out);
        }
    }

    pub(super) fn show_online(&mut self, peer: &PeerId, online: Online, out: &mut Vec<HubOut>) {
        for key in self.rooms_of(peer) {
            self.in_room(&key, out, |room, mint, said| room.set_online(peer, online, mint, said));
        }
    }

    pub(super) fn drain(&mut self, in_ms: u32, now: Millis, out: &mut Vec<HubOut>) {
        self.draining = true;
        for session in self.sessions.values() {
            session.send_volatile(ServerMsg::GoingAway { in_ms }, out);
        }
        self.timers.set(Timer::Drain, Some(now + Millis::from(in_ms)));
    }
}
