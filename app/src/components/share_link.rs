//! A link to hand on.

use super::{hydration::use_hydrated, icon::Icon};
use crate::components::live::{When, live};
use crate::dom;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// How long "Copied" is shown.
const SHOWN: Duration = Duration::from_secs(2);

/// A link with a button that copies it, and one for the system's share sheet where there is one.
#[component]
pub fn ShareLink(
    /// The whole address; nothing is shown while it is empty.
    #[prop(into)]
    link: Signal<String>,
    /// What it leads to.
    #[prop(into)]
    label: String,
    /// The test id of the link itself.
    #[prop(default = "share-link")]
    id: &'static str,
    /// What following it means, in a sentence.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let hydrated = use_hydrated();
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| {
        spawn_local(async move {
            let done = dom::clipboard::copy(&link.get_untracked()).await;
            if copied.try_set(Some(done)).is_none() {
                let forget = move || {
                    let _ = copied.try_set(None);
                };
                set_timeout(forget, SHOWN);
            }
        });
    };
    let sheet = RwSignal::new(false);
    Effect::new(move || sheet.set(dom::share::available()));
    let title = StoredValue::new(label.clone());
    view! {
        <div class="share" hidden=live(move || link.read().is_empty())>
            <div class="words">
                <span class="label">{label}</span>
                <a href=live(move || link.get()) data-testid=id rel="external">
                    {live(move || link.get())}
                </a>
                {hint.map(|hint| view! { <span class="hint">{hint}</span> }.into_any())}
            </div>
            <button type="button" class="button" disabled=live(move || !hydrated.get()) on:click=copy>
                <Icon name=Signal::derive(move || if copied.get() == Some(true) { "check" } else { "copy" }) />
                <span aria-live="polite">
                    {live(move || match copied.get() {
                        None => "Copy",
                        Some(true) => "Copied",
                        Some(false) => "Not allowed",
                    })}
                </span>
            </button>
            <When when=live(move || sheet.get())>
                <button
                    type="button"
                    class="button square"
                    aria-label="Share with another app"
                    on:click=move |_| dom::share::open(&title.get_value(), &link.get_untracked())
                >
                    <Icon name="share" />
                </button>
            </When>
        </div>
    }
    .into_any()
}
