//! The rooms one can join now.

use super::{hydration::use_hydrated, icon::Icon};
use crate::components::live::{Each, ViewOf, When, live};
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
    let keys = live(move || rooms.read().iter().map(|room| room.room.to_string()).collect::<Vec<_>>());
    let row = ViewOf::new(move |id: String| {
        let Ok(key) = id.parse::<RoomId>() else { return ().into_any() };
        let found = {
            let key = key.clone();
            Memo::new(move |_| rooms.read().iter().find(|room| room.room == key).cloned())
        };
        let name =
            live(move || found.read().as_ref().map(|room| display::shown_name(&room.details.name)).unwrap_or_default());
        let join_name = live(move || format!("{join_label}: {}", name.read()));
        view! {
            <li class="room-row" data-testid="room-row" data-room-id=id data-room-name=name>
                <span class="avatar" aria-hidden="true" data-person=display::person_color(key.as_str())>
                    {live(move || display::initials(&name.read()))}
                </span>
                <div class="words">
                    <p>
                        <strong>{name}</strong>
                        " "
                        <span class="doing">{doing}</span>
                    </p>
                    <p class="muted small">
                        {live(move || found.read().as_ref().map(|room| catalogue::people(room.count)))}
                        <When when=live(move || found.read().as_ref().is_some_and(|room| room.has_password))>
                            <span class="badge">
                                <Icon name="lock" />
                                "Password"
                            </span>
                        </When>
                    </p>
                </div>
                <button
                    type="button"
                    class="button"
                    data-testid="room-join"
                    aria-label=join_name
                    disabled=live(move || !(hydrated.get() && enabled.get()))
                    on:click=move |_| on_join.run(key.clone())
                >
                    {join_label}
                </button>
            </li>
        }
        .into_any()
    });
    view! {
        <section class="rooms" aria-labelledby="rooms-title">
            <h2 id="rooms-title">"Open rooms"</h2>
            <ul class="room-list" data-testid="room-list">
                <Each keys row />
            </ul>
            <When when=live(move || rooms.read().is_empty())>
                <p class="empty">"No room is open. Name one above; it appears here for everybody on this page."</p>
            </When>
        </section>
    }
    .into_any()
}
