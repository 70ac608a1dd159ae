//! The sender's half of one transfer.

use super::{Frame, Number, OFFER, PIECE, STILL, Sha256Digest};
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

/// A part of the file that was read.
#[derive(Debug)]
struct Piece {
    at: u64,
    bytes: Vec<u8>,
    digest: Sha256Digest,
}

impl Piece {
    fn end(&self) -> u64 {
        self.at + self.bytes.len() as u64
    }
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
    pieces: VecDeque<Piece>,
    /// Where the piece begins that the receiver awaits the bytes of.
    announced: Option<u64>,
    stored: u64,
    moved: Millis,
    /// Something was sent since the last look.
    moves: bool,
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
            pieces: VecDeque::new(),
            announced: None,
            stored: 0,
            moved: now,
            moves: false,
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
        self.announced = None;
        while self.pieces.front().is_some_and(|piece| piece.end() <= resume_from) {
            self.pieces.pop_front();
        }
        if self.pieces.front().is_none_or(|piece| piece.at > resume_from) {
            self.pieces.clear();
            self.read = resume_from - resume_from % PIECE;
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

    /// Which bytes are wanted next, if any.
    pub fn wants(&mut self) -> Option<(u64, u64)> {
        let idle = self.reading.is_none() && self.stage == Stage::Sending && self.rests == [false; 2];
        if self.read >= self.meta.size || !idle || self.pieces.len() > 1 {
            return None;
        }
        self.reading = Some(self.read);
        Some((self.read, self.piece_at(self.read)))
    }

    fn piece_at(&self, offset: u64) -> u64 {
        PIECE.min(self.meta.size - offset)
    }

    /// Bytes that were wanted, and their digest; false if the file is not what it was.
    pub fn arrived(&mut self, offset: u64, bytes: Vec<u8>, digest: Sha256Digest) -> bool {
        self.reading = None;
        if offset != self.read {
            // Wanted before the receiver asked for another place.
            return true;
        }
        if bytes.len() as u64 != self.piece_at(offset) {
            return false;
        }
        let piece = Piece { at: offset, bytes, digest };
        self.read = piece.end();
        self.pieces.push_back(piece);
        true
    }

    /// The next frame for `bulk`, if one may go.
    pub fn next_frame(&mut self, number: Number, chunk: usize) -> Option<Vec<u8>> {
        if self.stage != Stage::Sending || self.rests != [false; 2] {
            return None;
        }
        if self.next == self.meta.size {
            self.stage = Stage::Ended;
            self.moves = true;
            return Some(Frame::End(number).encode());
        }
        let piece = self.pieces.front()?;
        let from = usize::try_from(self.next.checked_sub(piece.at)?).ok()?;
        let room = usize::try_from(self.window_end.saturating_sub(self.next)).unwrap_or(usize::MAX);
        let rest = piece.bytes.get(from..)?;
        let part = rest.get(..rest.len().min(chunk))?;
        if part.is_empty() || part.len() > room {
            return None;
        }
        if self.announced.replace(piece.at) != Some(piece.at) {
            let index = u32::try_from(piece.at / PIECE).ok()?;
            return Some(Frame::Piece(number, index, piece.digest).encode());
        }
        let frame = Frame::Chunk { number, offset: self.next, bytes: part }.encode();
        self.next += part.len() as u64;
        self.moves = true;
        self.sent = self.sent.max(self.next);
        if self.next == piece.end() {
            self.pieces.pop_front();
        }
        Some(frame)
    }

    /// Everything went out on this connection, or may have on one before.
    pub fn is_sent(&self) -> bool {
        !matches!(self.stage, Stage::Offered { .. }) && self.sent == self.meta.size
    }

    /// Nobody answered for too long.
    pub fn is_overdue(&mut self, open: bool, now: Millis) -> bool {
        if std::mem::take(&mut self.moves) {
            self.moved = now;
        }
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
