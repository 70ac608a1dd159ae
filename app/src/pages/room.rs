//! A room.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};

/// A room.
#[derive(Debug)]
pub struct RoomPage;

#[lazy_route]
impl LazyRoute for RoomPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! {
            <Title text="Room" />
            <main>
                <h1>"Room"</h1>
                <nav><a href="/">"Start"</a> " " <a href="/demos">"Demos"</a> " " <a href="/demos/simplest">"One demo"</a> " " <a href="/r/blue">"A room"</a></nav>
            </main>
        }
        .into_any()
    }
}
