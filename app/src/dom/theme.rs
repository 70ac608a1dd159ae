//! Dark, light, or as the system has it.

use super::storage;

/// Where the choice is remembered.
const KEY: &str = "multirtc.theme";

/// A script for the head of the document: the choice is in force before anything is drawn.
pub const BEFORE_FIRST_PAINT: &str = "try { const theme = localStorage.getItem(\"multirtc.theme\"); \
if (theme === \"dark\" || theme === \"light\") document.documentElement.dataset.theme = theme } catch {}";

/// A choice of colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every choice, in the order it is offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word that is remembered, and `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The choice of this device.
pub fn chosen() -> Theme {
    let chosen = storage::get(KEY);
    Theme::ALL.into_iter().find(|theme| chosen.as_deref() == Some(theme.as_str())).unwrap_or_default()
}

/// Puts a choice in force on this page and remembers it.
pub fn choose(theme: Theme) {
    if theme == Theme::System {
        storage::remove(KEY);
    } else {
        storage::set(KEY, theme.as_str());
    }
    #[cfg(feature = "hydrate")]
    if let Some(root) = leptos::prelude::document().document_element() {
        let _ = match theme {
            Theme::System => root.remove_attribute("data-theme"),
            theme => root.set_attribute("data-theme", theme.as_str()),
        };
    }
}
