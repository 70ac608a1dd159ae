//! Events of a room as streams and callbacks.

use crate::api::watch::Subscription;
use crate::core::event::Event;
use futures::Stream;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

/// Events a reader may fall behind by before the oldest are dropped.
const QUEUE: usize = 512;

/// An independent, bounded queue of events.
///
/// A reader that does not keep up gets [`Event::Lagged`] in place of what it missed, and should read the state again.
/// Ends when the room's handle is gone.
pub struct Events(Rc<RefCell<Queue>>);

#[derive(Default)]
struct Queue {
    events: VecDeque<Event>,
    missed: u64,
    waker: Option<Waker>,
    ended: bool,
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut queue = self.0.borrow_mut();
        if queue.missed > 0 {
            let missed = std::mem::take(&mut queue.missed);
            return Poll::Ready(Some(Event::Lagged { missed }));
        }
        match queue.events.pop_front() {
            Some(event) => Poll::Ready(Some(event)),
            None if queue.ended => Poll::Ready(None),
            None => {
                queue.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

type Listener = RefCell<Box<dyn FnMut(&Event)>>;
type Listeners = Vec<(u64, Rc<Listener>)>;

/// Hands each event to every reader.
#[derive(Default)]
pub(crate) struct EventHub {
    queues: RefCell<Vec<Weak<RefCell<Queue>>>>,
    listeners: Rc<RefCell<Listeners>>,
    next: Cell<u64>,
}

impl EventHub {
    pub(crate) fn events(&self) -> Events {
        let queue = Rc::new(RefCell::new(Queue::default()));
        self.queues.borrow_mut().push(Rc::downgrade(&queue));
        Events(queue)
    }

    pub(crate) fn on(&self, f: impl FnMut(&Event) + 'static) -> Subscription {
        let id = self.next.get();
        self.next.set(id + 1);
        self.listeners.borrow_mut().push((id, Rc::new(RefCell::new(Box::new(f)))));
        let listeners = Rc::downgrade(&self.listeners);
        Subscription::new(move || {
            let gone = listeners.upgrade().and_then(|listeners| {
                let mut listeners = listeners.borrow_mut();
                listeners.iter().position(|(other, _)| *other == id).map(|at| listeners.remove(at))
            });
            drop(gone);
        })
    }

    pub(crate) fn emit(&self, event: &Event) {
        self.each_queue(|queue| {
            if queue.events.len() >= QUEUE {
                queue.events.pop_front();
                queue.missed += 1;
            }
            queue.events.push_back(event.clone());
        });
        // A copy, so that a listener may subscribe or unsubscribe while it is called.
        let listeners: Vec<_> = self.listeners.borrow().iter().map(|(_, f)| Rc::clone(f)).collect();
        for listener in listeners {
            if let Ok(mut f) = listener.try_borrow_mut() {
                f(event);
            }
        }
    }

    pub(crate) fn end(&self) {
        self.each_queue(|queue| queue.ended = true);
    }

    fn each_queue(&self, change: impl Fn(&mut Queue)) {
        let mut wakers = Vec::new();
        self.queues.borrow_mut().retain(|queue| {
            let Some(queue) = queue.upgrade() else { return false };
            let mut queue = queue.borrow_mut();
            change(&mut queue);
            wakers.extend(queue.waker.take());
            true
        });
        wakers.into_iter().for_each(Waker::wake);
    }
}
