//! The receiver's half: putting together, putting in order.

use super::{Fragment, MESSAGE_BYTES, WINDOW, WINDOW_BYTES};
use litemap::LiteMap;

/// A fragment that no sender of ours makes. It is dropped; whoever makes many of them is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// Further ahead than [`WINDOW`] messages.
    #[error("message {0} is too far ahead")]
    Ahead(u32),
    /// A part is missing before this one.
    #[error("part {index} of message {message} is out of turn")]
    OutOfTurn {
        /// Which message.
        message: u32,
        /// Which part.
        index: u16,
    },
    /// A message over [`MESSAGE_BYTES`], or messages over [`WINDOW_BYTES`] under way.
    #[error("more than fits")]
    TooLarge,
}

/// Messages of one person as they arrive.
#[derive(Debug, Default)]
pub struct Receiver {
    epoch: u32,
    /// The number of the next message to deliver.
    next: u32,
    arriving: LiteMap<u32, Arriving>,
}

#[derive(Debug, Default)]
struct Arriving {
    bytes: Vec<u8>,
    parts: u16,
    whole: bool,
}

impl Receiver {
    /// Takes a fragment; returns the messages that are next in order and whole by it.
    ///
    /// # Errors
    ///
    /// [`Violation`], with nothing changed.
    pub fn take(&mut self, fragment: &Fragment<'_>) -> Result<Vec<Vec<u8>>, Violation> {
        if fragment.epoch != self.epoch {
            *self = Self { epoch: fragment.epoch, ..Self::default() };
        }
        let &Fragment { message, index, last, bytes, .. } = fragment;
        if message < self.next {
            // It came again on another connection.
            return Ok(Vec::new());
        }
        if message - self.next >= WINDOW {
            return Err(Violation::Ahead(message));
        }
        let known = self.arriving.get(&message);
        if known.is_some_and(|known| known.whole) {
            return Ok(Vec::new());
        }
        let (parts, had) = known.map_or((0, 0), |known| (known.parts, known.bytes.len()));
        // From the beginning again, after the connection before broke.
        let again = index == 0;
        if index != parts && !again {
            return Err(Violation::OutOfTurn { message, index });
        }
        let before = if again { 0 } else { had };
        if before + bytes.len() > MESSAGE_BYTES || self.held() - had + before + bytes.len() > WINDOW_BYTES {
            return Err(Violation::TooLarge);
        }
        let mut arriving = if again { Arriving::default() } else { self.arriving.remove(&message).unwrap_or_default() };
        arriving.bytes.extend_from_slice(bytes);
        arriving.parts = index.saturating_add(1);
        arriving.whole = last;
        self.arriving.insert(message, arriving);
        Ok(self.deliver())
    }

    fn deliver(&mut self) -> Vec<Vec<u8>> {
        let mut whole = Vec::new();
        while self.arriving.get(&self.next).is_some_and(|next| next.whole) {
            whole.extend(self.arriving.remove(&self.next).map(|message| message.bytes));
            self.next = self.next.wrapping_add(1);
        }
        whole
    }

    /// Bytes of messages that are not whole, or not next.
    pub fn held(&self) -> usize {
        self.arriving.values().map(|arriving| arriving.bytes.len()).sum()
    }

    /// What to acknowledge with, as [`Frame::Got`](super::Frame::Got): the epoch, and the number below which everything
    /// was delivered.
    pub fn got(&self) -> (u32, u32) {
        (self.epoch, self.next)
    }
}
