//! Icons of the sprite.

use crate::components::live::live;
use leptos::{prelude::*, svg};

/// The sprite; one file for all pages.
pub const SPRITE: &str = "/icons.svg";

/// An icon of the sprite by name, in the colour of the text around it. Decoration: name the control it stands in.
#[component]
pub fn Icon(
    /// Its name in `public/icons.svg`.
    #[prop(into)]
    name: Signal<&'static str>,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") aria-hidden="true" focusable="false">
            {svg::r#use().attr("href", live(move || format!("{SPRITE}#{}", name.get())))}
        </svg>
    }
    .into_any()
}
