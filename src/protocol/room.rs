//! The vocabulary of rooms: what one is about, who may do what in it, and what others may know of it.

use super::{LinkAssignment, LobbyId, Participant, PeerId, RoomId, Secret};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomSpec {
    pub plan: RoomPlan,
    pub visibility: Visibility,
    /// Everybody in the room, host included.
    pub capacity: u16,
    pub admission: Admission,
    /// The most a person gets by joining without an invite.
    pub guest_role: Role,
    pub password: Option<Secret>,
    pub on_host_left: OnHostLeft,
    pub empty_ttl_secs: u32,
    pub details: RoomDetails,
    pub privileges: Privileges,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RoomDetails {
    pub name: String,
    pub topic: String,
    pub tags: BTreeSet<String>,
    pub lang: Option<String>,
    pub thumbnail: Option<Thumbnail>,
    pub extra: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thumbnail {
    pub mime: String,
    pub base64: String,
    pub width: u16,
    pub height: u16,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RoomPatch {
    pub details: Option<RoomDetails>,
    pub plan: Option<RoomPlan>,
    pub capacity: Option<u16>,
    pub visibility: Option<Visibility>,
    pub admission: Option<Admission>,
    pub guest_role: Option<Role>,
    pub password: Option<Change<Secret>>,
    pub on_host_left: Option<OnHostLeft>,
    pub privileges: Option<Privileges>,
}

/// `Option<Change<T>>` inside a patch: absent means "leave as it is".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change<T> {
    Clear,
    Set(T),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomPlan {
    pub topology: Topology,
    pub audio: Flow,
    pub video: Flow,
    pub screen: Flow,
    pub data: Flow,
    #[serde(default)]
    pub data_path: DataPath,
}

/// Whether messages and files go from peer to peer or through the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataPath {
    #[default]
    Direct,
    Server,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topology {
    /// Every pair that has something to say to each other.
    Mesh,
    /// Only pairs that contain the host.
    Star,
    /// Viewers pass the host's media on, each to at most `fanout` others.
    Tree { fanout: u8 },
    /// Everybody talks to a media server.
    Sfu,
}

/// Who may send a kind of media.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    Off,
    HostOnly,
    GuestsOnly,
    Speakers,
    Everyone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Speaker,
    Moderator,
    Host,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    Listed,
    Unlisted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    Open,
    Knock,
    InviteOnly,
    Locked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnHostLeft {
    HandOver,
    Close,
    CloseAfter { secs: u32 },
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privileges {
    pub moderators_may_mute: bool,
    pub moderators_may_stop: bool,
    pub guests_may_record: bool,
    pub guests_may_message_guests: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomInfo {
    pub room: RoomId,
    pub lobby: LobbyId,
    pub host: Option<PeerId>,
    pub plan: RoomPlan,
    pub visibility: Visibility,
    pub capacity: u16,
    pub count: u16,
    pub admission: Admission,
    pub guest_role: Role,
    pub has_password: bool,
    pub on_host_left: OnHostLeft,
    pub privileges: Privileges,
    pub details: RoomDetails,
    pub created_ms: u64,
    pub rev: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoomSnapshot {
    pub info: RoomInfo,
    pub you: Participant,
    pub others: Vec<Participant>,
    pub links: Vec<LinkAssignment>,
    pub kept: Vec<Kept>,
    /// Only for the host: lets this person take the room back after a cold start.
    pub host_claim: Option<Secret>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub topic: String,
    pub from: PeerId,
    pub at_ms: u64,
    pub body: serde_json::Value,
}
