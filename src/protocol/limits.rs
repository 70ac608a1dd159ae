//! Every number the server enforces, its unit and its reason; [`Welcome::limits`](super::Welcome::limits) tells clients.
//!
//! These are the defaults. A server may be configured otherwise, so a client keeps to what its `Welcome` said.
//!
//! | What | Limit | Over it |
//! |---|---|---|
//! | client frame | [`FRAME_HARD_BYTES`]; [`FRAME_SOFT_BYTES`] except `Signal`, `UpdateRoom`, `Relay` | close 1009; `too_large` |
//! | client frames of a session | [`FRAMES`] | reading pauses for 1 s; repeatedly: close 4029 |
//! | session description, candidate | [`SDP_BYTES`], [`CANDIDATE_BYTES`] | `too_large` |
//! | `Signal` | [`SIGNALS`] a link | dropped, then `rate_limited` |
//! | `RebuildLink` | [`REBUILDS`] a pair | `rate_limited` |
//! | `Say` | [`SAY_BYTES`], [`SAYS`] | `too_large`; `rate_limited` |
//! | messages kept for newcomers | [`KEPT_MESSAGES`], [`KEPT_BYTES`] | the oldest go |
//! | `Relay` | [`RELAY_FRAME_BYTES`], [`RELAY_BYTES`], [`RELAY_BYTES_PER_HOUR`] | `too_large`; `rate_limited` |
//! | `CreateRoom` | [`CREATES`], [`CREATES_PER_HOUR`] an address | `rate_limited` |
//! | `JoinRoom`, `OpenOrJoin`; `LookupRoom` | [`JOINS`]; [`LOOKUPS`] an address | `rate_limited` |
//! | wrong passwords | [`PASSWORD_TRIES`], [`ROOM_PASSWORD_TRIES`] | `rate_limited`, growing; the room asks for a knock |
//! | password | [`PASSWORD_BYTES`] | `bad_patch` |
//! | thumbnail | [`THUMBNAIL_BYTES`], [`THUMBNAILS`] | `too_large`; `rate_limited` |
//! | profile, its extra, a room's extra | [`PROFILE_BYTES`], [`PROFILE_EXTRA_BYTES`], [`ROOM_EXTRA_BYTES`] | `bad_patch` |
//! | name, label; topic, note, reason, status; tag | [`NAME_CHARS`]; [`TOPIC_CHARS`]; [`TAG_CHARS`] | cut |
//! | tags of a room | [`TAGS`] | the rest is left out |
//! | rooms of a session | [`ROOMS_PER_SESSION`] | `too_many_rooms` |
//! | publications of a member | [`PUBLICATIONS`] | `bad_patch` |
//! | members | [`MESH_CAPACITY`], [`STAR_CAPACITY`], [`LIGHT_CAPACITY`], [`TREE_CAPACITY`], [`SFU_CAPACITY`] | `bad_capacity` |
//! | pending knocks of a room | [`KNOCKS_PER_ROOM`], each [`KNOCK_MS`] | `busy`; a no |
//! | sockets of an address | [`SOCKETS_PER_ADDRESS`], [`UPGRADES`] | HTTP 429 |
//! | rooms of a lobby | [`LOBBY_ROOMS`] listed, [`LOBBY_SNAPSHOT_ROOMS`] in a snapshot | `more: true` |
//! | changes of a followed lobby | [`LOBBY_UPDATES`] | merged |
//! | outbound queue of a socket | [`OUTBOUND_BYTES`] | close 4009 |
//!
//! An *address* is an IPv4 address or the /64 of an IPv6 address.

use multirtc_derive::Decode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a client has to know of the limits to keep under them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
pub struct Limits {
    /// Bytes of one client frame, whatever its kind; above it the socket is closed.
    pub frame_bytes: u32,
    /// Bytes of the body of a `Say`, as JSON.
    pub say_bytes: u32,
    /// Bytes of a room's thumbnail, in base64.
    pub thumbnail_bytes: u32,
    /// Rooms a session may be in at once.
    pub rooms: u8,
    /// Rates by what they count; the keys of [`defaults`]. Unknown keys are to be ignored.
    pub per: BTreeMap<String, Rate>,
}

/// How often something may be done: a bucket of `burst` that refills evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct Rate {
    /// How many at once after a rest.
    pub burst: u32,
    /// How many a minute in the long run.
    pub per_minute: u32,
}

/// What [`Welcome::limits`](super::Welcome::limits) says where nothing is configured.
///
/// The keys of `per`: `frame` ([`FRAMES`]), `signal` ([`SIGNALS`], a link), `rebuild_link` ([`REBUILDS`], a pair), `say`
/// ([`SAYS`]), `relay_bytes` ([`RELAY_BYTES`]), `create_room` ([`CREATES`]), `join_room` ([`JOINS`]), `lookup_room`
/// ([`LOOKUPS`]) and `thumbnail` ([`THUMBNAILS`]).
pub fn defaults() -> Limits {
    let per = [
        ("frame", FRAMES),
        ("signal", SIGNALS),
        ("rebuild_link", REBUILDS),
        ("say", SAYS),
        ("relay_bytes", RELAY_BYTES),
        ("create_room", CREATES),
        ("join_room", JOINS),
        ("lookup_room", LOOKUPS),
        ("thumbnail", THUMBNAILS),
    ];
    Limits {
        frame_bytes: FRAME_HARD_BYTES as u32,
        say_bytes: SAY_BYTES as u32,
        thumbnail_bytes: THUMBNAIL_BYTES as u32,
        rooms: ROOMS_PER_SESSION as u8,
        per: per.into_iter().map(|(what, rate)| (what.to_owned(), rate)).collect(),
    }
}

// Frames.

/// Bytes of one client frame; above it the socket is closed with 1009.
pub const FRAME_HARD_BYTES: usize = 256 * 1024;
/// Bytes of a client frame that is neither `Signal`, `UpdateRoom` nor `Relay`; above it the frame is refused.
pub const FRAME_SOFT_BYTES: usize = 64 * 1024;
/// All frames of a session together; above it reading pauses for 1 s, and repeated excess closes with 4029.
pub const FRAMES: Rate = Rate { burst: 200, per_minute: 50 * 60 };
/// Bytes waiting for one slow reader; above it the socket is closed with 4009.
pub const OUTBOUND_BYTES: usize = 1024 * 1024;

// Negotiation.

/// Bytes of a session description.
pub const SDP_BYTES: usize = 64 * 1024;
/// Bytes of an ICE candidate.
pub const CANDIDATE_BYTES: usize = 2 * 1024;
/// `Signal`s of one link: a first negotiation brings dozens of candidates at once.
pub const SIGNALS: Rate = Rate { burst: 300, per_minute: 60 * 60 };
/// `RebuildLink` requests a minute and pair.
pub const REBUILDS_PER_MINUTE: u32 = 6;
/// `RebuildLink` requests of a pair.
pub const REBUILDS: Rate = Rate { burst: REBUILDS_PER_MINUTE, per_minute: REBUILDS_PER_MINUTE };

// Messages.

/// Bytes of the body of a `Say`, as JSON.
pub const SAY_BYTES: usize = 16 * 1024;
/// `Say`s of one session.
pub const SAYS: Rate = Rate { burst: 40, per_minute: 10 * 60 };
/// Messages a room keeps for newcomers; the oldest go first.
pub const KEPT_MESSAGES: usize = 100;
/// Bytes of the messages a room keeps for newcomers, as JSON.
pub const KEPT_BYTES: usize = 64 * 1024;
/// Bytes of one frame of a `Relay`, in base64: 24 KiB before coding.
pub const RELAY_FRAME_BYTES: usize = 32 * 1024;
/// Bytes of all `Relay` frames of one session, in base64: 512 KiB a second.
pub const RELAY_BYTES: Rate = Rate { burst: 512 * 1024, per_minute: 60 * 512 * 1024 };
/// Bytes of all `Relay` frames of one session in an hour, in base64: the server is no place for big files.
pub const RELAY_BYTES_PER_HOUR: u64 = 32 * 1024 * 1024;

// People and rooms.

/// Bytes of a profile without its extra, as JSON.
pub const PROFILE_BYTES: usize = 4 * 1024;
/// Bytes of the extra of a profile, as JSON.
pub const PROFILE_EXTRA_BYTES: usize = 8 * 1024;
/// Bytes of the extra of a room, as JSON.
pub const ROOM_EXTRA_BYTES: usize = 8 * 1024;
/// Visible characters of the name of a person or room, or of a publication's label; longer ones are cut.
pub const NAME_CHARS: usize = 80;
/// Characters of a room's topic, a note, a reason or a status; longer ones are cut.
pub const TOPIC_CHARS: usize = 280;
/// Tags of a room; further ones are left out.
pub const TAGS: usize = 8;
/// Characters of a tag; longer ones are cut.
pub const TAG_CHARS: usize = 24;
/// Bytes of a room's thumbnail, in base64.
pub const THUMBNAIL_BYTES: usize = 48 * 1024;
/// Thumbnails of one room: one in 5 s.
pub const THUMBNAILS: Rate = Rate { burst: 1, per_minute: 12 };
/// Bytes of a room's password, as UTF-8 in normal form C: hashing costs, so nobody may have megabytes hashed.
pub const PASSWORD_BYTES: usize = 128;
/// Wrong passwords of one address at one room: 5 in 5 minutes, then ever longer waits.
pub const PASSWORD_TRIES: Rate = Rate { burst: 5, per_minute: 1 };
/// Wrong passwords at one room, whoever tries: 50 in 5 minutes, then it asks for a knock as well for 10 minutes.
pub const ROOM_PASSWORD_TRIES: Rate = Rate { burst: 50, per_minute: 10 };
/// Rooms a session may be in at once.
pub const ROOMS_PER_SESSION: usize = 8;
/// Publications of one member.
pub const PUBLICATIONS: usize = 8;
/// Most members of a mesh: n−1 encoders each is what a laptop carries.
pub const MESH_CAPACITY: u16 = 16;
/// Most members of a star: the host encodes for each.
pub const STAR_CAPACITY: u16 = 20;
/// Most members where only sound or data flows.
pub const LIGHT_CAPACITY: u16 = 50;
/// Most members of a relay tree.
pub const TREE_CAPACITY: u16 = 500;
/// Most members behind an SFU.
pub const SFU_CAPACITY: u16 = 200;
/// `CreateRoom`s of one address.
pub const CREATES: Rate = Rate { burst: 10, per_minute: 10 };
/// `CreateRoom`s of one address in an hour.
pub const CREATES_PER_HOUR: u32 = 100;
/// `JoinRoom`s and `OpenOrJoin`s of one address: a class behind one router comes in together.
pub const JOINS: Rate = Rate { burst: 100, per_minute: 30 };
/// `LookupRoom`s of one address.
pub const LOOKUPS: Rate = Rate { burst: 30, per_minute: 30 };
/// Pending knocks of one room.
pub const KNOCKS_PER_ROOM: usize = 50;
/// Milliseconds a knock waits for an answer; then it counts as a no.
pub const KNOCK_MS: u64 = 300_000;
/// Milliseconds a place is kept for somebody just admitted.
pub const RESERVATION_MS: u64 = 30_000;
/// Milliseconds a closed room keeps answering `room_closed` before its id is free.
pub const TOMBSTONE_MS: u64 = 60_000;
/// Milliseconds a room without anyone eligible to host lives on.
pub const ORPHAN_MS: u64 = 120_000;
/// Milliseconds credentials for a relay are good for; clients ask for new ones when half of that is over.
pub const RELAY_CREDENTIALS_MS: u64 = 600_000;

// Lobbies.

/// Rooms listed in one lobby.
pub const LOBBY_ROOMS: usize = 5_000;
/// Rooms in one lobby snapshot; `more` says that there are others.
pub const LOBBY_SNAPSHOT_ROOMS: usize = 200;
/// Changes sent to one follower of a lobby: five a second, merged by room.
pub const LOBBY_UPDATES: Rate = Rate { burst: 5, per_minute: 5 * 60 };

// Sockets and sessions.

/// Open sockets of one address.
pub const SOCKETS_PER_ADDRESS: usize = 100;
/// New sockets of one address.
pub const UPGRADES: Rate = Rate { burst: 20, per_minute: 20 };
/// Milliseconds a new socket has for its `Hello`.
pub const HELLO_MS: u64 = 5_000;
/// Milliseconds between the server's WebSocket pings, which browsers answer even in hidden tabs.
pub const PING_MS: u64 = 5_000;
/// Milliseconds without a pong after which a person is shown as interrupted.
pub const INTERRUPTED_MS: u64 = 10_000;
/// Milliseconds without a pong after which the socket is closed with 4008.
pub const SOCKET_DEAD_MS: u64 = 20_000;
/// Milliseconds a visible client hears nothing before it sends `Ping`.
pub const CLIENT_PING_MS: u64 = 10_000;
/// Milliseconds a client waits for anything after its `Ping` before it reconnects.
pub const CLIENT_PONG_MS: u64 = 5_000;
/// Milliseconds a seat is kept for somebody whose connection was lost.
pub const RESUME_WINDOW_MS: u64 = 45_000;
/// Milliseconds a seat is kept after an orderly close: long enough for a reload, short enough for a closed tab.
pub const RELOAD_WINDOW_MS: u64 = 6_000;
/// Frames kept for replay in a session.
pub const RING_FRAMES: usize = 256;
/// Bytes kept for replay in a session.
pub const RING_BYTES: usize = 256 * 1024;
