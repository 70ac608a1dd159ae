//! One element on the whole screen.

use leptos::{prelude::*, web_sys::Element};

/// Is this element on the whole screen now?
pub fn is_on(element: &Element) -> bool {
    document().fullscreen_element().as_ref() == Some(element)
}

/// Puts the element on the whole screen, or everything back. Call it from a click.
pub fn toggle(element: &Element) {
    if is_on(element) {
        document().exit_fullscreen();
    } else if element.request_fullscreen().is_err() {
        leptos::logging::warn!("the browser has no full screen");
    }
}
