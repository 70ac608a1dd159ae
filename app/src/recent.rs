//! The rooms this device was in: kept here, sent nowhere.

use crate::dom::storage;
use serde::{Deserialize, Serialize};

const KEY: &str = "multirtc.recent";
/// Rooms that are remembered; the oldest goes first.
const MOST: usize = 8;

/// One visit to a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The room as in its address.
    pub room: String,
    /// The name it had.
    pub name: String,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: u64,
}

/// The list with `visit` at its head, each room once, at most eight.
pub fn with(mut visits: Vec<Visit>, visit: Visit) -> Vec<Visit> {
    visits.retain(|other| other.room != visit.room);
    visits.insert(0, visit);
    visits.truncate(MOST);
    visits
}

/// The list without a room.
pub fn without(mut visits: Vec<Visit>, room: &str) -> Vec<Visit> {
    visits.retain(|visit| visit.room != room);
    visits
}

/// What this device remembers, newest first; nothing on the server.
pub fn load() -> Vec<Visit> {
    // Whatever else is there was written by another version and is of no use.
    storage::get(KEY).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Remembers the list instead of what there was.
pub fn save(visits: &[Visit]) {
    match serde_json::to_string(visits) {
        Ok(text) if !visits.is_empty() => {
            storage::set(KEY, &text);
        }
        _ => storage::remove(KEY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(room: &str, at_ms: u64) -> Visit {
        Visit { room: room.to_owned(), name: room.to_uppercase(), at_ms }
    }

    #[test]
    fn a_room_is_there_once_newest_first() {
        let visits = with(with(with(Vec::new(), visit("a", 1)), visit("b", 2)), visit("a", 3));
        assert_eq!(visits, [visit("a", 3), visit("b", 2)]);
        assert_eq!(without(visits, "a"), [visit("b", 2)]);
    }

    #[test]
    fn eight_are_kept() {
        let visits = (0..20).fold(Vec::new(), |visits, at| with(visits, visit(&format!("room-{at}"), at)));
        assert_eq!(visits.len(), 8);
        assert_eq!(visits[0].room, "room-19");
    }
}
