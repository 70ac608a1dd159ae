//! A value that can be read at any time and tells when it changes.

use futures::Stream;
use futures::channel::mpsc;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// A current value of `T` with subscribers; what state is handed out as.
///
/// Cheap to clone. Level-triggered: a subscriber is called with the newest value, not with each one in between.
pub struct Watch<T>(Rc<Inner<T>>);

struct Inner<T> {
    value: RefCell<T>,
    subscribers: RefCell<Vec<(u64, Rc<Subscriber<T>>)>>,
    next: Cell<u64>,
}

type Subscriber<T> = RefCell<Box<dyn FnMut(&T)>>;

impl<T> Clone for Watch<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T: Clone + PartialEq + 'static> Watch<T> {
    /// A watch that starts with `value`.
    pub fn new(value: T) -> Self {
        Self(Rc::new(Inner { value: RefCell::new(value), subscribers: RefCell::default(), next: Cell::new(0) }))
    }

    /// The value now.
    pub fn get(&self) -> T {
        self.0.value.borrow().clone()
    }

    /// Calls `f` with the value now and again after each change, until the subscription is dropped.
    ///
    /// `f` may read this watch and drop subscriptions; it is not called again from inside itself.
    pub fn subscribe(&self, mut f: impl FnMut(&T) + 'static) -> Subscription {
        f(&self.get());
        let id = self.0.next.get();
        self.0.next.set(id + 1);
        self.0.subscribers.borrow_mut().push((id, Rc::new(RefCell::new(Box::new(f)))));
        let watch = Rc::downgrade(&self.0);
        Subscription::new(move || unsubscribe(&watch, id))
    }

    /// The value now, and then each newest value, as a stream.
    pub fn stream(&self) -> impl Stream<Item = T> + Unpin + 'static {
        let (sender, receiver) = mpsc::unbounded();
        let subscription = self.subscribe(move |value| drop(sender.unbounded_send(value.clone())));
        WithSubscription { receiver, _subscription: subscription }
    }

    /// Whether only one handle is left, and no subscriber.
    pub(crate) fn is_unwatched(&self) -> bool {
        Rc::strong_count(&self.0) == 1 && self.0.subscribers.borrow().is_empty()
    }

    /// Replaces the value; subscribers hear of it if it differs.
    pub(crate) fn set(&self, value: T) {
        if *self.0.value.borrow() == value {
            return;
        }
        self.0.value.replace(value);
        // A copy, so that a subscriber may subscribe or unsubscribe while it is called.
        let subscribers: Vec<_> = self.0.subscribers.borrow().iter().map(|(_, f)| Rc::clone(f)).collect();
        for subscriber in subscribers {
            let value = self.get();
            if let Ok(mut f) = subscriber.try_borrow_mut() {
                f(&value);
            }
        }
    }
}

fn unsubscribe<T>(watch: &Weak<Inner<T>>, id: u64) {
    if let Some(inner) = watch.upgrade() {
        let gone = {
            let mut subscribers = inner.subscribers.borrow_mut();
            subscribers.iter().position(|(other, _)| *other == id).map(|at| subscribers.remove(at))
        };
        drop(gone);
    }
}

struct WithSubscription<T> {
    receiver: mpsc::UnboundedReceiver<T>,
    _subscription: Subscription,
}

impl<T> Stream for WithSubscription<T> {
    type Item = T;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<T>> {
        std::pin::Pin::new(&mut self.receiver).poll_next(context)
    }
}

/// Keeps a callback alive; dropping it ends the calls.
#[must_use = "dropping a subscription ends it"]
pub struct Subscription(Option<Box<dyn FnOnce()>>);

impl Subscription {
    pub(crate) fn new(end: impl FnOnce() + 'static) -> Self {
        Self(Some(Box::new(end)))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}
