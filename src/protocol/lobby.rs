//! The live list of rooms.

use super::{RoomId, RoomInfo};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LobbyFilter {
    pub tags: BTreeSet<String>,
    pub text: Option<String>,
    pub only_joinable: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LobbyUpdate {
    Snapshot { rooms: Vec<RoomInfo>, more: bool },
    Upsert { info: Box<RoomInfo> },
    Remove { room: RoomId },
}
