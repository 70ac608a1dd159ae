//! Session descriptions of other people: what is read from one is a part of it, on one line.

#![no_main]

use libfuzzer_sys::fuzz_target;
use multirtc::core::sdp::ice_ufrag;

fuzz_target!(|sdp: &str| {
    if let Some(ufrag) = ice_ufrag(sdp) {
        assert!(!ufrag.contains('\n'));
        assert!(sdp.contains(&format!("a=ice-ufrag:{ufrag}")));
    }
});
