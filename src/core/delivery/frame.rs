//! Frames of messages, as they go over `control` and `bulk`: a version byte, a type byte, then little-endian numbers.

use crate::core::heartbeat::VERSION;

/// Type byte of [`Frame::Fragment`]: epoch, message, index (2 bytes), flags (1 byte: 1 is the last), then the bytes.
const FRAGMENT: u8 = 0x10;
/// Type byte of [`Frame::Got`]: epoch, number.
const GOT: u8 = 0x11;

/// A part of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment<'a> {
    /// Changes when the sender begins to count anew.
    pub epoch: u32,
    /// Which message, from 0.
    pub message: u32,
    /// Which part of it, from 0.
    pub index: u16,
    /// No part follows.
    pub last: bool,
    /// The part.
    pub bytes: &'a [u8],
}

/// What goes over the channels for the sake of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame<'a> {
    /// A part of a message.
    Fragment(Fragment<'a>),
    /// All messages below this number were delivered.
    Got {
        /// The sender's.
        epoch: u32,
        /// The number.
        below: u32,
    },
}

impl<'a> Frame<'a> {
    /// Bytes of a fragment's frame besides the fragment.
    pub const OVERHEAD: usize = 13;

    /// The frame as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut frame = vec![VERSION];
        match self {
            Self::Fragment(Fragment { epoch, message, index, last, bytes }) => {
                frame.reserve(Self::OVERHEAD + bytes.len());
                frame.push(FRAGMENT);
                frame.extend(epoch.to_le_bytes());
                frame.extend(message.to_le_bytes());
                frame.extend(index.to_le_bytes());
                frame.push(u8::from(*last));
                frame.extend_from_slice(bytes);
            }
            Self::Got { epoch, below } => {
                frame.push(GOT);
                frame.extend(epoch.to_le_bytes());
                frame.extend(below.to_le_bytes());
            }
        }
        frame
    }

    /// The frame in `bytes`; `None` for anything else, which is to be counted and dropped.
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let (&[version, kind], rest) = bytes.split_first_chunk()?;
        if version != VERSION {
            return None;
        }
        let (epoch, rest) = number(rest)?;
        let (number, rest) = number(rest)?;
        match kind {
            FRAGMENT => {
                let (&[low, high, flags], bytes) = rest.split_first_chunk()?;
                let last = match flags {
                    0 => false,
                    1 => true,
                    _ => return None,
                };
                let index = u16::from_le_bytes([low, high]);
                Some(Self::Fragment(Fragment { epoch, message: number, index, last, bytes }))
            }
            GOT if rest.is_empty() => Some(Self::Got { epoch, below: number }),
            _ => None,
        }
    }
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_le_bytes(*number), rest))
}
