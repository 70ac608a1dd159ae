//! The filter of the index: it hides entries, and never moves one.

use crate::components::Icon;
use crate::components::live::live;
use crate::dom::listing;
use leptos::prelude::*;

/// The search field above a list whose entries carry their words as `data-words`.
///
/// The list itself is plain HTML, so it weighs no wasm.
#[island]
pub fn DemoFilter() -> impl IntoView {
    let filter = RwSignal::new(String::new());
    let found = RwSignal::new(None::<usize>);
    let hydrated = crate::components::use_hydrated();
    Effect::new(move || {
        let filter = listing::lowercase(&filter.read());
        let matching = listing::show_matching(|words| matches(words, &filter));
        found.set((!filter.trim().is_empty()).then_some(matching));
    });
    view! {
        <div class="filter">
            <label class="visually-hidden" for="filter">
                "Filter the demos"
            </label>
            <Icon name="search" />
            <input
                id="filter"
                class="input"
                type="search"
                placeholder="Filter"
                autocomplete="off"
                disabled=live(move || !hydrated.get())
                prop:value=live(move || filter.get())
                on:input=move |event| filter.set(event_target_value(&event))
            />
            <p class="found" class:visually-hidden=live(move || found.get() != Some(0)) role="status">
                {live(move || found.get().map(sentence))}
            </p>
        </div>
    }
    .into_any()
}

/// Every word of `filter` occurs in `words`; both in small letters.
pub fn matches(words: &str, filter: &str) -> bool {
    filter.split_whitespace().all(|word| words.contains(word))
}

fn sentence(found: usize) -> String {
    match found {
        0 => "No demo has these words.".to_owned(),
        1 => "1 demo found".to_owned(),
        count => format!("{count} demos found"),
    }
}
