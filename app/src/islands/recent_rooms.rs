//! Where this device was.

use crate::components::live::{Each, ViewOf, When, live};
use crate::{
    catalogue,
    components::Icon,
    display::{initials, person_color},
    dom::page,
    recent::{self, Visit},
};
use leptos::prelude::*;

/// The rooms this device was in.
#[island]
pub fn RecentRooms() -> impl IntoView {
    let visits = RwSignal::new(Vec::<Visit>::new());
    let now_ms = RwSignal::new(0_u64);
    Effect::new(move || {
        now_ms.set(page::now_ms());
        visits.set(recent::load());
    });
    let forget = move |room: &str| {
        let left = recent::without(visits.get_untracked(), room);
        recent::save(&left);
        visits.set(left);
    };
    let keys = live(move || visits.read().iter().map(|visit| visit.room.clone()).collect::<Vec<_>>());
    let row = ViewOf::new(move |room: String| {
        let Some(visit) = visits.read_untracked().iter().find(|visit| visit.room == room).cloned() else {
            return ().into_any();
        };
        let seconds = now_ms.get_untracked().saturating_sub(visit.at_ms) / 1000;
        view! {
            <li>
                <span class="avatar" aria-hidden="true" data-person=person_color(&room)>
                    {initials(&visit.name)}
                </span>
                <span class="words">
                    <a href=format!("/r/{room}")>{visit.name.clone()}</a>
                    <span class="muted small">{catalogue::ago(seconds)}</span>
                </span>
                <button
                    type="button"
                    class="button quiet square"
                    aria-label=format!("Forget {}", visit.name)
                    on:click=move |_| forget(&room)
                >
                    <Icon name="close" />
                </button>
            </li>
        }
        .into_any()
    });
    view! {
        <When when=live(move || !visits.read().is_empty())>
            <section class="block" aria-labelledby="recent-title">
                <header>
                    <h2 id="recent-title">"Where you were"</h2>
                    <p class="muted small">"Remembered on this device only"</p>
                </header>
                <ul class="recent" data-testid="recent">
                    <Each keys row=row.clone() />
                </ul>
            </section>
        </When>
    }
    .into_any()
}
