//! What happens in a room, and the room as it is: plain data, never a handle.
//!
//! *State* ([`RoomState`]) is level-triggered: complete and consistent at every moment, what a page draws from. *Events*
//! are edge-triggered: what a page notifies of. Order, per room: `PeerJoined(p)` before anything about `p`;
//! `MediaAnnounced(x)` before `MediaStarted(x)` before `MediaEnded(x)`, each at most once per publication;
//! `PeerLeft(p)` after `MediaEnded` of everything of `p`; nothing after `RoomClosed` or `Ejected`.

use crate::protocol::{
    CloseReason, HostChange, KnockId, LeaveReason, MediaAsk, Participant, PeerId, Profile, PublicationId,
    ResumeOutcome, RoomInfo, Source, Target, TrackState,
};

/// Everything that can happen, as plain data. Handles are looked up by id.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    // signalling session
    SignalingLost { attempt: u32, retry_in_ms: u32 },
    SignalingRestored { how: ResumeOutcome },
    SignalingEnded { why: SessionEnd },
    // room
    RoomChanged,
    HostChanged { from: Option<PeerId>, to: Option<PeerId>, why: HostChange },
    RoomClosed { why: CloseReason },
    Ejected { by: PeerId, reason: Option<String>, banned_secs: Option<u32> },
    KnockReceived { knock: KnockId, profile: Profile, note: Option<String> },
    KnockWithdrawn { knock: KnockId },
    // participants
    PeerJoined { peer: PeerId },
    PeerChanged { peer: PeerId, what: PeerChange },
    PeerLeft { peer: PeerId, why: LeaveReason },
    LinkChanged { peer: PeerId, link: LinkPhase },
    // media
    MediaAnnounced { publication: PublicationId, from: PeerId, source: Source },
    MediaStarted { publication: PublicationId, from: PeerId },
    MediaChanged { publication: PublicationId, audio: TrackState, video: TrackState },
    MediaStalled { publication: PublicationId, stalled: bool },
    MediaEnded { publication: PublicationId, from: PeerId, why: MediaEnd },
    MediaAsked { from: PeerId, ask: MediaAsk },
    Speaking { peer: PeerId, publication: PublicationId, on: bool },
    PlaybackBlocked { publication: PublicationId },
    DevicesChanged { added: Vec<DeviceId>, removed: Vec<DeviceId> },
    // data
    ChannelOpen { peer: PeerId, label: String },
    ChannelClosed { peer: PeerId, label: String },
    Message(Message),
    FileOffered { transfer: TransferId, from: PeerId, meta: FileMeta },
    FileProgress { transfer: TransferId, peer: PeerId, done: u64, total: u64 },
    FileDone { transfer: TransferId, peer: PeerId },
    FileFailed { transfer: TransferId, peer: PeerId, why: TransferError },
    // the reader was too slow
    Lagged { missed: u64 },
}
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub from: PeerId,
    pub path: Path,
    pub to: Target,
    pub topic: String,
    pub body: Payload,
    pub at_ms: u64,
    pub delay_ms: Option<u32>,
}
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    Json(serde_json::Value),
    Text(String),
    Bytes(bytes::Bytes),
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    Server,
    Direct,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerChange {
    Profile,
    Role,
    Presence,
    Online,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPhase {
    Connecting,
    Connected { relayed: bool },
    Interrupted,
    Restarting { attempt: u8 },
    Rebuilding { attempt: u8 },
    Failed,
    Closed,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaEnd {
    Unpublished,
    SourceEnded,
    DeviceLost,
    PeerLeft,
    RoleChanged,
    LinkFailed,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    ByUser,
    Superseded,
    Expired,
    Unauthenticated,
    Incompatible,
    GaveUp,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TransferId(pub u32);
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceId(pub String);
#[derive(Debug, Clone, PartialEq)]
pub struct FileMeta {
    pub name: String,
    pub mime: String,
    pub size: u64,
    pub modified_ms: Option<u64>,
    pub sha256: Option<[u8; 32]>,
}
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TransferError {
    #[error("refused")]
    Refused,
    #[error("cancelled")]
    Cancelled,
    #[error("peer left")]
    PeerLeft,
    #[error("too large")]
    TooLarge,
    #[error("digest mismatch")]
    Corrupt,
    #[error("storage: {0}")]
    Storage(String),
    #[error("timed out")]
    TimedOut,
}
/// A room at one moment: what a page draws.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomState {
    pub info: RoomInfo,
    pub me: Participant,
    pub others: Vec<PeerState>,
    pub knocks: Vec<(KnockId, Profile)>,
    pub signaling: bool,
}
/// One other participant, with what this page knows of the way to them.
#[derive(Debug, Clone, PartialEq)]
pub struct PeerState {
    pub who: Participant,
    pub link: LinkPhase,
    pub quality: Quality,
    pub speaking: bool,
    pub started: std::collections::BTreeSet<PublicationId>,
}
/// How well a link carries what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    Unknown,
    Good,
    Fair,
    Poor,
    Lost,
}
/// The state of the signaling session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalingStatus {
    Connecting,
    Online,
    Retrying { attempt: u32 },
    Offline,
}
