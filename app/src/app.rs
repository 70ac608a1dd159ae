//! The routes.

use crate::pages::{DemoIndexPage, DemoPage, LandingPage, NotFound, RoomPage};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

/// The whole application: picks the page by address.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|page: String| if page.is_empty() { "MultiRTC".to_owned() } else { format!("{page} · MultiRTC") } />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=LandingPage />
                <Route path=path!("/demos") view=DemoIndexPage />
                <Route path=path!("/demos/:slug") view=DemoPage />
                <Route path=path!("/r/:room") view=RoomPage />
            </Routes>
        </Router>
    }
}
