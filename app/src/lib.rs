//! The pages of MultiRTC: rendered by the server, brought to life by the same code as wasm.
//!
//! | module | holds |
//! |---|---|
//! | [`app`](mod@app) | the routes, and nothing else |
//! | [`shell`] | the HTML document around them (server only) |
//! | [`model`] | what pages draw from and act through |
//! | [`pages`] | one file a route; each is a chunk of wasm of its own, loaded when it is visited |
//! | [`components`] | what pages are made of; they draw [`display`] and say [`catalogue`], and decide nothing |
//! | [`demos`] | the table of all demos, and one file a demo |
//! | [`templates`] | the pages that demos are configurations of |
//! | [`api`] | what pages may ask of the server |
//! | [`site`] | where the built files are |
//!
//! A page is added by writing `pages/<noun>.rs` with a `#[lazy_route]` type and naming it in `app.rs`. Code that only
//! one page uses lands in that page's chunk by itself; what several use is shared in a chunk, or in the main file.
//!
//! The server answers with `style-src 'self'`: a `style="…"` attribute in rendered HTML is refused by the browser. Use a
//! class, or set a custom property from the hydrated page.

#![recursion_limit = "256"]

pub mod api;
pub mod app;
pub mod catalogue;
pub mod components;
pub mod demos;
pub mod display;
pub mod dom;
pub mod model;
pub mod pages;
pub mod recent;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod site;
pub mod slug;
pub mod templates;

pub use app::App;

/// Starts the page in the browser: takes over the HTML that the server rendered.
///
/// `hydrate_lazy`, because a direct visit to a lazily loaded page has to wait for its chunk first.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(App);
}
