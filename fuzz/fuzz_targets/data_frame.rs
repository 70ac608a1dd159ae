//! Frames of the data channels: refused, or written again byte for byte.

#![no_main]

use libfuzzer_sys::fuzz_target;
use multirtc::core::delivery::Frame;
use multirtc::core::heartbeat::Heartbeat;

fuzz_target!(|bytes: &[u8]| {
    let heartbeat = Heartbeat::decode(bytes);
    let frame = Frame::decode(bytes);
    assert!(heartbeat.is_none() || frame.is_none(), "one frame has one meaning");
    if let Some(heartbeat) = heartbeat {
        assert_eq!(heartbeat.encode(), bytes);
    }
    if let Some(frame) = frame {
        assert_eq!(frame.encode(), bytes);
    }
});
