//! When a page comes to life.

use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Hydrated(ReadSignal<bool>);

/// Tells everything below when handlers are attached: false on the server and at first, true right after.
///
/// One signal for a page, so that its controls and its `data-hydrated` turn at the same moment.
pub fn provide_hydration() -> ReadSignal<bool> {
    let hydrated = hydration();
    provide_context(Hydrated(hydrated));
    hydrated
}

fn hydration() -> ReadSignal<bool> {
    let (hydrated, set_hydrated) = signal(false);
    // Effects run in the browser only, after the view they belong to is in the document.
    Effect::new(move || set_hydrated.set(true));
    hydrated
}

/// Whether handlers are attached; of the page around, or of the caller itself outside of one.
pub fn use_hydrated() -> ReadSignal<bool> {
    match use_context::<Hydrated>() {
        Some(Hydrated(hydrated)) => hydrated,
        None => hydration(),
    }
}
