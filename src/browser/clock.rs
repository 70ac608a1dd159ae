//! The page's monotonic clock.

use crate::core::Millis;

/// Milliseconds since the page was opened (`performance.now()`); zero where there is no window.
pub(crate) fn now() -> Millis {
    let now = web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive number of milliseconds")]
    let millis = now as Millis;
    millis
}
