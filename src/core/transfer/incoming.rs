//! The receiver's half of one transfer.

use super::{Frame, Number, OFFER, PIECE, STILL, Sha256Digest, WINDOW};
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
    /// Everything is here; the storage is being closed.
    Completing,
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
    /// The digest of the piece that arrives.
    digest: Option<Sha256Digest>,
    /// As much of it as is here.
    piece: Vec<u8>,
    moved: Millis,
    answered: bool,
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
            digest: None,
            piece: Vec::new(),
            moved: now,
            answered: false,
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

    /// Another connection is there.
    pub fn opened(&mut self, now: Millis) {
        self.moved = now;
        self.answered = false;
    }

    /// What answers an offer: nothing before the person has decided, and once a connection, since each answer opens the
    /// window anew.
    pub fn answer(&mut self, number: Number, now: Millis) -> Option<Frame<'static>> {
        self.moved = now;
        if matches!(self.stage, Stage::Offered { .. }) || std::mem::replace(&mut self.answered, true) {
            return None;
        }
        self.credited = self.received;
        Some(Frame::Accept { number, resume_from: self.received, window: WINDOW })
    }

    /// Bytes of a piece follow; false for what no sender of ours says.
    pub fn announce(&mut self, index: u32, digest: Sha256Digest) -> bool {
        let same = self.piece.is_empty() || self.digest == Some(digest);
        let next = self.received < self.meta.size && u64::from(index) == self.received / PIECE;
        if self.stage != Stage::Receiving || !next || !same {
            return false;
        }
        self.digest = Some(digest);
        true
    }

    /// Takes the next bytes, and returns the piece they complete; `None` for what no sender of ours sends.
    pub fn chunk(&mut self, offset: u64, bytes: &[u8], now: Millis) -> Option<Option<(Vec<u8>, Sha256Digest)>> {
        let digest = self.digest?;
        let end = offset.checked_add(bytes.len() as u64)?;
        let piece_end = self.meta.size.min((offset / PIECE + 1).saturating_mul(PIECE));
        let fits = end <= piece_end && end <= self.credited.saturating_add(WINDOW.into());
        if self.stage != Stage::Receiving || offset != self.received || bytes.is_empty() || !fits {
            return None;
        }
        self.piece.extend_from_slice(bytes);
        self.received = end;
        self.moved = now;
        if end < piece_end {
            return Some(None);
        }
        self.digest = None;
        Some(Some((std::mem::take(&mut self.piece), digest)))
    }

    /// The sender says that was all; whether it is, and was not said before. `None` for what no sender of ours says.
    pub fn end(&mut self) -> Option<bool> {
        match self.stage {
            Stage::Completing => Some(false),
            Stage::Receiving if self.received == self.meta.size => {
                self.stage = Stage::Completing;
                Some(true)
            }
            Stage::Receiving | Stage::Offered { .. } => None,
        }
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
