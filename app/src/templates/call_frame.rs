//! The living part of a demo that has a call.

use crate::components::live::live;
use crate::components::provide_hydration;
use crate::model::Call;
use leptos::prelude::*;

/// What a demo's island is made of, marked with what its call is up to.
#[component]
pub fn CallFrame(
    /// Which demo.
    slug: &'static str,
    /// Its call.
    call: Call,
    children: Children,
) -> impl IntoView {
    let hydrated = provide_hydration();
    let me = move || call.room.read().as_ref().map(|room| room.me.peer.to_string()).unwrap_or_default();
    let room = move || call.room.read().as_ref().map(|room| room.info.room.to_string()).unwrap_or_default();
    let role = call.role();
    view! {
        <div
            class="demo-call"
            data-testid="demo-page"
            data-demo=slug
            data-hydrated=live(move || hydrated.get().to_string())
            data-user-id=me
            data-role=live(move || role.get())
            data-room-id=room
        >
            {children()}
        </div>
    }
    .into_any()
}
