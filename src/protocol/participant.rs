//! The people in a room and what they publish.

use super::{Change, Handle, PeerId, PublicationId, Role};
use multirtc_derive::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What somebody says of themselves; seen by the members of their rooms and, with a knock, by those who decide.
///
/// Up to [`limits::PROFILE_BYTES`](super::limits::PROFILE_BYTES) as JSON without `extra`. Text is data: the server
/// cleans it, pages show it as text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Decode, Encode)]
pub struct Profile {
    /// What to call them, up to [`limits::NAME_CHARS`](super::limits::NAME_CHARS); may be empty, need not be unique.
    pub name: String,
    /// The name they can be found by, unique in the lobby; the error `handle_taken` if somebody holds it.
    pub handle: Option<Handle>,
    /// A picture, in a form the application chooses; pages must not load foreign addresses from it.
    pub avatar: Option<String>,
    /// Whatever the application adds, up to [`limits::PROFILE_EXTRA_BYTES`](super::limits::PROFILE_EXTRA_BYTES).
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A change of one's own profile; what is absent stays. The handle stays for the life of the session.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Encode)]
pub struct ProfilePatch {
    /// A new name.
    pub name: Option<String>,
    /// A new picture, or none any more.
    pub avatar: Option<Change<String>>,
    /// A new extra, in place of the whole old one.
    pub extra: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Something a member sends to others: at most one sound and one picture that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode, Encode)]
pub struct Publication {
    /// Chosen by the publisher, unique in the room; never used again for another.
    pub id: PublicationId,
    /// Where it comes from.
    pub source: Source,
    /// Its sound.
    pub audio: TrackState,
    /// Its picture.
    pub video: TrackState,
    /// What the publisher calls it, up to [`limits::NAME_CHARS`](super::limits::NAME_CHARS); may be empty.
    pub label: String,
}

/// Where a publication comes from; decides, with the plan, who may publish it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Decode, Encode)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A camera.
    Camera,
    /// A microphone.
    Microphone,
    /// A screen, window or tab, with or without its sound.
    Screen,
    /// A recording that is played.
    File,
    /// A canvas that is drawn on.
    Canvas,
    /// Media of another member, passed on.
    Forwarded,
    /// Anything else.
    Other,
}

/// How one track of a publication stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode, Encode)]
#[serde(rename_all = "snake_case")]
pub enum TrackState {
    /// The publication has no such track.
    Absent,
    /// Being sent.
    Live,
    /// Silent or black; the device stays open and unmuting is instant.
    Muted,
    /// Nothing is sent and the device is released; receivers keep the last picture.
    Paused,
}

/// What a member shows of their attention.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Decode, Encode)]
pub struct Presence {
    /// Not at the page.
    pub away: bool,
    /// Hand raised.
    pub hand: bool,
    /// Recording others.
    pub recording: bool,
    /// A few words, up to [`limits::TOPIC_CHARS`](super::limits::TOPIC_CHARS); may be empty.
    pub status: String,
}

/// A member of a room, as the server knows them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
pub struct Participant {
    /// Who.
    pub peer: PeerId,
    /// What they say of themselves.
    pub profile: Profile,
    /// What they may do.
    pub role: Role,
    /// Order of joining in this room: lower was earlier. Decides succession.
    pub joined_seq: u64,
    /// What they show of their attention.
    pub presence: Presence,
    /// Whether their connection with the server stands.
    pub online: Online,
    /// What they publish, up to [`limits::PUBLICATIONS`](super::limits::PUBLICATIONS).
    pub publications: Vec<Publication>,
}

/// Whether a member's connection with the server stands; their media does not depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode)]
#[serde(rename_all = "snake_case")]
pub enum Online {
    /// It does.
    Connected,
    /// It was lost; the seat is kept for a while.
    Interrupted {
        /// Since when, in milliseconds since the Unix epoch by the server's clock.
        since_ms: u64,
        /// The page closed it in order: a closed tab, or a reload that is back in a moment. Absent means no.
        #[serde(default)]
        leaving: bool,
    },
}
