//! The page for an address that does not exist.

use crate::components::{Icon, PageShell};
use leptos::prelude::*;
use leptos_meta::Title;

/// Says that there is nothing here, and where to go instead; answered with status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    crate::shell::respond_with(http::StatusCode::NOT_FOUND);
    view! {
        <Title text="Not found" />
        <PageShell>
            <section class="screen">
                <span class="emblem">
                    <Icon name="search" />
                </span>
                <h1>"There is no page at this address"</h1>
                <p class="muted">"The link may be mistyped, or lead to something that has moved."</p>
                <div class="row">
                    <a class="button primary large" href="/">
                        "Go to the start"
                    </a>
                    <a class="button large" href="/demos">
                        "See the demos"
                    </a>
                </div>
            </section>
        </PageShell>
    }
}
