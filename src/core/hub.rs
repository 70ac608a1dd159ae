//! The server side of rooms, as one pure machine: sessions that survive their sockets, rooms with one writer each, the
//! directory of what outsiders may know.
//!
//! **Nothing a client says about who it is counts**: ids, roles, stamps and links are the hub's. Time comes in as a
//! number and effects go out as values; the server around it moves frames between sockets and this machine, calls
//! [`Machine::handle`] with [`HubIn::Tick`] when [`Machine::deadline`] has come, and nothing else. Given the same
//! inputs, times and randomness, the outputs are the same, in the same order.
//!
//! ```
//! use multirtc::core::Machine;
//! use multirtc::core::hub::{Entropy, Hub, HubConfig, HubIn, SocketId};
//!
//! struct Counting(u8);
//! impl Entropy for Counting {
//!     fn fill(&mut self, bytes: &mut [u8]) {
//!         for byte in bytes {
//!             self.0 = self.0.wrapping_mul(5).wrapping_add(3);
//!             *byte = self.0 >> 2;
//!         }
//!     }
//! }
//!
//! let mut hub = Hub::new(HubConfig::default(), Box::new(Counting(1)));
//! let mut out = Vec::new();
//! hub.handle(HubIn::Opened { socket: SocketId(1) }, 0, &mut out);
//! assert_eq!(hub.counts().sockets, 1);
//! assert_eq!(hub.deadline(), Some(5_000)); // by then it has said hello, or it is closed
//! ```

mod clean;
mod command;
mod directory;
mod greeting;
mod handles;
mod invariants;
mod links;
mod membership;
mod mint;
mod opening;
mod ring;
mod room;
mod session;
mod sockets;
mod succession;
mod terms;
mod timers;

pub use terms::{capacity_limit, default_guest_role, default_on_host_left, only_host_sends};

use crate::core::{Machine, Millis};
use crate::protocol::{
    ClientFrame, CloseCode, ErrorBody, ErrorCode, IceServer, LobbyFilter, LobbyId, PeerId, RoomId, RoomInfo,
    ServerFrame, ServerMsg,
};
use directory::DirectoryMachine;
use handles::Handles;
use mint::{Digest, Mint};
use room::{RoomMachine, RoomOut};
use session::SessionMachine;
use std::collections::{BTreeMap, BTreeSet};
use timers::{Timer, Timers};

/// An open socket, as the server numbers them; a number is used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// Where randomness comes from: the operating system in the server, a seed in tests.
pub trait Entropy {
    /// Fills the slice with random bytes.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// What the hub is told once.
#[derive(Debug, Clone, Default)]
pub struct HubConfig {
    /// Wall clock at monotonic 0, in milliseconds since the Unix epoch.
    pub epoch_ms: u64,
    /// Handed to every client.
    pub ice: Vec<IceServer>,
    /// Optional parts of the protocol this server knows, by name.
    pub features: BTreeSet<String>,
}

/// What can happen to the hub.
#[derive(Debug, Clone, PartialEq)]
pub enum HubIn {
    /// A socket was accepted.
    Opened {
        /// Its number.
        socket: SocketId,
    },
    /// A frame came in.
    Frame {
        /// From where.
        socket: SocketId,
        /// The frame.
        frame: Box<ClientFrame>,
        /// Its size on the wire.
        bytes: usize,
    },
    /// A text came in that is no frame.
    Malformed {
        /// From where.
        socket: SocketId,
    },
    /// A socket is gone. Not needed after [`HubOut::Close`], and does no harm then.
    Closed {
        /// Its number.
        socket: SocketId,
        /// Closed by the browser in an orderly way (1000, 1001, 1005), as by a reload or a closed tab.
        clean: bool,
    },
    /// No pong for [`limits::INTERRUPTED_MS`](crate::protocol::limits::INTERRUPTED_MS).
    Silent {
        /// From where.
        socket: SocketId,
    },
    /// A pong after that.
    Heard {
        /// From where.
        socket: SocketId,
    },
    /// Time has passed.
    Tick,
    /// The server is about to stop: announces it, and closes all sockets when the time is over.
    Drain {
        /// Milliseconds until then; 0 for now.
        in_ms: u32,
    },
}

/// What the hub wants done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum HubOut {
    /// Send a frame.
    Send {
        /// Where to.
        socket: SocketId,
        /// The frame.
        frame: Box<ServerFrame>,
    },
    /// Close a socket after what was sent to it before. It is forgotten here.
    Close {
        /// Which.
        socket: SocketId,
        /// Why.
        code: CloseCode,
    },
}

/// How much there is, for gauges and tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HubCounts {
    /// Open sockets, with those that have not said hello.
    pub sockets: usize,
    /// Sessions, with those that wait for their client to come back.
    pub sessions: usize,
    /// Rooms, with empty ones, without closed ones.
    pub rooms: usize,
    /// Members of all rooms; one person in two rooms counts twice.
    pub members: usize,
}

/// A room's address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct RoomKey {
    lobby: LobbyId,
    room: RoomId,
}

/// What a command is answered with, if anything.
type Answer = Result<Option<ServerMsg>, ErrorBody>;

fn refuse(code: ErrorCode, message: &str) -> ErrorBody {
    ErrorBody { code, message: message.to_owned(), retry_after_ms: None, room: None }
}

/// Sessions, rooms and the directory of one server.
pub struct Hub {
    config: HubConfig,
    mint: Mint,
    /// Whose session an open socket carries; none before its hello.
    sockets: BTreeMap<SocketId, Option<PeerId>>,
    sessions: BTreeMap<PeerId, SessionMachine>,
    tokens: BTreeMap<Digest, PeerId>,
    handles: Handles,
    rooms: BTreeMap<RoomKey, RoomMachine>,
    directory: DirectoryMachine,
    timers: Timers,
    /// Rooms that were spoken to since the last `settle`.
    touched: BTreeSet<RoomKey>,
    draining: bool,
    /// Messages of a kind this build does not know.
    unknown: u64,
}

impl Hub {
    /// An empty hub.
    pub fn new(config: HubConfig, entropy: Box<dyn Entropy + Send>) -> Self {
        let mint = Mint::new(entropy, config.epoch_ms);
        Self {
            config,
            mint,
            sockets: BTreeMap::new(),
            sessions: BTreeMap::new(),
            tokens: BTreeMap::new(),
            handles: Handles::default(),
            rooms: BTreeMap::new(),
            directory: DirectoryMachine::default(),
            timers: Timers::default(),
            touched: BTreeSet::new(),
            draining: false,
            unknown: 0,
        }
    }

    /// What an outsider may know of a room; of an unlisted one hardly more than that it is there.
    pub fn summary(&self, lobby: &LobbyId, room: &RoomId) -> Option<RoomInfo> {
        self.directory.room(lobby, room).cloned()
    }

    /// The listed rooms of a lobby that pass a filter, the newest first.
    pub fn listed(&self, lobby: &LobbyId, filter: &LobbyFilter) -> Vec<RoomInfo> {
        self.directory.listed(lobby, filter).into_iter().cloned().collect()
    }

    /// How much there is.
    pub fn counts(&self) -> HubCounts {
        let open = self.rooms.values().filter(|room| !room.is_closed());
        HubCounts {
            sockets: self.sockets.len(),
            sessions: self.sessions.len(),
            rooms: open.clone().count(),
            members: open.map(|room| room.members.len()).sum(),
        }
    }

    /// Messages that were ignored because a newer client sent them.
    pub fn unknown_messages(&self) -> u64 {
        self.unknown
    }

    fn rooms_of(&self, peer: &PeerId) -> Vec<RoomKey> {
        let Some(session) = self.sessions.get(peer) else { return Vec::new() };
        let key = |room: &RoomId| RoomKey { lobby: session.lobby.clone(), room: room.clone() };
        session.rooms.iter().map(key).collect()
    }

    /// Speaks to a room and passes on what it says. None if there is no such room.
    fn in_room<T>(
        &mut self,
        key: &RoomKey,
        out: &mut Vec<HubOut>,
        speak: impl FnOnce(&mut RoomMachine, &mut Mint, &mut Vec<RoomOut>) -> T,
    ) -> Option<T> {
        let mut said = Vec::new();
        let result = speak(self.rooms.get_mut(key)?, &mut self.mint, &mut said);
        self.touched.insert(key.clone());
        for said in said {
            match said {
                RoomOut::Tell { to, message } => {
                    if let Some(session) = self.sessions.get_mut(&to) {
                        session.send(None, message, out);
                    }
                }
                RoomOut::Released { peer } => {
                    if let Some(session) = self.sessions.get_mut(&peer) {
                        session.rooms.remove(&key.room);
                    }
                }
            }
        }
        Some(result)
    }

    /// Carries out what has become due.
    fn expire(&mut self, now: Millis, out: &mut Vec<HubOut>) {
        while let Some(timer) = self.timers.due(now) {
            match timer {
                Timer::Hello(socket) => self.close(socket, CloseCode::HelloExpected, now, out),
                Timer::Session(peer) => self.expire_session(&peer, now, out),
                Timer::Room(key) => {
                    self.in_room(&key, out, |room, _, said| room.tick(now, said));
                }
                Timer::Handle(lobby, name) => self.handles.expire(lobby, name, now),
                Timer::Drain => {
                    let open: Vec<SocketId> = self.sockets.keys().copied().collect();
                    for socket in open {
                        self.close(socket, CloseCode::Draining, now, out);
                    }
                }
            }
            self.settle(now);
        }
    }

    fn expire_session(&mut self, peer: &PeerId, now: Millis, out: &mut Vec<HubOut>) {
        if let Some(absence) = self.sessions.get(peer).and_then(SessionMachine::absence) {
            self.end_session(peer, absence.why, now, out);
        }
    }

    /// Brings directory and timers up to date with the rooms that were spoken to.
    fn settle(&mut self, now: Millis) {
        for key in std::mem::take(&mut self.touched) {
            let timer = Timer::Room(key.clone());
            let Some(room) = self.rooms.get_mut(&key) else { continue };
            if room.take_changed() {
                self.directory.update(&key.lobby, &key.room, room.outside(), now);
            }
            if room.is_absent(now) {
                self.rooms.remove(&key);
                self.timers.set(timer, None);
            } else {
                self.timers.set(timer, room.deadline());
            }
        }
    }

    fn deliver(&mut self, now: Millis, out: &mut Vec<HubOut>) {
        let mut news = Vec::new();
        self.directory.deliver(now, &mut news);
        self.tell_news(news, out);
    }

    fn tell_news(&mut self, news: Vec<(PeerId, ServerMsg)>, out: &mut Vec<HubOut>) {
        for (peer, message) in news {
            if let Some(session) = self.sessions.get_mut(&peer) {
                session.send(None, message, out);
            }
        }
    }
}

impl Machine for Hub {
    type In = HubIn;
    type Out = HubOut;

    fn handle(&mut self, input: HubIn, now: Millis, out: &mut Vec<HubOut>) {
        self.expire(now, out);
        match input {
            HubIn::Opened { socket } => self.opened(socket, now, out),
            HubIn::Frame { socket, frame, bytes } => self.frame(socket, *frame, bytes, now, out),
            HubIn::Malformed { socket } => self.malformed(socket, now, out),
            HubIn::Closed { socket, clean } => self.closed(socket, clean, now, out),
            HubIn::Silent { socket } => self.silent(socket, now, out),
            HubIn::Heard { socket } => {
                if let Some(Some(peer)) = self.sockets.get(&socket).cloned() {
                    self.heard(&peer, out);
                }
            }
            HubIn::Tick => {}
            HubIn::Drain { in_ms } => self.drain(in_ms, now, out),
        }
        self.settle(now);
        self.expire(now, out);
        self.deliver(now, out);
    }

    fn deadline(&self) -> Option<Millis> {
        [self.timers.next(), self.directory.deadline()].into_iter().flatten().min()
    }
}
