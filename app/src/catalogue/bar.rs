//! The control bar: a short label to see, and a name that says what a press does.

use crate::display::{BarControl, DeviceState};

/// The word below or beside the icon.
pub const fn label(control: BarControl) -> &'static str {
    match control {
        BarControl::Microphone => "Microphone",
        BarControl::Camera => "Camera",
        BarControl::Screen => "Share screen",
        BarControl::Hand => "Hand",
        BarControl::React => "React",
        BarControl::Chat => "Chat",
        BarControl::People => "People",
        BarControl::Files => "Files",
        BarControl::Board => "Board",
        BarControl::More => "More",
        BarControl::Leave => "Leave",
    }
}

/// The accessible name: what happens on a press.
pub const fn action(control: BarControl, state: DeviceState) -> &'static str {
    match (control, state) {
        (BarControl::Microphone, DeviceState::On) => "Turn microphone off",
        (BarControl::Microphone, DeviceState::Blocked) => "Microphone is blocked. Show how to allow it",
        (BarControl::Microphone, DeviceState::Missing) => "No microphone found. Look again",
        (BarControl::Microphone, _) => "Turn microphone on",
        (BarControl::Camera, DeviceState::On) => "Turn camera off",
        (BarControl::Camera, DeviceState::Blocked) => "Camera is blocked. Show how to allow it",
        (BarControl::Camera, DeviceState::Missing) => "No camera found. Look again",
        (BarControl::Camera, _) => "Turn camera on",
        (BarControl::Screen, DeviceState::On) => "Stop sharing your screen",
        (BarControl::Screen, _) => "Share your screen",
        (BarControl::Hand, DeviceState::On) => "Lower your hand",
        (BarControl::Hand, _) => "Raise your hand",
        (BarControl::React, _) => "React",
        (BarControl::Chat, DeviceState::On) => "Close chat",
        (BarControl::Chat, _) => "Open chat",
        (BarControl::People, DeviceState::On) => "Close list of people",
        (BarControl::People, _) => "Open list of people",
        (BarControl::Files, DeviceState::On) => "Close files",
        (BarControl::Files, _) => "Open files",
        (BarControl::Board, DeviceState::On) => "Close board",
        (BarControl::Board, _) => "Open board",
        (BarControl::More, _) => "More",
        (BarControl::Leave, _) => "Leave the room",
    }
}
