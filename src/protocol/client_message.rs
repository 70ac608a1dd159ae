//! What a client may ask of the server.

use super::{
    Handle, KnockId, LinkId, LobbyFilter, LobbyId, PeerId, Presence, Profile, ProfilePatch, Publication, PublicationId,
    Role, RoomId, RoomPatch, RoomSpec, Secret, SignalBody,
};
use multirtc_derive::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Everything a client may send; one in each [`ClientFrame`](super::ClientFrame).
///
/// Who is asking is known from the session: no message has a field for its sender. Every command can be answered by
/// [`ServerMsg::Error`](super::ServerMsg::Error) and then has had no effect; what answers success is said at each.
/// `room` names a room the sender is in, unless said otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ClientMsg {
    /// First on every socket, within [`limits::HELLO_MS`](super::limits::HELLO_MS); volatile. Answer: `Welcome`.
    Hello(Hello),
    /// Asks for a sign of life when nothing was heard; volatile. Answer: `Pong`.
    Ping {
        /// Comes back in the answer.
        nonce: u32,
    },
    /// Ends the session at once: all rooms are left, nothing is kept for a return. The server closes with 1000.
    Bye,
    /// Asks for ICE servers before the credentials of the last ones expire. Answer: `IceServers`.
    ///
    /// TURN credentials are for members of a room only.
    RefreshIceServers,

    /// Opens a room that is not there yet, with the sender as host. Answer: `Joined`, or the error `room_exists`.
    CreateRoom(CreateRoom),
    /// Enters a room. Answer: `Joined`; or `Waiting`, then `KnockResolved` and, if admitted, `Joined`.
    JoinRoom(JoinRoom),
    /// Creates the room or, if it is there, joins it, in one step: of several at once exactly one is host.
    OpenOrJoin {
        /// What to create; its id, if given, is that of `join`, else `bad_frame`.
        create: CreateRoom,
        /// How to join if somebody was quicker.
        join: JoinRoom,
    },
    /// Gives up the place; a host who leaves is succeeded. Answer: `Ok`.
    LeaveRoom {
        /// Which.
        room: RoomId,
    },
    /// Ends the room for everybody; host only. Answer: `Ok`; all members get `RoomClosed`.
    CloseRoom {
        /// Which.
        room: RoomId,
        /// For the server's audit log, up to [`limits::TOPIC_CHARS`](super::limits::TOPIC_CHARS).
        reason: Option<String>,
    },
    /// Changes settings; host only, moderators for `admission` alone. Answer: `Ok`; all members get `RoomChanged`.
    UpdateRoom {
        /// Which.
        room: RoomId,
        /// Applied as a whole or not at all.
        patch: Box<RoomPatch>,
    },

    /// Takes back one's own knock. Answer: `Ok`; host and moderators get `KnockWithdrawn`.
    CancelKnock {
        /// From `Waiting`.
        knock: KnockId,
    },
    /// Lets somebody in or not; host and moderators. Answer: `Ok`; the other moderators get `KnockWithdrawn`.
    ResolveKnock {
        /// Where they knocked.
        room: RoomId,
        /// From `KnockReceived`.
        knock: KnockId,
        /// The answer.
        decision: KnockDecision,
    },

    /// Removes a member; host, or moderator for viewers and speakers. Answer: `Ok`; the target gets `Ejected`.
    Eject {
        /// From where.
        room: RoomId,
        /// Whom; never oneself.
        peer: PeerId,
        /// Shown to them, up to [`limits::TOPIC_CHARS`](super::limits::TOPIC_CHARS).
        reason: Option<String>,
        /// Seconds during which they cannot return; none to allow it.
        ban_secs: Option<u32>,
    },
    /// Makes another connected member host; host only. Answer: `Ok`; all get `HostChanged`, the new host a new claim.
    TransferHost {
        /// Of which room.
        room: RoomId,
        /// The new host.
        to: PeerId,
    },
    /// Changes what a member may do; host, moderators between viewer and speaker, anyone their own to viewer.
    ///
    /// Answer: `Ok`; all members get `PeerChanged`. Publications the new role does not allow are removed.
    SetRole {
        /// Where.
        room: RoomId,
        /// Whose.
        peer: PeerId,
        /// At most [`Role::Moderator`]; a host is made by `TransferHost`.
        role: Role,
    },
    /// Mints an invite, which stands for password and knock; host, moderators up to speaker. Answer: `Invite`.
    CreateInvite {
        /// To which room.
        room: RoomId,
        /// What whoever brings it becomes, at most [`Role::Moderator`].
        role: Role,
        /// How many people may use it.
        uses: u16,
        /// Seconds it is valid.
        ttl_secs: u32,
    },
    /// Makes every invite of the room invalid; host only. Answer: `Ok`.
    RevokeInvites {
        /// Whose invites.
        room: RoomId,
    },
    /// Asks members to mute, stop, start or share; host and moderators. Answer: `Ok`; targets get `MediaAsked`.
    AskMedia {
        /// Where.
        room: RoomId,
        /// Of whom.
        to: Target,
        /// What.
        ask: MediaAsk,
    },

    /// Changes one's own profile, in all rooms. Answer: `Ok`; the members of those rooms get `PeerChanged`.
    UpdateProfile {
        /// Applied as a whole or not at all.
        patch: ProfilePatch,
    },
    /// Replaces the whole list of what the sender publishes. Answered only on failure; members get `PeerChanged`.
    Publish {
        /// Where.
        room: RoomId,
        /// Up to [`limits::PUBLICATIONS`](super::limits::PUBLICATIONS), each allowed by plan and role.
        publications: Vec<Publication>,
    },
    /// Replaces the sender's presence. Answered only on failure; members get `PeerChanged`.
    SetPresence {
        /// Where.
        room: RoomId,
        /// The new value.
        presence: Presence,
    },

    /// Asks what an outsider may know of a room of one's lobby. Answer: `Room`.
    LookupRoom {
        /// Any room of the lobby, there or not.
        room: RoomId,
        /// Also tell me, by further `Room`s, when it appears, changes or goes.
        watch: bool,
    },
    /// Follows the list of rooms, instead of any followed so far. Answer: `Lobby` with a snapshot, then its changes.
    WatchLobby {
        /// Which rooms.
        filter: LobbyFilter,
    },
    /// Stops following the list of rooms. Answer: `Ok`.
    UnwatchLobby,

    /// Carries a negotiation message to the other end of a link. Answered only on failure.
    Signal {
        /// Where both are.
        room: RoomId,
        /// The other end.
        to: PeerId,
        /// The link as it is now; of another one nothing is forwarded (`stale_link`).
        link: LinkId,
        /// Opaque to the server, apart from its size.
        body: SignalBody,
    },
    /// Asks for a new connection in place of a broken one. Answer: `Ok`; both ends get `LinkUp`.
    ///
    /// If the link has been replaced already, `Ok` and nothing else: both ends may ask at once.
    RebuildLink {
        /// Where both are.
        room: RoomId,
        /// The other end.
        peer: PeerId,
        /// The broken link.
        link: LinkId,
    },
    /// One data-channel frame through the server, where [`DataPath::Server`](super::DataPath::Server) is in force.
    ///
    /// Answered only on failure; the other end gets `Relayed`.
    Relay {
        /// Where both are.
        room: RoomId,
        /// The other end.
        to: PeerId,
        /// The data channel it stands for: 0 control, 1 bulk, 2 volatile, 16 and up the application's.
        lane: u8,
        /// The bytes in base64, up to [`limits::RELAY_FRAME_BYTES`](super::limits::RELAY_FRAME_BYTES).
        frame: String,
    },
    /// A message through the server: stamped, and in one order for all. Answer: the sender's own copy of `Said`.
    Say {
        /// Where.
        room: RoomId,
        /// To whom; reaching fellow guests needs a privilege of the room.
        to: Target,
        /// What it is about, the application's own word.
        topic: String,
        /// Up to [`limits::SAY_BYTES`](super::limits::SAY_BYTES) as JSON.
        body: serde_json::Value,
        /// Also show it to people who come later; speakers and up.
        keep: bool,
    },

    /// A message of a newer client: counted and ignored.
    #[serde(other)]
    Unknown,
}

/// How a client introduces itself, or comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode)]
pub struct Hello {
    /// What the client speaks.
    pub version: Version,
    /// Names of optional parts of the protocol it knows; `Welcome` answers with those in force.
    pub features: BTreeSet<String>,
    /// Library, version and browser engine, as in `web 0.1.0 blink`; equal engines trust ICE restarts.
    pub client: String,
    /// The one lobby this session lives in.
    pub lobby: LobbyId,
    /// Who is there.
    pub profile: Profile,
    /// Bearer token from the embedding application, if it has accounts.
    pub auth: Option<Secret>,
    /// The session to go on with; none for a new one.
    pub resume: Option<Resume>,
}

/// A version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Decode, Encode)]
pub struct Version {
    /// Must be equal at both ends.
    pub major: u16,
    /// The lower of both is in force.
    pub minor: u16,
}

/// Proof that a session is one's own, and how far its frames were read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode)]
pub struct Resume {
    /// From the last `Welcome` of the session; each `Welcome` brings another.
    pub token: Secret,
    /// Highest frame number processed; 0 for none, as after a reload.
    pub last_seen: u32,
}

/// What room to open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode)]
pub struct CreateRoom {
    /// None: the server mints an unguessable id.
    pub room: Option<RoomId>,
    /// What kind of room.
    pub spec: RoomSpec,
}

/// What room to enter, and with which right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode)]
pub struct JoinRoom {
    /// Any room of the lobby.
    pub room: RoomId,
    /// The room's password, if it has one; up to [`limits::PASSWORD_BYTES`](super::limits::PASSWORD_BYTES).
    pub password: Option<Secret>,
    /// An invite, or the host claim of a room one created.
    pub invite: Option<Secret>,
    /// What to be at most; none for as much as the room gives.
    pub role: Option<Role>,
    /// Join only if this person is hosting.
    pub hosted_by: Option<Handle>,
    /// Shown to the host while waiting, up to [`limits::TOPIC_CHARS`](super::limits::TOPIC_CHARS).
    pub note: Option<String>,
}

/// A host's or moderator's answer to a knock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode)]
#[serde(rename_all = "snake_case")]
pub enum KnockDecision {
    /// Let them in; the place is kept for [`limits::RESERVATION_MS`](super::limits::RESERVATION_MS).
    Admit {
        /// At most moderator from a host, speaker from a moderator.
        role: Role,
    },
    /// Not now; they may knock again.
    Deny,
    /// No, and do not ask again for a while.
    DenyAndBlock {
        /// How long, in seconds.
        secs: u32,
    },
}

/// To which members something goes; never to the sender.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode, Encode)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Everybody else in the room.
    All,
    /// One member.
    Peer(PeerId),
    /// These members.
    Peers(BTreeSet<PeerId>),
    /// Members of this role and above.
    AtLeast(Role),
}

/// What host and moderators ask of members.
///
/// Mute and stop are obeyed at once where the asker may; all else waits for a click of the person asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode, Encode)]
#[serde(rename_all = "snake_case")]
pub enum MediaAsk {
    /// Silence this publication.
    Mute(PublicationId),
    /// Un-mute it; a request only.
    Unmute(PublicationId),
    /// End this publication.
    Stop(PublicationId),
    /// Publish a camera.
    StartCamera,
    /// Publish a microphone.
    StartMicrophone,
    /// Publish a screen.
    ShareScreen,
    /// Take the raised hand down.
    LowerHand,
}
