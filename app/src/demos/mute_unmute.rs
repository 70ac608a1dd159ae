//! Mute as an event that both sides see.

use crate::display::TileControl;
use crate::model::Kinds;
use crate::templates::{QuickButtons, QuickConfig};
use multirtc::core::topology::plans;

/// For learners.
pub const HOW: &str = "Muting turns your track off, so that black frames or silence go out, and tells the room. The telling is what others see: a browser gets no event when somebody else's track is turned off. Whoever joins later learns it from the room too.";

/// One button sets up, others join by themselves; mute and unmute are seen on every page.
pub fn config() -> QuickConfig {
    QuickConfig {
        slug: "mute-unmute",
        plan: plans::conference(),
        kinds: Kinds::CAMERA_AND_MICROPHONE,
        // Whoever comes second is in the call without a click.
        auto_join: true,
        buttons: QuickButtons { open: "Setup", join: None, mute: true },
        controls: &[TileControl::MuteAudio, TileControl::MuteVideo, TileControl::Volume, TileControl::Fullscreen],
        pause_mutes: true,
        log: true,
    }
}
