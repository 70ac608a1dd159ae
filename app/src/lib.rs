//! The pages of MultiRTC: rendered by the server, brought to life by the same code as wasm.
//!
//! | module | holds |
//! |---|---|
//! | [`app`](mod@app) | the routes, and nothing else |
//! | [`shell`] | the HTML document around them (server only) |
//! | [`pages`] | one file a route; each is a chunk of wasm of its own, loaded when it is visited |
//! | [`api`] | what pages may ask of the server |
//! | [`site`] | where the built files are |
//!
//! A page is added by writing `pages/<noun>.rs` with a `#[lazy_route]` type and naming it in `app.rs`. Code that only
//! one page uses lands in that page's chunk by itself; what several use is shared in a chunk, or in the main file.
//!
//! The server answers with `style-src 'self'`: a `style="…"` attribute in rendered HTML is refused by the browser. Use a
//! class, or set a custom property from the hydrated page.

pub mod api;
pub mod app;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod shell;
pub mod site;

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
