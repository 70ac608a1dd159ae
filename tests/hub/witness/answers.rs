//! Answers: one for every command, no trace of one that was refused, and not too much for any.

use super::{Cause, Key, Said, Witness, member};
use multirtc::core::hub::{HubOut, Portrait};
use multirtc::protocol::*;
use std::collections::BTreeMap;

type Rooms = BTreeMap<Key, Portrait>;

impl Witness {
    pub(super) fn check_answers(&mut self, cause: &Cause, before: &Rooms, out: &[HubOut]) {
        let mut answer = None;
        let said = cause.said();
        for effect in out {
            let HubOut::Send { socket, frame } = effect else { continue };
            let Some(to) = self.owner(*socket) else { continue };
            let replay = matches!(cause, Cause::Hello { socket: hello, .. } if hello == socket);
            if let Some((session, re)) = self.sessions.get_mut(&to).zip(frame.re) {
                assert!(session.owed.remove(&re) || replay, "{to} has its answer to {re} already: {frame:?}");
            }
            if said.is_some_and(|said| said.by == to && (frame.re, said.n.is_some()) == (said.n, true)) {
                answer = Some(&frame.m);
            }
        }
        let mut jobs = 0;
        for effect in out {
            if let HubOut::HashPassword { job, .. } | HubOut::VerifyPassword { job, .. } = effect {
                jobs += 1;
                let said = said.expect("a password is hashed for nobody");
                self.jobs.insert(*job, said.clone());
                self.check_hashing(said, effect);
            }
        }
        assert!(jobs <= 1, "two hashes for one command");
        let Some(said) = said.filter(|said| self.connected(&said.by)) else { return };
        let volatile_error = |effect: &HubOut| {
            matches!(effect, HubOut::Send { frame, .. }
                if frame.n.is_none() && matches!(frame.m, ServerMsg::Error(_)))
        };
        match answer {
            Some(ServerMsg::Error(error)) => self.check_refused(said, error, before),
            Some(_) => {}
            None if jobs == 1 || said.n.is_none() && out.iter().any(volatile_error) => {}
            None => self.check_silent(said, out),
        }
        self.check_amount(said, before, out);
    }

    /// A refused command has left everything as it was, and nobody else has heard of it.
    fn check_refused(&self, said: &Said, error: &ErrorBody, before: &Rooms) {
        // A wrong password too many changes whom the room admits.
        if self.heard || error.code == ErrorCode::PasswordWrong {
            return;
        }
        assert_eq!(*before, self.rooms, "refused, and not without effect: {said:?} {error:?}");
        assert_eq!(self.frames, 1, "refused, and somebody heard of it: {said:?} {error:?}");
    }

    /// What is answered only when it fails has had its effect.
    fn check_silent(&mut self, said: &Said, out: &[HubOut]) {
        let Some(session) = self.sessions.get_mut(&said.by) else { return };
        said.n.iter().for_each(|n| assert!(session.owed.remove(n), "owed to nobody"));
        let lobby = session.lobby.clone();
        let me = |room: &RoomId| {
            let room = self.rooms.get(&(lobby.clone(), room.clone()));
            member(room, &said.by).unwrap_or_else(|| panic!("{said:?} by nobody"))
        };
        let sent = |fits: &dyn Fn(&PeerId, &ServerMsg) -> bool| {
            let fits = |effect: &&HubOut| match effect {
                HubOut::Send { socket, frame } => self.owner(*socket).is_some_and(|to| fits(&to, &frame.m)),
                _ => false,
            };
            out.iter().filter(fits).count()
        };
        match &said.message {
            ClientMsg::Publish { room, publications } => assert_eq!(me(room).publications, *publications),
            ClientMsg::SetPresence { room, presence } => assert_eq!(me(room).presence.hand, presence.hand),
            ClientMsg::Ping { .. } => assert_eq!(sent(&|_, m| matches!(m, ServerMsg::Pong { .. })), 1),
            ClientMsg::Signal { to, body, .. } => {
                let passed = sent(&|who, m| who == to && matches!(m, ServerMsg::Signal { .. }));
                assert_eq!(passed, usize::from(self.connected(to) && *body != SignalBody::Unknown));
            }
            ClientMsg::Relay { to, .. } => {
                let passed = sent(&|who, m| who == to && matches!(m, ServerMsg::Relayed { .. }));
                assert_eq!(passed, usize::from(self.connected(to)));
            }
            ClientMsg::Say { .. } if said.n.is_none() => {}
            ClientMsg::Bye | ClientMsg::Unknown => {}
            other => panic!("not answered: {other:?}"),
        }
    }

    /// To each who hears of a command go no more frames than there are people it can be about.
    fn check_amount(&self, said: &Said, before: &Rooms, out: &[HubOut]) {
        let about = |room: &&Portrait| member(Some(room), &said.by).is_some();
        let size = |room: &Portrait| room.members.len() + room.waiting.len() + room.reserved.len();
        let people: usize = before.values().chain(self.rooms.values()).filter(about).map(size).sum();
        let mut amounts: BTreeMap<_, usize> = BTreeMap::new();
        for effect in out {
            if let HubOut::Send { socket, frame } = effect
                && !matches!(frame.m, ServerMsg::Lobby { .. } | ServerMsg::Room { .. })
            {
                *amounts.entry(*socket).or_default() += 1;
            }
        }
        let most = amounts.values().max().copied().unwrap_or_default();
        assert!(most <= 3 * people + 8, "{most} frames to one, of {people} people: {said:?}");
    }

    /// No password is hashed for a room that could not be entered anyway.
    fn check_hashing(&self, said: &Said, effect: &HubOut) {
        let HubOut::VerifyPassword { .. } = effect else { return };
        let (ClientMsg::JoinRoom(join) | ClientMsg::OpenOrJoin { join, .. }) = &said.message else {
            panic!("a password is compared for {said:?}");
        };
        let lobby = self.sessions[&said.by].lobby.clone();
        let room = self.rooms.get(&(lobby, join.room.clone())).expect("a password of no room");
        let taken = room.members.len() + room.reserved.len();
        assert!(taken < usize::from(room.info.capacity), "a password is compared for a full room");
        assert_ne!(room.info.admission, Admission::Locked, "a password is compared for a locked room");
        assert!(member(Some(room), &said.by).is_none(), "a password is compared for a member");
    }
}
