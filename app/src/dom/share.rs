//! The system's own share sheet.

/// The browser has one.
pub fn available() -> bool {
    #[cfg(feature = "hydrate")]
    {
        js_sys::Reflect::has(&leptos::prelude::window().navigator(), &"share".into()).unwrap_or(false)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        false
    }
}

/// Opens it for a link. Call it from a click; what the person does there is theirs.
pub fn open(_title: &str, _link: &str) {
    #[cfg(feature = "hydrate")]
    {
        let data = web_sys::ShareData::new();
        data.set_title(_title);
        data.set_url(_link);
        let shared = leptos::prelude::window().navigator().share_with_data(&data);
        leptos::task::spawn_local(async move {
            // Rejects when the sheet is closed without a choice, which is no error.
            let _ = wasm_bindgen_futures::JsFuture::from(shared).await;
        });
    }
}
