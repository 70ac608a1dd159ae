//! What a client sends, as the server reads it: refused, or written again by both writers in the same way.

#![no_main]

use libfuzzer_sys::fuzz_target;
use multirtc::protocol::{ClientFrame, Encode};

fuzz_target!(|text: &str| {
    let read = serde_json::from_str::<ClientFrame>(text).ok();
    assert_eq!(ClientFrame::read(text).ok(), read, "the server's short cut reads what serde reads");
    let Some(frame) = read else { return };
    let written = serde_json::to_string(&frame).expect("what was read can be written");
    assert_eq!(frame.encode(), written, "browsers write as serde does");
    let again: ClientFrame = serde_json::from_str(&written).expect("what was written can be read");
    // Numbers with a fraction may lose their last digit on the way.
    assert_eq!(again.n, frame.n);
    assert_eq!(again.ack, frame.ack);
});
