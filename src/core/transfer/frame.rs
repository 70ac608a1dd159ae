//! Frames of file transfers: a version byte, a type byte, the transfer's number, then little-endian numbers and bytes.

use super::{Number, Sha256Digest};
use crate::core::event::{FileMeta, TransferError};
use crate::core::heartbeat::VERSION;

const OFFER: u8 = 0x20;
const ACCEPT: u8 = 0x21;
const REFUSE: u8 = 0x22;
const CHUNK: u8 = 0x23;
const CREDIT: u8 = 0x24;
const END: u8 = 0x25;
const PIECE: u8 = 0x2b;
const DONE: u8 = 0x26;
const PAUSE: u8 = 0x27;
const RESUME: u8 = 0x28;
const CANCEL: u8 = 0x29;
const ASK: u8 = 0x2a;

/// Type bytes of all frames of transfers, for those who know no more of them.
pub const TYPES: std::ops::RangeInclusive<u8> = OFFER..=PIECE;

/// Bytes of a name or a media type; a longer one makes no offer.
const TEXT: usize = 1024;
/// A time that is not known.
const NEVER: u64 = u64::MAX;

/// Whose a pause or an end is, as seen from the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Of the one who sends it.
    Sender,
    /// Of the one who gets it.
    Receiver,
}

/// What goes over the channels for the sake of files. [`Piece`](Self::Piece), [`Chunk`](Self::Chunk) and
/// [`End`](Self::End) go over `bulk`, in order; everything else over `control`, past them.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame<'a> {
    /// Here is a file; unanswered for [`OFFER`](super::OFFER) it counts as refused. Again on every new connection.
    Offer(Number, FileMeta),
    /// Send it from here on, at most `window` bytes ahead of what is stored.
    Accept {
        /// Which.
        number: Number,
        /// The receiver has everything before.
        resume_from: u64,
        /// Bytes.
        window: u32,
    },
    /// No.
    Refuse(Number, TransferError),
    /// Bytes of the file; the offset is where the chunk before ended.
    Chunk {
        /// Which.
        number: Number,
        /// Where in the file.
        offset: u64,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// Everything before is stored.
    Credit(Number, u64),
    /// What follows is of that piece, counted from 0, and this is the digest of the whole piece.
    Piece(Number, u32, Sha256Digest),
    /// That was all.
    End(Number),
    /// It is stored, or why not.
    Done(Number, Result<(), TransferError>),
    /// That side wants it to rest.
    Pause(Number, Side),
    /// That side wants it to go on.
    Resume(Number, Side),
    /// That side has given it up.
    Cancel(Number, Side, TransferError),
    /// Offer again what is under way: this side takes files from now on.
    Ask,
}

impl<'a> Frame<'a> {
    /// Bytes of a chunk's frame besides the chunk.
    pub const OVERHEAD: usize = 14;

    /// The frame as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let start = |kind: u8, number: &Number| {
            let mut frame = vec![VERSION, kind];
            frame.extend(number.to_le_bytes());
            frame
        };
        match self {
            Self::Offer(number, meta) => {
                let mut frame = start(OFFER, number);
                frame.extend(meta.size.to_le_bytes());
                frame.extend(meta.modified_ms.unwrap_or(NEVER).to_le_bytes());
                let name = meta.name.as_bytes();
                frame.extend(u16::try_from(name.len()).unwrap_or(u16::MAX).to_le_bytes());
                frame.extend_from_slice(name);
                frame.extend_from_slice(meta.mime.as_bytes());
                frame
            }
            Self::Accept { number, resume_from, window } => {
                let mut frame = start(ACCEPT, number);
                frame.extend(resume_from.to_le_bytes());
                frame.extend(window.to_le_bytes());
                frame
            }
            Self::Refuse(number, why) => with(start(REFUSE, number), &[code(why)]),
            Self::Chunk { number, offset, bytes } => {
                let mut frame = start(CHUNK, number);
                frame.reserve(8 + bytes.len());
                frame.extend(offset.to_le_bytes());
                with(frame, bytes)
            }
            Self::Credit(number, up_to) => with(start(CREDIT, number), &up_to.to_le_bytes()),
            Self::Piece(number, index, digest) => {
                let mut frame = start(PIECE, number);
                frame.extend(index.to_le_bytes());
                with(frame, digest)
            }
            Self::End(number) => start(END, number),
            Self::Done(number, outcome) => with(start(DONE, number), &[outcome.as_ref().map_or_else(code, |()| 0)]),
            Self::Pause(number, side) => with(start(PAUSE, number), &[side_code(*side)]),
            Self::Resume(number, side) => with(start(RESUME, number), &[side_code(*side)]),
            Self::Ask => start(ASK, &0),
            Self::Cancel(number, side, why) => with(start(CANCEL, number), &[side_code(*side), code(why)]),
        }
    }

    /// The frame in `bytes`; `None` for anything else, which is to be counted and dropped.
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let (&[version, kind], rest) = bytes.split_first_chunk()?;
        let (number, rest) = rest.split_first_chunk()?;
        let number = u32::from_le_bytes(*number);
        if version != VERSION {
            return None;
        }
        Some(match (kind, rest) {
            (OFFER, rest) => Self::Offer(number, offer(rest)?),
            (ACCEPT, rest) => {
                let (resume_from, rest) = long(rest)?;
                Self::Accept { number, resume_from, window: u32::from_le_bytes(rest.try_into().ok()?) }
            }
            (REFUSE, &[why]) => Self::Refuse(number, error(why)?),
            (CHUNK, rest) => {
                let (offset, bytes) = long(rest)?;
                Self::Chunk { number, offset, bytes }
            }
            (CREDIT, rest) => Self::Credit(number, u64::from_le_bytes(rest.try_into().ok()?)),
            (PIECE, rest) => {
                let (index, digest) = rest.split_first_chunk()?;
                Self::Piece(number, u32::from_le_bytes(*index), digest.try_into().ok()?)
            }
            (END, &[]) => Self::End(number),
            (DONE, &[0]) => Self::Done(number, Ok(())),
            (DONE, &[why]) => Self::Done(number, Err(error(why)?)),
            (PAUSE, &[side]) => Self::Pause(number, side_of(side)?),
            (RESUME, &[side]) => Self::Resume(number, side_of(side)?),
            (ASK, &[]) if number == 0 => Self::Ask,
            (CANCEL, &[side, why]) => Self::Cancel(number, side_of(side)?, error(why)?),
            _ => return None,
        })
    }
}

fn with(mut frame: Vec<u8>, bytes: &[u8]) -> Vec<u8> {
    frame.extend_from_slice(bytes);
    frame
}

fn long(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u64::from_le_bytes(*number), rest))
}

fn offer(bytes: &[u8]) -> Option<FileMeta> {
    let (size, rest) = long(bytes)?;
    let (modified, rest) = long(rest)?;
    let (length, rest) = rest.split_first_chunk()?;
    let (name, mime) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    if name.len() > TEXT || mime.len() > TEXT {
        return None;
    }
    Some(FileMeta {
        name: str::from_utf8(name).ok()?.to_owned(),
        mime: str::from_utf8(mime).ok()?.to_owned(),
        size,
        modified_ms: (modified != NEVER).then_some(modified),
        sha256: None,
    })
}

const fn side_code(side: Side) -> u8 {
    match side {
        Side::Sender => 0,
        Side::Receiver => 1,
    }
}

const fn side_of(code: u8) -> Option<Side> {
    match code {
        0 => Some(Side::Sender),
        1 => Some(Side::Receiver),
        _ => None,
    }
}

/// Never zero, which says that all went well. What storage said stays on its own side.
const fn code(why: &TransferError) -> u8 {
    match why {
        TransferError::Refused => 1,
        TransferError::Cancelled => 2,
        TransferError::PeerLeft => 3,
        TransferError::TooLarge => 4,
        TransferError::Corrupt => 5,
        TransferError::Storage(_) => 6,
        TransferError::TimedOut => 7,
    }
}

fn error(code: u8) -> Option<TransferError> {
    Some(match code {
        1 => TransferError::Refused,
        2 => TransferError::Cancelled,
        3 => TransferError::PeerLeft,
        4 => TransferError::TooLarge,
        5 => TransferError::Corrupt,
        6 => TransferError::Storage("on the other side".to_owned()),
        7 => TransferError::TimedOut,
        _ => return None,
    })
}
