//! What transfers want of the page they are in.

use super::{Number, Sha256Digest, Side};
use crate::core::event::{FileMeta, TransferError};

/// What the driver has to do, or to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum TransferOut {
    /// The other side offers a file; its name is clean.
    Offered {
        /// Which.
        number: Number,
        /// What it says of itself.
        meta: FileMeta,
    },
    /// Read a piece of a file that is sent, and hand it and its digest to [`Transfers::read`](super::Transfers::read).
    Read {
        /// Which.
        number: Number,
        /// From where.
        offset: u64,
        /// How many bytes.
        length: u64,
    },
    /// Store a piece, which follows those before, if it agrees with its digest; and say so with [`Transfers::stored`](super::Transfers::stored).
    Store {
        /// Which.
        number: Number,
        /// The bytes.
        bytes: Vec<u8>,
        /// What they should hash to.
        digest: Sha256Digest,
    },
    /// Everything is here: close the storage, and say so with [`Transfers::completed`](super::Transfers::completed).
    Complete {
        /// Which.
        number: Number,
    },
    /// So much is stored at the receiver.
    Progress {
        /// Which.
        number: Number,
        /// Which side this page is.
        side: Side,
        /// Bytes.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Either side has let it rest, or go on.
    Rests {
        /// Which.
        number: Number,
        /// Which side this page is.
        side: Side,
        /// Whether it rests.
        on: bool,
    },
    /// It is over; nothing follows.
    Over {
        /// Which.
        number: Number,
        /// Which side this page is.
        side: Side,
        /// How it came out.
        outcome: Result<(), TransferError>,
    },
}

/// What no sender or receiver of ours sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("transfer {0} is not at that point")]
pub struct Nonsense(pub Number);
