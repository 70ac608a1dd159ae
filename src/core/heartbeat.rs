//! Frames of a link's heartbeat, as they go over a data channel.
//!
//! A version byte, a type byte, then the body; for both types a nonce of four bytes, little-endian. A pong answers the
//! ping of the same nonce, and so proves both directions of the path.

/// The version of all data-channel frames.
pub const VERSION: u8 = 1;

/// Type byte of [`Heartbeat::Ping`].
pub const PING: u8 = 0x01;
/// Type byte of [`Heartbeat::Pong`].
pub const PONG: u8 = 0x02;

/// One heartbeat frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heartbeat {
    /// Are you there?
    Ping(u32),
    /// I am.
    Pong(u32),
}

impl Heartbeat {
    /// The frame as bytes.
    pub fn encode(self) -> [u8; 6] {
        let (kind, nonce) = match self {
            Self::Ping(nonce) => (PING, nonce),
            Self::Pong(nonce) => (PONG, nonce),
        };
        let [a, b, c, d] = nonce.to_le_bytes();
        [VERSION, kind, a, b, c, d]
    }

    /// The frame in `bytes`; `None` for anything else, which is to be counted and dropped.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [VERSION, PING, a, b, c, d] => Some(Self::Ping(u32::from_le_bytes([a, b, c, d]))),
            [VERSION, PONG, a, b, c, d] => Some(Self::Pong(u32::from_le_bytes([a, b, c, d]))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(nonce: u32) {
            for frame in [Heartbeat::Ping(nonce), Heartbeat::Pong(nonce)] {
                prop_assert_eq!(Heartbeat::decode(&frame.encode()), Some(frame));
            }
        }

        #[test]
        fn other_bytes_are_refused(bytes: Vec<u8>) {
            if let Some(frame) = Heartbeat::decode(&bytes) {
                prop_assert_eq!(&frame.encode()[..], &bytes[..]);
            }
        }
    }
}
