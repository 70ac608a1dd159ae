//! Where a page stands on its way into a room and out of it.

/// One state of the status line, as `data-state` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    /// Nothing is going on.
    #[default]
    Idle,
    /// The browser asks for camera or microphone.
    FetchingUserMedia,
    /// Camera or microphone are there.
    UserMediaFetched,
    /// The server is asked whether the room is there.
    DetectingRoomPresence,
    /// It is not; the page waits for it.
    RoomNotAvailable,
    /// The page enters.
    Connecting,
    /// The page is in the room.
    Connected,
    /// Every place is taken.
    RoomFull,
    /// The server cannot be reached; the call goes on.
    Disconnected,
    /// This page was removed by the host.
    Ejected,
    /// The room was closed for everybody.
    SessionClosed,
    /// This page left.
    Left,
    /// It did not work; the error says why.
    Failed,
    /// A request to mute somebody was refused.
    MuteRequestDenied,
}

impl Status {
    /// The value of `data-state`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::FetchingUserMedia => "fetching-usermedia",
            Self::UserMediaFetched => "usermedia-fetched",
            Self::DetectingRoomPresence => "detecting-room-presence",
            Self::RoomNotAvailable => "room-not-available",
            Self::Connecting => "connecting-with-initiator",
            Self::Connected => "connected",
            Self::RoomFull => "room-full",
            Self::Disconnected => "disconnected",
            Self::Ejected => "ejected",
            Self::SessionClosed => "session-closed",
            Self::Left => "left",
            Self::Failed => "failed",
            Self::MuteRequestDenied => "mute-request-denied",
        }
    }

    /// What a person reads.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Idle => "Ready.",
            Self::FetchingUserMedia => "Waiting for your camera and microphone…",
            Self::UserMediaFetched => "Camera and microphone are on.",
            Self::DetectingRoomPresence => "Looking for the room…",
            Self::RoomNotAvailable => "The room is not open yet. You join by yourself as soon as it is.",
            Self::Connecting => "Entering the room…",
            Self::Connected => "You are in the room.",
            Self::RoomFull => "The room is full. Try again when somebody has left.",
            Self::Disconnected => "The server cannot be reached. Your call goes on; we keep trying.",
            Self::Ejected => "The host removed you from the room.",
            Self::SessionClosed => "The room was closed.",
            Self::Left => "You left the room.",
            Self::Failed => "That did not work.",
            Self::MuteRequestDenied => "They did not agree to be muted.",
        }
    }

    /// Whether the page is on its way in, so that it cannot start again.
    pub const fn is_entering(self) -> bool {
        matches!(
            self,
            Self::FetchingUserMedia
                | Self::UserMediaFetched
                | Self::DetectingRoomPresence
                | Self::RoomNotAvailable
                | Self::Connecting
        )
    }
}
