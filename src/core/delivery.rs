//! Messages of any size between two people, whole, in order and once, across all connections of their link.
//!
//! A data channel is reliable while its connection lives; what was in it when the connection broke is lost, and nobody
//! is told what. So messages are numbered, the receiver says how far it has got, and the sender begins again from there
//! on the next connection. What fits into one frame goes over `control`, the rest over `bulk`, so that a long message
//! holds up neither the link's own control nor the short ones' way; delivery is in order all the same.
//!
//! ```
//! use multirtc::core::delivery::{Frame, Lane, Receiver, Sender};
//!
//! let (mut here, mut there) = (Sender::new(7, 64 * 1024), Receiver::default());
//! here.post(b"hello".to_vec()).unwrap();
//! let frame = here.next_frame(Lane::Control).unwrap();
//! let Some(Frame::Fragment(fragment)) = Frame::decode(&frame) else { panic!() };
//! assert_eq!(there.take(&fragment), Ok(vec![b"hello".to_vec()]));
//! let (epoch, below) = there.got();
//! here.acknowledged(epoch, below);
//! assert_eq!(here.waiting(), 0);
//! ```

mod frame;
mod receiver;
mod sender;
#[cfg(test)]
mod tests;

pub use frame::{Fragment, Frame};
pub use receiver::{Receiver, Violation};
pub use sender::{Full, Sender};

/// Bytes of one message at most.
pub const MESSAGE_BYTES: usize = 8 * 1024 * 1024;
/// Messages that may be under way to one person.
pub const WINDOW: u32 = 32;
/// Bytes that may be under way to one person.
pub const WINDOW_BYTES: usize = 16 * 1024 * 1024;

/// The channel a frame goes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Messages of one fragment.
    Control,
    /// Messages of several.
    Bulk,
}
