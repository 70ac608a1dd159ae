//! What happens in a room, and the room as it is: plain data, never a handle.
//!
//! *State* ([`RoomState`]) is level-triggered: complete and consistent at every moment, what a page draws from. *Events*
//! are edge-triggered: what a page notifies of. Order, per room: `PeerJoined(p)` before anything about `p`;
//! `MediaAnnounced(x)` before `MediaStarted(x)` before `MediaEnded(x)`, each at most once per publication;
//! `PeerLeft(p)` after `MediaEnded` of everything of `p`; the state is up to date when an event arrives; nothing after
//! `RoomClosed` or `Ejected`.

mod state;
mod transfer;

pub use super::route::NoWay;
pub use state::*;
pub use transfer::*;

use crate::protocol::{
    CloseReason, HostChange, KnockId, LeaveReason, MediaAsk, PeerId, Profile, PublicationId, ResumeOutcome, Source,
    Target, TrackState,
};

/// Everything that can happen, as plain data. Handles are looked up by id.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The server cannot be reached; calls go on, and the library keeps trying.
    SignalingLost {
        /// Which attempt comes next, from 1.
        attempt: u32,
        /// Milliseconds until it is made.
        retry_in_ms: u32,
    },
    /// The server is back, this page is in the room again, and the state has been brought up to date.
    SignalingRestored {
        /// What the server still knew of this session.
        how: ResumeOutcome,
    },
    /// The session is over and will not come back by itself.
    SignalingEnded {
        /// What ended it.
        why: SessionEnd,
    },
    /// [`RoomState::info`] changed: name, plan, capacity, admission, count or anything else in it.
    RoomChanged,
    /// Another member is host, or nobody is.
    HostChanged {
        /// The host until now; none if the room had none.
        from: Option<PeerId>,
        /// The host from now on; none while nobody is eligible.
        to: Option<PeerId>,
        /// What caused it.
        why: HostChange,
    },
    /// The room is over for everybody; the last event.
    RoomClosed {
        /// What ended it.
        why: CloseReason,
    },
    /// The person at this page was removed; the last event.
    Ejected {
        /// Who did it: host or moderator.
        by: PeerId,
        /// What they said about it, up to [`limits::TOPIC_CHARS`](crate::protocol::limits::TOPIC_CHARS).
        reason: Option<String>,
        /// Seconds during which the server refuses a return; none if returning is allowed.
        banned_secs: Option<u32>,
    },
    /// Somebody asks to be let in; only host and moderators hear of it.
    KnockReceived {
        /// What to answer with.
        knock: KnockId,
        /// Who asks.
        profile: Profile,
        /// What they wrote.
        note: Option<String>,
    },
    /// A knock needs no answer any more: resolved by somebody else, withdrawn or run out.
    KnockWithdrawn {
        /// The one that is gone.
        knock: KnockId,
    },
    /// Somebody became a member; the first event about them.
    PeerJoined {
        /// The newcomer.
        peer: PeerId,
    },
    /// Something of a member changed; the new value is in the state.
    PeerChanged {
        /// Whose.
        peer: PeerId,
        /// What.
        what: PeerChange,
    },
    /// A member is gone; the last event about them.
    PeerLeft {
        /// Who.
        peer: PeerId,
        /// How.
        why: LeaveReason,
    },
    /// The connection with a member changed. Membership never follows from it: only the server says who has left.
    LinkChanged {
        /// The other end.
        peer: PeerId,
        /// How it stands now.
        link: LinkPhase,
    },
    /// No way to a member has been found, for a reason that is in the state too until there is one; it is still looked for.
    NoWay {
        /// The other end.
        peer: PeerId,
        /// What stands in the way.
        why: NoWay,
    },
    /// A member publishes something; nothing of it has arrived yet. Time to draw a tile.
    MediaAnnounced {
        /// The publication.
        publication: PublicationId,
        /// Who publishes.
        from: PeerId,
        /// Where it comes from.
        source: Source,
    },
    /// The first picture or sound of a publication has arrived.
    MediaStarted {
        /// The publication.
        publication: PublicationId,
        /// Who publishes.
        from: PeerId,
    },
    /// A member muted, unmuted, paused or resumed a publication.
    MediaChanged {
        /// The publication.
        publication: PublicationId,
        /// Its sound now.
        audio: TrackState,
        /// Its picture now.
        video: TrackState,
    },
    /// A publication that should be live brings nothing although its link is fine, or does so again.
    MediaStalled {
        /// The publication.
        publication: PublicationId,
        /// Whether it stands still now.
        stalled: bool,
    },
    /// A publication is over; it never comes back under this id.
    MediaEnded {
        /// The publication.
        publication: PublicationId,
        /// Who published.
        from: PeerId,
        /// What ended it.
        why: MediaEnd,
    },
    /// Host or moderator ask something of the person at this page; starting a device needs their click.
    MediaAsked {
        /// Who asks.
        from: PeerId,
        /// For what.
        ask: MediaAsk,
    },
    /// Somebody starts or stops speaking.
    Speaking {
        /// Who.
        peer: PeerId,
        /// Into which publication.
        publication: PublicationId,
        /// Whether they speak now.
        on: bool,
    },
    /// The browser refused to play sound before the person has clicked something.
    PlaybackBlocked {
        /// What is silent.
        publication: PublicationId,
    },
    /// Microphones, cameras or speakers were plugged in or pulled out.
    DevicesChanged {
        /// New ones.
        added: Vec<DeviceId>,
        /// Those gone.
        removed: Vec<DeviceId>,
    },
    /// Somebody said or sent something.
    Message(Message),
    /// A member wants to send a file; unanswered for 120 s counts as refused.
    FileOffered {
        /// What to accept or refuse.
        transfer: TransferId,
        /// Who offers.
        from: PeerId,
        /// What is offered.
        meta: FileMeta,
    },
    /// A transfer moved on, in either direction.
    FileProgress {
        /// Which.
        transfer: TransferId,
        /// The other end.
        peer: PeerId,
        /// Bytes stored at the receiver.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Either side lets a transfer rest, or go on.
    FilePaused {
        /// Which.
        transfer: TransferId,
        /// The other end.
        peer: PeerId,
        /// Whether it rests now.
        on: bool,
    },
    /// A transfer arrived whole and its digest is right.
    FileDone {
        /// Which.
        transfer: TransferId,
        /// The other end.
        peer: PeerId,
    },
    /// A transfer will not complete.
    FileFailed {
        /// Which.
        transfer: TransferId,
        /// The other end.
        peer: PeerId,
        /// What stopped it.
        why: TransferError,
    },
    /// This reader was too slow and events were dropped; read the state again.
    Lagged {
        /// How many.
        missed: u64,
    },
}

/// Something a member said through the server, or sent from peer to peer.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Who: stamped by the server, or known from the link it came over.
    pub from: PeerId,
    /// Which way it came.
    pub path: Path,
    /// To whom it was addressed.
    pub to: Target,
    /// What it is about; the application's own word, by which it tells its messages apart.
    pub topic: String,
    /// What was said.
    pub body: Payload,
    /// Milliseconds since the Unix epoch: the server's clock if it came through the server, else the sender's.
    pub at_ms: u64,
    /// Milliseconds under way, where both clocks are known well enough.
    pub delay_ms: Option<u32>,
}

/// The content of a [`Message`].
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// A value; the only form that comes through the server.
    Json(serde_json::Value),
    /// Bytes of an application's channel, whose label is the topic.
    Bytes(bytes::Bytes),
}

/// Which way a [`Message`] came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// Through the server: stamped, in one order for all, perhaps kept for newcomers.
    Server,
    /// From peer to peer: in order for each sender, unseen by the server.
    Direct,
}

/// What of a member changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerChange {
    /// Name, picture or extra.
    Profile,
    /// What they may do.
    Role,
    /// Away, hand, recording or status.
    Presence,
    /// Whether their connection with the server stands.
    Online,
}

/// How the connection with one member stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPhase {
    /// Being set up for the first time.
    Connecting,
    /// Proven in both directions.
    Connected {
        /// Whether it goes through a TURN server.
        relayed: bool,
    },
    /// Silent for 3 s, or reported lost; repair has not begun.
    Interrupted,
    /// New network paths are being tried on the same connection.
    Restarting {
        /// Which attempt, from 1.
        attempt: u8,
    },
    /// A new connection is being made in its place; tiles and ids stay.
    Rebuilding {
        /// Which attempt, from 1.
        attempt: u8,
    },
    /// No attempt helped; the member stays a member, and it is tried again every 60 s and on network changes.
    Failed,
    /// Not wanted any more: the member left, or the plan does not connect these two.
    Closed,
}

/// What ended a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaEnd {
    /// The publisher took it back.
    Unpublished,
    /// The capture ended by itself: sharing stopped in the browser's bar, a file played to its end.
    SourceEnded,
    /// The microphone or camera was pulled out.
    DeviceLost,
    /// The publisher left the room.
    PeerLeft,
    /// The publisher's new role, or the room's new plan, does not allow it.
    RoleChanged,
    /// It cannot arrive any more: its link was given up.
    LinkFailed,
}

/// What ended the session with the server for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// The application disconnected.
    ByUser,
    /// The session went on over another socket, in another tab.
    Superseded,
    /// The server refused to take the session up again.
    Expired,
    /// The server refused the bearer token.
    Unauthenticated,
    /// Server and page speak different major versions; the page has to be reloaded.
    Incompatible,
    /// The time the application allows for reconnecting ran out.
    GaveUp,
}

/// A capture or playback device, as the browser names it for this origin.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DeviceId(pub String);
