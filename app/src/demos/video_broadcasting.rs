//! One person broadcasts camera and microphone to any number of viewers.

use crate::display::TileControl;
use crate::model::Kinds;
use crate::templates::LobbyConfig;
use multirtc::core::topology::plans;

/// For learners.
pub const HOW: &str = "Only the host may send in this room, so everybody else joins as a viewer: their browser asks for no camera, and its session description offers to receive only. Viewers are not connected to each other. When the broadcaster goes, the broadcast is over.";

/// One way: viewers are asked for nothing and send nothing.
pub fn config() -> LobbyConfig {
    LobbyConfig {
        slug: "video-broadcasting",
        // A star around the host; only the host sends.
        plan: plans::broadcast(),
        kinds: Kinds::CAMERA_AND_MICROPHONE,
        open_label: "Setup New Broadcast",
        doing: "is sharing a webcam, one way",
        join_label: "View webcam",
        controls: &[TileControl::MuteAudio, TileControl::MuteVideo, TileControl::Volume, TileControl::Fullscreen],
        closed: "The broadcast has ended.",
        count_viewers: true,
    }
}
