//! What happened on a page, line by line.

use crate::components::live::{Each, ViewOf, When, live};
use crate::model::LogLine;
use leptos::prelude::*;

/// The log of a demo, newest line last; read out politely.
#[component]
pub fn EventLog(
    /// The lines, oldest first.
    #[prop(into)]
    lines: Signal<Vec<LogLine>>,
) -> impl IntoView {
    let keys = live(move || lines.read().iter().map(|line| line.number.to_string()).collect::<Vec<_>>());
    let row = ViewOf::new(move |key| {
        let lines = lines.read_untracked();
        let line = lines.iter().find(|line| line.number.to_string() == key).cloned();
        line.map(|LogLine { time, text, .. }| {
            view! {
                <li>
                    <time class="tabular">{time}</time>
                    <span>{text}</span>
                </li>
            }
        })
        .into_any()
    });
    view! {
        <section class="event-log" aria-label="Event log">
            <h2>"Events"</h2>
            <div role="log" data-testid="event-log">
                <ol class="lines" tabindex="0" aria-label="Events">
                    <Each keys row />
                </ol>
            </div>
            <When when=live(move || lines.read().is_empty())>
                <p class="muted small">"Nothing has happened yet."</p>
            </When>
        </section>
    }
    .into_any()
}
