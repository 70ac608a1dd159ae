//! The live list of rooms.

use super::{RoomId, RoomInfo};
use multirtc_derive::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which listed rooms of the lobby a client wants to follow; all conditions must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode)]
pub struct LobbyFilter {
    /// Tags a room must all have; empty for any room.
    pub tags: BTreeSet<String>,
    /// Text that name or topic must contain, in any case; none for any room.
    pub text: Option<String>,
    /// Leave out rooms that are full or locked.
    pub only_joinable: bool,
}

/// The list of rooms, or a change of it.
///
/// Changes come merged, at most five times a second ([`limits::LOBBY_UPDATES`](super::limits::LOBBY_UPDATES)). A client
/// that falls behind gets a new snapshot; one that finds a gap in [`RoomInfo::rev`] asks again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
#[serde(rename_all = "snake_case")]
pub enum LobbyUpdate {
    /// The whole list; replaces what was known.
    Snapshot {
        /// Up to [`limits::LOBBY_SNAPSHOT_ROOMS`](super::limits::LOBBY_SNAPSHOT_ROOMS), in no particular order.
        rooms: Vec<RoomInfo>,
        /// Whether there are others beyond that.
        more: bool,
    },
    /// A room is new in the list or changed.
    Upsert {
        /// The room as it is now.
        info: Box<RoomInfo>,
    },
    /// A room is not in the list any more: over, unlisted, or outside the filter.
    Remove {
        /// Which.
        room: RoomId,
    },
}
