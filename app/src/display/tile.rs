//! One tile: a person, a screen or a file, as it is at one moment.

use multirtc::{core::event::Quality, protocol::TrackState};

/// Everything a tile shows. Two that are equal look equal.
#[derive(Debug, Clone, PartialEq)]
pub struct TileDisplay {
    /// Identifies the tile for as long as it lives; the key it is remembered by.
    pub stream: String,
    /// Whose it is.
    pub user: String,
    /// Their name as they typed it; shown as text.
    pub name: String,
    /// Mine, or somebody else's.
    pub origin: Origin,
    /// What it carries.
    pub media: TileMedia,
    /// How far it has come.
    pub phase: TilePhase,
    /// The sound as its owner announces it.
    pub audio: TrackState,
    /// The picture as its owner announces it.
    pub video: TrackState,
    /// They can be heard right now.
    pub speaking: bool,
    /// It is being recorded on this page.
    pub recording: bool,
    /// How well it comes through.
    pub quality: Quality,
    /// What is the matter with it.
    pub trouble: Option<TileTrouble>,
    /// The browser holds its sound back until somebody clicks.
    pub sound_blocked: bool,
    /// Its sound is off on this page only.
    pub silenced: bool,
    /// Its picture is off on this page only.
    pub hidden: bool,
    /// Loudness on this page: 1 as it comes, up to 2.
    pub volume: f32,
    /// Shown as in a mirror; for one's own camera.
    pub mirrored: bool,
    /// Place in the queue of raised hands, from 1.
    pub hand: Option<u16>,
}

impl TileDisplay {
    /// A new tile that waits for its first frame.
    pub fn new(stream: impl Into<String>, user: impl Into<String>, name: impl Into<String>, origin: Origin) -> Self {
        Self {
            stream: stream.into(),
            user: user.into(),
            name: name.into(),
            origin,
            media: TileMedia::Camera,
            phase: TilePhase::Pending,
            audio: TrackState::Live,
            video: TrackState::Live,
            speaking: false,
            recording: false,
            quality: Quality::Unknown,
            trouble: None,
            sound_blocked: false,
            silenced: false,
            hidden: false,
            volume: 1.0,
            mirrored: origin == Origin::Local,
            hand: None,
        }
    }

    /// Its owner sends no sound although the tile is for some.
    pub fn audio_muted(&self) -> bool {
        !matches!(self.audio, TrackState::Live)
    }

    /// Its owner sends no picture although the tile is for one.
    pub fn video_muted(&self) -> bool {
        !matches!(self.video, TrackState::Live)
    }

    /// Something else than the picture is shown: there is none, or it is switched off at either end.
    pub fn poster(&self) -> bool {
        self.media == TileMedia::Audio || self.video_muted() || self.hidden
    }
}

/// Whose a tile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Of this page.
    Local,
    /// Of somebody else.
    Remote,
}

impl Origin {
    /// The word in `data-origin`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Remote => "remote",
        }
    }
}

/// What a tile carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TileMedia {
    /// A camera, with the microphone or without.
    Camera,
    /// Only sound.
    Audio,
    /// A screen, window or tab.
    Screen,
    /// A file that is being played.
    File,
    /// A part of a page.
    Part,
}

impl TileMedia {
    /// The word in `data-media`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Audio => "audio",
            Self::Screen => "screen",
            Self::File => "file",
            Self::Part => "part",
        }
    }
}

/// How far a tile has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TilePhase {
    /// Announced; no frame or sound yet.
    Pending,
    /// Frames or sound are coming.
    Live,
    /// Nothing came in time.
    Failed,
}

impl TilePhase {
    /// The word in `data-state`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Live => "live",
            Self::Failed => "failed",
        }
    }
}

/// What is the matter with one tile while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TileTrouble {
    /// The way to this person is being mended, for so many seconds already.
    Reconnecting {
        /// Seconds since it broke.
        seconds: u32,
    },
    /// No new frame although the connection stands.
    Frozen {
        /// The sound still comes.
        sound: bool,
    },
    /// There is no way to this person.
    Unreachable,
}

/// A control that a tile can have; a page says which it wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TileControl {
    /// Sound: my own for everybody, somebody else's on this page.
    MuteAudio,
    /// Picture: my own for everybody, somebody else's on this page.
    MuteVideo,
    /// Record the sound.
    RecordAudio,
    /// Record the picture.
    RecordVideo,
    /// Record both.
    Record,
    /// Take a still picture.
    Snapshot,
    /// Fill the screen with it.
    Fullscreen,
    /// How loud it is on this page.
    Volume,
    /// Stop my own stream, or drop somebody else's.
    Stop,
    /// Remove the person from the room.
    Eject,
}

impl TileControl {
    /// The test id.
    pub const fn id(self) -> &'static str {
        match self {
            Self::MuteAudio => "tile-mute-audio",
            Self::MuteVideo => "tile-mute-video",
            Self::RecordAudio => "tile-record-audio",
            Self::RecordVideo => "tile-record-video",
            Self::Record => "tile-record",
            Self::Snapshot => "tile-snapshot",
            Self::Fullscreen => "tile-fullscreen",
            Self::Volume => "tile-volume",
            Self::Stop => "tile-stop",
            Self::Eject => "tile-eject",
        }
    }
}

/// What somebody wants of a tile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TileAction {
    /// Sound off or on.
    MuteAudio(bool),
    /// Picture off or on.
    MuteVideo(bool),
    /// Recording of the sound on or off.
    RecordAudio(bool),
    /// Recording of the picture on or off.
    RecordVideo(bool),
    /// Recording of both on or off.
    Record(bool),
    /// A still picture.
    Snapshot,
    /// Loudness on this page, 0 to 2.
    Volume(f32),
    /// End it, or drop it.
    Stop,
    /// Remove the person.
    Eject,
    /// Try again after a failure.
    Retry,
    /// Let the held-back sound play; called inside a click.
    Hear,
}
