//! Files between two people: offered, accepted, streamed, proven whole, across all connections of their link.
//!
//! A file is offered and waits for the receiver's consent. Its bytes then go in chunks over `bulk`, in order, and at most
//! a window ahead of what the receiver has stored, so that a slow disk or a slow reader holds up nobody else and no page
//! holds more than a window. A file goes in pieces, each behind its SHA-256, and nothing is stored that does not agree
//! with it; pieces, because browsers hash natively what is at hand, but no stream. When a
//! connection breaks, the sender offers again whatever is not over on the next one, and the receiver answers with how
//! far it has got: one rule for a resumed file, a lost answer and a page that was loaded anew.
//!
//! What travels is in [`Frame`]; the machine of one link is [`Transfers`], for any number of files both ways. Reading
//! and storing bytes are the driver's.

mod effect;
mod frame;
mod incoming;
mod name;
mod outgoing;
#[cfg(test)]
mod tests;
mod transfers;

pub use effect::{Nonsense, TransferOut};
pub use frame::{Frame, Side, TYPES};
pub use name::clean_name;
pub use transfers::Transfers;

use super::Millis;

/// Bytes a sender may be ahead of what the receiver has stored.
pub const WINDOW: u32 = 4 * 1024 * 1024;
/// Bytes of a file in one chunk; less where the other browser takes less.
pub const CHUNK: usize = 64 * 1024;
/// Bytes of a piece: what is read, hashed and stored at once. A sender reads at most two ahead of what it sends.
pub const PIECE: u64 = 1024 * 1024;
/// Milliseconds after which an unanswered offer counts as refused.
pub const OFFER: Millis = 120_000;
/// Milliseconds without any movement after which a transfer on a standing connection is given up.
pub const STILL: Millis = 60_000;
/// Transfers one person may have waiting or under way at another.
pub const TRANSFERS: usize = 64;
/// Outcomes remembered for a question that comes late.
const REMEMBERED: usize = 256;

/// A file transfer's number on its link, given by the side that sends the file.
pub type Number = u32;

/// A SHA-256.
pub type Sha256Digest = [u8; 32];
