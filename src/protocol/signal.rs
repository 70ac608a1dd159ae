//! What two ends of a link say to each other through the server, and the link itself.

use super::{LinkId, PeerId, PublicationId};
use multirtc_derive::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A negotiation message between the two ends of a link.
///
/// Offers are made in turns, so that they never cross: the impolite end starts with the turn, and the polite end asks
/// for it when it needs one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode, Encode)]
#[serde(tag = "k", rename_all = "snake_case")]
pub enum SignalBody {
    /// From the end that has the turn. Answer: `Answer`.
    Offer {
        /// The session description, up to [`limits::SDP_BYTES`](super::limits::SDP_BYTES).
        sdp: String,
        /// What its media lines carry.
        tracks: Vec<TrackBinding>,
    },
    /// Answers the last `Offer`; brings the turn back to the impolite end.
    Answer {
        /// The session description, up to [`limits::SDP_BYTES`](super::limits::SDP_BYTES).
        sdp: String,
        /// What its media lines carry.
        tracks: Vec<TrackBinding>,
    },
    /// An address at which the sender may be reached.
    Candidate {
        /// The candidate line, up to [`limits::CANDIDATE_BYTES`](super::limits::CANDIDATE_BYTES).
        candidate: String,
        /// The media line it belongs to, by identification tag.
        mid: Option<String>,
        /// The media line it belongs to, by position from 0.
        mline: Option<u16>,
        /// The description it belongs to; kept until that one is applied.
        ufrag: Option<String>,
    },
    /// No further candidates of this description.
    EndOfCandidates {
        /// The description.
        ufrag: Option<String>,
    },
    /// From the polite end: it has something to offer. Answer: `YourTurn`, as soon as nothing is under way.
    WantTurn,
    /// From the impolite end: the polite end may offer once. Answer: `Offer` or `PassTurn`.
    YourTurn,
    /// From the polite end: it does not need the turn any more.
    PassTurn,
    /// A message of a newer library: counted and ignored.
    #[serde(other)]
    Unknown,
}

/// Ties a media line to a publication, so that labels never depend on order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode, Encode)]
pub struct TrackBinding {
    /// Identification tag of the media line.
    pub mid: String,
    /// What it carries.
    pub publication: PublicationId,
    /// Its picture; otherwise its sound.
    pub video: bool,
}

/// Whether this end of a link gives way when both want to offer; the newcomer's end does.
///
/// Exactly one end of a link is polite. The other makes the first offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Decode)]
pub struct Polite(pub bool);

/// One end of a link: what the server tells each of the two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
pub struct LinkAssignment {
    /// The other end.
    pub peer: PeerId,
    /// This incarnation of the connection.
    pub link: LinkId,
    /// Whether the receiver gives way.
    pub polite: Polite,
    /// Both ends run the same browser engine: ICE restarts can be trusted.
    pub same_engine: bool,
    /// Only in a relay tree: whether the other end is the receiver's source.
    pub upstream: Option<bool>,
}
