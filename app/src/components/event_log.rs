//! What happened on a page, line by line.

use crate::model::LogLine;
use leptos::prelude::*;

/// The log of a demo, newest line last; read out politely.
#[component]
pub fn EventLog(
    /// The lines, oldest first.
    #[prop(into)]
    lines: Signal<Vec<LogLine>>,
) -> impl IntoView {
    view! {
        <section class="event-log" aria-label="Event log">
            <h2>"Events"</h2>
            <div role="log" data-testid="event-log">
                <ol class="lines" tabindex="0" aria-label="Events">
                    <For each=move || lines.get() key=|line| line.number let(line)>
                        <li>
                            <time class="tabular">{line.time}</time>
                            <span>{line.text}</span>
                        </li>
                    </For>
                </ol>
            </div>
            <Show when=move || lines.read().is_empty()>
                <p class="muted small">"Nothing has happened yet."</p>
            </Show>
        </section>
    }
}
