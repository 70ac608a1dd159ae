//! Identifiers: every text is one or is refused, the same by all ways in, and comes out unchanged.

#![no_main]

use libfuzzer_sys::fuzz_target;
use multirtc::protocol::{Decode, Handle, KnockId, LobbyId, MessageId, PeerId, PublicationId, RoomId};
use serde_json::Value;

macro_rules! check {
    ($text:ident: $($id:ident)*) => {$(
        let parsed = $text.parse::<$id>();
        let slug = $text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        assert_eq!(parsed.is_ok(), slug && (1..=$id::MAX_CHARS).contains(&$text.len()), stringify!($id));
        let value = Value::String($text.to_owned());
        assert_eq!($id::decode(value.clone()).ok(), parsed.clone().ok());
        assert_eq!(serde_json::from_value::<$id>(value).ok(), parsed.clone().ok());
        if let Ok(id) = parsed {
            assert_eq!(id.as_str(), $text);
        }
    )*};
}

fuzz_target!(|text: &str| {
    check!(text: Handle KnockId LobbyId MessageId PeerId PublicationId RoomId);
});
