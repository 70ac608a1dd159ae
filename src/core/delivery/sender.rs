//! The sender's half: what waits, and what goes next.

use super::{Fragment, Frame, Lane, MESSAGE_BYTES, WINDOW, WINDOW_BYTES};
use std::collections::VecDeque;

/// There is no room for a message, or it is too large for any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    /// It is over [`MESSAGE_BYTES`].
    #[error("message of {got} bytes; at most {MESSAGE_BYTES}")]
    TooLarge {
        /// Its bytes.
        got: usize,
    },
    /// It has to wait until what was posted before has arrived.
    #[error("too much is under way")]
    Later,
}

/// Messages to one person that have not been acknowledged.
#[derive(Debug)]
pub struct Sender {
    epoch: u32,
    /// Bytes of a message in one frame.
    fragment: usize,
    /// The number of the first in `queue`.
    first: u32,
    queue: VecDeque<Posted>,
}

#[derive(Debug)]
struct Posted {
    bytes: Vec<u8>,
    /// How much was handed out on this connection; none before the first fragment.
    sent: Option<usize>,
}

impl Sender {
    /// A sender that cuts into fragments of that many bytes. `epoch` should differ from that of any sender to the same
    /// receiver before: a random number will do.
    pub fn new(epoch: u32, fragment: usize) -> Self {
        // The index of a fragment has two bytes.
        let least = MESSAGE_BYTES / usize::from(u16::MAX) + 1;
        Self { epoch, fragment: fragment.max(least), first: 0, queue: VecDeque::new() }
    }

    /// Takes a message.
    ///
    /// # Errors
    ///
    /// [`Full`], with the message not taken.
    pub fn post(&mut self, bytes: Vec<u8>) -> Result<(), Full> {
        self.takes(bytes.len())?;
        self.queue.push_back(Posted { bytes, sent: None });
        Ok(())
    }

    /// Whether there is room for a message of that many bytes.
    ///
    /// # Errors
    ///
    /// [`Full`] if there is none.
    pub fn takes(&self, bytes: usize) -> Result<(), Full> {
        if bytes > MESSAGE_BYTES {
            return Err(Full::TooLarge { got: bytes });
        }
        if self.queue.len() >= WINDOW as usize || self.waiting() + bytes > WINDOW_BYTES {
            return Err(Full::Later);
        }
        Ok(())
    }

    /// Bytes that have not been acknowledged.
    pub fn waiting(&self) -> usize {
        self.queue.iter().map(|posted| posted.bytes.len()).sum()
    }

    /// The next frame for a channel, when the channel takes one.
    pub fn next_frame(&mut self, lane: Lane) -> Option<Vec<u8>> {
        let (epoch, size) = (self.epoch, self.fragment);
        let of_lane = |posted: &&mut Posted| (posted.bytes.len() > size) == (lane == Lane::Bulk);
        let numbered = (self.first..).zip(&mut self.queue);
        let open = |(_, posted): &(u32, &mut Posted)| posted.sent.is_none_or(|sent| sent < posted.bytes.len());
        let (message, posted) = numbered.filter(|(_, posted)| of_lane(posted)).find(open)?;
        let from = posted.sent.unwrap_or(0);
        let to = posted.bytes.len().min(from + size);
        posted.sent = Some(to);
        let index = u16::try_from(from / size).unwrap_or(u16::MAX);
        let fragment =
            Fragment { epoch, message, index, last: to == posted.bytes.len(), bytes: &posted.bytes[from..to] };
        Some(Frame::Fragment(fragment).encode())
    }

    /// The other side has delivered everything below that number. A number of another epoch, or one that was never
    /// posted, changes nothing.
    pub fn acknowledged(&mut self, epoch: u32, below: u32) {
        let count = below.wrapping_sub(self.first) as usize;
        if epoch == self.epoch && count <= self.queue.len() {
            self.queue.drain(..count);
            self.first = below;
        }
    }

    /// Another connection carries the link: everything that was not acknowledged goes again.
    pub fn restart(&mut self) {
        for posted in &mut self.queue {
            posted.sent = None;
        }
    }
}
