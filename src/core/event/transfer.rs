//! What events say of files under way.

/// A file transfer, unique within a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId(pub u32);

/// What a file says of itself before it is accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct FileMeta {
    /// The last component of its path, cleaned, at most 120 characters.
    pub name: String,
    /// The media type the sender's browser gave; never to be trusted.
    pub mime: String,
    /// Bytes.
    pub size: u64,
    /// Milliseconds since the Unix epoch of its last change, if known.
    pub modified_ms: Option<u64>,
    /// The digest, if it was known before sending; otherwise it follows the last byte.
    pub sha256: Option<[u8; 32]>,
}

/// What stopped a transfer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TransferError {
    /// The receiver did not want it, or did not answer.
    #[error("refused")]
    Refused,
    /// Either side stopped it.
    #[error("cancelled")]
    Cancelled,
    /// The other side is gone.
    #[error("peer left")]
    PeerLeft,
    /// More bytes than the receiver or the room's budget takes.
    #[error("too large")]
    TooLarge,
    /// The bytes are not those the sender read.
    #[error("digest mismatch")]
    Corrupt,
    /// The receiver's storage refused, with what it said.
    #[error("storage: {0}")]
    Storage(String),
    /// Nothing moved for too long.
    #[error("timed out")]
    TimedOut,
}
