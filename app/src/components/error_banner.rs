//! What went wrong, and the way on.

use super::{hydration::use_hydrated, icon::Icon};
use crate::components::live::{live, part};
use crate::model::Notice;
use leptos::prelude::*;

/// An error, until it is dismissed; nothing while there is none.
#[component]
pub fn ErrorBanner(
    /// What to say.
    error: RwSignal<Option<Notice>>,
    /// The word on the button that mends it.
    #[prop(optional, into)]
    action: MaybeProp<String>,
    /// What that button does.
    #[prop(optional, into)]
    on_action: Option<Callback<()>>,
) -> impl IntoView {
    view! { <Banner notice=error kind="error" action on_action /> }.into_any()
}

/// Something worth knowing that stops nothing, until it is dismissed.
#[component]
pub fn NoteBanner(
    /// What to say.
    note: RwSignal<Option<Notice>>,
) -> impl IntoView {
    view! { <Banner notice=note kind="note" action=MaybeProp::default() on_action=None /> }.into_any()
}

#[component]
fn Banner(
    notice: RwSignal<Option<Notice>>,
    kind: &'static str,
    action: MaybeProp<String>,
    on_action: Option<Callback<()>>,
) -> impl IntoView {
    let error = kind == "error";
    let hydrated = use_hydrated();
    let body = move |Notice { code, text }: Notice| {
        let small_print = code.clone();
        view! {
            <div
                class=if error { "notice bad" } else { "notice warn" }
                role=if error { "alert" } else { "status" }
                data-testid=kind
                data-code=code
            >
                <Icon name=if error { "warning" } else { "info" } />
                <div class="words">
                    <p>{text}</p>
                    <p>
                        <code>{small_print}</code>
                    </p>
                </div>
                <div class="actions">
                    {part(move || {
                        let Some((act, label)) = on_action.zip(action.get()) else { return ().into_any() };
                        view! {
                            <button type="button" class="button" on:click=move |_| act.run(())>
                                {label}
                            </button>
                        }
                        .into_any()
                    })}
                    <button
                        type="button"
                        class="button quiet square"
                        aria-label="Dismiss"
                        disabled=live(move || !hydrated.get())
                        on:click=move |_| notice.set(None)
                    >
                        <Icon name="close" />
                    </button>
                </div>
            </div>
        }
        .into_any()
    };
    part(move || notice.get().map_or_else(|| ().into_any(), body))
}
