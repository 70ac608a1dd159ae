//! The beginning and the end of sessions: hello, welcome, coming back, good-bye.

use super::mint::digest;
use super::session::{Engine, SessionMachine};
use super::timers::Timer;
use super::{Hub, HubOut, SocketId, clean, refuse};
use crate::core::Millis;
use crate::protocol::limits::{PING_MS, RESUME_WINDOW_MS};
use crate::protocol::{
    CloseCode, ErrorBody, ErrorCode, Hello, LeaveReason, LobbyId, Online, PeerId, Resume, ResumeOutcome, RoomSnapshot,
    Secret, ServerFrame, ServerMsg, VERSION, Welcome,
};

/// Characters of a peer id, five random bits each.
const PEER_CHARS: usize = 20;

impl Hub {
    /// Starts a session or goes on with one. What is wrong with a hello can be put right by another one in time.
    pub(super) fn hello(&mut self, socket: SocketId, hello: Hello, now: Millis, out: &mut Vec<HubOut>) {
        if hello.version.major != VERSION.major {
            let error = refuse(ErrorCode::UnsupportedVersion, "this server speaks another version");
            answer_stranger(socket, error, out);
            return self.close(socket, CloseCode::Version, now, out);
        }
        let resumable = hello.resume.as_ref().and_then(|resume| self.resumable(resume, &hello.lobby));
        match (resumable, &hello.resume) {
            (Some(peer), Some(resume)) => {
                let resume = resume.clone();
                self.come_back(socket, &peer, &hello, &resume, now, out);
            }
            _ => self.start(socket, hello, now, out),
        }
    }

    fn start(&mut self, socket: SocketId, hello: Hello, now: Millis, out: &mut Vec<HubOut>) {
        let profile = match clean::profile(hello.profile.clone()) {
            Ok(profile) => profile,
            Err(error) => return answer_stranger(socket, error, out),
        };
        let peer: PeerId = self.mint.id(PEER_CHARS);
        if let Some(handle) = &profile.handle
            && !self.handles.lease(&hello.lobby, handle, &peer)
        {
            let error = refuse(ErrorCode::HandleTaken, "somebody else has this handle");
            return answer_stranger(socket, error, out);
        }
        let engine = Engine::of(&hello.client);
        let (mut session, token) =
            SessionMachine::new(peer.clone(), hello.lobby.clone(), profile, engine, &mut self.mint);
        session.attach(socket, self.place(socket));
        self.tokens.extend(session.tokens().map(|token| (token, peer.clone())));
        self.sessions.insert(peer.clone(), session);
        self.bind(socket, &peer);
        self.welcome(&peer, &hello, ResumeOutcome::Fresh, token, Vec::new(), now, out);
    }

    /// Whose session a token resumes, in that lobby.
    fn resumable(&self, resume: &Resume, lobby: &LobbyId) -> Option<PeerId> {
        let peer = self.tokens.get(&digest(&resume.token))?;
        self.sessions.get(peer).filter(|session| session.lobby == *lobby).map(|session| session.peer.clone())
    }

    fn come_back(
        &mut self,
        socket: SocketId,
        peer: &PeerId,
        hello: &Hello,
        resume: &Resume,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) {
        let place = self.place(socket);
        let Some(session) = self.sessions.get_mut(peer) else { return };
        if session.is_past(place) {
            return self.close(socket, CloseCode::Superseded, now, out);
        }
        let old = session.socket();
        if let Some(old) = old {
            self.sockets.remove(&old);
            out.push(HubOut::Close { socket: old, code: CloseCode::Superseded });
            session.detach(false, now);
        }
        let (void, token) = session.rotate_token(digest(&resume.token), &mut self.mint);
        session.engine = Engine::of(&hello.client);
        let (tokens, outcome) = (session.tokens(), session.outcome(resume.last_seen));
        if let Some(void) = void {
            self.tokens.remove(&void);
        }
        self.tokens.extend(tokens.map(|token| (token, peer.clone())));
        // Whatever this says to the session itself is among what it missed.
        self.show_online(peer, Online::Connected, out);
        if let Some(session) = self.sessions.get_mut(peer) {
            session.attach(socket, place);
        }
        self.bind(socket, peer);
        let fresh_view = outcome == ResumeOutcome::Snapshot;
        let rooms = if fresh_view { self.snapshots(peer) } else { Vec::new() };
        self.welcome(peer, hello, outcome, token, rooms, now, out);
        if let Some(session) = self.sessions.get_mut(peer) {
            if fresh_view {
                session.forget_frames();
            } else {
                session.replay(resume.last_seen, out);
            }
        }
        if fresh_view {
            for key in self.rooms_of(peer) {
                self.in_room(&key, out, |room, _, said| room.show_knocks(peer, None, said));
            }
        }
        self.admitted.extend(self.waiting_of(peer).into_iter().map(|key| (peer.clone(), key)));
        let mut news = Vec::new();
        self.directory.resume(peer, fresh_view, now, &mut news);
        self.tell_news(news, out);
    }

    fn place(&self, socket: SocketId) -> u64 {
        self.sockets.get(&socket).map_or(0, |socket| socket.place)
    }

    fn bind(&mut self, socket: SocketId, peer: &PeerId) {
        if let Some(socket) = self.sockets.get_mut(&socket) {
            socket.owner = Some(peer.clone());
            let origin = socket.origin;
            if let Some(session) = self.sessions.get_mut(peer) {
                session.origin = origin;
            }
        }
        self.timers.set(Timer::Hello(socket), None);
        self.timers.set(Timer::Session(peer.clone()), None);
    }

    fn snapshots(&mut self, peer: &PeerId) -> Vec<RoomSnapshot> {
        let keys = self.rooms_of(peer);
        keys.iter().filter_map(|key| self.rooms.get_mut(key)?.resumed_snapshot(peer, &mut self.mint)).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "each is one field of the welcome")]
    fn welcome(
        &self,
        peer: &PeerId,
        hello: &Hello,
        resumed: ResumeOutcome,
        resume_token: Secret,
        rooms: Vec<RoomSnapshot>,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) {
        let Some(session) = self.sessions.get(peer) else { return };
        let welcome = Welcome {
            version: VERSION.min(hello.version),
            features: self.config.features.intersection(&hello.features).cloned().collect(),
            peer: peer.clone(),
            resumed,
            commands_done: session.done(),
            resume_token,
            resume_window_ms: RESUME_WINDOW_MS as u32,
            heartbeat_ms: PING_MS as u32,
            limits: self.config.limits.clone(),
            ice: self.ice(peer, now),
            rooms,
            now_ms: self.mint.wall(now),
        };
        session.send_volatile(ServerMsg::Welcome(Box::new(welcome)), out);
    }

    /// Ends a session for good: out of all rooms, nothing kept.
    pub(super) fn end_session(&mut self, peer: &PeerId, why: LeaveReason, now: Millis, out: &mut Vec<HubOut>) {
        for key in self.rooms_of(peer) {
            self.in_room(&key, out, |room, mint, said| room.leave(peer, why, now, mint, said));
        }
        for key in self.waiting_of(peer) {
            self.in_room(&key, out, |room, _, said| room.stop_waiting(peer, said));
        }
        self.directory.remove(peer);
        self.timers.set(Timer::Session(peer.clone()), None);
        let Some(session) = self.sessions.remove(peer) else { return };
        for token in session.tokens() {
            self.tokens.remove(&token);
        }
        if let Some(handle) = &session.profile.handle
            && let Some((name, until)) = self.handles.release(&session.lobby, handle, now)
        {
            self.timers.set(Timer::Handle(session.lobby.clone(), name), Some(until));
        }
        if let Some(socket) = session.socket() {
            self.sockets.remove(&socket);
            out.push(HubOut::Close { socket, code: CloseCode::Normal });
        }
    }
}

/// Tells a socket without a session what is wrong with what it said.
pub(super) fn answer_stranger(socket: SocketId, error: ErrorBody, out: &mut Vec<HubOut>) {
    let frame = ServerFrame { n: None, re: None, ack: 0, m: ServerMsg::Error(error) };
    out.push(HubOut::Send { socket, frame: Box::new(frame) });
}
