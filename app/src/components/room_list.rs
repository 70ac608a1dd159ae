//! The rooms one can join now.

use super::{hydration::use_hydrated, icon::Icon};
use crate::{catalogue, display};
use leptos::prelude::*;
use multirtc::protocol::{RoomId, RoomInfo};

/// The open rooms of a page, newest first, each with a button to join it.
#[component]
pub fn RoomList(
    /// The rooms, in the order they are shown.
    #[prop(into)]
    rooms: Signal<Vec<RoomInfo>>,
    /// What is going on in one, such as *is running a conference*.
    doing: &'static str,
    /// The word on the button, such as *Join*.
    join_label: &'static str,
    /// Joining is possible now.
    #[prop(into)]
    enabled: Signal<bool>,
    /// Join that room.
    #[prop(into)]
    on_join: Callback<RoomId>,
) -> impl IntoView {
    let hydrated = use_hydrated();
    let row = move |key: RoomId| {
        let found = {
            let key = key.clone();
            Memo::new(move |_| rooms.read().iter().find(|room| room.room == key).cloned())
        };
        let name =
            move || found.read().as_ref().map(|room| display::shown_name(&room.details.name)).unwrap_or_default();
        let join_name = move || format!("{join_label}: {}", name());
        let room = key.to_string();
        view! {
            <li class="room-row" data-testid="room-row" data-room-id=room data-room-name=name>
                <span class="avatar" aria-hidden="true" data-person=display::person_color(key.as_str())>
                    {move || display::initials(&name())}
                </span>
                <div class="words">
                    <p>
                        <strong>{name}</strong>
                        " "
                        <span class="doing">{doing}</span>
                    </p>
                    <p class="muted small">
                        {move || found.read().as_ref().map(|room| catalogue::people(room.count))}
                        <Show when=move || found.read().as_ref().is_some_and(|room| room.has_password)>
                            <span class="badge">
                                <Icon name="lock" />
                                "Password"
                            </span>
                        </Show>
                    </p>
                </div>
                <button
                    type="button"
                    class="button"
                    data-testid="room-join"
                    aria-label=join_name
                    disabled=move || !(hydrated.get() && enabled.get())
                    on:click=move |_| on_join.run(key.clone())
                >
                    {join_label}
                </button>
            </li>
        }
    };
    view! {
        <section class="rooms" aria-labelledby="rooms-title">
            <h2 id="rooms-title">"Open rooms"</h2>
            <ul class="room-list" data-testid="room-list">
                <For each=move || rooms.get().into_iter().map(|room| room.room) key=RoomId::clone children=row />
            </ul>
            <Show when=move || rooms.read().is_empty()>
                <p class="empty">"No room is open. Name one above; it appears here for everybody on this page."</p>
            </Show>
        </section>
    }
}
