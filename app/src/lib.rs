//! The pages of MultiRTC: rendered by the server; their living parts are brought to life by the same code as wasm.
//!
//! | module | holds |
//! |---|---|
//! | `app` | the routes, and nothing else (server only) |
//! | `shell` | the HTML document around them (server only) |
//! | [`model`] | what pages draw from and act through |
//! | `pages` | one file a route (server only) |
//! | [`islands`] | the living parts of pages that are no demo; each is a chunk of wasm of its own |
//! | [`components`] | what pages are made of; they draw [`display`] and say [`catalogue`], and decide nothing |
//! | [`demos`] | the table of all demos, and one file a demo: an island each |
//! | [`templates`] | the calls that demos are configurations of |
//! | [`api`] | what pages may ask of the server |
//! | [`site`] | where the built files are |
//!
//! What never changes in a page is HTML and nothing else: header, words, lists and sources weigh no wasm. What lives is an
//! `#[island(lazy)]`; the script in `shell` loads its chunk and hands it its element. Code that only one island uses
//! lands in that island's chunk by itself; what several use is shared in a chunk, or in the main file. Following a link
//! loads a page as the web does, out of the browser's cache but for the new island: nothing of the page before lives on.
//!
//! The server answers with `style-src 'self'`: a `style="…"` attribute in rendered HTML is refused by the browser. Use a
//! class, or set a custom property from the hydrated page.

#![recursion_limit = "256"]

pub mod api;
#[cfg(feature = "ssr")]
pub mod app;
pub mod catalogue;
pub mod components;
pub mod demos;
pub mod display;
pub mod dom;
#[expect(missing_docs, reason = "what `#[island(lazy)]` writes beside a documented function has no words")]
pub mod islands;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod recent;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod site;
pub mod slug;
#[expect(missing_docs, reason = "what `#[island(lazy)]` writes beside a documented function has no words")]
pub mod templates;

#[cfg(feature = "ssr")]
pub use app::App;

/// Makes the browser ready for the islands of the page; the script in the document's head then hands each its element.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
