//! The page for an address that does not exist.

use leptos::prelude::*;
use leptos_meta::Title;

/// Says that there is nothing here, and where to go instead; answered with status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::shell::respond_with(http::StatusCode::NOT_FOUND);
    view! {
        <Title text="Not found" />
        <main>
            <h1>"There is no page at this address"</h1>
            <p><a href="/">"Go to the start page"</a></p>
        </main>
    }
}
