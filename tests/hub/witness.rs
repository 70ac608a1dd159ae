//! Somebody who sees all rooms and every frame, and compares what a step did with what it may have done.
//!
//! Clients complain about what they are told; the witness complains about what nobody would notice: a frame to the
//! wrong one, a secret in it, a way into a room that should have been barred, a refused command that left a trace.

mod answers;
mod entries;
mod frames;

use multirtc::core::hub::{Hub, HubIn, HubOut, PasswordResult, Portrait, SocketId};
use multirtc::protocol::*;
use std::collections::{BTreeMap, BTreeSet};

/// A command under way, as it was said.
#[derive(Debug, Clone)]
pub struct Said {
    pub by: PeerId,
    /// None: it came without a number.
    pub n: Option<u32>,
    pub message: ClientMsg,
}

/// What made a step.
enum Cause {
    /// A command in its turn.
    Command(Said),
    /// The same, after the hasher; `right`: it said yes.
    Resumed { said: Said, right: bool },
    /// Somebody says hello, on this socket.
    Hello { socket: SocketId, lobby: LobbyId },
    /// Time, sockets, frames that are not carried out.
    Other,
}

impl Cause {
    fn said(&self) -> Option<&Said> {
        match self {
            Cause::Command(said) | Cause::Resumed { said, .. } => Some(said),
            Cause::Hello { .. } | Cause::Other => None,
        }
    }
}

type Key = (LobbyId, RoomId);

/// One room, before and after a step.
struct Change<'a> {
    key: &'a Key,
    before: Option<&'a Portrait>,
    after: Option<&'a Portrait>,
}

#[derive(Default)]
pub struct Witness {
    /// All rooms that are not over, as the last step left them.
    rooms: BTreeMap<Key, Portrait>,
    sockets: BTreeMap<SocketId, Option<PeerId>>,
    sessions: BTreeMap<PeerId, Session>,
    /// Ids of all sessions there ever were.
    peers: BTreeSet<PeerId>,
    jobs: BTreeMap<u64, Said>,
    /// Every secret that was shown, and whose it is.
    secrets: BTreeMap<String, PeerId>,
    /// Claims and invites by their room.
    keys: BTreeSet<(RoomId, String)>,
    /// Who has said anything of a kind in a room.
    spoken: BTreeSet<(RoomId, PeerId, &'static str)>,
    bans: Vec<entries::Ban>,
    /// From which browser each knock came.
    knockers: BTreeMap<KnockId, Option<[u8; 32]>>,
    origins: BTreeMap<SocketId, [u8; 32]>,
    /// With this step somebody is heard of again.
    heard: bool,
    /// Frames of the last step, for those who count.
    pub frames: usize,
}

/// What is known of a session from its frames.
struct Session {
    lobby: LobbyId,
    browser: Option<[u8; 32]>,
    /// Commands carried out, and those of them whose answer is owed.
    done: u32,
    owed: BTreeSet<u32>,
    /// The last frame sent on the present socket; none after a snapshot.
    last: Option<u32>,
    /// Numbered frames as they were sent first.
    sent: BTreeMap<u32, String>,
    /// Marked as not heard of.
    silent: bool,
}

impl Witness {
    /// Looks at one step: the hub after it, what went in and what came out.
    pub fn look(&mut self, hub: &Hub, input: &HubIn, out: &[HubOut], now: u64) {
        let cause = self.cause(input);
        let portraits = hub.portraits().into_iter().filter(|room| room.open);
        let after: BTreeMap<Key, Portrait> =
            portraits.map(|room| ((room.info.lobby.clone(), room.info.room.clone()), room)).collect();
        let before = std::mem::replace(&mut self.rooms, after);
        self.check_frames(&cause, &before, out);
        self.check_answers(&cause, &before, out);
        let rooms = std::mem::take(&mut self.rooms);
        let keys: BTreeSet<&Key> = before.keys().chain(rooms.keys()).collect();
        for key in keys {
            let change = Change { key, before: before.get(key), after: rooms.get(key) };
            self.check_entries(&cause, &change, now);
            self.check_roles(&cause, &change);
            check_revision(&change);
        }
        self.rooms = rooms;
        if let Cause::Command(Said { by, message: ClientMsg::Bye, .. }) = &cause {
            self.sessions.remove(by);
        }
    }

    fn cause(&mut self, input: &HubIn) -> Cause {
        self.heard = false;
        if let HubIn::Frame { socket, .. } | HubIn::Malformed { socket } | HubIn::Heard { socket } = input
            && let Some(session) = self.owner(*socket).and_then(|peer| self.sessions.get_mut(&peer))
        {
            self.heard = std::mem::take(&mut session.silent);
        }
        match input {
            HubIn::Opened { socket } => {
                self.sockets.insert(*socket, None);
            }
            HubIn::Origin { socket, browser, .. } => {
                self.origins.insert(*socket, *browser);
            }
            HubIn::Closed { socket, .. } => {
                self.sockets.remove(socket);
            }
            HubIn::Silent { socket } => {
                if let Some(session) = self.owner(*socket).and_then(|peer| self.sessions.get_mut(&peer)) {
                    session.silent = true;
                }
            }
            HubIn::PasswordResult { job, result } => {
                // A hasher that was too slow has been answered for.
                let owed = |said: &Said| {
                    let session = self.sessions.get(&said.by);
                    session.is_some_and(|session| said.n.is_none_or(|n| session.owed.contains(&n)))
                };
                if let Some(said) = self.jobs.remove(job).filter(owed) {
                    return Cause::Resumed { said, right: *result == PasswordResult::Matches(true) };
                }
            }
            HubIn::Frame { socket, frame, bytes } if *bytes <= limits::FRAME_HARD_BYTES => {
                if let (ClientMsg::Hello(hello), Some(None)) = (&frame.m, self.sockets.get(socket)) {
                    return Cause::Hello { socket: *socket, lobby: hello.lobby.clone() };
                }
                let Some(by) = self.owner(*socket) else { return Cause::Other };
                let Some(session) = self.sessions.get_mut(&by) else { return Cause::Other };
                if frame.n.is_some_and(|n| n != session.done + 1) {
                    return Cause::Other;
                }
                if let Some(n) = frame.n {
                    session.done = n;
                    session.owed.insert(n);
                }
                self.spoken.extend(frames::speech(&frame.m).map(|(room, kind)| (room.clone(), by.clone(), kind)));
                return Cause::Command(Said { by, n: frame.n, message: frame.m.clone() });
            }
            _ => {}
        }
        Cause::Other
    }

    fn owner(&self, socket: SocketId) -> Option<PeerId> {
        self.sockets.get(&socket)?.clone()
    }

    /// The socket a session has at present.
    fn connected(&self, peer: &PeerId) -> bool {
        self.sockets.values().flatten().any(|owner| owner == peer)
    }

    /// A welcome binds a socket to a session: each to one, and an id is never used again.
    fn welcomed(&mut self, socket: SocketId, lobby: &LobbyId, welcome: &Welcome) {
        let peer = &welcome.peer;
        assert!(self.sockets.contains_key(&socket), "welcomed on a closed socket");
        assert!(!self.connected(peer), "{peer} has two sockets");
        self.sockets.insert(socket, Some(peer.clone()));
        let known = welcome.resumed != ResumeOutcome::Fresh;
        assert!(!known || self.sessions.contains_key(peer), "{peer} is resumed out of nothing");
        assert!(known || self.peers.insert(peer.clone()), "{peer} is used again");
        let session = self.sessions.entry(peer.clone()).or_insert_with(|| Session {
            lobby: lobby.clone(),
            browser: None,
            done: 0,
            owed: BTreeSet::new(),
            last: None,
            sent: BTreeMap::new(),
            silent: false,
        });
        session.browser = self.origins.get(&socket).copied();
        session.silent = false;
        session.last = match welcome.resumed {
            ResumeOutcome::Fresh => Some(0),
            ResumeOutcome::Replayed { from } => Some(from - 1),
            ResumeOutcome::Snapshot => None,
        };
        assert_eq!(welcome.commands_done, session.done, "commands were forgotten");
    }
}

/// Within the life of a room its number never falls, and rises whenever anything outsiders or members see changes.
fn check_revision(change: &Change) {
    let (Some(before), Some(after)) = (change.before, change.after) else { return };
    assert!(after.info.rev >= before.info.rev, "the number of {:?} fell", change.key);
    assert!(
        after.info == before.info || after.info.rev > before.info.rev,
        "a change of {:?} was not numbered",
        change.key
    );
}

/// Who is in a room by a portrait.
fn member<'a>(room: Option<&'a Portrait>, peer: &PeerId) -> Option<&'a Participant> {
    room?.members.iter().find(|member| member.peer == *peer)
}
