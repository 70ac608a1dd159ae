//! The frame of a running call: a bar on top, the stage, the controls.

use super::{
    announcer::{Announcer, LiveRegion},
    control_bar::ControlBar,
    dialog::Dialog,
    hydration::use_hydrated,
    icon::Icon,
    share_link::ShareLink,
    toast::{ToastRegion, Toasts},
};
use crate::components::live::{When, live};
use crate::{
    catalogue,
    display::{BarControl, BarItem},
};
use leptos::prelude::*;

/// A room as it is now, as far as its frame shows it.
#[derive(Clone, Copy)]
pub struct RoomFacts {
    /// What it is called.
    pub name: Signal<String>,
    /// People in it, oneself included.
    pub people: Signal<u16>,
    /// The link to hand on.
    pub link: Signal<String>,
    /// Seconds since one joined.
    pub seconds: Signal<u64>,
    /// The server can be reached.
    pub online: Signal<bool>,
}

/// The frame around the stage of a room.
#[component]
pub fn RoomFrame(
    /// The room.
    facts: RoomFacts,
    /// The buttons of the control bar.
    #[prop(into)]
    items: Signal<Vec<BarItem>>,
    /// One of them was pressed.
    #[prop(into)]
    on_press: Callback<BarControl>,
    children: Children,
) -> impl IntoView {
    Toasts::provide();
    Announcer::provide();
    let hydrated = use_hydrated();
    let inviting = RwSignal::new(false);
    let alone = Memo::new(move |_| facts.people.get() <= 1);
    view! {
        <div class="room">
            <header class="room-bar">
                <a class="brand button quiet square" href="/" aria-label="MultiRTC" rel="external">
                    <Icon name="brand" />
                </a>
                <h1>{live(move || facts.name.get())}</h1>
                <span class="timer tabular muted small">{live(move || catalogue::duration(facts.seconds.get()))}</span>
                <span class="people small" data-testid="people-count">
                    <Icon name="people" />
                    {live(move || catalogue::people(facts.people.get()))}
                </span>
                <button
                    type="button"
                    class="button"
                    disabled=live(move || !hydrated.get())
                    on:click=move |_| inviting.set(true)
                >
                    <Icon name="share" />
                    <span class="label">"Invite"</span>
                </button>
            </header>
            <div class="room-notice" role="status" data-testid="room-bar-offline">
                <When when=live(move || !facts.online.get())>
                    <p>
                        <Icon name="warning" />
                        "No connection to the server. Your call goes on; we keep trying."
                    </p>
                </When>
            </div>
            <main id="main" class="room-stage" tabindex="-1">
                {children()}
                <When when=live(move || alone.get())>
                    <aside class="invite-card">
                        <h2>"Nobody else is here yet"</h2>
                        <ShareLink link=facts.link label="Send this link to whom you want to meet" id="share-link" />
                    </aside>
                </When>
            </main>
            <footer class="room-controls">
                <ControlBar items on_press />
            </footer>
            <Dialog open=inviting title="Invite others".to_owned() id="invite-title" test_id="invite-sheet">
                <ShareLink
                    link=facts.link
                    label="Link to this room"
                    id="invite-link"
                    hint="Whoever has the link can join."
                />
            </Dialog>
            <ToastRegion />
            <LiveRegion />
        </div>
    }
    .into_any()
}
