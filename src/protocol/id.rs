//! Identifiers: validated when parsed, so that a bare string never crosses the wire.
//!
//! Letters, digits, `-` and `_` only: valid in URLs and as NATS subject tokens without escaping. Upper and lower case
//! are different. What a person types as a room's *name* is free text elsewhere
//! ([`RoomDetails::name`](super::RoomDetails::name)).

use multirtc_derive::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Text that is not an identifier: empty, too long, or with a character other than `A–Z a–z 0–9 - _`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid identifier {0:?}")]
pub struct BadId(
    /// The refused text.
    pub String,
);

macro_rules! slug {
    ($($(#[$documentation:meta])* $name:ident : $max:literal),* $(,)?) => {$(
        $(#[$documentation])*
        #[doc = ""]
        #[doc = concat!("1–", stringify!($max), " characters of `A–Z a–z 0–9 - _`.")]
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Decode, Encode)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters one can have.
            pub const MAX_CHARS: usize = $max;

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(text: String) -> Result<Self, BadId> {
                let fits = (1..=Self::MAX_CHARS).contains(&text.len());
                let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
                if fits && text.bytes().all(allowed) { Ok(Self(text)) } else { Err(BadId(text)) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

slug! {
    /// A scope in which rooms have names and are listed; a session lives in one, which its `Hello` chooses.
    LobbyId: 64,
    /// A room within a lobby, chosen by whoever creates it or minted by the server; free again when it has ended.
    RoomId: 64,
    /// A session as others see it, in all its rooms; minted by the server and not used again within a day.
    PeerId: 32,
    /// A name somebody chose to be found by in a lobby; held by one session at a time.
    Handle: 32,
    /// Something a member publishes; chosen by the publisher, unique in the room, never used for anything else.
    PublicationId: 32,
    /// A request to be let in; minted by the server.
    KnockId: 32,
    /// Something said in a room; minted by the server.
    MessageId: 32,
}

/// One incarnation of the peer connection between two peers; counted up by the server within a room.
///
/// A rebuilt connection has a new one. That is how messages of the old connection are told from those of the new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Decode, Encode)]
pub struct LinkId(pub u64);

impl std::fmt::Display for LinkId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
