//! The reference conference: name a room, others find it in a list, everybody sees everybody.

use crate::display::TileControl;
use crate::model::Kinds;
use crate::templates::{LobbyConfig, LobbyPage};
use leptos::prelude::*;
use multirtc::core::topology::plans;

/// Named rooms in a list, or private ones by link.
#[component]
pub fn VideoConferencing() -> impl IntoView {
    view! {
        <LobbyPage config=LobbyConfig {
            slug: "video-conferencing",
            how: "A room is one entry on the server; whoever joins is connected to everybody who is there, whichever of them came first. When the host leaves, the one who has been there longest hosts, and nobody's picture stops.",
            plan: plans::conference(),
            kinds: Kinds::CAMERA_AND_MICROPHONE,
            open_label: "Setup New Conference",
            doing: "is running a conference",
            join_label: "Join",
            controls: &[
                TileControl::MuteAudio,
                TileControl::MuteVideo,
                TileControl::Volume,
                TileControl::Fullscreen,
            ],
            closed: "The conference was closed.",
            count_viewers: false,
        } />
    }
}
