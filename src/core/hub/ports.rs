//! What goes into the hub and what comes out of it.

use crate::protocol::{ClientFrame, CloseCode, IceServer, Limits, PeerId, Secret, ServerFrame, limits};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// An open socket, as the server numbers them; a number is used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// Where randomness comes from: the operating system in the server, a seed in tests.
pub trait Entropy {
    /// Fills the slice with random bytes.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// Where members of rooms get a relay (TURN) from: credentials of their own, for a limited time.
pub trait Relays: fmt::Debug + Send + Sync {
    /// Makes credentials for one client.
    fn grant(&self, peer: &PeerId) -> RelayGrant;
}

/// What a client may use a relay with.
#[derive(Debug, Clone, PartialEq)]
pub struct RelayGrant {
    /// The relay's addresses, and the credentials.
    pub server: IceServer,
    /// Milliseconds until the relay refuses the credentials.
    pub lifetime_ms: u64,
}

/// What the hub is told once.
#[derive(Debug, Clone)]
pub struct HubConfig {
    /// Wall clock at monotonic 0, in milliseconds since the Unix epoch.
    pub epoch_ms: u64,
    /// Handed to every client.
    pub ice: Vec<IceServer>,
    /// Handed to members of rooms as well, since it costs whoever runs it; where there is any.
    pub relays: Option<Arc<dyn Relays>>,
    /// Optional parts of the protocol this server knows, by name.
    pub features: BTreeSet<String>,
    /// What clients are told, and held to: the rates by their keys; a rate that is not there is not limited.
    pub limits: Limits,
    /// The server carries out [`HubOut::HashPassword`] and [`HubOut::VerifyPassword`]; without that, rooms with
    /// passwords are refused as unsupported.
    pub passwords: bool,
}

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            epoch_ms: 0,
            ice: Vec::new(),
            relays: None,
            features: BTreeSet::new(),
            limits: limits::defaults(),
            passwords: false,
        }
    }
}

/// What the hasher says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordResult {
    /// The hash of a new password, in whatever form the hasher reads again (a PHC string).
    Hashed(Secret),
    /// Whether a password is the one that was hashed.
    Matches(bool),
    /// The hasher has too much to do.
    Busy,
}

/// What can happen to the hub.
#[derive(Debug, Clone, PartialEq)]
pub enum HubIn {
    /// A socket was accepted.
    Opened {
        /// Its number.
        socket: SocketId,
    },
    /// Where a socket came from, told once after `Opened` and before any frame; without it bans know sessions only.
    ///
    /// Digests keyed with a secret of this process, so that nothing can be read from them.
    Origin {
        /// Its number.
        socket: SocketId,
        /// Of the IPv4 address, or the /64 of an IPv6 address.
        address: [u8; 32],
        /// Of the same and the user agent.
        browser: [u8; 32],
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
    /// The hasher is done with a password.
    PasswordResult {
        /// From [`HubOut::HashPassword`] or [`HubOut::VerifyPassword`].
        job: u64,
        /// What came of it.
        result: PasswordResult,
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
    /// Hash a new password, away from whatever must not wait; the answer is [`HubIn::PasswordResult`].
    HashPassword {
        /// Names the answer.
        job: u64,
        /// As it was typed: 1 to [`limits::PASSWORD_BYTES`] bytes.
        password: Secret,
    },
    /// Compare a password with a hash, in constant time; the answer is [`HubIn::PasswordResult`].
    VerifyPassword {
        /// Names the answer.
        job: u64,
        /// As it was typed.
        password: Secret,
        /// From [`PasswordResult::Hashed`].
        hash: Secret,
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
