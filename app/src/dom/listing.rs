//! Lists that the server rendered and a filter narrows.

/// Shows the elements whose `data-words` pass and hides the others; says how many are shown. Nothing on the server.
pub fn show_matching(passes: impl Fn(&str) -> bool) -> usize {
    #[cfg(feature = "hydrate")]
    {
        let Ok(entries) = leptos::prelude::document().query_selector_all("[data-words]") else { return 0 };
        let entries = (0..entries.length()).filter_map(|at| entries.get(at));
        entries
            .filter_map(|entry| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(entry).ok())
            .filter(|entry| {
                let shown = passes(&entry.get_attribute("data-words").unwrap_or_default());
                entry.set_hidden(!shown);
                shown
            })
            .count()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = passes;
        0
    }
}

/// A text in small letters; in the browser by its own tables.
pub fn lowercase(text: &str) -> String {
    #[cfg(feature = "hydrate")]
    {
        js_sys::JsString::from(text).to_lower_case().into()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        text.to_lowercase()
    }
}
