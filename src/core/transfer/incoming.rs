//! The receiver's half of one transfer.

use super::{FileDigest, Frame, Number, OFFER, STILL, Sha256Digest, WINDOW};
use crate::core::Millis;
use crate::core::event::FileMeta;

/// Bytes stored between two credits: an eighth of the window.
const CREDIT: u64 = WINDOW as u64 / 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The person has not answered yet.
    Offered {
        until: Millis,
    },
    Receiving,
    /// Everything is here and right; the storage is being closed.
    Completing,
}

/// What the end of the bytes means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// All are here, and they are the sender's.
    Whole,
    /// They are not.
    Corrupt,
    /// It was known already.
    Again,
    /// No sender of ours says that here.
    Nonsense,
}

/// A file on its way here.
#[derive(Debug)]
pub(super) struct Incoming {
    pub meta: FileMeta,
    /// Each side's wish that it rests.
    pub rests: [bool; 2],
    stage: Stage,
    received: u64,
    stored: u64,
    credited: u64,
    digest: FileDigest,
    moved: Millis,
}

impl Incoming {
    pub fn new(meta: FileMeta, now: Millis) -> Self {
        Self {
            meta,
            rests: [false; 2],
            stage: Stage::Offered { until: now.saturating_add(OFFER) },
            received: 0,
            stored: 0,
            credited: 0,
            digest: FileDigest::default(),
            moved: now,
        }
    }

    /// The person wants it; false if that was said before.
    pub fn accept(&mut self) -> bool {
        let first = matches!(self.stage, Stage::Offered { .. });
        if first {
            self.stage = Stage::Receiving;
        }
        first
    }

    /// What answers an offer: nothing before the person has decided.
    pub fn answer(&mut self, number: Number, now: Millis) -> Option<Frame<'static>> {
        self.moved = now;
        if matches!(self.stage, Stage::Offered { .. }) {
            return None;
        }
        self.credited = self.received;
        Some(Frame::Accept { number, resume_from: self.received, window: WINDOW })
    }

    /// Takes the next bytes; false for what no sender of ours sends.
    pub fn chunk(&mut self, offset: u64, bytes: &[u8], now: Millis) -> bool {
        let end = offset.saturating_add(bytes.len() as u64);
        let fits = end <= self.meta.size && end <= self.credited.saturating_add(WINDOW.into());
        if self.stage != Stage::Receiving || offset != self.received || bytes.is_empty() || !fits {
            return false;
        }
        self.digest.feed(offset, bytes);
        self.received = end;
        self.moved = now;
        true
    }

    /// The sender says that was all.
    pub fn end(&mut self, digest: &Sha256Digest) -> End {
        match self.stage {
            Stage::Completing => End::Again,
            Stage::Receiving if self.received == self.meta.size => {
                self.stage = Stage::Completing;
                if self.digest.of_all(self.meta.size) == Some(*digest) { End::Whole } else { End::Corrupt }
            }
            Stage::Receiving | Stage::Offered { .. } => End::Nonsense,
        }
    }

    /// The SHA-256, once everything is here.
    pub fn digest(&self) -> Option<Sha256Digest> {
        self.digest.of_all(self.meta.size)
    }

    /// Everything before is stored; what the sender should hear of it.
    pub fn stored(&mut self, number: Number, up_to: u64, now: Millis) -> Option<Frame<'static>> {
        self.stored = self.stored.max(up_to);
        self.moved = now;
        let due = self.stored >= self.credited.saturating_add(CREDIT) || self.stored == self.meta.size;
        (due && self.stored > self.credited).then(|| {
            self.credited = self.stored;
            Frame::Credit(number, self.stored)
        })
    }

    /// Nothing happened for too long: the person did not answer, or the sender has forgotten it.
    pub fn is_overdue(&self, open: bool, now: Millis) -> bool {
        match self.stage {
            Stage::Offered { until } => now >= until,
            Stage::Receiving => open && self.rests == [false; 2] && now >= self.moved.saturating_add(STILL),
            Stage::Completing => false,
        }
    }

    /// Resting does not count as standing still.
    pub fn touched(&mut self, now: Millis) {
        self.moved = now;
    }
}
