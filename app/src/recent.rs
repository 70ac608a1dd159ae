//! The rooms this device was in: kept here, sent nowhere.

use crate::dom::storage;

const KEY: &str = "multirtc.recent";
/// Rooms that are remembered; the oldest goes first.
const MOST: usize = 8;

/// One visit to a room.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    storage::get(KEY).map(|text| read(&text)).unwrap_or_default()
}

/// Remembers the list instead of what there was.
pub fn save(visits: &[Visit]) {
    if visits.is_empty() {
        storage::remove(KEY);
    } else {
        storage::set(KEY, &write(visits));
    }
}

/// A line for each: when, which, its name. Whatever else is there was written by another version and is of no use.
fn read(text: &str) -> Vec<Visit> {
    let visit = |line: &str| {
        let mut parts = line.splitn(3, '\t');
        let at_ms = parts.next()?.parse().ok()?;
        Some(Visit { at_ms, room: parts.next()?.to_owned(), name: parts.next()?.to_owned() })
    };
    text.lines().filter_map(visit).collect()
}

fn write(visits: &[Visit]) -> String {
    let line = |Visit { room, name, at_ms }: &Visit| format!("{at_ms}\t{room}\t{}\n", name.replace(['\n', '\r'], " "));
    visits.iter().map(line).collect()
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
    fn what_is_written_is_read_and_nothing_else() {
        let visits = [visit("a", 3), Visit { name: "\"Ünï\"\t".to_owned(), ..visit("b", u64::MAX) }];
        assert_eq!(read(&write(&visits)), visits);
        assert_eq!(read("3\ta\tA\nsoon\tb\tB\n7\n9\tc\n"), [visit("a", 3)]);
        let broken = Visit { name: "two\nlines".to_owned(), ..visit("c", 1) };
        assert_eq!(read(&write(&[broken]))[0].name, "two lines");
        for nothing in ["", "{}", "null", "[1", r#"{"room":"a"}"#] {
            assert_eq!(read(nothing), []);
        }
    }

    #[test]
    fn eight_are_kept() {
        let visits = (0..20).fold(Vec::new(), |visits, at| with(visits, visit(&format!("room-{at}"), at)));
        assert_eq!(visits.len(), 8);
        assert_eq!(visits[0].room, "room-19");
    }
}
