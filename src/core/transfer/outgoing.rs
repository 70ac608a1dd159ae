//! The sender's half of one transfer.

use super::{Frame, Number, OFFER, SLAB, STILL, Sha256Digest};
use crate::core::Millis;
use crate::core::event::FileMeta;
use std::collections::VecDeque;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody has said yes yet.
    Offered {
        until: Millis,
    },
    /// Another connection: where to go on is the receiver's to say.
    Asked,
    Sending,
    /// Everything went out; the receiver has the word.
    Ended,
}

/// A file on its way to one receiver.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub meta: FileMeta,
    /// Each side's wish that it rests.
    pub rests: [bool; 2],
    stage: Stage,
    /// May be sent before this offset.
    window_end: u64,
    window: u64,
    next: u64,
    /// The most that was ever sent.
    sent: u64,
    /// The offset of the read under way.
    reading: Option<u64>,
    /// Where the next read begins.
    read: u64,
    slabs: VecDeque<(u64, Vec<u8>)>,
    digest: Option<Sha256Digest>,
    stored: u64,
    moved: Millis,
}

impl Outgoing {
    pub fn new(meta: FileMeta, now: Millis) -> Self {
        Self {
            meta,
            rests: [false; 2],
            stage: Stage::Offered { until: now.saturating_add(OFFER) },
            window_end: 0,
            window: 0,
            next: 0,
            sent: 0,
            reading: None,
            read: 0,
            slabs: VecDeque::new(),
            digest: None,
            stored: 0,
            moved: now,
        }
    }

    /// A connection is there: the receiver is asked (again).
    pub fn ask(&mut self, number: Number, now: Millis) -> Frame<'static> {
        if !matches!(self.stage, Stage::Offered { .. }) {
            self.stage = Stage::Asked;
        }
        self.moved = now;
        Frame::Offer(number, self.meta.clone())
    }

    /// Where the receiver wants it from; false if that is nonsense.
    pub fn accepted(&mut self, resume_from: u64, window: u32, now: Millis) -> bool {
        if resume_from > self.sent {
            return false;
        }
        self.stage = Stage::Sending;
        self.moved = now;
        self.window = window.into();
        self.next = resume_from;
        self.stored = self.stored.max(resume_from);
        self.window_end = resume_from.saturating_add(self.window);
        while self.slabs.front().is_some_and(|(at, bytes)| at + bytes.len() as u64 <= resume_from) {
            self.slabs.pop_front();
        }
        if self.slabs.front().is_none_or(|(at, _)| *at > resume_from) {
            self.slabs.clear();
            self.reading = None;
            self.read = resume_from;
        }
        true
    }

    /// The receiver has stored everything before; true if that is news.
    pub fn credited(&mut self, up_to: u64, now: Millis) -> bool {
        let news = up_to > self.stored && up_to <= self.sent;
        if news {
            self.stored = up_to;
            self.window_end = up_to.saturating_add(self.window);
            self.moved = now;
        }
        news
    }

    /// The SHA-256, once the whole file was read.
    pub fn digest(&self) -> Option<Sha256Digest> {
        self.digest
    }

    /// Which bytes are wanted next, if any; a file of none is read once, for its digest.
    pub fn wants(&mut self) -> Option<(u64, u64)> {
        let ahead: u64 = self.slabs.iter().map(|(at, bytes)| at + bytes.len() as u64 - self.next.max(*at)).sum();
        let more = self.read < self.meta.size || (self.meta.size == 0 && self.digest.is_none());
        let idle = self.reading.is_none() && self.stage == Stage::Sending && self.rests == [false; 2];
        if !(more && idle && ahead <= SLAB) {
            return None;
        }
        self.reading = Some(self.read);
        Some((self.read, SLAB.min(self.meta.size - self.read)))
    }

    /// Bytes that were wanted, and the digest once all were read; false if the file is not what it was.
    pub fn arrived(&mut self, offset: u64, bytes: Vec<u8>, digest: Option<Sha256Digest>) -> bool {
        self.digest = self.digest.or(digest);
        if self.reading != Some(offset) {
            // Wanted before the receiver asked for another place.
            return true;
        }
        self.reading = None;
        if bytes.len() as u64 != SLAB.min(self.meta.size - offset) {
            return false;
        }
        self.read = offset + bytes.len() as u64;
        if !bytes.is_empty() {
            self.slabs.push_back((offset, bytes));
        }
        true
    }

    /// The next frame for `bulk`, if one may go.
    pub fn next_frame(&mut self, number: Number, chunk: usize) -> Option<Vec<u8>> {
        if self.stage != Stage::Sending || self.rests != [false; 2] {
            return None;
        }
        if self.next == self.meta.size {
            let end = Frame::End(number, self.digest?).encode();
            self.stage = Stage::Ended;
            return Some(end);
        }
        let (at, bytes) = self.slabs.front()?;
        let from = usize::try_from(self.next.checked_sub(*at)?).ok()?;
        let room = usize::try_from(self.window_end.saturating_sub(self.next)).unwrap_or(usize::MAX);
        let bytes = bytes.get(from..)?;
        let length = bytes.len().min(chunk);
        if length == 0 || length > room {
            return None;
        }
        let (part, rest) = bytes.split_at(length);
        let frame = Frame::Chunk { number, offset: self.next, bytes: part }.encode();
        self.next += length as u64;
        self.sent = self.sent.max(self.next);
        if rest.is_empty() {
            self.slabs.pop_front();
        }
        Some(frame)
    }

    /// Everything went out on this connection, or may have on one before.
    pub fn is_sent(&self) -> bool {
        matches!(self.stage, Stage::Ended | Stage::Asked) && self.sent == self.meta.size
    }

    /// Nobody answered for too long.
    pub fn is_overdue(&self, open: bool, now: Millis) -> bool {
        match self.stage {
            Stage::Offered { until } => now >= until,
            _ => open && self.rests == [false; 2] && now >= self.moved.saturating_add(STILL),
        }
    }

    /// Resting does not count as standing still.
    pub fn touched(&mut self, now: Millis) {
        self.moved = now;
    }
}
