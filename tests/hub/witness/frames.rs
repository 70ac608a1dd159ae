//! Frames: to whom they go, who they say they are from, what is in them, and in which order.

use super::{Cause, Key, Witness, member};
use multirtc::core::hub::{HubOut, Portrait, SocketId};
use multirtc::protocol::*;
use std::collections::BTreeMap;

/// Every hash of a password begins with the one, every password ends with the other.
const NEVER: [&str; 2] = [super::super::HASH, super::super::PASSWORD];

type Rooms = BTreeMap<Key, Portrait>;

impl Witness {
    pub(super) fn check_frames(&mut self, cause: &Cause, before: &Rooms, out: &[HubOut]) {
        let mut orders: BTreeMap<Key, Vec<(PeerId, Vec<String>)>> = BTreeMap::new();
        self.frames = 0;
        for effect in out {
            match effect {
                HubOut::Send { socket, frame } => {
                    if let ServerMsg::Welcome(welcome) = &frame.m {
                        let Cause::Hello { lobby, .. } = cause else { panic!("welcomed without a hello") };
                        self.welcomed(*socket, lobby, welcome);
                    }
                    let Some(owner) = self.sockets.get(socket) else { panic!("{frame:?} to a closed socket") };
                    let Some(to) = owner.clone() else { continue };
                    let replay = matches!(cause, Cause::Hello { socket: hello, .. } if hello == socket);
                    self.check_secrets(&to, frame);
                    self.check_number(&to, frame);
                    self.check_origin(&to, &frame.m, cause, replay);
                    check_directory(&frame.m, &self.rooms, replay);
                    if replay {
                        continue;
                    }
                    self.frames += 1;
                    self.check_recipient(&to, &frame.m, cause, before);
                    if let Some(room) = membership(&frame.m) {
                        let text = format!("{:?}", frame.m);
                        let lobby = self.sessions[&to].lobby.clone();
                        let told = orders.entry((lobby, room.clone())).or_default();
                        match told.iter_mut().find(|(peer, _)| *peer == to) {
                            Some((_, list)) => list.push(text),
                            None => told.push((to, vec![text])),
                        }
                    }
                }
                HubOut::Close { socket, .. } => self.forget_socket(*socket),
                HubOut::HashPassword { .. } | HubOut::VerifyPassword { .. } => {}
            }
        }
        for told in orders.values() {
            let longest = told.iter().map(|(_, list)| list).max_by_key(|list| list.len()).unwrap();
            for (peer, list) in told {
                let mut rest = longest.iter();
                assert!(list.iter().all(|news| rest.any(|other| other == news)), "{peer} sees another order: {told:?}");
            }
        }
    }

    fn forget_socket(&mut self, socket: SocketId) {
        self.sockets.remove(&socket);
    }

    /// No password, hash, token, claim or invite is in a frame to anybody but its owner.
    fn check_secrets(&mut self, to: &PeerId, frame: &ServerFrame) {
        let text = serde_json::to_string(frame).unwrap();
        assert!(!NEVER.iter().any(|secret| text.contains(secret)), "a password got out: {text}");
        // A token, claim or invite is one long word.
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() > 40) {
            let owner = self.secrets.get(word);
            assert!(owner.is_none_or(|owner| owner == to), "a secret of {owner:?} went to {to}: {text}");
        }
        let mut own = |secret: &Secret, room: Option<&RoomId>| {
            let word = secret.expose().to_owned();
            self.keys.extend(room.map(|room| (room.clone(), word.clone())));
            self.secrets.insert(word, to.clone());
        };
        match &frame.m {
            ServerMsg::Welcome(welcome) => {
                own(&welcome.resume_token, None);
                for snapshot in &welcome.rooms {
                    snapshot.host_claim.iter().for_each(|claim| own(claim, Some(&snapshot.info.room)));
                }
            }
            ServerMsg::Joined(snapshot) => {
                snapshot.host_claim.iter().for_each(|claim| own(claim, Some(&snapshot.info.room)));
            }
            ServerMsg::Invite { room, invite, .. } => own(invite, Some(room)),
            _ => {}
        }
    }

    /// On each socket frames follow each other without gap or repeat, and what is sent again is what was sent.
    fn check_number(&mut self, to: &PeerId, frame: &ServerFrame) {
        let session = self.sessions.get_mut(to).unwrap_or_else(|| panic!("a frame for {to}, who is gone"));
        // To be heard of again comes before the command that is heard.
        let acknowledged = frame.ack == session.done || self.heard && frame.ack + 1 == session.done;
        assert!(acknowledged, "{} commands acknowledged of {}", frame.ack, session.done);
        let Some(n) = frame.n else { return };
        let follows = session.last.map_or(session.sent.keys().all(|sent| *sent < n), |last| n == last + 1);
        assert!(follows, "frame {n} after {:?}: {frame:?}", session.last);
        session.last = Some(n);
        let text = format!("{:?} {:?}", frame.re, frame.m);
        let first = session.sent.entry(n).or_insert_with(|| text.clone());
        assert_eq!(*first, text, "frame {n} was another one before");
    }

    /// Whoever a frame names as its origin is the session whose command this is, or was.
    fn check_origin(&mut self, to: &PeerId, message: &ServerMsg, cause: &Cause, replay: bool) {
        let kept = |snapshot: &RoomSnapshot| {
            for kept in &snapshot.kept {
                let spoke = (snapshot.info.room.clone(), kept.from.clone(), "said");
                assert!(self.spoken.contains(&spoke), "kept, and never said: {kept:?}");
            }
        };
        let (room, from, kind) = match message {
            ServerMsg::Signal { room, from, .. } => (room, from, "signal"),
            ServerMsg::Said { room, from, .. } => (room, from, "said"),
            ServerMsg::Relayed { room, from, .. } => (room, from, "relayed"),
            ServerMsg::MediaAsked { room, from, .. } => (room, from, "asked"),
            ServerMsg::Ejected { room, by, .. } => (room, by, "ejected"),
            ServerMsg::Joined(snapshot) => return kept(snapshot),
            ServerMsg::Welcome(welcome) => return welcome.rooms.iter().for_each(kept),
            _ => return,
        };
        assert!(
            self.spoken.contains(&(room.clone(), from.clone(), kind)),
            "{to} is told what nobody said: {message:?}"
        );
        if !replay {
            let said = cause.said().unwrap_or_else(|| panic!("nobody says {message:?}"));
            assert_eq!((&said.by, speech(&said.message)), (from, Some((room, kind))), "forged: {message:?}");
        }
    }

    /// Frames of a room go to its members; knocks to who may decide; signals, messages and questions to whom they are meant.
    fn check_recipient(&self, to: &PeerId, message: &ServerMsg, cause: &Cause, before: &Rooms) {
        let Some(room) = room_of(message) else { return };
        let key = (self.sessions[to].lobby.clone(), room.clone());
        let (old, new) = (before.get(&key), self.rooms.get(&key));
        let (was, is) = (member(old, to), member(new, to));
        let said = cause.said();
        match message {
            ServerMsg::Waiting { .. } => {
                assert!(new.is_some_and(|room| room.waiting.iter().any(|(_, peer)| peer == to)), "nobody waits: {to}");
            }
            ServerMsg::KnockResolved { knock, .. } => {
                let waited = old.is_some_and(|room| {
                    room.waiting.contains(&(knock.clone(), to.clone())) || room.reserved.contains(to)
                });
                assert!(waited, "the knock of somebody else: {to} {message:?}");
            }
            ServerMsg::KnockReceived { .. } | ServerMsg::KnockWithdrawn { .. } => {
                let keeper = [was, is].into_iter().flatten().any(|me| me.role >= Role::Moderator);
                assert!(keeper, "{to} is no keeper: {message:?}");
            }
            _ => assert!(was.or(is).is_some(), "{to} is not in the room: {message:?}"),
        }
        match (message, said.map(|said| &said.message)) {
            (ServerMsg::Signal { link, .. }, Some(ClientMsg::Signal { to: meant, link: named, .. })) => {
                assert_eq!((to, link), (meant, named), "a signal went astray");
                let ends = |room: &Portrait| {
                    let seqs = [said.map(|said| &said.by), Some(to)]
                        .map(|peer| member(Some(room), peer?).map(|m| m.joined_seq));
                    let [Some(a), Some(b)] = seqs else { return None };
                    Some((a.min(b), a.max(b)))
                };
                let current =
                    old.is_some_and(|room| ends(room).is_some_and(|ends| room.links.contains(&(ends, *link))));
                assert!(current, "a signal over a link that is not theirs: {message:?}");
            }
            (ServerMsg::Relayed { .. }, Some(ClientMsg::Relay { to: meant, .. })) => assert_eq!(to, meant),
            (ServerMsg::Said { .. }, Some(ClientMsg::Say { to: target, .. }))
            | (ServerMsg::MediaAsked { .. }, Some(ClientMsg::AskMedia { to: target, .. })) => {
                let meant = match target {
                    Target::All => true,
                    Target::Peer(peer) => peer == to,
                    Target::Peers(peers) => peers.contains(to),
                    Target::AtLeast(role) => was.is_some_and(|me| me.role >= *role),
                };
                let own = said.is_some_and(|said| said.by == *to);
                assert!(meant || own && matches!(message, ServerMsg::Said { .. }), "overheard by {to}: {message:?}");
            }
            _ => {}
        }
    }
}

/// What is said to others with a name under it: where, and of what kind.
pub(super) fn speech(message: &ClientMsg) -> Option<(&RoomId, &'static str)> {
    match message {
        ClientMsg::Signal { room, .. } => Some((room, "signal")),
        ClientMsg::Say { room, .. } => Some((room, "said")),
        ClientMsg::Relay { room, .. } => Some((room, "relayed")),
        ClientMsg::AskMedia { room, .. } => Some((room, "asked")),
        ClientMsg::Eject { room, .. } => Some((room, "ejected")),
        _ => None,
    }
}

/// Nothing of an unlisted room is in a list; a look at one shows next to nothing.
fn check_directory(message: &ServerMsg, rooms: &Rooms, replay: bool) {
    let listed = |info: &RoomInfo| {
        assert_eq!(info.visibility, Visibility::Listed, "an unlisted room in a list: {info:?}");
        let room = rooms.get(&(info.lobby.clone(), info.room.clone()));
        // A list that is sent again is as old as it is.
        assert!(replay || room.is_some_and(|room| room.info == *info), "a list that is behind: {info:?}");
    };
    match message {
        ServerMsg::Lobby { update: LobbyUpdate::Snapshot { rooms, .. } } => rooms.iter().for_each(listed),
        ServerMsg::Lobby { update: LobbyUpdate::Upsert { info } } => listed(info),
        ServerMsg::Room { info: Some(info) } if info.visibility == Visibility::Unlisted => {
            let shown = RoomInfo {
                room: info.room.clone(),
                lobby: info.lobby.clone(),
                plan: info.plan,
                capacity: info.capacity,
                count: info.count,
                admission: info.admission,
                guest_role: info.guest_role,
                has_password: info.has_password,
                visibility: Visibility::Unlisted,
                host: None,
                on_host_left: OnHostLeft::HandOver,
                privileges: Privileges::default(),
                details: RoomDetails::default(),
                created_ms: 0,
                rev: 0,
            };
            assert!(*info == shown && [0, info.capacity].contains(&info.count), "too much of {info:?}");
        }
        _ => {}
    }
}

/// The room of a frame about who is in it, in which all members see the same order.
fn membership(message: &ServerMsg) -> Option<&RoomId> {
    match message {
        ServerMsg::PeerJoined { room, .. }
        | ServerMsg::PeerLeft { room, .. }
        | ServerMsg::HostChanged { room, .. }
        | ServerMsg::RoomChanged { room, .. }
        | ServerMsg::RoomClosed { room, .. } => Some(room),
        _ => None,
    }
}

/// The room a frame is about; none for answers, lists, and what is not about a room.
fn room_of(message: &ServerMsg) -> Option<&RoomId> {
    match message {
        ServerMsg::Joined(snapshot) => Some(&snapshot.info.room),
        ServerMsg::Waiting { room, .. }
        | ServerMsg::Invite { room, .. }
        | ServerMsg::KnockResolved { room, .. }
        | ServerMsg::KnockReceived { room, .. }
        | ServerMsg::KnockWithdrawn { room, .. }
        | ServerMsg::PeerJoined { room, .. }
        | ServerMsg::PeerChanged { room, .. }
        | ServerMsg::PeerLeft { room, .. }
        | ServerMsg::HostChanged { room, .. }
        | ServerMsg::RoomChanged { room, .. }
        | ServerMsg::RoomClosed { room, .. }
        | ServerMsg::Ejected { room, .. }
        | ServerMsg::MediaAsked { room, .. }
        | ServerMsg::LinkUp { room, .. }
        | ServerMsg::LinkDown { room, .. }
        | ServerMsg::Signal { room, .. }
        | ServerMsg::Relayed { room, .. }
        | ServerMsg::Said { room, .. } => Some(room),
        _ => None,
    }
}
