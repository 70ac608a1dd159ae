//! What goes into and comes out of a signaling session.

use crate::core::Millis;
use crate::core::event::{SessionEnd, SignalingStatus};
use crate::protocol::{
    ClientFrame, ClientMsg, CloseCode, LobbyId, Profile, Resume, Secret, ServerFrame, ServerMsg, Welcome,
};

/// What a session is opened with.
#[derive(Debug, Clone)]
pub struct SessionConfig {
    /// The lobby the session lives in.
    pub lobby: LobbyId,
    /// Who the person is.
    pub profile: Profile,
    /// Bearer token of the embedding application.
    pub auth: Option<Secret>,
    /// Name, version and engine of this client: `web 0.1.0 blink`.
    pub client: String,
    /// A session to continue, from before a reload. Its `last_seen` is 0 when the page kept no state.
    pub resume: Option<Resume>,
    /// Seed of the waits between attempts; different for every client.
    pub backoff_seed: u64,
    /// Milliseconds without a session after which it is given up; `None` never gives up.
    pub give_up_after: Option<Millis>,
}

/// What can happen to a session.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionIn {
    /// Connect.
    Start,
    /// The socket opened.
    Opened,
    /// A frame arrived.
    Frame(Box<ServerFrame>),
    /// The socket closed or could not be opened. Not to be fed for a socket closed by [`SessionOut::Close`].
    Closed {
        /// Its close code; 1006 when there was none.
        code: u16,
    },
    /// Send a command, whenever that is possible, exactly once.
    Command {
        /// Names the command in [`SessionOut::Reply`] and [`SessionOut::Failed`].
        token: u64,
        /// The command.
        message: Box<ClientMsg>,
    },
    /// Send something now or never.
    Volatile(Box<ClientMsg>),
    /// The browser's `online` event, or another sign of a new network.
    NetworkChanged,
    /// The page became visible or hidden. Visible at the start.
    Visible(bool),
    /// End the session.
    Disconnect,
    /// The deadline has come.
    Tick,
}

/// What a session wants done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionOut {
    /// Open a socket.
    Open,
    /// Send a frame over the socket.
    Send(Box<ClientFrame>),
    /// Close the socket and forget it: none of its events may be fed any more.
    Close {
        /// The code to close with.
        code: CloseCode,
    },
    /// The status changed.
    Status(SignalingStatus),
    /// The session is up, for the first time or again; `resumed` tells what the server still knew.
    Welcome(Box<Welcome>),
    /// The server says something that was not asked for.
    Message(Box<ServerMsg>),
    /// The answer to a command.
    Reply {
        /// The command's token.
        token: u64,
        /// The answer; [`ServerMsg::Error`] if it was refused.
        message: Box<ServerMsg>,
    },
    /// A command will not be answered: the session it was sent in is gone, or its answer is. Whether it acted is
    /// unknown.
    Failed {
        /// The command's token.
        token: u64,
    },
    /// The connection is lost; another attempt is coming.
    Lost {
        /// The attempt that comes next, from 1.
        attempt: u32,
        /// Milliseconds until then.
        retry_in_ms: u32,
    },
    /// The session is over; the last output.
    Ended(SessionEnd),
}
