//! What waits to be written to one socket, bounded in bytes.
//!
//! Whoever handles a frame puts answers here and goes on; the socket's own task writes them. A reader that does not
//! keep up costs its own connection and nobody else's time or memory.

use crate::lock;
use axum::extract::ws::Utf8Bytes;
use multirtc::protocol::{CloseCode, limits};
use std::{collections::VecDeque, sync::Mutex};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// What is to be written next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Parcel {
    Text(Utf8Bytes),
    Ping,
    Close(u16),
}

/// The queue of one socket: any number of writers, one reader.
#[derive(Debug, Default)]
pub(crate) struct Outbound {
    queue: Mutex<Queue>,
    filled: Notify,
    overflowed: CancellationToken,
}

#[derive(Debug, Default)]
struct Queue {
    texts: VecDeque<Utf8Bytes>,
    /// Bytes in `texts` and of the text being written.
    bytes: usize,
    being_written: usize,
    ping: bool,
    closing: Option<u16>,
}

impl Outbound {
    /// Appends a text. Beyond the limit everything is dropped and the socket is to be cut; a single text may be
    /// larger than the limit if nothing else waits.
    pub(crate) fn push(&self, text: String) {
        let mut queue = lock(&self.queue);
        if queue.closing.is_some() {
            return;
        }
        if queue.bytes > 0 && queue.bytes + text.len() > limits::OUTBOUND_BYTES {
            queue.texts.clear();
            queue.closing = Some(CloseCode::TooSlow.code());
            self.overflowed.cancel();
            return;
        }
        queue.bytes += text.len();
        queue.texts.push_back(text.into());
        drop(queue);
        self.filled.notify_one();
    }

    /// Asks for a WebSocket ping, before anything that waits.
    pub(crate) fn ping(&self) {
        lock(&self.queue).ping = true;
        self.filled.notify_one();
    }

    /// Ends the queue: what waits is still written, then the close frame. The first code counts.
    pub(crate) fn close(&self, code: u16) {
        lock(&self.queue).closing.get_or_insert(code);
        self.filled.notify_one();
    }

    /// The next parcel; the one before it counts as written.
    pub(crate) async fn next(&self) -> Parcel {
        loop {
            if let Some(parcel) = self.take() {
                return parcel;
            }
            self.filled.notified().await;
        }
    }

    /// The next parcel if there is one now; the one before it counts as written.
    pub(crate) fn take(&self) -> Option<Parcel> {
        let mut queue = lock(&self.queue);
        queue.bytes -= std::mem::take(&mut queue.being_written);
        if std::mem::take(&mut queue.ping) {
            return Some(Parcel::Ping);
        }
        if let Some(text) = queue.texts.pop_front() {
            queue.being_written = text.len();
            return Some(Parcel::Text(text));
        }
        queue.closing.map(Parcel::Close)
    }

    /// Resolves when the reader fell too far behind.
    pub(crate) async fn overflow(&self) {
        self.overflowed.cancelled().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: usize) -> String {
        "x".repeat(bytes)
    }

    #[tokio::test]
    async fn order_is_kept_and_close_comes_last() {
        let outbound = Outbound::default();
        outbound.push("a".into());
        outbound.push("b".into());
        outbound.close(4012);
        outbound.close(1000);
        outbound.push("late".into());
        assert_eq!(outbound.next().await, Parcel::Text("a".into()));
        outbound.ping();
        assert_eq!(outbound.next().await, Parcel::Ping);
        assert_eq!(outbound.next().await, Parcel::Text("b".into()));
        assert_eq!(outbound.next().await, Parcel::Close(4012));
    }

    #[tokio::test]
    async fn the_limit_counts_the_text_being_written() {
        let outbound = Outbound::default();
        outbound.push(text(limits::OUTBOUND_BYTES));
        assert!(matches!(outbound.next().await, Parcel::Text(_)));
        assert!(!outbound.overflowed.is_cancelled());
        outbound.push(text(1));
        assert!(outbound.overflowed.is_cancelled());
        assert_eq!(outbound.next().await, Parcel::Close(4009));
    }

    #[tokio::test]
    async fn what_was_written_makes_room() {
        let outbound = Outbound::default();
        for _ in 0..100 {
            outbound.push(text(limits::OUTBOUND_BYTES / 2));
            assert!(matches!(outbound.next().await, Parcel::Text(_)));
        }
        assert!(!outbound.overflowed.is_cancelled());
    }

    #[tokio::test]
    async fn one_large_text_passes_an_empty_queue() {
        let outbound = Outbound::default();
        outbound.push(text(limits::OUTBOUND_BYTES * 2));
        assert!(!outbound.overflowed.is_cancelled());
        assert!(matches!(outbound.next().await, Parcel::Text(_)));
    }
}
