//! The vocabulary of rooms: what one is about, who may do what in it, and what others may know of it.

use super::{LinkAssignment, LobbyId, Participant, PeerId, RoomId, Secret};
use multirtc_derive::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Everything that is chosen when a room is opened; [`RoomSpec::new`] has the defaults of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode)]
pub struct RoomSpec {
    /// Who sends what to whom.
    pub plan: RoomPlan,
    /// Whether the lobby shows it.
    pub visibility: Visibility,
    /// The most members, host included; from 1 to
    /// [`max_capacity`](crate::core::topology::max_capacity) of the plan.
    pub capacity: u16,
    /// What it takes to enter, beside a password.
    pub admission: Admission,
    /// The most a person gets by joining without an invite.
    pub guest_role: Role,
    /// Asked of everybody without an invite; up to [`limits::PASSWORD_BYTES`](super::limits::PASSWORD_BYTES).
    pub password: Option<Secret>,
    /// What becomes of it without its host.
    pub on_host_left: OnHostLeft,
    /// Seconds it is kept when the last member has gone; 0 ends it at once.
    pub empty_ttl_secs: u32,
    /// What it is about.
    pub details: RoomDetails,
    /// What members may do beyond their role.
    pub privileges: Privileges,
}

/// What a room is about, for people and for lists.
///
/// Text is data: the server cleans it, pages show it as text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Decode, Encode)]
pub struct RoomDetails {
    /// Free text, up to [`limits::NAME_CHARS`](super::limits::NAME_CHARS); may be empty.
    pub name: String,
    /// Free text, up to [`limits::TOPIC_CHARS`](super::limits::TOPIC_CHARS); may be empty.
    pub topic: String,
    /// Up to [`limits::TAGS`](super::limits::TAGS) of [`limits::TAG_CHARS`](super::limits::TAG_CHARS), for filters.
    pub tags: BTreeSet<String>,
    /// The language spoken, as a BCP 47 tag.
    pub lang: Option<String>,
    /// A picture of what goes on, if the host's client offers one.
    pub thumbnail: Option<Thumbnail>,
    /// Whatever the application adds, up to [`limits::ROOM_EXTRA_BYTES`](super::limits::ROOM_EXTRA_BYTES).
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A small picture of what goes on in a room, taken by the host's client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode, Encode)]
pub struct Thumbnail {
    /// `image/jpeg` or `image/webp`.
    pub mime: String,
    /// The picture, up to [`limits::THUMBNAIL_BYTES`](super::limits::THUMBNAIL_BYTES) in this form.
    pub base64: String,
    /// Pixels.
    pub width: u16,
    /// Pixels.
    pub height: u16,
}

/// A change of a room's settings; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Encode)]
pub struct RoomPatch {
    /// In place of the whole old details.
    pub details: Option<RoomDetails>,
    /// Links and publications that the new plan does not allow end.
    pub plan: Option<RoomPlan>,
    /// Removes nobody: below the number of members it only stops new entries.
    pub capacity: Option<u16>,
    /// Enters the room in the list or takes it out.
    pub visibility: Option<Visibility>,
    /// Concerns those who come from now on.
    pub admission: Option<Admission>,
    /// Concerns those who come from now on.
    pub guest_role: Option<Role>,
    /// Concerns those who come from now on.
    pub password: Option<Change<Secret>>,
    /// Concerns the next time the host goes.
    pub on_host_left: Option<OnHostLeft>,
    /// In place of all old privileges.
    pub privileges: Option<Privileges>,
}

/// A new value for something that may be absent; `Option<Change<T>>` in a patch leaves it as it is when none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode)]
#[serde(rename_all = "snake_case")]
pub enum Change<T> {
    /// Absent from now on.
    Clear,
    /// This from now on.
    Set(T),
}

/// Who sends what to whom. The usual ones are in [`plans`](crate::core::topology::plans).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode, Encode)]
pub struct RoomPlan {
    /// Who is linked with whom.
    pub topology: Topology,
    /// Who may send microphones and other sound.
    pub audio: Flow,
    /// Who may send cameras and other pictures.
    pub video: Flow,
    /// Who may share a screen.
    pub screen: Flow,
    /// Who may send messages and files over data channels.
    pub data: Flow,
    /// How those travel.
    #[serde(default)]
    pub data_path: DataPath,
}

/// Whether messages and files go from peer to peer or through the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Decode, Encode)]
#[serde(rename_all = "snake_case")]
pub enum DataPath {
    /// Over data channels, unseen by the server.
    #[default]
    Direct,
    /// By `Relay` and `Relayed`, within the byte budget of [`limits`](super::limits).
    Server,
}

/// Who is linked with whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode, Encode)]
#[serde(rename_all = "snake_case")]
pub enum Topology {
    /// Every pair that has something to say to each other.
    Mesh,
    /// Only pairs that contain the host.
    Star,
    /// Viewers pass the host's media on; the server assigns who to whom.
    Tree {
        /// To how many others each passes it on at most.
        fanout: u8,
    },
    /// Everybody only with a media server.
    Sfu,
}

/// Who may send one kind of media or data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode, Encode)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// Nobody.
    Off,
    /// The host.
    HostOnly,
    /// Speakers and moderators, but not the host.
    GuestsOnly,
    /// Speakers, moderators and the host.
    Speakers,
    /// Whoever is not a viewer; for data, viewers too.
    Everyone,
}

/// What a member may do; each role may also do what the lower ones may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Decode, Encode)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees, hears and writes to the host and the moderators; sends no media.
    Viewer,
    /// Publishes what the plan allows.
    Speaker,
    /// Lets people in, changes viewers into speakers and back, removes both, locks the room.
    Moderator,
    /// Everything; one at most. Changes the room's settings, makes moderators, closes the room.
    Host,
}

/// Whether the lobby shows a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode, Encode)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// In the list of rooms, with its details.
    Listed,
    /// Found only by its id; outsiders learn that it is there and whether they could enter.
    Unlisted,
}

/// What it takes to enter a room, beside a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode, Encode)]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    /// Nothing.
    Open,
    /// The yes of host or moderator, or an invite.
    Knock,
    /// An invite.
    InviteOnly,
    /// Nobody enters.
    Locked,
}

/// What becomes of a room whose host left, or was lost for longer than the seat is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode, Encode)]
#[serde(rename_all = "snake_case")]
pub enum OnHostLeft {
    /// The longest-present moderator becomes host, else the longest-present speaker; viewers never.
    HandOver,
    /// It ends.
    Close,
    /// It ends unless the creator comes back with the host claim.
    CloseAfter {
        /// How long it waits, in seconds.
        secs: u32,
    },
}

/// What members may do in a room beyond their role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Decode, Encode)]
pub struct Privileges {
    /// Moderators may mute publications of lower roles.
    pub moderators_may_mute: bool,
    /// Moderators may end publications of lower roles.
    pub moderators_may_stop: bool,
    /// Viewers and speakers may record.
    pub guests_may_record: bool,
    /// Viewers and speakers may say something to all or to each other, not only to host and moderators.
    pub guests_may_message_guests: bool,
}

/// A room as everybody may see it who may see it at all.
///
/// Outsiders of an unlisted room learn its plan, admission, guest role, whether it has a password, and whether it is
/// full (`count` is `capacity`, otherwise 0); `host` is none, all else empty or at its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
pub struct RoomInfo {
    /// Its id.
    pub room: RoomId,
    /// Where it is.
    pub lobby: LobbyId,
    /// Its host; none while nobody is eligible or nobody is there.
    pub host: Option<PeerId>,
    /// Who sends what to whom.
    pub plan: RoomPlan,
    /// Whether the lobby shows it.
    pub visibility: Visibility,
    /// The most members.
    pub capacity: u16,
    /// Places taken: members connected or interrupted, and those reserved for people just admitted.
    pub count: u16,
    /// What it takes to enter, beside a password.
    pub admission: Admission,
    /// The most a person gets by joining without an invite.
    pub guest_role: Role,
    /// Whether it asks for a password.
    pub has_password: bool,
    /// What becomes of it without its host.
    pub on_host_left: OnHostLeft,
    /// What members may do beyond their role.
    pub privileges: Privileges,
    /// What it is about.
    pub details: RoomDetails,
    /// Milliseconds since the Unix epoch when it was opened, by the server's clock.
    pub created_ms: u64,
    /// Rises by one with each change; whoever sees a gap asks again.
    pub rev: u64,
}

/// A room as one member sees it, complete: replaces whatever that client knew of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
pub struct RoomSnapshot {
    /// The room itself.
    pub info: RoomInfo,
    /// The receiver.
    pub you: Participant,
    /// Everybody else, in the order they joined.
    pub others: Vec<Participant>,
    /// The receiver's connections as they should be.
    pub links: Vec<LinkAssignment>,
    /// What was said with `keep`, in order, up to [`limits::KEPT_MESSAGES`](super::limits::KEPT_MESSAGES).
    pub kept: Vec<Kept>,
    /// Only for the host: lets this person take the room back after a cold start.
    pub host_claim: Option<Secret>,
}

/// Something said with `keep`, shown to people who come later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
pub struct Kept {
    /// What it is about, the application's own word.
    pub topic: String,
    /// Who said it; perhaps gone by now.
    pub from: PeerId,
    /// Milliseconds since the Unix epoch, by the server's clock.
    pub at_ms: u64,
    /// What was said.
    pub body: serde_json::Value,
}
