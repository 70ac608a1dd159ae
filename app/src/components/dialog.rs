//! Decisions: the browser's own dialog, which traps the focus and closes on Escape.

use super::icon::Icon;
use crate::components::live::live;
use leptos::{ev::SubmitEvent, html, prelude::*};

/// A dialog that is open while `open` is true; Escape and its own button set that to false.
#[component]
pub fn Dialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What it is about.
    #[prop(into)]
    title: Signal<String>,
    /// What tells its heading from that of another dialog of the page.
    id: &'static str,
    /// The test id.
    #[prop(default = "dialog")]
    test_id: &'static str,
    children: Children,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = element.get() else { return };
        if open.get() && !dialog.open() {
            if dialog.show_modal().is_err() {
                open.set(false);
            }
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="dialog"
            node_ref=element
            aria-labelledby=id
            data-testid=test_id
            on:close=move |_| open.set(false)
        >
            <header>
                <h2 id=id>{live(move || title.get())}</h2>
                <button type="button" class="button quiet square" aria-label="Close" on:click=move |_| open.set(false)>
                    <Icon name="close" />
                </button>
            </header>
            {children()}
        </dialog>
    }
    .into_any()
}

/// Asks for one line of text.
#[component]
pub fn PromptDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What is asked.
    #[prop(into)]
    title: Signal<String>,
    /// What the field is called.
    #[prop(into)]
    label: String,
    /// The verb on the button that goes on.
    #[prop(into)]
    confirm: String,
    /// The kind of field: `text` or `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What was typed, when it was confirmed.
    #[prop(into)]
    on_confirm: Callback<String>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    Effect::new(move || {
        if open.get() {
            typed.set(String::new());
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        open.set(false);
        on_confirm.run(typed.get_untracked());
    };
    view! {
        <Dialog open title id="prompt-title">
            <form class="stack" on:submit=submit>
                <div class="field">
                    <label for="prompt-input">{label}</label>
                    <input
                        id="prompt-input"
                        class="input"
                        type=kind
                        autocomplete="off"
                        data-testid="dialog-input"
                        bind:value=typed
                    />
                </div>
                <div class="choices">
                    <button
                        type="button"
                        class="button"
                        data-testid="dialog-cancel"
                        on:click=move |_| open.set(false)
                    >
                        "Cancel"
                    </button>
                    <button type="submit" class="button primary" data-testid="dialog-ok">
                        {confirm}
                    </button>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}
