//! What the server tells a client: answers, and facts it did not ask for.

use super::{
    ErrorBody, KnockId, Limits, LinkAssignment, LinkId, LobbyUpdate, MediaAsk, MessageId, Participant, PeerId, Profile,
    RoomId, RoomInfo, RoomSnapshot, Secret, SignalBody, Target, Version,
};
use multirtc_derive::Decode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Everything the server may send; one in each [`ServerFrame`](super::ServerFrame).
///
/// Every id that says who did something is written by the server from the session of whoever did it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ServerMsg {
    /// Answers `Hello`; first on every socket, volatile.
    Welcome(Box<Welcome>),
    /// Answers `Ping`; volatile.
    Pong {
        /// From the `Ping`.
        nonce: u32,
    },
    /// Answers a command that took effect and has no other answer.
    Ok,
    /// Answers a command that had no effect.
    Error(ErrorBody),
    /// Answers `RefreshIceServers`; volatile before a `Joined`, with the TURN credentials that a member may have.
    IceServers(IceServers),
    /// The server is about to stop: reconnect at a random moment within the given time. Calls go on.
    GoingAway {
        /// Milliseconds until the socket is closed with 4012.
        in_ms: u32,
    },

    /// The receiver is a member of the room now. Replaces whatever it knew of the room.
    Joined(Box<RoomSnapshot>),
    /// Answers a join that needs a decision of the host.
    Waiting {
        /// Where.
        room: RoomId,
        /// What to cancel it with.
        knock: KnockId,
        /// Place in the queue, from 1.
        position: u16,
    },
    /// Answers `CreateInvite`.
    Invite {
        /// To which room.
        room: RoomId,
        /// What `JoinRoom.invite` takes; shown this once.
        invite: Secret,
        /// Milliseconds since the Unix epoch when it expires.
        expires_ms: u64,
    },
    /// To whoever knocked: the answer. If admitted, `Joined` follows.
    KnockResolved {
        /// Where.
        room: RoomId,
        /// Which knock.
        knock: KnockId,
        /// Whether it was a yes; a knock that runs out after [`limits::KNOCK_MS`](super::limits::KNOCK_MS) is a no.
        admitted: bool,
    },
    /// To host and moderators: somebody asks to be let in.
    KnockReceived {
        /// Where.
        room: RoomId,
        /// What `ResolveKnock` takes.
        knock: KnockId,
        /// Who asks.
        profile: Profile,
        /// What they wrote.
        note: Option<String>,
    },
    /// To host and moderators: a knock needs no answer any more.
    KnockWithdrawn {
        /// Where.
        room: RoomId,
        /// Which knock.
        knock: KnockId,
    },

    /// To the other members: somebody entered.
    PeerJoined {
        /// Which room.
        room: RoomId,
        /// Who, as they are now.
        peer: Participant,
    },
    /// To all members: profile, role, presence, publications or connection of a member changed.
    PeerChanged {
        /// Which room.
        room: RoomId,
        /// Who, as they are now; replaces what was known of them.
        peer: Participant,
    },
    /// To the remaining members: somebody is gone.
    PeerLeft {
        /// Which room.
        room: RoomId,
        /// Who.
        peer: PeerId,
        /// How.
        why: LeaveReason,
    },
    /// To all members: settings or counts changed.
    RoomChanged {
        /// Which room.
        room: RoomId,
        /// The room as it is now.
        info: RoomInfo,
    },
    /// To all members: another member is host, or nobody is.
    HostChanged {
        /// Which room.
        room: RoomId,
        /// The host until now, if there was one.
        from: Option<PeerId>,
        /// None while nobody is eligible.
        to: Option<PeerId>,
        /// What caused it.
        why: HostChange,
    },
    /// To all members: the room is over.
    RoomClosed {
        /// Which room.
        room: RoomId,
        /// What ended it.
        why: CloseReason,
    },
    /// To a removed member, after their links were taken down.
    Ejected {
        /// From which room.
        room: RoomId,
        /// Who did it.
        by: PeerId,
        /// What they said about it.
        reason: Option<String>,
        /// Seconds during which a return is refused.
        banned_secs: Option<u32>,
    },

    /// To both ends: make a peer connection, in place of the one they have, if they have one.
    LinkUp {
        /// Where both are.
        room: RoomId,
        /// With whom, under which number, in which part.
        link: LinkAssignment,
    },
    /// To both ends: close this peer connection.
    LinkDown {
        /// Where both were.
        room: RoomId,
        /// The other end.
        peer: PeerId,
        /// Which.
        link: LinkId,
    },
    /// A negotiation message of the other end of a link.
    Signal {
        /// Where both are.
        room: RoomId,
        /// The other end.
        from: PeerId,
        /// The link it belongs to; of another one, drop it.
        link: LinkId,
        /// The message, as it was sent.
        body: SignalBody,
    },
    /// A data-channel frame that came through the server.
    Relayed {
        /// Where both are.
        room: RoomId,
        /// The other end.
        from: PeerId,
        /// The data channel it stands for.
        lane: u8,
        /// The bytes in base64.
        frame: String,
    },
    /// Something was said; the sender gets it too, as the answer to `Say`.
    Said {
        /// Where.
        room: RoomId,
        /// Who said it.
        from: PeerId,
        /// Minted by the server, unique in the room.
        id: MessageId,
        /// Milliseconds since the Unix epoch, by the server's clock.
        at_ms: u64,
        /// To whom.
        to: Target,
        /// What it is about, the application's own word.
        topic: String,
        /// What was said.
        body: serde_json::Value,
    },
    /// To the targets of `AskMedia`.
    MediaAsked {
        /// Where.
        room: RoomId,
        /// Who asks.
        from: PeerId,
        /// For what.
        ask: MediaAsk,
    },

    /// Answers `WatchLobby`, and follows with the changes.
    Lobby {
        /// The list, or what changed in it.
        update: LobbyUpdate,
    },
    /// Answers `LookupRoom`, and follows if it asked to watch.
    Room {
        /// What an outsider may know; none if there is no such room.
        info: Option<RoomInfo>,
    },

    /// A message of a newer server: counted and ignored.
    #[serde(other)]
    Unknown,
}

impl ServerMsg {
    /// The room whose members it is for; none if it is for somebody outside, or about no room.
    pub fn room(&self) -> Option<&RoomId> {
        match self {
            Self::Joined(snapshot) => Some(&snapshot.info.room),
            Self::PeerJoined { room, .. }
            | Self::PeerChanged { room, .. }
            | Self::PeerLeft { room, .. }
            | Self::RoomChanged { room, .. }
            | Self::HostChanged { room, .. }
            | Self::RoomClosed { room, .. }
            | Self::Ejected { room, .. }
            | Self::LinkUp { room, .. }
            | Self::LinkDown { room, .. }
            | Self::Signal { room, .. }
            | Self::Relayed { room, .. }
            | Self::Said { room, .. }
            | Self::MediaAsked { room, .. }
            | Self::KnockReceived { room, .. }
            | Self::KnockWithdrawn { room, .. }
            | Self::KnockResolved { room, .. } => Some(room),
            _ => None,
        }
    }
}

/// What a session starts, or goes on, with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
pub struct Welcome {
    /// The version in force: the lower minor of both ends.
    pub version: Version,
    /// The optional parts in force: those both ends know.
    pub features: BTreeSet<String>,
    /// Who the client is, in all rooms of this session.
    pub peer: PeerId,
    /// What became of the session asked for.
    pub resumed: ResumeOutcome,
    /// Highest command of this session already carried out: resend only what comes after.
    pub commands_done: u32,
    /// For the next `Hello` of this session; the one before is valid until a client frame has arrived.
    pub resume_token: Secret,
    /// Milliseconds the session is kept when its socket is lost.
    pub resume_window_ms: u32,
    /// Milliseconds between the WebSocket pings of the server.
    pub heartbeat_ms: u32,
    /// What the server enforces.
    pub limits: Limits,
    /// How to find a way to others; empty without any server configured. TURN only for who is in a room already.
    pub ice: IceServers,
    /// The rooms of the session as they are now, after [`ResumeOutcome::Snapshot`]; otherwise empty.
    pub rooms: Vec<RoomSnapshot>,
    /// The server's clock, in milliseconds since the Unix epoch.
    pub now_ms: u64,
}

/// What became of the session a `Hello` wanted to go on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode)]
#[serde(rename_all = "snake_case")]
pub enum ResumeOutcome {
    /// A new session with a new peer id; rooms have to be joined again.
    Fresh,
    /// The same session; every frame that was missed follows.
    Replayed {
        /// Number of the first frame that follows.
        from: u32,
    },
    /// The same session; missed frames are gone, [`Welcome::rooms`] says how things are.
    Snapshot,
}

/// Servers that help to find a way through networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
pub struct IceServers {
    /// In the order to be given to the browser.
    pub servers: Vec<IceServer>,
    /// Milliseconds since the Unix epoch when the credentials expire; none if they do not.
    pub expires_ms: Option<u64>,
}

/// A STUN or TURN server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
pub struct IceServer {
    /// `stun:`, `turn:` or `turns:` addresses.
    pub urls: Vec<String>,
    /// For TURN.
    pub username: Option<String>,
    /// For TURN; the receiver's own.
    pub credential: Option<Secret>,
}

/// How a member went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode)]
#[serde(rename_all = "snake_case")]
pub enum LeaveReason {
    /// By their own wish.
    Left,
    /// Their connection was lost and did not come back in time.
    TimedOut,
    /// Removed by host or moderator.
    Ejected,
    /// The room is over.
    RoomClosed,
    /// A reason this build does not know.
    #[serde(other)]
    Other,
}

/// What ended a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// The host closed it.
    ByHost,
    /// The host is gone, and the room does not outlive that.
    HostLeft,
    /// Nobody was left, or nobody who could host, for too long.
    Empty,
    /// Whoever runs the server closed it.
    ByOperator,
    /// A reason this build does not know.
    #[serde(other)]
    Other,
}

/// What made another member host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode)]
#[serde(rename_all = "snake_case")]
pub enum HostChange {
    /// The former host gave it away.
    Transferred,
    /// The former host left.
    HostLeft,
    /// The former host's connection was lost and did not come back in time.
    HostTimedOut,
    /// The creator came back with the host claim.
    Reclaimed,
    /// A reason this build does not know.
    #[serde(other)]
    Other,
}
