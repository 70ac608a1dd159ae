//! A call with nobody, drawn where nobody sees it: what a page is made of is there and compiled when the first real call
//! comes, which then has the processor to itself.

use super::stage::load_tiles;
use crate::model::Call;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// How long a page is left alone before it rehearses.
const AFTER: Duration = Duration::from_millis(200);

/// Draws a call as a page does while it is in one.
pub type Page = Arc<dyn Fn(Call) -> AnyView + Send + Sync>;

/// Prepares for a call as soon as there is a room to join or the page waits in one; a page on which nothing happens
/// loads nothing. `at_once` is for pages that are about one call. `page` draws a call that the page is in.
pub fn prepare_in_time(call: Call, at_once: bool, page: Page) {
    let likely = Memo::new(move |_| at_once || call.status.get().is_entering() || !call.rooms.read().is_empty());
    Effect::new(move || {
        if likely.get() {
            load_tiles();
        }
    });
    let alone = move || call.room.read().as_ref().is_none_or(|room| room.others.is_empty());
    let idle = Memo::new(move |_| likely.get() && alone() && !call.status.get().is_entering());
    let begun = StoredValue::new(false);
    let owner = Owner::current();
    Effect::new(move || {
        // A real call has done the same.
        if !alone() {
            begun.set_value(true);
        }
        if idle.get() && !begun.get_value() {
            let (owner, page) = (owner.clone(), page.clone());
            let begin = move || {
                if idle.try_get_untracked() == Some(true) && begun.try_get_value() == Some(false) {
                    begun.set_value(true);
                    let owner = owner.unwrap_or_default().with(Owner::new);
                    leptos::task::spawn_local(rehearse(owner, call, idle, page));
                }
            };
            set_timeout(begin, AFTER);
        }
    });
}

/// Goes through a whole call, from joining to leaving.
#[lazy]
fn rehearse(owner: Owner, call: Call, idle: Memo<bool>, page: Page) {
    #[cfg(feature = "hydrate")]
    on_stage::rehearse(owner, call, idle, page);
    #[cfg(not(feature = "hydrate"))]
    drop((owner, call, idle, page));
}

#[cfg(feature = "hydrate")]
mod on_stage {
    use super::Page;
    use crate::model::{Call, Understudy};
    use futures::channel::oneshot;
    use futures::future::select;
    use gloo_timers::future::TimeoutFuture;
    use leptos::prelude::*;
    use leptos::tachys::view::{Mountable, Render};
    use leptos::task::spawn_local;
    use multirtc::Rehearsal;

    /// Milliseconds of a rehearsal.
    const LASTS_MS: u32 = 600;

    pub(super) fn rehearse(owner: Owner, call: Call, idle: Memo<bool>, page: Page) {
        let (end, ended) = oneshot::channel::<()>();
        let drawn = owner.with(|| {
            let understudy = Understudy { server: |config| config.transport(Rehearsal), camera: Rehearsal::camera() };
            let tried = call.rehearsal(understudy).filter(|_| idle.try_get_untracked() == Some(true))?;
            let mut end = Some(end);
            // Somebody is in earnest.
            Effect::new(move || {
                if !idle.get() {
                    drop(end.take());
                }
            });
            let nowhere = document().create_element("div").ok()?;
            let mut drawn = page(tried).build();
            drawn.mount(&nowhere, None);
            tried.join_first();
            Some(drawn)
        });
        spawn_local(async move {
            if let Some(mut drawn) = drawn {
                select(TimeoutFuture::new(LASTS_MS), ended).await;
                drawn.unmount();
            }
            owner.cleanup();
        });
    }
}
