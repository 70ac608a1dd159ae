//! What a server sends, as browsers read it: whatever serde reads, browsers read too, with the same numbers.

#![no_main]

use libfuzzer_sys::fuzz_target;
use multirtc::protocol::ServerFrame;

fuzz_target!(|text: &str| {
    let by_browsers = ServerFrame::read(text);
    // serde also reads a list in place of an object, which no server writes.
    if text.trim_start().starts_with('[') {
        return;
    }
    let Ok(by_serde) = serde_json::from_str::<ServerFrame>(text) else { return };
    let by_browsers = by_browsers.expect("what serde reads, browsers read");
    assert_eq!((by_browsers.n, by_browsers.re, by_browsers.ack), (by_serde.n, by_serde.re, by_serde.ack));
    let written = serde_json::to_string(&by_serde).expect("what was read can be written");
    let again = ServerFrame::read(&written).expect("what was written can be read");
    assert_eq!((again.n, again.re, again.ack), (by_serde.n, by_serde.re, by_serde.ack));
});
