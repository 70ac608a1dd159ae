//! What a session was sent and has not acknowledged: numbered, bounded, ready to be sent again.

use super::clean::json_bytes;
use crate::protocol::limits::{RING_BYTES, RING_FRAMES};
use crate::protocol::{ServerFrame, ServerMsg, SignalBody};
use std::collections::VecDeque;

/// Bytes of a message that is passed on, beside what is passed on.
const ENVELOPE_BYTES: usize = 256;

/// How much a message counts: its bytes as JSON, or, of the most frequent ones, nearly as many without writing it.
fn weight(message: &ServerMsg) -> usize {
    match message {
        ServerMsg::Signal { body, .. } => ENVELOPE_BYTES + body_bytes(body),
        ServerMsg::Relayed { frame, .. } => ENVELOPE_BYTES + frame.len(),
        message => json_bytes(message),
    }
}

fn body_bytes(body: &SignalBody) -> usize {
    let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    match body {
        SignalBody::Offer { sdp, tracks } | SignalBody::Answer { sdp, tracks } => {
            sdp.len() + tracks.iter().map(|track| ENVELOPE_BYTES + track.mid.len()).sum::<usize>()
        }
        SignalBody::Candidate { candidate, mid, ufrag, .. } => candidate.len() + length(mid) + length(ufrag),
        SignalBody::EndOfCandidates { ufrag } => length(ufrag),
        SignalBody::WantTurn | SignalBody::YourTurn | SignalBody::PassTurn | SignalBody::Unknown => 0,
    }
}

struct Stored {
    n: u32,
    re: Option<u32>,
    message: ServerMsg,
    bytes: usize,
}

#[derive(Default)]
pub(super) struct Ring {
    sent: u32,
    frames: VecDeque<Stored>,
    bytes: usize,
}

impl Ring {
    /// Gives a message its number and keeps it, at the cost of the oldest ones.
    pub(super) fn push(&mut self, re: Option<u32>, message: ServerMsg) -> u32 {
        self.sent += 1;
        let bytes = weight(&message);
        self.bytes += bytes;
        self.frames.push_back(Stored { n: self.sent, re, message, bytes });
        while self.frames.len() > RING_FRAMES || self.bytes > RING_BYTES {
            self.drop_oldest();
        }
        self.sent
    }

    /// Forgets what the other end has processed.
    pub(super) fn acknowledge(&mut self, ack: u32) {
        while self.frames.front().is_some_and(|frame| frame.n <= ack) {
            self.drop_oldest();
        }
    }

    /// Is everything after `last_seen` still here?
    pub(super) fn covers(&self, last_seen: u32) -> bool {
        let first = self.frames.front().map_or(self.sent.saturating_add(1), |frame| frame.n);
        last_seen <= self.sent && last_seen.saturating_add(1) >= first
    }

    /// Frames after `last_seen`, with the acknowledgement of today.
    pub(super) fn after(&self, last_seen: u32, ack: u32) -> impl Iterator<Item = ServerFrame> + '_ {
        self.frames.iter().filter(move |frame| frame.n > last_seen).map(move |frame| ServerFrame {
            n: Some(frame.n),
            re: frame.re,
            ack,
            m: frame.message.clone(),
        })
    }

    /// Forgets everything but the numbering, once a snapshot has said it all.
    pub(super) fn clear(&mut self) {
        self.frames.clear();
        self.bytes = 0;
    }

    /// Frames and bytes held.
    pub(super) fn held(&self) -> (usize, usize) {
        (self.frames.len(), self.bytes)
    }

    /// The last number given, and the first still held; for tests.
    #[cfg(test)]
    pub(super) fn standing(&self) -> (u32, Option<u32>) {
        (self.sent, self.frames.front().map(|frame| frame.n))
    }

    fn drop_oldest(&mut self) {
        if let Some(frame) = self.frames.pop_front() {
            self.bytes -= frame.bytes;
        }
    }
}
