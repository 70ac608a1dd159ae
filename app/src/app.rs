//! The routes.

use crate::pages::{DemoIndexPage, DemoPage, LandingPage, NotFound, RoomPage};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy,
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
                <Route path=path!("/") view={Lazy::<LandingPage>::new()} />
                <Route path=path!("/demos") view={Lazy::<DemoIndexPage>::new()} />
                <Route path=path!("/demos/:slug") view={Lazy::<DemoPage>::new()} />
                <Route path=path!("/r/:room") view={Lazy::<RoomPage>::new()} />
            </Routes>
        </Router>
    }
}
