//! Fragments in any order and number against a receiver: bounded in memory, in order, each message once.
//!
//! A step is a byte with the flags, two with the message, two with the index, one with the length of the fragment in
//! units of 64 KiB / 255; the bytes of fragments are all the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use multirtc::core::delivery::{Fragment, MESSAGE_BYTES, Receiver, WINDOW_BYTES};

static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

fuzz_target!(|bytes: &[u8]| {
    let mut receiver = Receiver::default();
    for &[flags, low, high, part, more, length] in bytes.as_chunks().0 {
        let unit = ZEROS.len() / 255;
        let fragment = Fragment {
            epoch: u32::from(flags >> 6),
            // Now and then numbers at their very end.
            message: if flags & 4 == 0 { u32::from_le_bytes([low, high, 0, 0]) } else { u32::MAX - u32::from(low) },
            index: if flags & 2 == 0 { u16::from(part) } else { u16::from_le_bytes([part, more]) },
            last: flags & 1 == 1,
            bytes: &ZEROS[..usize::from(length) * unit],
        };
        let before = (receiver.got(), receiver.held());
        match receiver.take(&fragment) {
            Ok(messages) => {
                assert!(messages.iter().all(|message| message.len() <= MESSAGE_BYTES));
                let ((epoch, from), (now, below)) = (before.0, receiver.got());
                let from = if epoch == now { from } else { 0 };
                assert_eq!(below.wrapping_sub(from) as usize, messages.len(), "what is delivered is counted");
            }
            Err(_) if before.0.0 == fragment.epoch => {
                assert_eq!((receiver.got(), receiver.held()), before, "a violation changes nothing");
            }
            Err(_) => {}
        }
        assert!(receiver.held() <= WINDOW_BYTES);
    }
});
