//! What is said in a room through the server.

use super::Room;
use crate::error::Error;
use crate::protocol::{ClientMsg, Kept, MessageId, ServerMsg, Target, limits};
use serde::Serialize;

impl Room {
    /// Says something through the server, which can read it: stamped with its clock, in one order for all who get it.
    ///
    /// It arrives as [`Event::Message`](crate::core::event::Event::Message); the one who said it gets no copy but the
    /// id. While the server cannot be reached it waits, and is delivered once.
    ///
    /// # Errors
    ///
    /// `TooLarge` over [`limits::SAY_BYTES`] of JSON; the server's refusal; `RoomGone` after the room; `Offline` when the
    /// server has forgotten this session, and it may have been delivered or not.
    pub async fn say<T: Serialize + ?Sized>(&self, to: Target, topic: &str, body: &T) -> Result<MessageId, Error> {
        self.say_as(to, topic, body, false).await
    }

    /// Says it to everybody, and shows it to those who come later too: see [`kept`](Self::kept).
    ///
    /// # Errors
    ///
    /// As [`say`](Self::say); viewers are refused.
    pub async fn say_and_keep<T: Serialize + ?Sized>(&self, topic: &str, body: &T) -> Result<MessageId, Error> {
        self.say_as(Target::All, topic, body, true).await
    }

    /// What was said and kept before this page came, in order.
    pub fn kept(&self) -> Vec<Kept> {
        self.0.roster.borrow().kept().to_vec()
    }

    async fn say_as<T: Serialize + ?Sized>(
        &self,
        to: Target,
        topic: &str,
        body: &T,
        keep: bool,
    ) -> Result<MessageId, Error> {
        self.0.here()?;
        let body = serde_json::to_value(body).map_err(|error| Error::NotJson(error.to_string()))?;
        let size = body.to_string().len();
        if size > limits::SAY_BYTES {
            return Err(Error::TooLarge { got: size, max: limits::SAY_BYTES });
        }
        let say = ClientMsg::Say { room: self.id(), to, topic: topic.to_owned(), body, keep };
        match self.0.client.ask(say).await? {
            ServerMsg::Said { id, .. } => Ok(id),
            _ => Err(Error::Unsupported("messages")),
        }
    }
}
