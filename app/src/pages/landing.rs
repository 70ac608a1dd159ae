//! The landing page.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};

/// The landing page.
#[derive(Debug)]
pub struct LandingPage;

#[lazy_route]
impl LazyRoute for LandingPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! {
            <Title text="" />
            <main>
                <h1>"MultiRTC"</h1>
                <nav><a href="/">"Start"</a> " " <a href="/demos">"Demos"</a> " " <a href="/demos/simplest">"One demo"</a> " " <a href="/r/blue">"A room"</a></nav>
            </main>
        }
        .into_any()
    }
}
