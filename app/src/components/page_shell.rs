//! The frame of every page that is not a room.

use super::{
    announcer::{Announcer, LiveRegion},
    hydration::use_hydrated,
    theme_switch::ThemeSwitch,
    toast::{ToastRegion, Toasts},
};
use leptos::prelude::*;
use leptos_router::components::A;

/// Header with the product's name and the ways through the site, the page, and a footer.
#[component]
pub fn PageShell(children: Children) -> impl IntoView {
    Toasts::provide();
    Announcer::provide();
    let hydrated = use_hydrated();
    view! {
        <div class="shell" data-testid="app-shell" data-hydrated=move || hydrated.get().to_string()>
            <a class="skip-link" href="#main">"Skip to the content"</a>
            <header class="site-header">
                <div class="wrap">
                    <a class="brand" href="/">
                        <img src="/favicon.svg" alt="" width="28" height="28" />
                        "MultiRTC"
                    </a>
                    <nav class="site-nav" aria-label="Site">
                        <A href="/demos">"Demos"</A>
                    </nav>
                </div>
            </header>
            <main id="main" class="site-main" tabindex="-1">
                <div class="wrap">{children()}</div>
            </main>
            <footer class="site-footer">
                <div class="wrap">
                    <p>"Nothing to install, no account. Pages load nothing from other sites."</p>
                    <ThemeSwitch />
                </div>
            </footer>
            <ToastRegion />
            <LiveRegion />
        </div>
    }
}
