//! Knocking at a room: being in at once, or waiting for somebody to open.

use crate::api::client::Client;
use crate::api::room::Room;
use crate::error::{Error, JoinError};
use crate::protocol::RoomId;
use futures::channel::oneshot;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// What came of [`Client::knock`].
#[derive(Debug)]
pub enum Entry {
    /// The door was open.
    Joined(Room),
    /// Somebody has to open it.
    Waiting(Waiting),
}

impl Entry {
    /// The room, as soon as somebody has opened it.
    ///
    /// # Errors
    ///
    /// As [`Waiting`].
    pub async fn room(self) -> Result<Room, JoinError> {
        match self {
            Self::Joined(room) => Ok(room),
            Self::Waiting(waiting) => waiting.await,
        }
    }
}

/// Waits in front of a room: a future that resolves with the room, or with [`JoinError::Denied`] when somebody said no,
/// nobody opened for [`limits::KNOCK_MS`](crate::protocol::limits::KNOCK_MS), or the room ended. Dropping it goes away.
///
/// It outlasts a lost connection. A server that has forgotten everything is asked again, once: where the room is not
/// there yet, that is [`JoinError::NotFound`].
pub struct Waiting {
    pub(super) client: Client,
    pub(super) room: RoomId,
    pub(super) position: u16,
    pub(super) answer: oneshot::Receiver<Result<Room, JoinError>>,
    /// It is answered: who waits now waits by another of these.
    pub(super) over: bool,
}

impl Waiting {
    /// Where one waits.
    pub fn room(&self) -> &RoomId {
        &self.room
    }

    /// The place in the queue at the time of knocking, from 1.
    pub fn position(&self) -> u16 {
        self.position
    }
}

impl Future for Waiting {
    type Output = Result<Room, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.answer).poll(context));
        self.over = true;
        Poll::Ready(answer.unwrap_or(Err(JoinError::Other(Error::Offline))))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.over {
            self.client.withdraw(&self.room);
        }
    }
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waiting").field("room", &self.room).field("position", &self.position).finish_non_exhaustive()
    }
}
