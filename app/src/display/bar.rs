//! The control bar of a call.

use super::DeviceState;

/// What a button of the bar does. Their order here is their order in the bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BarControl {
    /// Microphone on or off.
    Microphone,
    /// Camera on or off.
    Camera,
    /// Screen sharing on or off.
    Screen,
    /// Hand up or down.
    Hand,
    /// The reactions.
    React,
    /// The chat.
    Chat,
    /// The list of people.
    People,
    /// The files.
    Files,
    /// The board.
    Board,
    /// Everything else.
    More,
    /// Out of the room.
    Leave,
}

impl BarControl {
    /// The test id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Microphone => "bar-mic",
            Self::Camera => "bar-cam",
            Self::Screen => "bar-screen",
            Self::Hand => "bar-hand",
            Self::React => "bar-react",
            Self::Chat => "bar-chat",
            Self::People => "bar-people",
            Self::Files => "bar-files",
            Self::Board => "bar-board",
            Self::More => "bar-more",
            Self::Leave => "bar-leave",
        }
    }

    /// The group it stands in, from 0: one's own media, gestures, panels, the way out.
    pub const fn group(self) -> u8 {
        match self {
            Self::Microphone | Self::Camera | Self::Screen => 0,
            Self::Hand | Self::React => 1,
            Self::Chat | Self::People | Self::Files | Self::Board | Self::More => 2,
            Self::Leave => 3,
        }
    }

    /// On narrow screens it moves into *More*.
    pub const fn wide_only(self) -> bool {
        matches!(self, Self::Screen | Self::Hand | Self::React | Self::People | Self::Files | Self::Board)
    }
}

/// One button as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct BarItem {
    /// Which.
    pub control: BarControl,
    /// For devices, their state; for panels and gestures on or off.
    pub state: DeviceState,
    /// Things behind it that were not seen yet.
    pub unseen: u32,
    /// Why it cannot be used; a sentence.
    pub unavailable: Option<String>,
}

impl BarItem {
    /// A usable button.
    pub fn new(control: BarControl, state: DeviceState) -> Self {
        Self { control, state, unseen: 0, unavailable: None }
    }
}
