//! The index of the demos.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};

/// The index of the demos.
#[derive(Debug)]
pub struct DemoIndexPage;

#[lazy_route]
impl LazyRoute for DemoIndexPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! {
            <Title text="Demos" />
            <main>
                <h1>"Demos"</h1>
                <nav><a href="/">"Start"</a> " " <a href="/demos">"Demos"</a> " " <a href="/demos/simplest">"One demo"</a> " " <a href="/r/blue">"A room"</a></nav>
            </main>
        }
        .into_any()
    }
}
