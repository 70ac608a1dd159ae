//! A whole page that says why there is no room to see, and the way on.

use super::{hydration::use_hydrated, icon::Icon};
use crate::catalogue;
use crate::components::live::{live, part};
use leptos::prelude::*;

/// The end of a call, or the reason why it does not begin.
#[component]
pub fn ScreenPage(
    /// The code of the reason, such as `room_full` or `left`.
    #[prop(into)]
    code: Signal<String>,
    /// Said instead of the general sentence.
    #[prop(optional, into)]
    detail: MaybeProp<String>,
    /// Tries again; without it no such button is shown.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let hydrated = use_hydrated();
    let screen = Memo::new(move |_| catalogue::screen(&code.read()));
    view! {
        <section class="screen" data-testid="room-end" data-reason=live(move || code.get())>
            <span class="emblem">
                <Icon name=Signal::derive(move || screen.get().icon) />
            </span>
            <h1>{live(move || screen.get().title)}</h1>
            <p class="muted">{live(move || detail.get().unwrap_or_else(|| screen.get().text.to_owned()))}</p>
            <div class="row">
                {part(move || {
                    on_retry
                        .zip(screen.get().retry)
                        .map(|(retry, label)| {
                            view! {
                                <button
                                    type="button"
                                    class="button primary large"
                                    disabled=live(move || !hydrated.get())
                                    on:click=move |_| retry.run(())
                                >
                                    {label}
                                </button>
                            }
                        })
                        .into_any()
                })}
                <a class="button large" href="/">
                    "Back to the start"
                </a>
            </div>
        </section>
    }
    .into_any()
}
