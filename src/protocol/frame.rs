//! Framing: what wraps every message, in both directions.
//!
//! `n` counts 1, 2, 3 … per direction and per *session*, not per socket. A frame without `n` is volatile: not stored,
//! not replayed, and it may be dropped under load.

use super::{ClientMsg, ServerMsg};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientFrame {
    /// Command number, 1.. within a session; absent for volatile frames.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// Highest server frame number processed so far.
    #[serde(default)]
    pub ack: u32,
    pub m: ClientMsg,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServerFrame {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// The client command this frame answers; not every command is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub re: Option<u32>,
    /// Highest client command carried out so far.
    #[serde(default)]
    pub ack: u32,
    pub m: ServerMsg,
}
