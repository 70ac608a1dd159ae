//! What the server tells a client: answers, and facts it did not ask for.

use super::{
    ErrorBody, KnockId, Limits, LinkAssignment, LinkId, LobbyUpdate, MediaAsk, MessageId, Participant, PeerId, Profile,
    RoomId, RoomInfo, RoomSnapshot, Secret, SignalBody, Target, Version,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ServerMsg {
    Welcome(Box<Welcome>),
    Pong {
        nonce: u32,
    },
    Ok,
    Error(ErrorBody),
    IceServers(IceServers),
    GoingAway {
        in_ms: u32,
    },

    Joined(Box<RoomSnapshot>),
    Waiting {
        room: RoomId,
        knock: KnockId,
        position: u16,
    },
    Invite {
        room: RoomId,
        invite: Secret,
        expires_ms: u64,
    },
    KnockResolved {
        room: RoomId,
        knock: KnockId,
        admitted: bool,
    },
    KnockReceived {
        room: RoomId,
        knock: KnockId,
        profile: Profile,
        note: Option<String>,
    },
    KnockWithdrawn {
        room: RoomId,
        knock: KnockId,
    },

    PeerJoined {
        room: RoomId,
        peer: Participant,
    },
    PeerChanged {
        room: RoomId,
        peer: Participant,
    },
    PeerLeft {
        room: RoomId,
        peer: PeerId,
        why: LeaveReason,
    },
    RoomChanged {
        room: RoomId,
        info: RoomInfo,
    },
    /// `to` is none while nobody is eligible.
    HostChanged {
        room: RoomId,
        from: Option<PeerId>,
        to: Option<PeerId>,
        why: HostChange,
    },
    RoomClosed {
        room: RoomId,
        why: CloseReason,
    },
    Ejected {
        room: RoomId,
        by: PeerId,
        reason: Option<String>,
        banned_secs: Option<u32>,
    },

    LinkUp {
        room: RoomId,
        link: LinkAssignment,
    },
    LinkDown {
        room: RoomId,
        peer: PeerId,
        link: LinkId,
    },
    Signal {
        room: RoomId,
        from: PeerId,
        link: LinkId,
        body: SignalBody,
    },
    Relayed {
        room: RoomId,
        from: PeerId,
        lane: u8,
        frame: String,
    },
    Said {
        room: RoomId,
        from: PeerId,
        id: MessageId,
        at_ms: u64,
        to: Target,
        topic: String,
        body: serde_json::Value,
    },
    MediaAsked {
        room: RoomId,
        from: PeerId,
        ask: MediaAsk,
    },

    Lobby {
        update: LobbyUpdate,
    },
    Room {
        info: Option<RoomInfo>,
    },

    #[serde(other)]
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    pub version: Version,
    pub features: BTreeSet<String>,
    pub peer: PeerId,
    pub resumed: ResumeOutcome,
    /// Highest command of this session already carried out: resend only what comes after.
    pub commands_done: u32,
    pub resume_token: Secret,
    pub resume_window_ms: u32,
    pub heartbeat_ms: u32,
    pub limits: Limits,
    pub ice: IceServers,
    pub rooms: Vec<RoomSnapshot>,
    pub now_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResumeOutcome {
    Fresh,
    Replayed { from: u32 },
    Snapshot,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IceServers {
    pub servers: Vec<IceServer>,
    pub expires_ms: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IceServer {
    pub urls: Vec<String>,
    pub username: Option<String>,
    pub credential: Option<Secret>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveReason {
    Left,
    TimedOut,
    Ejected,
    RoomClosed,
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    ByHost,
    HostLeft,
    Empty,
    ByOperator,
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostChange {
    Transferred,
    HostLeft,
    HostTimedOut,
    Reclaimed,
    #[serde(other)]
    Other,
}
