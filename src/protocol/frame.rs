//! Framing: what wraps every message, in both directions.
//!
//! `n` counts 1, 2, 3 … per direction and per *session*, not per socket. A frame without `n` is volatile: not stored,
//! not replayed, and it may be dropped under load.

use super::{ClientMsg, ServerMsg};
use serde::{Deserialize, Serialize};

/// One WebSocket text message from a client.
///
/// Up to [`limits::FRAME_HARD_BYTES`](super::limits::FRAME_HARD_BYTES), else the socket is closed with 1009.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
