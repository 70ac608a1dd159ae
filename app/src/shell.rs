//! The HTML document around every page, and the lines that start the wasm.
//!
//! Written here instead of with Leptos' `HydrationScripts`, because that one reads the list of chunks from a folder on
//! the disk: this executable has its files inside.

use crate::{App, dom::theme, site::Site};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::{Link, MetaTags};

/// What follows the start of the wasm: every island gets its element, and tests and styles learn when all are alive.
const HYDRATE: &str = r#"app.hydrate();
const islands = [...document.querySelectorAll("leptos-island")];
await Promise.all(islands.map((island) => app[island.dataset.component](island)));
for (const shell of document.querySelectorAll(".shell")) shell.dataset.hydrated = "true";"#;

/// Renders the document for the current request.
///
/// Every inline script carries the request's nonce: the content security policy allows no other.
pub fn shell(site: Site) -> impl IntoView {
    provide_context(site.clone());
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark" />
                <script nonce=use_nonce()>{theme::BEFORE_FIRST_PAINT}</script>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <link rel="stylesheet" href=site.address("app.css") />
                <Start site />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Fetches script and wasm side by side, then hydrates.
#[component]
fn Start(site: Site) -> impl IntoView {
    let (script, wasm) = (site.address("app.js"), site.address("app.wasm"));
    let start =
        format!("import init, * as app from {script:?};\nawait init({{ module_or_path: {wasm:?} }});\n{HYDRATE}",);
    view! {
        <link rel="modulepreload" href=script nonce=use_nonce() />
        <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" nonce=use_nonce()>{start}</script>
    }
}

/// Has the browser fetch the chunks of an island along with the document, instead of when the wasm asks for them.
#[component]
pub fn Preload(
    /// The island's name in snake case.
    island: &'static str,
) -> impl IntoView {
    let site = use_context::<Site>();
    let chunks = site.iter().flat_map(|site| site.island_chunks(island)).collect::<Vec<_>>();
    chunks
        .into_iter()
        .map(|href| view! { <Link rel="preload" href as_="fetch" type_="application/wasm" crossorigin="anonymous" /> })
        .collect_view()
}

/// A style sheet that only some pages need.
#[component]
pub fn Stylesheet(
    /// The built file.
    file: &'static str,
) -> impl IntoView {
    use_context::<Site>().map(|site| view! { <Link rel="stylesheet" href=site.address(file) /> })
}

/// Answers the request that is being rendered with another address, for good.
pub fn moved_to(path: &str) {
    let (Some(response), Ok(location)) = (use_context::<leptos_axum::ResponseOptions>(), path.parse()) else { return };
    response.set_status(http::StatusCode::MOVED_PERMANENTLY);
    response.insert_header(http::header::LOCATION, location);
}

/// Sets the status of the response that is being rendered; without effect outside of one.
///
/// Pages call it for what only they can know, such as a room that does not exist.
pub fn respond_with(status: http::StatusCode) {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(status);
    }
}
