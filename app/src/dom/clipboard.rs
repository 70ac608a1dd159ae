//! The clipboard.

/// Puts text on the clipboard; false where the browser refuses or has none. Call it from a click.
#[cfg(feature = "hydrate")]
pub async fn copy(text: &str) -> bool {
    let clipboard = leptos::prelude::window().navigator().clipboard();
    // Absent on pages that are not served securely.
    if clipboard.is_undefined() {
        return false;
    }
    wasm_bindgen_futures::JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Puts text on the clipboard; false where the browser refuses or has none. Call it from a click.
#[cfg(not(feature = "hydrate"))]
pub async fn copy(_text: &str) -> bool {
    false
}
