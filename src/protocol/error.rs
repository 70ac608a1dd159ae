//! Codes for machines: every refusal, and every way a socket is closed.

use super::RoomId;
use multirtc_derive::Decode;
use serde::{Deserialize, Serialize};

/// Why a command was refused: the body of [`ServerMsg::Error`](super::ServerMsg::Error).
///
/// A refused command had no effect at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Decode, thiserror::Error)]
#[error("{code:?}: {message}")]
pub struct ErrorBody {
    /// What went wrong, for programs.
    pub code: ErrorCode,
    /// What went wrong, for logs, in English; people are shown [`ErrorCode::sentence`] or its translation.
    pub message: String,
    /// Milliseconds to wait before the same command can succeed; absent where waiting does not help.
    pub retry_after_ms: Option<u32>,
    /// The room the command was about, if any.
    pub room: Option<RoomId>,
}

/// What went wrong, for programs; a code of a newer server arrives as [`Other`](ErrorCode::Other).
///
/// New codes never carry content, so that older clients can read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Decode)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The frame is not JSON of this protocol, or a value in it is impossible: a bug of the sender.
    BadFrame,
    /// A limit in bytes was passed; see [`limits`](super::limits).
    TooLarge,
    /// `Hello.version.major` is not the server's; the close code 4000 follows. Reload the page.
    UnsupportedVersion,
    /// Something came before `Hello`, or no `Hello` in time; the close code 4001 follows.
    HelloExpected,
    /// A second `Hello` on the same socket.
    AlreadyHello,
    /// `Hello.auth` was refused; the close code 4003 follows. Try again after signing in.
    Unauthenticated,
    /// `Hello.resume.token` is unknown or its time has run out; say `Hello` again without it.
    ResumeRejected,
    /// The session went on over another socket; the close code 4409 follows. Do not retry.
    Superseded,
    /// A rate of [`limits`](super::limits) was passed; retry after `retry_after_ms`.
    RateLimited,
    /// The server has too much to do; retry after `retry_after_ms`.
    Busy,
    /// The server is about to stop and starts nothing new; reconnect.
    ShuttingDown,
    /// A bug of the server, with a trace id in `message`; retry with back-off.
    Internal,
    /// This server knows the command but does not carry it out.
    Unsupported,
    /// No room of this id is in the lobby.
    RoomNotFound,
    /// `CreateRoom` named an id that is in use; join it or choose another.
    RoomExists,
    /// Members and reserved places have reached the capacity; retry later.
    RoomFull,
    /// [`Admission::Locked`](super::Admission::Locked) is in force; retry later.
    RoomLocked,
    /// The room has ended; its id is free after [`limits::TOMBSTONE_MS`](super::limits::TOMBSTONE_MS).
    RoomClosed,
    /// The command is for members of the room, and this session is not one.
    NotInRoom,
    /// This session is a member of the room already.
    AlreadyInRoom,
    /// This session is in [`limits::ROOMS_PER_SESSION`](super::limits::ROOMS_PER_SESSION) rooms.
    TooManyRooms,
    /// The room has a password and the command brought none.
    PasswordRequired,
    /// The password is not the room's; retry after `retry_after_ms` with another.
    PasswordWrong,
    /// The invite is unknown, used up, expired or revoked; which of these is not told.
    InviteInvalid,
    /// This session already waits for the room's host to decide.
    KnockPending,
    /// The host or a moderator said no, or nobody answered in time.
    KnockDenied,
    /// Removed from this room, and the ban still lasts.
    Banned,
    /// The sender's role, or the room's plan or privileges, do not allow it.
    Forbidden,
    /// No member of the room has this id; usually a race with a leave.
    NoSuchPeer,
    /// The plan does not connect these two; usually a race with a change of role.
    NotLinked,
    /// The link was rebuilt since; usually a race, to be ignored.
    StaleLink,
    /// The plan contradicts itself, or this server does not offer its topology.
    BadPlan,
    /// The capacity is 0 or above what the topology carries.
    BadCapacity,
    /// Somebody in this lobby holds the handle.
    HandleTaken,
    /// A new value breaks a rule or a limit; nothing of the patch was applied.
    BadPatch,
    /// A code this build does not know.
    #[serde(other)]
    Other,
}

impl ErrorCode {
    /// The code as it is on the wire, for logs and for support.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadFrame => "bad_frame",
            Self::TooLarge => "too_large",
            Self::UnsupportedVersion => "unsupported_version",
            Self::HelloExpected => "hello_expected",
            Self::AlreadyHello => "already_hello",
            Self::Unauthenticated => "unauthenticated",
            Self::ResumeRejected => "resume_rejected",
            Self::Superseded => "superseded",
            Self::RateLimited => "rate_limited",
            Self::Busy => "busy",
            Self::ShuttingDown => "shutting_down",
            Self::Internal => "internal",
            Self::Unsupported => "unsupported",
            Self::RoomNotFound => "room_not_found",
            Self::RoomExists => "room_exists",
            Self::RoomFull => "room_full",
            Self::RoomLocked => "room_locked",
            Self::RoomClosed => "room_closed",
            Self::NotInRoom => "not_in_room",
            Self::AlreadyInRoom => "already_in_room",
            Self::TooManyRooms => "too_many_rooms",
            Self::PasswordRequired => "password_required",
            Self::PasswordWrong => "password_wrong",
            Self::InviteInvalid => "invite_invalid",
            Self::KnockPending => "knock_pending",
            Self::KnockDenied => "knock_denied",
            Self::Banned => "banned",
            Self::Forbidden => "forbidden",
            Self::NoSuchPeer => "no_such_peer",
            Self::NotLinked => "not_linked",
            Self::StaleLink => "stale_link",
            Self::BadPlan => "bad_plan",
            Self::BadCapacity => "bad_capacity",
            Self::HandleTaken => "handle_taken",
            Self::BadPatch => "bad_patch",
            Self::Other => "other",
        }
    }

    /// What happened and what to do now, in English, for people; translations are keyed by [`as_str`](Self::as_str).
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::BadFrame => "The server could not read what this page sent. Reload the page and try again.",
            Self::TooLarge => "That is too large to send. Make it smaller and try again.",
            Self::UnsupportedVersion => "This page and the server are of different versions. Reload the page.",
            Self::HelloExpected => "The connection did not start properly. Reload the page.",
            Self::AlreadyHello => "This page is connected already. Reload it if something does not work.",
            Self::Unauthenticated => "You are not signed in any more. Sign in and try again.",
            Self::ResumeRejected => "You were away for too long and your place was given up. Join again.",
            Self::Superseded => "You went on in another tab or window. Go there, or reload to use this one.",
            Self::RateLimited => "That was too often in a short time. Wait a moment and try again.",
            Self::Busy => "The server is busy. Wait a moment and try again.",
            Self::ShuttingDown => "The server is restarting. Calls go on, and this page reconnects by itself.",
            Self::Internal => "The server made a mistake. Try again, and report the code if it stays.",
            Self::Unsupported => "This server cannot do that. Everything else goes on working.",
            Self::RoomNotFound => "There is no such room. Check the address, or start the room yourself.",
            Self::RoomExists => "A room of that name is open already. Join it, or choose another name.",
            Self::RoomFull => "This room is full. Try again when somebody has left, or start a new room.",
            Self::RoomLocked => "This room is locked. Ask the host to unlock it and try again.",
            Self::RoomClosed => "This room has ended. Start a new room.",
            Self::NotInRoom => "You are not in this room any more. Join again.",
            Self::AlreadyInRoom => "You are in this room already. Leave it first to join again.",
            Self::TooManyRooms => "You are in as many rooms as one page can be. Leave one and try again.",
            Self::PasswordRequired => "This room has a password. Enter it to join.",
            Self::PasswordWrong => "That is not this room's password. Check it and try again.",
            Self::InviteInvalid => "This invite is no longer valid. Ask for a new one.",
            Self::KnockPending => "You are waiting to be let in. Stay on this page until the host answers.",
            Self::KnockDenied => "You were not let in. Ask the host, or start a new room.",
            Self::Banned => "You were removed from this room and cannot come back yet. Try later, or start a new room.",
            Self::Forbidden => "You may not do that in this room. Ask the host.",
            Self::NoSuchPeer => "That person is not in the room any more. Choose somebody else.",
            Self::NotLinked => "You are not connected with that person. Wait a moment and try again.",
            Self::StaleLink => "The connection with that person was just made anew. Try again.",
            Self::BadPlan => "This server cannot hold a room of that kind. Choose another kind.",
            Self::BadCapacity => "A room of that kind cannot hold so many people. Choose a smaller number.",
            Self::HandleTaken => "Somebody here uses that name. Choose another.",
            Self::BadPatch => "These settings cannot be saved as they are. Change them and try again.",
            Self::Other => "Something went wrong that this page cannot explain. Reload it and try again.",
        }
    }
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
