//! What a person reads when a device could not be opened: cause, effect, action.

use super::call::Notice;
use multirtc::MediaError;
use multirtc::protocol::Source;

/// The notice for a device that a page cannot do without.
pub fn refused(source: Source, error: &MediaError) -> Notice {
    Notice { code: error.code().to_owned(), text: sentence(device(source), error) }
}

/// The notice for a device that is missing while the other half works.
pub fn missing(source: Source, error: &MediaError) -> Notice {
    let goes_on = match source {
        Source::Camera => "You joined with your microphone only.",
        _ => "You joined with your camera only.",
    };
    Notice { code: error.code().to_owned(), text: format!("{} {goes_on}", sentence(device(source), error)) }
}

const fn device(source: Source) -> &'static str {
    match source {
        Source::Camera => "camera",
        Source::Microphone => "microphone",
        _ => "screen",
    }
}

fn sentence(device: &str, error: &MediaError) -> String {
    match error {
        MediaError::Refused { by_system: false } => {
            format!("Your browser is blocking the {device} for this site. Allow it in the address bar, then try again.")
        }
        MediaError::Refused { by_system: true } => format!(
            "Your computer's privacy settings block the {device}. Allow your browser to use it, then try again."
        ),
        MediaError::Dismissed => "No choice was made. Press the button again when you are ready.".to_owned(),
        MediaError::NoDevice => format!("No {device} found. Plug one in and try again."),
        MediaError::InUse => format!("Another program is using the {device}. Close it there, then try again."),
        MediaError::Overconstrained { constraint } => {
            format!("The {device} cannot do what was asked of it ({constraint}). Choose something else.")
        }
        MediaError::InsecureContext => {
            "Calls need https:// (or localhost). Open this page under a secure address.".to_owned()
        }
        MediaError::NeedsGesture => "The browser wants a click first. Press the button again.".to_owned(),
        MediaError::Ended => format!("The {device} stopped before it could be used. Try again."),
        MediaError::Unsupported(what) => format!("This browser lacks {what}. You can still watch and listen."),
        error => format!("The {device} could not be opened ({error}). Try again."),
    }
}
