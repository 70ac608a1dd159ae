//! The frame of a demo that has a call.

use crate::components::DemoFrame;
use crate::demos::{DEMOS, Demo, find};
use crate::model::Call;
use leptos::prelude::*;

/// The demo's frame, told what the call is up to.
#[component]
pub fn PageFrame(
    /// Which demo.
    slug: &'static str,
    /// How it works, in a few sentences.
    how: &'static str,
    /// Its call.
    call: Call,
    children: Children,
) -> impl IntoView {
    let me = move || call.room.read().as_ref().map(|room| room.me.peer.to_string());
    let room = move || call.room.read().as_ref().map(|room| room.info.room.to_string());
    let role = call.role();
    view! {
        <DemoFrame
            demo=demo(slug)
            how
            user_id=Signal::derive(me)
            role=Signal::derive(move || Some(role.get()))
            room_id=Signal::derive(room)
        >
            {children()}
        </DemoFrame>
    }
}

/// What a page says whose address names a room that cannot be.
#[component]
pub fn BadRoomId(
    /// Which demo.
    slug: &'static str,
) -> impl IntoView {
    view! {
        <DemoFrame demo=demo(slug) how="A room id is 1 to 64 letters, digits, “-” and “_”.">
            <section class="notice bad" role="alert" data-testid="error" data-code="room_bad_slug">
                <div class="words">
                    <h2>"Invalid room id"</h2>
                    <p>
                        "The address of this page names a room that cannot exist. Check the link, or open the page without it."
                    </p>
                </div>
                <div class="actions">
                    <a class="button" href=demo(slug).path()>
                        "Open the page"
                    </a>
                </div>
            </section>
        </DemoFrame>
    }
}

fn demo(slug: &str) -> &'static Demo {
    // A page names its own slug; the first demo stands in for a misspelt one, and a test tells.
    find(slug).unwrap_or(&DEMOS[0])
}
