//! Codes for machines: every refusal, and every way a socket is closed.

use super::RoomId;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{code:?}: {message}")]
pub struct ErrorBody {
    pub code: ErrorCode,
    pub message: String,
    pub retry_after_ms: Option<u32>,
    pub room: Option<RoomId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    BadFrame,
    TooLarge,
    UnsupportedVersion,
    HelloExpected,
    AlreadyHello,
    Unauthenticated,
    ResumeRejected,
    Superseded,
    RateLimited,
    Busy,
    ShuttingDown,
    Internal,
    RoomNotFound,
    RoomExists,
    RoomFull,
    RoomLocked,
    RoomClosed,
    NotInRoom,
    AlreadyInRoom,
    TooManyRooms,
    PasswordRequired,
    PasswordWrong,
    InviteInvalid,
    KnockPending,
    KnockDenied,
    Banned,
    Forbidden,
    NoSuchPeer,
    NotLinked,
    StaleLink,
    BadPlan,
    BadCapacity,
    HandleTaken,
    BadPatch,
    #[serde(other)]
    Other,
}

/// Why a socket was closed: the WebSocket close codes of this protocol.
///
/// 1000–1015 are the standard's (RFC 6455, 7.4.1), 4000–4999 are private use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// Done; nothing to come back for.
    Normal,
    /// The page went away.
    GoingAway,
    /// A message over the hard limit; sending the same again will not help.
    TooBig,
    /// `Hello.version.major` differs: the page has to be reloaded.
    Version,
    /// No `Hello` in time, or something else came first.
    HelloExpected,
    /// The bearer token was refused.
    Unauthenticated,
    /// No pong in time.
    HeartbeatMissed,
    /// The reader did not keep up: more than the outbound queue's limit was waiting.
    TooSlow,
    /// This server is shutting down; come back soon.
    Draining,
    /// Rates were exceeded repeatedly.
    Flooding,
    /// The session went on over another socket.
    Superseded,
}

impl CloseCode {
    /// The number on the wire.
    pub const fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::GoingAway => 1001,
            Self::TooBig => 1009,
            Self::Version => 4000,
            Self::HelloExpected => 4001,
            Self::Unauthenticated => 4003,
            Self::HeartbeatMissed => 4008,
            Self::TooSlow => 4009,
            Self::Draining => 4012,
            Self::Flooding => 4029,
            Self::Superseded => 4409,
        }
    }

    /// The meaning of a number, where it is one of ours.
    pub const fn from_code(code: u16) -> Option<Self> {
        Some(match code {
            1000 => Self::Normal,
            1001 => Self::GoingAway,
            1009 => Self::TooBig,
            4000 => Self::Version,
            4001 => Self::HelloExpected,
            4003 => Self::Unauthenticated,
            4008 => Self::HeartbeatMissed,
            4009 => Self::TooSlow,
            4012 => Self::Draining,
            4029 => Self::Flooding,
            4409 => Self::Superseded,
            _ => return None,
        })
    }
}
