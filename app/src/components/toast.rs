//! Short notes that go by themselves.

use super::icon::Icon;
use crate::catalogue;
use leptos::prelude::*;
use std::time::Duration;

/// How long a toast stays.
const STAYS: Duration = Duration::from_secs(5);
/// How long it stays on after the pointer or the focus has gone.
const STAYS_ON: Duration = Duration::from_millis(1500);
/// Toasts on the screen at once.
const MOST: usize = 3;

/// One toast.
#[derive(Debug, Clone)]
pub struct Toast {
    number: u32,
    about: About,
    bad: bool,
    action: Option<(String, Callback<()>)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum About {
    Text(String),
    Joined(Vec<String>),
    Left(Vec<String>),
}

impl Toast {
    fn text(&self) -> String {
        match &self.about {
            About::Text(text) => text.clone(),
            About::Joined(names) => catalogue::joined(names),
            About::Left(names) => catalogue::left(names),
        }
    }
}

/// The toasts of a page. Alike ones become one: *Bo and Cy joined*.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    told: RwSignal<Vec<String>>,
    held: RwSignal<bool>,
    next: StoredValue<u32>,
}

impl Toasts {
    /// New ones, for a page and everything in it.
    ///
    /// Always new: a part of a page that is drawn again still has the context of its life before.
    pub fn provide() -> Self {
        let toasts = Self::new();
        provide_context(toasts);
        toasts
    }

    /// The toasts of the page around; some that nobody sees outside of one.
    pub fn current() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    fn new() -> Self {
        Self {
            shown: RwSignal::default(),
            told: RwSignal::default(),
            held: RwSignal::new(false),
            next: StoredValue::new(0),
        }
    }

    /// Everything that was ever told, oldest first: nothing is lost with its toast.
    pub fn told(self) -> Signal<Vec<String>> {
        self.told.into()
    }

    /// Tells something for five seconds.
    pub fn tell(self, text: impl Into<String>) {
        self.push(About::Text(text.into()), false, None);
    }

    /// Tells something for five seconds, with one thing to do about it.
    pub fn offer(self, text: impl Into<String>, action: impl Into<String>, act: Callback<()>) {
        self.push(About::Text(text.into()), false, Some((action.into(), act)));
    }

    /// Tells what went wrong; it stays until it is dismissed.
    pub fn fail(self, text: impl Into<String>) {
        self.push(About::Text(text.into()), true, None);
    }

    /// Tells that somebody came.
    pub fn joined(self, name: &str) {
        self.push(About::Joined(vec![name.to_owned()]), false, None);
    }

    /// Tells that somebody went.
    pub fn left(self, name: &str) {
        self.push(About::Left(vec![name.to_owned()]), false, None);
    }

    fn push(self, about: About, bad: bool, action: Option<(String, Callback<()>)>) {
        let merged = self.shown.try_update(|shown| merge(shown, &about)).unwrap_or(true);
        if merged {
            return;
        }
        let number = self.next.try_update_value(|next| {
            *next += 1;
            *next
        });
        let Some(number) = number else { return };
        let toast = Toast { number, about, bad, action };
        self.told.try_update(|told| told.push(toast.text()));
        self.shown.try_update(|shown| {
            shown.push(toast);
            while shown.len() > MOST {
                shown.remove(shown.iter().position(|toast| !toast.bad).unwrap_or_default());
            }
        });
        if !bad {
            set_timeout(move || self.expire(number), STAYS);
        }
    }

    /// Takes a toast away, unless somebody is reading.
    fn expire(self, number: u32) {
        if self.held.try_get_untracked().unwrap_or_default() {
            set_timeout(move || self.expire(number), STAYS_ON);
        } else {
            self.dismiss(number);
        }
    }

    fn dismiss(self, number: u32) {
        self.shown.try_update(|shown| shown.retain(|toast| toast.number != number));
    }
}

/// Adds what is told to a toast of the same sort that is still there.
fn merge(shown: &mut [Toast], about: &About) -> bool {
    shown.iter_mut().any(|toast| match (&mut toast.about, about) {
        (About::Joined(names), About::Joined(more)) | (About::Left(names), About::Left(more)) => {
            names.extend(more.iter().cloned());
            true
        }
        (About::Text(text), About::Text(same)) => text == same,
        _ => false,
    })
}

/// Where the toasts of a page appear.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = Toasts::current();
    let hold = move |held| {
        let _ = toasts.held.try_set(held);
    };
    view! {
        <div
            class="toasts"
            role="region"
            aria-label="Notifications"
            data-testid="app-toasts"
            on:mouseenter=move |_| hold(true)
            on:mouseleave=move |_| hold(false)
            on:focusin=move |_| hold(true)
            on:focusout=move |_| hold(false)
        >
            <div aria-live="polite">
                <For each=move || toasts.shown.get() key=|toast| (toast.number, toast.text()) let(toast)>
                    {
                        let text = toast.text();
                        let number = toast.number;
                        view! {
                            <div class="toast" class:bad=toast.bad>
                                {toast.bad.then(|| view! { <Icon name="warning" /> })}
                                <p>{text}</p>
                                {toast
                                    .action
                                    .map(|(label, act)| {
                                        view! {
                                            <button
                                                type="button"
                                                class="button"
                                                on:click=move |_| {
                                                    toasts.dismiss(number);
                                                    act.run(());
                                                }
                                            >
                                                {label}
                                            </button>
                                        }
                                    })}
                                <button
                                    type="button"
                                    class="button square"
                                    aria-label="Dismiss"
                                    on:click=move |_| toasts.dismiss(number)
                                >
                                    <Icon name="close" />
                                </button>
                            </div>
                        }
                    }
                </For>
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toast(about: About) -> Toast {
        Toast { number: 1, about, bad: false, action: None }
    }

    #[test]
    fn alike_toasts_become_one() {
        let mut shown = vec![toast(About::Joined(vec!["Bo".to_owned()]))];
        assert!(merge(&mut shown, &About::Joined(vec!["Cy".to_owned()])));
        assert_eq!(shown[0].text(), "Bo and Cy joined");
        assert!(!merge(&mut shown, &About::Left(vec!["Cy".to_owned()])));
        assert!(!merge(&mut shown, &About::Text("Copied".to_owned())));
    }
}
