//! Framing: what wraps every message, in both directions.
//!
//! `n` counts 1, 2, 3 … per direction and per *session*, not per socket. A frame without `n` is volatile: not stored,
//! not replayed, and it may be dropped under load.

use super::{ClientMsg, Decode as _, ServerMsg};
use multirtc_derive::{Decode, Encode};
use serde::{Deserialize, Serialize};
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
