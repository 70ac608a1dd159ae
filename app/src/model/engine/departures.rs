//! People who close their page: their tiles go soon, their seat a little later, and a reload brings both back.

use super::Engine;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use multirtc::Room;
use multirtc::protocol::{Online, PeerId};

/// Milliseconds a tile stays after its person's page was closed: a reload is quicker.
const STAYS_MS: u32 = 2_000;

impl Engine {
    /// A person's socket was closed, lost, or is back.
    pub(super) fn online_changed(&self, room: &Room, peer: &PeerId) {
        let Some(call) = self.0.call.get() else { return };
        if !is_leaving(room, peer) {
            call.shown.try_update(|shown| shown.departed.remove(peer));
            return;
        }
        let (room, peer) = (room.clone(), peer.clone());
        let depart = move || {
            if is_leaving(&room, &peer) {
                call.shown.try_update(|shown| shown.departed.insert(peer));
            }
        };
        Timeout::new(STAYS_MS, depart).forget();
    }
}

fn is_leaving(room: &Room, peer: &PeerId) -> bool {
    let state = room.state().get();
    let found = state.others.iter().find(|other| other.who.peer == *peer);
    found.is_some_and(|found| matches!(found.who.online, Online::Interrupted { leaving: true, .. }))
}
