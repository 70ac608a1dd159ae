//! The words of the product, in one place: sentences whole, plurals minded, nothing glued together by components.
//!
//! Sentence case, second person, verbs on buttons, no jargon on the surface.

mod bar;
mod screen;
mod tile;
mod time;

pub use bar::{action as bar_action, label as bar_label};
pub use screen::{Screen, screen};
pub use tile::{
    accessible_name as tile_name, control_name as tile_control_name, trouble as tile_trouble, why_no_picture,
};
pub use time::{ago, duration};

/// How many people are somewhere.
pub fn people(count: u16) -> String {
    match count {
        0 => "Nobody yet".to_owned(),
        1 => "1 person".to_owned(),
        count => format!("{count} people"),
    }
}

/// How many watch a broadcast.
pub fn viewers(count: usize) -> String {
    match count {
        0 => "Nobody is watching yet".to_owned(),
        1 => "1 viewer".to_owned(),
        count => format!("{count} viewers"),
    }
}

/// Who is in a room already: at most two names.
pub fn who_is_here(names: &[String], count: usize) -> String {
    match (names, count) {
        (_, 0) => "Nobody is here yet".to_owned(),
        ([], 1) => "1 person is here".to_owned(),
        ([], count) => format!("{count} people are here"),
        ([one, ..], 1) => format!("{one} is here"),
        ([one, two, ..], 2) => format!("{one} and {two} are here"),
        ([one, two, ..], 3) => format!("{one}, {two} and 1 other are here"),
        ([one, two, ..], count) => format!("{one}, {two} and {} others are here", count - 2),
        ([one], 2) => format!("{one} and 1 other are here"),
        ([one], count) => format!("{one} and {} others are here", count - 1),
    }
}

/// Some people came.
pub fn joined(names: &[String]) -> String {
    format!("{} joined", listed(names))
}

/// Some people went.
pub fn left(names: &[String]) -> String {
    format!("{} left", listed(names))
}

/// Names as a sentence lists them: at most two of them in full.
fn listed(names: &[String]) -> String {
    match names {
        [] => "Somebody".to_owned(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, _] => format!("{one}, {two} and 1 other"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} others", rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_counted_in_words() {
        assert_eq!(people(0), "Nobody yet");
        assert_eq!(people(1), "1 person");
        assert_eq!(people(4), "4 people");
    }

    #[test]
    fn who_is_here_names_two_at_most() {
        let names: Vec<String> = ["Ana", "Bo", "Cy"].map(str::to_owned).to_vec();
        assert_eq!(who_is_here(&[], 0), "Nobody is here yet");
        assert_eq!(who_is_here(&names[..1], 1), "Ana is here");
        assert_eq!(who_is_here(&names[..2], 2), "Ana and Bo are here");
        assert_eq!(who_is_here(&names, 3), "Ana, Bo and 1 other are here");
        assert_eq!(who_is_here(&names, 4), "Ana, Bo and 2 others are here");
        assert_eq!(who_is_here(&names[..1], 3), "Ana and 2 others are here");
        assert_eq!(who_is_here(&[], 5), "5 people are here");
        assert_eq!(joined(&names), "Ana, Bo and 1 other joined");
        assert_eq!(left(&names[..2]), "Ana and Bo left");
    }
}
