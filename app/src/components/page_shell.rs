//! The frame of every page that is not a room.

use super::{icon::Icon, theme_switch::ThemeSwitch};
use leptos::prelude::*;

/// Header with the product's name and the ways through the site, the page, and a footer.
///
/// `data-hydrated` turns true when every island of the page is alive.
#[component]
pub fn PageShell(
    /// The page is the index of the demos, or one of them.
    #[prop(optional)]
    in_demos: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="shell" data-testid="app-shell" data-hydrated="false">
            <a class="skip-link" href="#main">"Skip to the content"</a>
            <header class="site-header">
                <div class="wrap">
                    <a class="brand" href="/">
                        <Icon name="brand" />
                        "MultiRTC"
                    </a>
                    <nav class="site-nav" aria-label="Site">
                        <a href="/demos" aria-current=in_demos.then_some("page")>"Demos"</a>
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
        </div>
    }
    .into_any()
}
