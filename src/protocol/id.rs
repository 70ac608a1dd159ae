//! Identifiers: validated when parsed, so that a bare string never crosses the wire.
//!
//! Letters, digits, `-` and `_` only: valid in URLs and as NATS subject tokens without escaping.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid identifier {0:?}")]
pub struct BadId(pub String);

macro_rules! slug {
    ($($(#[$d:meta])* $name:ident : $max:literal),* $(,)?) => {$(
        $(#[$d])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);
        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(s: String) -> Result<Self, BadId> {
                let ok = (1..=$max).contains(&s.len())
                    && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
                if ok { Ok(Self(s)) } else { Err(BadId(s)) }
            }
        }
        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(s: &str) -> Result<Self, BadId> { Self::try_from(s.to_owned()) }
        }
        impl From<$name> for String { fn from(v: $name) -> String { v.0 } }
        impl $name { /// The identifier as text.
 pub fn as_str(&self) -> &str { &self.0 } }
        impl std::fmt::Display for $name { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) } }
        impl std::borrow::Borrow<str> for $name { fn borrow(&self) -> &str { &self.0 } }
    )*};
}

slug! {
    /// Scope in which rooms are listed; the old "channel".
    LobbyId: 64,
    /// The old "sessionid".
    RoomId: 64,
    /// Minted by the server, never by the client.
    PeerId: 32,
    /// Human-chosen address inside a lobby ("call alice"); optional, leased.
    Handle: 32,
    PublicationId: 32,
    KnockId: 32,
    MessageId: 32,
}

/// Identifies one incarnation of the peer connection between two peers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LinkId(pub u64);

impl std::fmt::Display for LinkId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
