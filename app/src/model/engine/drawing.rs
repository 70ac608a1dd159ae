//! When a room is drawn: whenever it has changed, but not while a call is being set up.
//!
//! Drawing takes the same processor as agreeing on a call and decoding its first picture; people wait for the picture.

use crate::model::call::Call;
use crate::model::status::Status;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use multirtc::Room;
use multirtc::core::event::{LinkPhase, RoomState};
use std::cell::RefCell;
use std::rc::Rc;

use super::Engine;

/// Milliseconds for which changes are gathered: somebody who joins is half a dozen of them.
const GATHERED_MS: u32 = 80;
/// Milliseconds for which drawing waits for calls being set up.
const PATIENCE_MS: u32 = 300;

/// A drawing that is due.
struct Due {
    /// A call was being set up when it was last looked at.
    calling: bool,
    since: f64,
    _timer: Timeout,
}

impl Engine {
    /// Takes each state of a room; draws what it has come to, a few changes at a time.
    pub(super) fn drawing(&self, call: Call, room: Room) -> impl FnMut(&RoomState) + use<> {
        let engine = self.clone();
        let due: Rc<RefCell<Option<Due>>> = Rc::default();
        move |state| {
            if !is_drawn(call) && state.others.is_empty() {
                return engine.draw(call, &room);
            }
            let calling = state.others.iter().any(|other| other.link == LinkPhase::Connecting);
            let now = js_sys::Date::now();
            let since = match &*due.borrow() {
                Some(due) if due.calling == calling => return,
                Some(due) => due.since,
                None => now,
            };
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, as it should")]
            let waited = (now - since) as u32;
            let draw = {
                let (engine, room, due) = (engine.clone(), room.clone(), Rc::downgrade(&due));
                move || {
                    let done = due.upgrade().and_then(|due| due.borrow_mut().take());
                    drop(done);
                    engine.draw(call, &room);
                }
            };
            let timer = Timeout::new(wait(is_drawn(call), calling, waited), draw);
            *due.borrow_mut() = Some(Due { calling, since, _timer: timer });
        }
    }

    /// Draws the room as it is now, unless it is over.
    pub(super) fn draw(&self, call: Call, room: &Room) {
        let current = self.0.room.borrow().as_ref().is_some_and(|current| current.id() == room.id());
        if !current || room.is_gone() {
            return;
        }
        let first = !is_drawn(call);
        call.room.try_set(Some(room.state().get()));
        if first {
            call.status.try_set(if room.state().get().signaling { Status::Connected } else { Status::Disconnected });
            *self.0.preview.borrow_mut() = None;
            self.tell_devices();
            self.0.playback.sync(call, room);
        }
    }
}

/// Milliseconds a drawing still waits when it has waited for `waited`, by whether the room is on the page already and
/// whether a call is being set up.
fn wait(drawn: bool, calling: bool, waited: u32) -> u32 {
    let until = match (calling, drawn) {
        (true, _) => PATIENCE_MS,
        // Whoever has just come in waits for this; whoever was there before sees it in time with the newcomer's first
        // picture.
        (false, false) => 0,
        (false, true) => waited.saturating_add(GATHERED_MS).min(PATIENCE_MS + GATHERED_MS),
    };
    until.saturating_sub(waited)
}

/// Whether the page shows a room.
pub(super) fn is_drawn(call: Call) -> bool {
    call.room.try_with_untracked(Option::is_some).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_drawn_at_once_when_its_calls_stand() {
        assert_eq!(wait(false, false, 0), 0);
        assert_eq!(wait(false, false, 250), 0);
    }

    #[test]
    fn a_call_being_set_up_holds_drawing_up_for_a_while_and_no_longer() {
        for drawn in [false, true] {
            assert_eq!(wait(drawn, true, 0), PATIENCE_MS);
            assert_eq!(wait(drawn, true, 100), PATIENCE_MS - 100);
            assert_eq!(wait(drawn, true, u32::MAX), 0);
        }
    }

    #[test]
    fn changes_are_gathered_but_never_put_off_for_ever() {
        assert_eq!(wait(true, false, 0), GATHERED_MS);
        assert_eq!(wait(true, false, PATIENCE_MS), GATHERED_MS);
        // Calls that come and go in turns start the wait anew each time, within this.
        assert_eq!(wait(true, false, PATIENCE_MS + GATHERED_MS), 0);
        assert_eq!(wait(true, false, u32::MAX), 0);
    }
}
