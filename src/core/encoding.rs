//! How a sender encodes a picture (W3C WebRTC 1.0, 5.2.7 `RTCRtpEncodingParameters`).

use std::time::Duration;

/// Lines of the first picture on a new connection.
const FIRST_LINES: f64 = 240.0;

/// How long a connection stands before its pictures are sent whole.
pub const WHOLE_AFTER: Duration = Duration::from_millis(500);

/// The `scaleResolutionDownBy` of a camera with that many lines while its connection is new; `None` where nothing is to
/// be done.
///
/// Nobody knows yet what the way carries, and browsers begin at about 300 kbit/s: a first picture of 240 lines is there
/// when one of 480 is half way, and one of 720 would have been dropped at the sender. Whole pictures follow after
/// [`WHOLE_AFTER`].
pub fn first_scale(lines: f64) -> Option<f64> {
    (lines.is_finite() && lines > FIRST_LINES).then_some(lines / FIRST_LINES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_picture_has_at_most_240_lines_and_no_picture_is_made_larger() {
        for (lines, scale) in [(480.0, Some(2.0)), (720.0, Some(3.0)), (240.0, None), (120.0, None), (0.0, None)] {
            assert_eq!(first_scale(lines), scale, "{lines}");
        }
        assert_eq!(first_scale(f64::NAN), None);
        assert_eq!(first_scale(f64::INFINITY), None);
    }
}
