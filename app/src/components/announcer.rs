//! What is said to those who do not see the page change.

use crate::components::live::live;
use leptos::prelude::*;
use std::time::Duration;

/// Announcements within this time are said together.
const TOGETHER: Duration = Duration::from_secs(1);

/// Says things through the page's live region, politely and batched.
#[derive(Clone, Copy)]
pub struct Announcer {
    said: RwSignal<String>,
    waiting: RwSignal<Vec<String>>,
}

impl Announcer {
    /// A new one, for a page and everything in it.
    pub fn provide() -> Self {
        let announcer = Self::new();
        provide_context(announcer);
        announcer
    }

    /// The announcer of the page around; one that nobody hears outside of a page.
    pub fn current() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    fn new() -> Self {
        Self { said: RwSignal::default(), waiting: RwSignal::default() }
    }

    /// Says a sentence within a second, together with what else is to be said by then.
    pub fn say(self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        let first = self.waiting.try_update_untracked(|waiting| {
            waiting.push(sentence);
            waiting.len() == 1
        });
        if first == Some(true) {
            set_timeout(
                move || {
                    let all = self.waiting.try_update_untracked(std::mem::take).unwrap_or_default();
                    drop(self.said.try_set(all.join(" ")));
                },
                TOGETHER,
            );
        }
    }
}

/// The live region of a page.
#[component]
pub fn LiveRegion() -> impl IntoView {
    let announcer = Announcer::current();
    view! {
        <p class="visually-hidden" role="status" aria-live="polite" data-testid="app-live-polite">
            {live(move || announcer.said.get())}
        </p>
    }
    .into_any()
}
