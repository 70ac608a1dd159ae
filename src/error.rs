//! What can go wrong, one enum per kind of call, so that a `match` can be complete.

use crate::protocol::{ErrorBody, ErrorCode};
use std::time::Duration;

/// A call that concerns the session or a room failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server answered with a refusal.
    #[error("the server refused: {0}")]
    Server(ErrorBody),
    /// There is no session with the server, and the call cannot wait for one.
    #[error("not connected to the server")]
    Offline,
    /// The room was left, closed, or this page was removed from it; join again for a new handle.
    #[error("the room is gone")]
    RoomGone,
    /// Nobody of that id is in the room (any more).
    #[error("no such participant")]
    NoSuchPeer,
    /// The message is over the limit, in bytes; nothing was sent.
    #[error("message of {got} bytes; at most {max}")]
    TooLarge {
        /// Bytes of the message.
        got: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// Too much waits for somebody already; try again when they are connected, or keep up.
    #[error("the other side is not keeping up")]
    WouldBlock,
    /// The value cannot be written as JSON; nothing was sent.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// The browser, or the server, lacks what the call needs.
    #[error("{0} are not supported here")]
    Unsupported(&'static str),
    /// The browser threw.
    #[error("browser: {name}: {message}")]
    Browser {
        /// The `DOMException` name.
        name: String,
        /// The browser's own words, for logs.
        message: String,
    },
}

/// Entering a room failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum JoinError {
    /// No room of that id is open, or not with that host.
    #[error("no such room")]
    NotFound,
    /// A room of that id is open already.
    #[error("that name is taken")]
    Exists,
    /// Every place is taken.
    #[error("the room is full")]
    Full,
    /// The host lets nobody in for now.
    #[error("the room is locked")]
    Locked,
    /// The room asks for a password.
    #[error("a password is needed")]
    PasswordNeeded,
    /// The password was not the right one.
    #[error("wrong password")]
    WrongPassword {
        /// How long to wait before the next try, where the server says so.
        retry_after: Option<Duration>,
    },
    /// The host said no, or the invitation is not valid.
    #[error("the host said no")]
    Denied,
    /// This person may not come back for a while.
    #[error("banned")]
    Banned {
        /// How long, where the server says so.
        remaining: Option<Duration>,
    },
    /// Too many tries.
    #[error("slow down")]
    RateLimited {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<ErrorBody> for JoinError {
    fn from(body: ErrorBody) -> Self {
        let wait = body.retry_after_ms.map(|ms| Duration::from_millis(ms.into()));
        match body.code {
            ErrorCode::RoomNotFound | ErrorCode::RoomClosed => Self::NotFound,
            ErrorCode::RoomExists => Self::Exists,
            ErrorCode::RoomFull => Self::Full,
            ErrorCode::RoomLocked => Self::Locked,
            ErrorCode::PasswordRequired => Self::PasswordNeeded,
            ErrorCode::PasswordWrong => Self::WrongPassword { retry_after: wait },
            ErrorCode::InviteInvalid | ErrorCode::KnockDenied => Self::Denied,
            ErrorCode::Banned => Self::Banned { remaining: wait },
            ErrorCode::RateLimited | ErrorCode::Busy => {
                Self::RateLimited { retry_after: wait.unwrap_or(Duration::from_secs(1)) }
            }
            _ => Self::Other(Error::Server(body)),
        }
    }
}

/// Capturing a camera, a microphone or a screen failed.
///
/// The mapping from `DOMException` names follows the Media Capture and Streams specification, `getUserMedia`, step
/// "permission failure" and after.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// The person or the system does not allow it.
    #[error("permission refused")]
    Refused {
        /// The browser allows it but the operating system does not.
        by_system: bool,
    },
    /// The picker was closed without a choice.
    #[error("the picker was closed")]
    Dismissed,
    /// There is no such device.
    #[error("no such device")]
    NoDevice,
    /// Another program is using the device.
    #[error("the device is busy")]
    InUse,
    /// The device cannot do what was asked.
    #[error("the device cannot do that: {constraint}")]
    Overconstrained {
        /// The constraint that cannot be met, such as `width`.
        constraint: String,
    },
    /// The page was not loaded over HTTPS (or from this machine).
    #[error("needs https")]
    InsecureContext,
    /// The browser wants a click or a key press first.
    #[error("needs a click or key press")]
    NeedsGesture,
    /// The source ended before it could be used.
    #[error("the source ended")]
    Ended,
    /// The browser lacks what the call needs.
    #[error("this browser lacks {0}")]
    Unsupported(&'static str),
    /// The browser threw something else.
    #[error("browser: {name}: {message}")]
    Browser {
        /// The `DOMException` name.
        name: String,
        /// The browser's own words, for logs.
        message: String,
    },
}

impl MediaError {
    /// A stable code for machines, such as `dev_denied`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused { by_system: false } => "dev_denied",
            Self::Refused { by_system: true } => "dev_os_blocked",
            Self::Dismissed => "dev_dismissed",
            Self::NoDevice => "dev_missing",
            Self::InUse => "dev_busy",
            Self::Overconstrained { .. } => "dev_overconstrained",
            Self::InsecureContext => "env_insecure",
            Self::NeedsGesture => "dev_needs_gesture",
            Self::Ended => "dev_lost",
            Self::Unsupported(_) => "env_no_capture",
            Self::Browser { .. } => "dev_failed",
        }
    }
}

/// Publishing failed; nothing was sent to anybody.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// The room's plan does not let this role send that kind.
    #[error("your role may not send {kind:?} here")]
    NotAllowed {
        /// What was to be sent.
        kind: crate::core::topology::Kind,
    },
    /// The source could not be used.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] Error),
}
