//! The head of a page where one names a room and opens it.

use super::hydration::use_hydrated;
use crate::components::live::live;
use leptos::{ev::SubmitEvent, prelude::*};
use multirtc::protocol::limits::NAME_CHARS;

/// A name and the button that opens a room of it.
#[component]
pub fn LobbyBar(
    /// What was typed.
    name: RwSignal<String>,
    /// The word on the button, such as *Setup New Conference*.
    #[prop(into)]
    open_label: String,
    /// Opening is possible now.
    #[prop(into)]
    enabled: Signal<bool>,
    /// Open a room of that name; blank means nameless.
    #[prop(into)]
    on_open: Callback<String>,
) -> impl IntoView {
    let hydrated = use_hydrated();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if enabled.get_untracked() {
            let typed = name.get_untracked();
            on_open.run(typed.trim().chars().take(NAME_CHARS).collect());
        }
    };
    view! {
        <form class="lobby-bar" on:submit=submit>
            <div class="field">
                <label for="room-name">"Name of the room"</label>
                <input
                    id="room-name"
                    class="input large"
                    data-testid="room-name"
                    placeholder="Anonymous"
                    autocomplete="off"
                    enterkeyhint="go"
                    disabled=live(move || !(hydrated.get() && enabled.get()))
                    prop:value=live(move || name.get())
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </div>
            <button
                type="submit"
                class="button primary large"
                data-testid="open-room"
                disabled=live(move || !(hydrated.get() && enabled.get()))
            >
                {open_label}
            </button>
        </form>
    }
    .into_any()
}
