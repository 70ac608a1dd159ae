//! Every number the server enforces, its unit and its reason; `Welcome.limits` tells clients.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    pub frame_bytes: u32,
    pub say_bytes: u32,
    pub thumbnail_bytes: u32,
    pub rooms: u8,
    pub per: BTreeMap<String, Rate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    pub burst: u32,
    pub per_minute: u32,
}

/// Bytes of one client frame; above it the socket is closed with 1009.
pub const FRAME_HARD_BYTES: usize = 256 * 1024;
/// Bytes of a client frame that is neither `Signal`, `UpdateRoom` nor `Relay`; above it the frame is refused.
pub const FRAME_SOFT_BYTES: usize = 64 * 1024;
/// Bytes of a session description.
pub const SDP_BYTES: usize = 64 * 1024;
/// Bytes of an ICE candidate.
pub const CANDIDATE_BYTES: usize = 2 * 1024;
/// Bytes of the body of a `Say`, as JSON.
pub const SAY_BYTES: usize = 16 * 1024;
/// Bytes of a room's thumbnail, base64 included.
pub const THUMBNAIL_BYTES: usize = 48 * 1024;
/// Bytes of a profile without its extra, as JSON.
pub const PROFILE_BYTES: usize = 4 * 1024;
/// Bytes of the extra of a profile, as JSON.
pub const PROFILE_EXTRA_BYTES: usize = 8 * 1024;
/// Bytes of the extra of a room, as JSON.
pub const ROOM_EXTRA_BYTES: usize = 8 * 1024;
/// Visible characters of a person's or room's name; longer ones are cut.
pub const NAME_CHARS: usize = 80;
/// Characters of a room's topic, a note or a reason; longer ones are cut.
pub const TOPIC_CHARS: usize = 280;
/// Tags of a room.
pub const TAGS: usize = 8;
/// Characters of a tag.
pub const TAG_CHARS: usize = 24;
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
/// Rooms in one lobby snapshot; `more` says that there are others.
pub const LOBBY_SNAPSHOT_ROOMS: usize = 200;
/// Bytes waiting for one slow reader; above it the socket is closed with 4009.
pub const OUTBOUND_BYTES: usize = 1024 * 1024;
/// Milliseconds a new socket has for its `Hello`.
pub const HELLO_MS: u64 = 5_000;
/// Milliseconds between the server's WebSocket pings.
pub const PING_MS: u64 = 5_000;
/// Milliseconds without a pong after which a person is shown as interrupted.
pub const INTERRUPTED_MS: u64 = 10_000;
/// Milliseconds without a pong after which the socket is closed.
pub const SOCKET_DEAD_MS: u64 = 20_000;
/// Milliseconds a seat is kept for somebody whose connection was lost.
pub const RESUME_WINDOW_MS: u64 = 45_000;
/// Milliseconds a seat is kept after an orderly close: long enough for a reload, short enough for a closed tab.
pub const RELOAD_WINDOW_MS: u64 = 6_000;
/// Frames kept for replay in a session.
pub const RING_FRAMES: usize = 256;
/// Bytes kept for replay in a session.
pub const RING_BYTES: usize = 256 * 1024;
/// Milliseconds a closed room keeps answering `room_closed` before its id is free.
pub const TOMBSTONE_MS: u64 = 60_000;
/// Milliseconds a room without anyone eligible to host lives on.
pub const ORPHAN_MS: u64 = 120_000;
/// `RebuildLink` requests a minute and pair.
pub const REBUILDS_PER_MINUTE: u32 = 6;
