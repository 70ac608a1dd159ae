//! The wire protocol, version 1: types, identifiers, limits and codes, without logic.
//!
//! Both ends compile these files. Text frames on a WebSocket with the subprotocol [`SUBPROTOCOL`], one JSON frame a
//! message. What a newer peer adds (message types, fields, values of enums with a catch-all) is tolerated by
//! construction: unknown messages arrive as `Unknown` and are counted.
//!
//! What follows is the protocol as a document, for those who write the other end.
#![doc = ""]
#![doc = include_str!("docs/protocol.md")]

mod client_message;
pub(crate) mod decode;
pub(crate) mod encode;
mod error;
mod frame;
mod id;
pub mod limits;
mod lobby;
mod participant;
mod room;
mod secret;
mod server_message;
mod signal;

pub use client_message::*;
pub use decode::{Decode, DecodeError};
pub use encode::Encode;
pub use error::*;
pub use frame::*;
pub use id::*;
pub use limits::{Limits, Rate};
pub use lobby::*;
pub use participant::*;
pub use room::*;
pub use secret::*;
pub use server_message::*;
pub use signal::*;

/// The version this build speaks; `major` must match, the lower `minor` is in force.
pub const VERSION: Version = Version { major: 1, minor: 0 };

/// The WebSocket subprotocol of version 1 in JSON.
pub const SUBPROTOCOL: &str = "mc.v1.json";
