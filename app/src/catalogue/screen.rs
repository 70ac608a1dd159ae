//! Whole pages that say why there is no room to see, and what to do instead.

/// What such a page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// The icon in the sprite.
    pub icon: &'static str,
    /// What is the case.
    pub title: &'static str,
    /// What that means.
    pub text: &'static str,
    /// The word on the button that leads on, if trying again can help.
    pub retry: Option<&'static str>,
}

/// The page for a code, such as `room_full`; a general one for an unknown code.
pub fn screen(code: &str) -> Screen {
    let (icon, title, text, retry) = match code {
        "left" => ("door", "You left the room", "It stays open for whoever is in it.", Some("Rejoin")),
        "room_full" => (
            "people",
            "The room is full",
            "You can join as soon as somebody leaves. Your camera and microphone were not touched.",
            Some("Try again"),
        ),
        "room_locked" => ("lock", "The room is locked", "The host lets nobody in for now.", Some("Try again")),
        "room_denied" => ("door", "The host did not let you in", "Your camera was not touched.", Some("Ask again")),
        "room_removed" => {
            ("eject", "The host removed you from the room", "The others stay connected.", Some("Join again"))
        }
        "room_ended" => ("door", "The room was closed", "It was closed for everybody.", None),
        "room_password" => {
            ("lock", "This room asks for a password", "Whoever invited you can tell you which.", Some("Try again"))
        }
        "room_bad_slug" | "bad_room_id" => (
            "link",
            "Invalid room id",
            "The address of a room has 1 to 64 letters, digits, hyphens and underscores. Check the link you were given.",
            None,
        ),
        "sig_duplicate_tab" => {
            ("monitor", "You are in this room in another tab", "That tab goes on as before.", Some("Use it here"))
        }
        "sig_version" => {
            ("retry", "This page is older than the server", "Reload it to go on. Nothing is lost.", Some("Reload"))
        }
        "sig_unreachable" => {
            ("warning", "The server cannot be reached", "Check your connection; we keep trying.", Some("Try now"))
        }
        "env_insecure" => (
            "lock",
            "Calls need a secure address",
            "Browsers give camera and microphone to https:// pages and to localhost only.",
            None,
        ),
        "env_no_webrtc" => {
            ("warning", "This browser has no peer connections", "Use a current Firefox, Chrome, Edge or Safari.", None)
        }
        _ => ("warning", "That did not work", "Something we did not expect happened.", Some("Try again")),
    };
    Screen { icon, title, text, retry }
}
