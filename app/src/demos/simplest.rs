//! The smallest possible call: one person opens, others join, everybody sees everybody.

use crate::display::TileControl;
use crate::model::Kinds;
use crate::templates::{QuickButtons, QuickConfig};
use multirtc::core::topology::plans;

/// For learners.
pub const HOW: &str = "“Open Room” opens your camera and microphone and creates a room. “Join Room” joins the first room of this page and waits if there is none yet. A third person is connected to the first two by themselves: the server says who connects to whom, the browsers do the rest.";

/// *Open Room* and *Join Room*.
pub fn config() -> QuickConfig {
    QuickConfig {
        slug: "simplest",
        // Everybody sends to everybody, each pair over a connection of its own.
        plan: plans::conference(),
        kinds: Kinds::CAMERA_AND_MICROPHONE,
        auto_join: false,
        buttons: QuickButtons { open: "Open Room", join: Some("Join Room"), mute: false },
        controls: &[TileControl::MuteAudio, TileControl::MuteVideo, TileControl::Fullscreen],
        pause_mutes: false,
        log: false,
    }
}
