//! One demo, by its slug.

use crate::components::{BadRoomId, DemoFrame, NotBuiltYet};
use crate::demos::{Template, by_file, find, sources::source};
use crate::dom::page;
use crate::pages::NotFound;
use crate::shell::moved_to;
use crate::templates::{LobbyPage, QuickPage, page_address};
use leptos::prelude::*;

/// One demo.
#[component]
pub fn DemoPage() -> AnyView {
    let slug = page::last_segment().unwrap_or_default();
    if let Some(demo) = by_file(&slug) {
        moved_to(&demo.path());
        return ().into_any();
    }
    let Some(demo) = find(&slug) else { return view! { <NotFound /> }.into_any() };
    let Some(source) = source(demo.slug) else { return view! { <NotBuiltYet demo /> }.into_any() };
    if page_address(demo.slug).is_err() {
        return view! { <BadRoomId demo /> }.into_any();
    }
    match demo.template {
        Template::Lobby => view! { <DemoFrame demo source island="lobby_page"><LobbyPage /></DemoFrame> }.into_any(),
        Template::Quick => view! { <DemoFrame demo source island="quick_page"><QuickPage /></DemoFrame> }.into_any(),
        _ => view! { <NotBuiltYet demo /> }.into_any(),
    }
}
