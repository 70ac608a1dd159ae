//! What changes in a view, in types that exist once.
//!
//! A view compiles the whole machinery of a changing attribute, child or list again for each closure's type, one
//! to four kilobytes of wasm every time. What goes through here has one type for each type of value, so that a closure
//! costs no more than what it says.

use leptos::{prelude::*, tachys::reactive_graph::SharedReactiveFunction};
use std::sync::{Arc, Mutex};

/// A value that changes: an attribute's, a class's, or a text.
pub fn live<T: Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    Signal::derive(read)
}

/// A part of a view that is made anew whenever what it reads has changed.
pub fn part(make: impl FnMut() -> AnyView + Send + 'static) -> AnyView {
    let make: SharedReactiveFunction<AnyView> = Arc::new(Mutex::new(make));
    make.into_any()
}

/// Shows its children while `when` holds; they stay as they are while it goes on to hold.
#[component]
pub fn When(
    /// The condition.
    when: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let when = Memo::new(move |_| when.get());
    part(move || if when.get() { children() } else { ().into_any() })
}

/// One row for each key, in the order of the keys; a row stays as it is while its key is there.
#[component]
pub fn Each(
    /// The keys, each once.
    keys: Signal<Vec<String>>,
    /// Makes the row of a key.
    row: ViewOf,
) -> impl IntoView {
    view! { <For each=move || keys.get() key=String::clone children=move |key| row.make(key) /> }.into_any()
}

/// Makes the view of a key.
#[derive(Clone)]
pub struct ViewOf(Arc<dyn Fn(String) -> AnyView + Send + Sync>);

impl ViewOf {
    /// Wraps a closure.
    pub fn new(make: impl Fn(String) -> AnyView + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }

    fn make(&self, key: String) -> AnyView {
        (self.0)(key)
    }
}
