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

/// What a publication may take of the way to each receiver; what is `None` is left to the browser.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Encoding {
    /// Kilobits a second at most.
    pub max_kbps: Option<u32>,
    /// Pictures a second at most.
    pub max_fps: Option<f64>,
    /// How many times smaller than the source pictures are sent; at least 1.
    pub scale_down_by: Option<f64>,
}

impl Encoding {
    /// The same, and pictures at least so many times smaller.
    #[must_use]
    pub fn scaled(self, scale: Option<f64>) -> Self {
        let scales = [self.scale_down_by, scale].into_iter().flatten().filter(|scale| scale.is_finite());
        Self { scale_down_by: scales.reduce(f64::max).map(|scale| scale.max(1.0)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_picture_counts() {
        let half = Encoding { scale_down_by: Some(2.0), ..Encoding::default() };
        assert_eq!(half.scaled(None), half);
        assert_eq!(half.scaled(Some(3.0)).scale_down_by, Some(3.0));
        assert_eq!(half.scaled(Some(1.5)).scale_down_by, Some(2.0));
        assert_eq!(Encoding::default().scaled(None), Encoding::default());
        assert_eq!(Encoding::default().scaled(Some(0.5)).scale_down_by, Some(1.0), "nothing is made larger");
        assert_eq!(half.scaled(Some(f64::NAN)), half);
    }

    #[test]
    fn the_first_picture_has_at_most_240_lines_and_no_picture_is_made_larger() {
        for (lines, scale) in [(480.0, Some(2.0)), (720.0, Some(3.0)), (240.0, None), (120.0, None), (0.0, None)] {
            assert_eq!(first_scale(lines), scale, "{lines}");
        }
        assert_eq!(first_scale(f64::NAN), None);
        assert_eq!(first_scale(f64::INFINITY), None);
    }
}
