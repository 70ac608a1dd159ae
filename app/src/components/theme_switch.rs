//! Dark, light, or as the system has it.

use super::{hydration::use_hydrated, icon::Icon};
use crate::components::live::live;
use crate::dom::theme::{self, Theme};
use leptos::prelude::*;

/// The choice of colours for this device.
#[island]
pub fn ThemeSwitch() -> impl IntoView {
    let hydrated = use_hydrated();
    let chosen = RwSignal::new(Theme::System);
    Effect::new(move || chosen.set(theme::chosen()));
    let option = move |choice: Theme| {
        let (icon, name) = match choice {
            Theme::System => ("monitor", "As the system"),
            Theme::Light => ("sun", "Light"),
            Theme::Dark => ("moon", "Dark"),
        };
        view! {
            <label title=name>
                <input
                    type="radio"
                    name="theme"
                    value=choice.as_str()
                    aria-label=name
                    disabled=live(move || !hydrated.get())
                    prop:checked=live(move || chosen.get() == choice)
                    on:change=move |_| {
                        theme::choose(choice);
                        chosen.set(choice);
                    }
                />
                <Icon name=icon />
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="segments">
            <legend class="visually-hidden">"Colours"</legend>
            {Theme::ALL.into_iter().map(option).collect_view()}
        </fieldset>
    }
    .into_any()
}
