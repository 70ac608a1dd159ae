//! The reference conference: name a room, others find it in a list, everybody sees everybody.

use crate::display::TileControl;
use crate::model::Kinds;
use crate::templates::LobbyConfig;
use multirtc::core::topology::plans;

/// For learners.
pub const HOW: &str = "A room is one entry on the server; whoever joins is connected to everybody who is there, whichever of them came first. When the host leaves, the one who has been there longest hosts, and nobody's picture stops.";

/// Named rooms in a list, or private ones by link.
pub fn config() -> LobbyConfig {
    LobbyConfig {
        slug: "video-conferencing",
        plan: plans::conference(),
        kinds: Kinds::CAMERA_AND_MICROPHONE,
        open_label: "Setup New Conference",
        doing: "is running a conference",
        join_label: "Join",
        controls: &[TileControl::MuteAudio, TileControl::MuteVideo, TileControl::Volume, TileControl::Fullscreen],
        closed: "The conference was closed.",
        count_viewers: false,
    }
}
