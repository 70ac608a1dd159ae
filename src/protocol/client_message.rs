//! What a client may ask of the server.

use super::{
    Handle, KnockId, LinkId, LobbyFilter, LobbyId, PeerId, Presence, Profile, ProfilePatch, Publication, PublicationId,
    Role, RoomId, RoomPatch, RoomSpec, Secret, SignalBody,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ClientMsg {
    Hello(Hello),
    Ping {
        nonce: u32,
    },
    Bye,
    RefreshIceServers,

    CreateRoom(CreateRoom),
    JoinRoom(JoinRoom),
    OpenOrJoin {
        create: CreateRoom,
        join: JoinRoom,
    },
    LeaveRoom {
        room: RoomId,
    },
    CloseRoom {
        room: RoomId,
        reason: Option<String>,
    },
    UpdateRoom {
        room: RoomId,
        patch: Box<RoomPatch>,
    },

    CancelKnock {
        knock: KnockId,
    },
    ResolveKnock {
        room: RoomId,
        knock: KnockId,
        decision: KnockDecision,
    },

    Eject {
        room: RoomId,
        peer: PeerId,
        reason: Option<String>,
        ban_secs: Option<u32>,
    },
    TransferHost {
        room: RoomId,
        to: PeerId,
    },
    SetRole {
        room: RoomId,
        peer: PeerId,
        role: Role,
    },
    CreateInvite {
        room: RoomId,
        role: Role,
        uses: u16,
        ttl_secs: u32,
    },
    RevokeInvites {
        room: RoomId,
    },
    AskMedia {
        room: RoomId,
        to: Target,
        ask: MediaAsk,
    },

    UpdateProfile {
        patch: ProfilePatch,
    },
    Publish {
        room: RoomId,
        publications: Vec<Publication>,
    },
    SetPresence {
        room: RoomId,
        presence: Presence,
    },

    /// `watch`: also tell me when it appears, changes or goes.
    LookupRoom {
        room: RoomId,
        watch: bool,
    },
    WatchLobby {
        filter: LobbyFilter,
    },
    UnwatchLobby,

    Signal {
        room: RoomId,
        to: PeerId,
        link: LinkId,
        body: SignalBody,
    },
    RebuildLink {
        room: RoomId,
        peer: PeerId,
        link: LinkId,
    },
    /// One data-channel frame through the server (base64), where `DataPath::Server` is in force.
    Relay {
        room: RoomId,
        to: PeerId,
        lane: u8,
        frame: String,
    },
    Say {
        room: RoomId,
        to: Target,
        topic: String,
        body: serde_json::Value,
        keep: bool,
    },

    /// Any message from a newer peer that this build does not know.
    #[serde(other)]
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    pub version: Version,
    pub features: BTreeSet<String>,
    pub client: String,
    /// The one lobby this session lives in.
    pub lobby: LobbyId,
    pub profile: Profile,
    /// Bearer token from the embedding application, if it has accounts.
    pub auth: Option<Secret>,
    pub resume: Option<Resume>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version {
    pub major: u16,
    pub minor: u16,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resume {
    pub token: Secret,
    pub last_seen: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CreateRoom {
    /// None: the server mints an unguessable id.
    pub room: Option<RoomId>,
    pub spec: RoomSpec,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JoinRoom {
    pub room: RoomId,
    pub password: Option<Secret>,
    /// An invite, or the host claim of a room one created.
    pub invite: Option<Secret>,
    pub role: Option<Role>,
    /// Join only if this person is hosting.
    pub hosted_by: Option<Handle>,
    /// Shown to the host while waiting.
    pub note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KnockDecision {
    Admit { role: Role },
    Deny,
    DenyAndBlock { secs: u32 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    All,
    Peer(PeerId),
    Peers(BTreeSet<PeerId>),
    AtLeast(Role),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaAsk {
    Mute(PublicationId),
    Unmute(PublicationId),
    Stop(PublicationId),
    StartCamera,
    StartMicrophone,
    ShareScreen,
    LowerHand,
}
