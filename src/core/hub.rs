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

mod authority;
mod buckets;
mod clean;
mod command;
mod conversation;
mod directory;
mod door;
mod greeting;
mod handles;
mod invariants;
mod invites;
mod links;
mod membership;
mod mint;
mod moderation;
mod opening;
mod passwords;
mod portrait;
mod ports;
mod relays;
mod ring;
mod room;
mod session;
mod settings;
mod sockets;
mod succession;
mod terms;
mod timers;
mod tries;

#[doc(hidden)]
pub use portrait::Portrait;
pub use ports::{Entropy, HubConfig, HubCounts, HubIn, HubOut, PasswordResult, RelayGrant, Relays, SocketId};

use crate::core::{Machine, Millis};
use crate::protocol::{CloseCode, ErrorBody, ErrorCode, LobbyFilter, LobbyId, PeerId, RoomId, RoomInfo, ServerMsg};
use buckets::{Buckets, Counted, Paces};
use directory::DirectoryMachine;
use handles::Handles;
use mint::{Digest, Mint};
use passwords::Job;
use room::{RoomMachine, RoomOut};
use session::SessionMachine;
use std::collections::{BTreeMap, BTreeSet};
use timers::{Timer, Timers};

/// Where a socket came from, in digests that mean nothing outside of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Origin {
    address: Digest,
    browser: Digest,
}

/// An open socket.
#[derive(Debug, Clone, Default)]
struct Socket {
    /// Whose session it carries; none before its hello.
    owner: Option<PeerId>,
    origin: Option<Origin>,
    /// Its place in the order in which sockets were opened.
    place: u64,
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
    sockets: BTreeMap<SocketId, Socket>,
    /// Sockets opened so far.
    opened: u64,
    sessions: BTreeMap<PeerId, SessionMachine>,
    tokens: BTreeMap<Digest, PeerId>,
    handles: Handles,
    rooms: BTreeMap<RoomKey, RoomMachine>,
    directory: DirectoryMachine,
    timers: Timers,
    /// Rooms that were spoken to since the last `settle`.
    touched: BTreeSet<RoomKey>,
    /// Who was let in by a knock and has not been brought in.
    admitted: Vec<(PeerId, RoomKey)>,
    paces: Paces,
    /// Of addresses, where the server tells them.
    buckets: BTreeMap<Digest, Buckets>,
    /// Commands that wait for the hasher.
    jobs: BTreeMap<u64, Job>,
    last_job: u64,
    draining: bool,
    /// Messages of a kind this build does not know.
    unknown: u64,
}

impl Hub {
    /// An empty hub.
    pub fn new(config: HubConfig, entropy: Box<dyn Entropy + Send>) -> Self {
        let mint = Mint::new(entropy, config.epoch_ms);
        let paces = Paces::new(&config.limits);
        Self {
            config,
            mint,
            sockets: BTreeMap::new(),
            opened: 0,
            sessions: BTreeMap::new(),
            tokens: BTreeMap::new(),
            handles: Handles::default(),
            rooms: BTreeMap::new(),
            directory: DirectoryMachine::default(),
            timers: Timers::default(),
            touched: BTreeSet::new(),
            admitted: Vec::new(),
            paces,
            buckets: BTreeMap::new(),
            jobs: BTreeMap::new(),
            last_job: 0,
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

    /// Whose session a socket carries.
    fn owner(&self, socket: SocketId) -> Option<PeerId> {
        self.sockets.get(&socket)?.owner.clone()
    }

    fn rooms_of(&self, peer: &PeerId) -> Vec<RoomKey> {
        self.keys(peer, |session| &session.rooms)
    }

    fn waiting_of(&self, peer: &PeerId) -> Vec<RoomKey> {
        self.keys(peer, |session| &session.waiting)
    }

    fn keys(&self, peer: &PeerId, which: impl Fn(&SessionMachine) -> &BTreeSet<RoomId>) -> Vec<RoomKey> {
        let Some(session) = self.sessions.get(peer) else { return Vec::new() };
        let key = |room: &RoomId| RoomKey { lobby: session.lobby.clone(), room: room.clone() };
        which(session).iter().map(key).collect()
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
        self.pass_on(key, said, out);
        Some(result)
    }

    fn pass_on(&mut self, key: &RoomKey, said: Vec<RoomOut>, out: &mut Vec<HubOut>) {
        for said in said {
            match said {
                RoomOut::Tell { to, message } => {
                    if let Some(session) = self.sessions.get_mut(&to) {
                        session.send(None, message, out);
                    }
                }
                RoomOut::Hint { to, message } => {
                    if let Some(session) = self.sessions.get(&to) {
                        session.send_volatile(message, out);
                    }
                }
                RoomOut::Released { peer } => {
                    if let Some(session) = self.sessions.get_mut(&peer) {
                        session.rooms.remove(&key.room);
                    }
                }
                RoomOut::Dismissed { peer } => {
                    if let Some(session) = self.sessions.get_mut(&peer) {
                        session.waiting.remove(&key.room);
                    }
                }
                RoomOut::Admitted { peer } => self.admitted.push((peer, key.clone())),
            }
        }
    }

    /// Counts something a session does: by its address where that is known and it matters, else by the session.
    fn spend(&mut self, peer: &PeerId, counted: Counted, amount: u64, now: Millis) -> Result<(), ErrorBody> {
        let Some(session) = self.sessions.get_mut(peer) else { return Ok(()) };
        let by_address = matches!(counted, Counted::Create | Counted::CreateHour | Counted::Join | Counted::LookUp);
        let Some(origin) = session.origin.filter(|_| by_address) else {
            return session.buckets.take(&self.paces, counted, amount, now);
        };
        let spent = self.buckets.entry(origin.address).or_default().take(&self.paces, counted, amount, now);
        self.keep_buckets(now);
        spent
    }

    /// Looks through the buckets of addresses again in a minute, as long as there are any.
    fn keep_buckets(&mut self, now: Millis) {
        let next = (!self.buckets.is_empty()).then_some(now + 60_000);
        if next.is_none() || self.timers.at(&Timer::Buckets).is_none() {
            self.timers.set(Timer::Buckets, next);
        }
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
                Timer::Job(job) => self.password_result(job, PasswordResult::Busy, now, out),
                Timer::Buckets => {
                    self.buckets.retain(|_, buckets| !buckets.are_full(now));
                    self.keep_buckets(now);
                }
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
            HubIn::Origin { socket, address, browser } => {
                if let Some(socket) = self.sockets.get_mut(&socket) {
                    socket.origin = Some(Origin { address, browser });
                }
            }
            HubIn::Heard { socket } => {
                if let Some(peer) = self.owner(socket) {
                    self.heard(&peer, out);
                }
            }
            HubIn::PasswordResult { job, result } => self.password_result(job, result, now, out),
            HubIn::Tick => {}
            HubIn::Drain { in_ms } => self.drain(in_ms, now, out),
        }
        self.bring_in(now, out);
        self.settle(now);
        self.expire(now, out);
        self.deliver(now, out);
    }

    fn deadline(&self) -> Option<Millis> {
        [self.timers.next(), self.directory.deadline()].into_iter().flatten().min()
    }
}
