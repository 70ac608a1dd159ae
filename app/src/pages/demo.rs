//! One demo.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};

/// One demo.
#[derive(Debug)]
pub struct DemoPage;

#[lazy_route]
impl LazyRoute for DemoPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! {
            <Title text="Demo" />
            <main>
                <h1>"Demo"</h1>
                <nav><a href="/">"Start"</a> " " <a href="/demos">"Demos"</a> " " <a href="/demos/simplest">"One demo"</a> " " <a href="/r/blue">"A room"</a></nav>
            </main>
        }
        .into_any()
    }
}
