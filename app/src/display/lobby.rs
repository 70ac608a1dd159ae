//! The moment before a room: devices, and who is in already.

/// A device that one can switch on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum DeviceState {
    /// Off.
    #[default]
    Off,
    /// The browser is asking or the device is waking up.
    Starting,
    /// On.
    On,
    /// Not allowed.
    Blocked,
    /// There is none.
    Missing,
    /// It went away.
    Lost,
}

impl DeviceState {
    /// The word in `data-state`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Starting => "starting",
            Self::On => "on",
            Self::Blocked => "blocked",
            Self::Missing => "missing",
            Self::Lost => "lost",
        }
    }

    /// It is on.
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

impl From<bool> for DeviceState {
    fn from(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}

/// One entry of a device menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceChoice {
    /// What the browser calls it.
    pub id: String,
    /// What people call it.
    pub label: String,
}

/// The menus of devices; an empty list is not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceChoices {
    /// Cameras to choose from.
    pub cameras: Vec<DeviceChoice>,
    /// Microphones to choose from.
    pub microphones: Vec<DeviceChoice>,
    /// Loudspeakers to choose from.
    pub speakers: Vec<DeviceChoice>,
    /// The id of the camera in use.
    pub camera: String,
    /// The id of the microphone in use.
    pub microphone: String,
    /// The id of the loudspeaker in use.
    pub speaker: String,
}

/// What is known about the sound of one's microphone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MicrophoneCheck {
    /// Off, or too early to say.
    #[default]
    Unknown,
    /// There is sound.
    Heard,
    /// There was none for a while.
    Silent,
}
