//! What two ends of a link say to each other through the server, and the link itself.

use super::{LinkId, PeerId, PublicationId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "k", rename_all = "snake_case")]
pub enum SignalBody {
    Offer {
        sdp: String,
        tracks: Vec<TrackBinding>,
    },
    Answer {
        sdp: String,
        tracks: Vec<TrackBinding>,
    },
    Candidate {
        candidate: String,
        mid: Option<String>,
        mline: Option<u16>,
        ufrag: Option<String>,
    },
    EndOfCandidates {
        ufrag: Option<String>,
    },
    /// Offers are made in turns, so that they never cross: the polite side asks,
    WantTurn,
    /// the impolite side grants,
    YourTurn,
    /// and the polite side hands back what it did not use.
    PassTurn,
    #[serde(other)]
    Unknown,
}

/// Ties an m-line to a publication, so that labels never depend on order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrackBinding {
    pub mid: String,
    pub publication: PublicationId,
    pub video: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Polite(pub bool);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkAssignment {
    pub peer: PeerId,
    pub link: LinkId,
    pub polite: Polite,
    /// Both ends run the same browser engine: ICE restarts can be trusted.
    pub same_engine: bool,
    /// Only in a relay tree: is the other end my source?
    pub upstream: Option<bool>,
}
