//! What is said through the server, and what of it newcomers still hear.

use super::authority::Action;
use super::clean::json_bytes;
use super::mint::Mint;
use super::room::{RoomMachine, RoomOut};
use super::{Answer, refuse};
use crate::core::Millis;
use crate::protocol::limits::{KEPT_BYTES, KEPT_MESSAGES, RELAY_FRAME_BYTES, SAY_BYTES};
use crate::protocol::{ErrorCode, Kept, PeerId, Role, ServerMsg, Target};
use std::collections::VecDeque;

/// Bytes of a topic, the application's own word.
const SAY_TOPIC_BYTES: usize = 256;
/// Characters of a message id, five random bits each.
const MESSAGE_CHARS: usize = 16;

/// Messages kept for newcomers; the oldest go first.
#[derive(Default)]
pub(super) struct Keepsakes {
    kept: VecDeque<(usize, Kept)>,
    bytes: usize,
}

impl Keepsakes {
    fn add(&mut self, kept: Kept) {
        let bytes = json_bytes(&kept);
        self.bytes += bytes;
        self.kept.push_back((bytes, kept));
        while self.kept.len() > KEPT_MESSAGES || self.bytes > KEPT_BYTES {
            if let Some((bytes, _)) = self.kept.pop_front() {
                self.bytes -= bytes;
            }
        }
    }

    pub(super) fn list(&self) -> Vec<Kept> {
        self.kept.iter().map(|(_, kept)| kept.clone()).collect()
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Messages and bytes held.
    pub(super) fn held(&self) -> (usize, usize) {
        (self.kept.len(), self.bytes)
    }
}

/// Something to be said.
pub(super) struct Saying {
    pub(super) to: Target,
    pub(super) topic: String,
    pub(super) body: serde_json::Value,
    pub(super) keep: bool,
    /// Came without a number: nobody will miss it, so it goes out without one.
    pub(super) volatile: bool,
}

impl RoomMachine {
    /// Stamps a message and passes it on; the sender's own copy is the answer.
    pub(super) fn say(
        &mut self,
        from: &PeerId,
        saying: Saying,
        now: Millis,
        mint: &mut Mint,
        out: &mut Vec<RoomOut>,
    ) -> Answer {
        let Saying { to, topic, body, keep, volatile } = saying;
        if topic.len() > SAY_TOPIC_BYTES || json_bytes(&body) > SAY_BYTES {
            return Err(refuse(ErrorCode::TooLarge, "the message is too large"));
        }
        let audience = self.audience(from, &to)?;
        let guests = match &to {
            Target::All => true,
            Target::AtLeast(role) => *role <= Role::Speaker,
            Target::Peer(_) | Target::Peers(_) => audience.iter().any(|member| member.who.role <= Role::Speaker),
        };
        self.may(from, Action::Say { guests })?;
        if keep {
            self.may(from, Action::Keep)?;
            if to != Target::All || volatile {
                return Err(refuse(ErrorCode::BadFrame, "only what is said to all, and numbered, can be kept"));
            }
        }
        let told: Vec<PeerId> = audience.into_iter().map(|member| member.who.peer.clone()).collect();
        let at_ms = mint.wall(now);
        if keep {
            self.kept.add(Kept { topic: topic.clone(), from: from.clone(), at_ms, body: body.clone() });
        }
        let id = mint.id(MESSAGE_CHARS);
        let said = ServerMsg::Said { room: self.key.room.clone(), from: from.clone(), id, at_ms, to, topic, body };
        if volatile {
            out.extend(told.into_iter().map(|to| RoomOut::Hint { to, message: said.clone() }));
            return Ok(None);
        }
        out.extend(told.into_iter().map(|to| RoomOut::Tell { to, message: said.clone() }));
        Ok(Some(said))
    }

    /// Passes a data-channel frame on, where the plan leads data through the server.
    pub(super) fn relay(&self, from: &PeerId, to: PeerId, lane: u8, frame: String, out: &mut Vec<RoomOut>) -> Answer {
        self.may(from, Action::Relay)?;
        if self.member(&to).is_none() || to == *from {
            return Err(refuse(ErrorCode::NoSuchPeer, "nobody of that id is here"));
        }
        if frame.len() > RELAY_FRAME_BYTES {
            return Err(refuse(ErrorCode::TooLarge, "the frame is too large"));
        }
        let message = ServerMsg::Relayed { room: self.key.room.clone(), from: from.clone(), lane, frame };
        out.push(RoomOut::Tell { to, message });
        Ok(None)
    }
}
