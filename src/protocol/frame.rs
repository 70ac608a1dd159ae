//! Framing: what wraps every message, in both directions.
//!
//! `n` counts 1, 2, 3 … per direction and per *session*, not per socket. A frame without `n` is volatile: not stored,
//! not replayed, and it may be dropped under load.

use super::{ClientMsg, Decode as _, LinkId, PeerId, RoomId, ServerMsg, SignalBody};
use multirtc_derive::{Decode, Encode};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// One WebSocket text message from a client.
///
/// Up to [`limits::FRAME_HARD_BYTES`](super::limits::FRAME_HARD_BYTES), else the socket is closed with 1009.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode)]
pub struct ClientFrame {
    /// Command number, from 1 within a session; absent for volatile frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// Highest server frame number processed so far; 0 for none.
    #[serde(default)]
    pub ack: u32,
    /// The message.
    pub m: ClientMsg,
}

impl ClientFrame {
    /// Reads a text as the server does: what [`serde_json::from_str`] reads, candidates in two thirds of the time.
    ///
    /// Candidates are most of what a server is sent. To know a message by its tag, serde first reads it into a tree of
    /// values; one that is taken for a candidate from the start needs none.
    ///
    /// # Errors
    /// Those of [`serde_json::from_str`].
    pub fn read(text: &str) -> serde_json::Result<Self> {
        match serde_json::from_str(text) {
            Ok(CandidateFrame { n, ack, m: CandidateMsg { room, to, link, body, .. } }) => {
                let CandidateBody { candidate, mid, mline, ufrag, .. } = body;
                let body = SignalBody::Candidate { candidate, mid, mline, ufrag };
                Ok(Self { n, ack, m: ClientMsg::Signal { room, to, link, body } })
            }
            Err(_) => serde_json::from_str(text),
        }
    }
}

/// A [`ClientFrame`] with a candidate.
#[derive(Deserialize)]
struct CandidateFrame {
    n: Option<u32>,
    #[serde(default)]
    ack: u32,
    m: CandidateMsg,
}

/// [`ClientMsg::Signal`] with a candidate. What has more fields is looked at in full.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CandidateMsg {
    #[serde(rename = "t", deserialize_with = "signal_tag")]
    _t: (),
    room: RoomId,
    to: PeerId,
    link: LinkId,
    body: CandidateBody,
}

/// [`SignalBody::Candidate`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CandidateBody {
    #[serde(rename = "k", deserialize_with = "candidate_tag")]
    _k: (),
    candidate: String,
    mid: Option<String>,
    mline: Option<u16>,
    ufrag: Option<String>,
}

fn signal_tag<'de, D: Deserializer<'de>>(tag: D) -> Result<(), D::Error> {
    exactly(tag, "signal")
}

fn candidate_tag<'de, D: Deserializer<'de>>(tag: D) -> Result<(), D::Error> {
    exactly(tag, "candidate")
}

fn exactly<'de, D: Deserializer<'de>>(tag: D, name: &str) -> Result<(), D::Error> {
    if <&str>::deserialize(tag)? == name { Ok(()) } else { Err(D::Error::custom("another one")) }
}

/// One WebSocket text message from the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode)]
pub struct ServerFrame {
    /// Frame number, from 1 within a session; absent for volatile frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// The client command this frame answers; not every command is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub re: Option<u32>,
    /// Highest client command carried out so far; 0 for none.
    #[serde(default)]
    pub ack: u32,
    /// The message.
    pub m: ServerMsg,
}

impl ServerFrame {
    /// Reads a text as clients do: a message this build cannot read arrives as [`ServerMsg::Unknown`].
    ///
    /// The numbers around it count, or a resumed session would ask for the same frame for ever. None where not even
    /// those can be read.
    pub fn read(text: &str) -> Option<Self> {
        let parsed: Result<Value, _> = serde_json::from_str(text);
        Self::of(match parsed {
            Ok(value) => value,
            // A message may be nested deeper than the parser goes; the numbers are written before it.
            Err(_) => serde_json::from_str(&[text.split_once(r#","m":"#)?.0, "}"].concat()).ok()?,
        })
    }

    /// The same, from JSON that was read already.
    pub fn of(mut value: Value) -> Option<Self> {
        if let Ok(frame) = Self::take(Some(&mut value)) {
            return Some(frame);
        }
        let Numbers { n, re, ack } = Numbers::decode(value).ok()?;
        Some(Self { n, re, ack, m: ServerMsg::Unknown })
    }
}

/// A frame without its message.
#[derive(Decode)]
struct Numbers {
    n: Option<u32>,
    re: Option<u32>,
    #[serde(default)]
    ack: u32,
}
