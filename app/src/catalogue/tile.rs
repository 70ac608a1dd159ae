//! Tiles: who it is and in what state, and what each control does.

use crate::display::{Origin, TileControl, TileDisplay, TileMedia, TileTrouble, shown_name};
use multirtc::protocol::TrackState;

/// The accessible name of a tile: the person with their full state.
pub fn accessible_name(tile: &TileDisplay) -> String {
    let name = shown_name(&tile.name);
    let mut parts = vec![match (tile.origin, tile.media) {
        (Origin::Local, TileMedia::Screen) => "Your screen".to_owned(),
        (Origin::Remote, TileMedia::Screen) => format!("Screen of {name}"),
        (Origin::Local, _) => format!("{name} (you)"),
        (Origin::Remote, _) => name,
    }];
    if tile.audio_muted() && matches!(tile.media, TileMedia::Camera | TileMedia::Audio) {
        parts.push("microphone off".to_owned());
    }
    if tile.video_muted() && tile.media == TileMedia::Camera {
        parts.push("camera off".to_owned());
    }
    if tile.recording {
        parts.push("being recorded".to_owned());
    }
    if let Some(place) = tile.hand {
        parts.push(format!("hand raised, number {place} in the queue"));
    }
    match tile.trouble {
        Some(TileTrouble::Reconnecting { .. }) => parts.push("reconnecting".to_owned()),
        Some(TileTrouble::Frozen { .. }) => parts.push("picture frozen".to_owned()),
        Some(TileTrouble::Unreachable) => parts.push("unreachable".to_owned()),
        None => {}
    }
    parts.join(", ")
}

/// Why there is no picture.
pub fn why_no_picture(tile: &TileDisplay) -> &'static str {
    match (tile.media, tile.hidden, tile.origin) {
        (TileMedia::Audio, ..) if tile.audio == TrackState::Absent => "Watching and listening",
        (TileMedia::Audio, ..) => "Sound only",
        (_, true, Origin::Remote) => "Hidden on your page only",
        (TileMedia::Screen, ..) => "Paused",
        (_, _, Origin::Local) => "Your camera is off",
        (_, _, Origin::Remote) => "Camera off",
    }
}

/// What is the matter.
pub fn trouble(trouble: TileTrouble) -> String {
    match trouble {
        TileTrouble::Reconnecting { seconds } if seconds < 2 => "Reconnecting…".to_owned(),
        TileTrouble::Reconnecting { seconds } => format!("Reconnecting… {seconds} s"),
        TileTrouble::Frozen { sound: true } => "The picture is frozen, the sound is fine".to_owned(),
        TileTrouble::Frozen { sound: false } => "The picture is frozen".to_owned(),
        TileTrouble::Unreachable => "You cannot reach each other right now".to_owned(),
    }
}

/// The accessible name of a control: what happens on a press. `on` is whether it is in force now.
pub fn control_name(control: TileControl, tile: &TileDisplay, on: bool) -> String {
    let name = shown_name(&tile.name);
    let mine = tile.origin == Origin::Local;
    match (control, mine, on) {
        (TileControl::MuteAudio, true, false) => "Turn your microphone off".to_owned(),
        (TileControl::MuteAudio, true, true) => "Turn your microphone on".to_owned(),
        (TileControl::MuteAudio, false, false) => format!("Silence {name} for me"),
        (TileControl::MuteAudio, false, true) => format!("Hear {name} again"),
        (TileControl::MuteVideo, true, false) => "Turn your camera off".to_owned(),
        (TileControl::MuteVideo, true, true) => "Turn your camera on".to_owned(),
        (TileControl::MuteVideo, false, false) => format!("Hide the picture of {name} for me"),
        (TileControl::MuteVideo, false, true) => format!("Show the picture of {name} again"),
        (TileControl::RecordAudio, _, false) => format!("Record the sound of {name}"),
        (TileControl::RecordVideo, _, false) => format!("Record the picture of {name}"),
        (TileControl::Record, _, false) => format!("Record {name}"),
        (TileControl::RecordAudio | TileControl::RecordVideo | TileControl::Record, _, true) => {
            format!("Stop recording {name}")
        }
        (TileControl::Snapshot, ..) => format!("Take a picture of {name}"),
        (TileControl::Fullscreen, _, false) => format!("Show {name} on the full screen"),
        (TileControl::Fullscreen, _, true) => "Leave full screen".to_owned(),
        (TileControl::Volume, ..) => format!("Volume of {name}"),
        (TileControl::Stop, true, _) => "Stop this stream".to_owned(),
        (TileControl::Stop, false, _) => format!("Drop the stream of {name}"),
        (TileControl::Eject, ..) => format!("Remove {name} from the room"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_names_the_person_and_their_state() {
        let mut tile = TileDisplay::new("s", "u", "Bo", Origin::Remote);
        assert_eq!(accessible_name(&tile), "Bo");
        tile.audio = TrackState::Muted;
        tile.hand = Some(2);
        assert_eq!(accessible_name(&tile), "Bo, microphone off, hand raised, number 2 in the queue");
        tile.media = TileMedia::Screen;
        tile.hand = None;
        assert_eq!(accessible_name(&tile), "Screen of Bo");
    }

    #[test]
    fn controls_say_what_a_press_does() {
        let mine = TileDisplay::new("s", "u", "", Origin::Local);
        let theirs = TileDisplay::new("s", "u", "Bo", Origin::Remote);
        assert_eq!(control_name(TileControl::MuteVideo, &mine, true), "Turn your camera on");
        assert_eq!(control_name(TileControl::MuteAudio, &theirs, false), "Silence Bo for me");
        assert_eq!(control_name(TileControl::Eject, &theirs, false), "Remove Bo from the room");
    }
}
