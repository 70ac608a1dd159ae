//! One message with what it is about.

use crate::core::event::Payload;
use crate::protocol::{Decode as _, Encode as _, Target};
use multirtc_derive::{Decode, Encode};
use serde_json::Value;

/// First byte of a message whose body is JSON.
const JSON: u8 = 0;
/// First byte of a message whose body is bytes.
const BYTES: u8 = 1;

/// A message as it goes from page to page: a byte for its kind, the length of its head (2 bytes, little-endian), the
/// head as JSON, and the body.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// What it is about.
    pub topic: String,
    /// To whom it is.
    pub to: Target,
    /// The sender's clock, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// What it says.
    pub body: Payload,
}

#[derive(Debug, Decode, Encode)]
struct Head {
    topic: String,
    to: Target,
    at_ms: u64,
}

impl Envelope {
    /// A message with a JSON text in it.
    pub fn json(topic: &str, to: &Target, at_ms: u64, body: &str) -> Option<Vec<u8>> {
        message(JSON, topic, to, at_ms, body.as_bytes())
    }

    /// A message with bytes in it; `None`, as of the other, if the topic does not fit into its head.
    pub fn bytes(topic: &str, to: &Target, at_ms: u64, body: &[u8]) -> Option<Vec<u8>> {
        message(BYTES, topic, to, at_ms, body)
    }

    /// The message in `bytes`, its JSON read by `parse`; `None` for anything else, which is to be counted and dropped.
    pub fn decode(bytes: &[u8], parse: impl Fn(&str) -> Option<Value>) -> Option<Self> {
        let (&[kind, low, high], rest) = bytes.split_first_chunk()?;
        let (head, body) = rest.split_at_checked(usize::from(u16::from_le_bytes([low, high])))?;
        let Head { topic, to, at_ms } = Head::decode(parse(str::from_utf8(head).ok()?)?).ok()?;
        let body = match kind {
            JSON => Payload::Json(parse(str::from_utf8(body).ok()?)?),
            BYTES => Payload::Bytes(bytes::Bytes::copy_from_slice(body)),
            _ => return None,
        };
        Some(Self { topic, to, at_ms, body })
    }
}

fn message(kind: u8, topic: &str, to: &Target, at_ms: u64, body: &[u8]) -> Option<Vec<u8>> {
    let head = Head { topic: topic.to_owned(), to: to.clone(), at_ms }.encode();
    let [low, high] = u16::try_from(head.len()).ok()?.to_le_bytes();
    Some([&[kind, low, high], head.as_bytes(), body].concat())
}
