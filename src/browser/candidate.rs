//! ICE candidates as they come from the other side.

use super::json;
use crate::protocol::Decode as _;
use multirtc_derive::{Decode, Encode};
use web_sys::RtcIceCandidateInit;

/// A candidate as the negotiation carries it.
#[derive(Decode, Encode)]
pub(crate) struct Candidate {
    pub candidate: String,
    pub mid: Option<String>,
    pub mline: Option<u16>,
}

/// What a browser adds; `None` for a text that is no candidate.
pub(crate) fn read(text: &str) -> Option<RtcIceCandidateInit> {
    let Candidate { candidate, mid, mline } = Candidate::decode(json::parse(text)?).ok()?;
    let init = RtcIceCandidateInit::new(&candidate);
    init.set_sdp_mid(mid.as_deref());
    init.set_sdp_m_line_index(mline);
    Some(init)
}

/// A candidate of this side, as it is sent.
pub(crate) struct LocalCandidate {
    pub candidate: String,
    pub mid: Option<String>,
    pub mline: Option<u16>,
    pub ufrag: Option<String>,
}
