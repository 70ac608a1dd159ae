//! Leased names of people inside a lobby.

use crate::core::Millis;
use crate::protocol::{Handle, LobbyId, PeerId};
use std::collections::BTreeMap;

/// Milliseconds a handle stays reserved after its session has ended, so that nobody slips into a known name.
pub(super) const RELEASE_MS: Millis = 60_000;

struct Lease {
    holder: PeerId,
    until: Option<Millis>,
}

#[derive(Default)]
pub(super) struct Handles {
    leases: BTreeMap<(LobbyId, String), Lease>,
}

/// Handles that differ in case only are the same.
fn folded(handle: &str) -> String {
    handle.to_ascii_lowercase()
}

impl Handles {
    /// Takes a handle. False if somebody has it.
    pub(super) fn lease(&mut self, lobby: &LobbyId, handle: &Handle, holder: &PeerId) -> bool {
        let key = (lobby.clone(), folded(handle.as_str()));
        if self.leases.get(&key).is_some_and(|lease| lease.holder != *holder) {
            return false;
        }
        self.leases.insert(key, Lease { holder: holder.clone(), until: None });
        true
    }

    /// Starts the time after which it is free again; tells the name and when.
    pub(super) fn release(&mut self, lobby: &LobbyId, handle: &Handle, now: Millis) -> Option<(String, Millis)> {
        let key = (lobby.clone(), folded(handle.as_str()));
        let until = now + RELEASE_MS;
        self.leases.get_mut(&key)?.until = Some(until);
        Some((key.1, until))
    }

    pub(super) fn expire(&mut self, lobby: LobbyId, name: String, now: Millis) {
        let key = (lobby, name);
        if self.leases.get(&key).is_some_and(|lease| lease.until.is_some_and(|until| until <= now)) {
            self.leases.remove(&key);
        }
    }

    /// Whose name this is.
    pub(super) fn holder(&self, lobby: &LobbyId, name: &str) -> Option<&PeerId> {
        self.leases.get(&(lobby.clone(), folded(name))).map(|lease| &lease.holder)
    }

    pub(super) fn len(&self) -> usize {
        self.leases.len()
    }
}
