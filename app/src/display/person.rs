//! A person without a picture: initials on a colour.

/// What is shown for somebody who gave no name.
const NAMELESS: &str = "Anonymous";

/// Visible characters of a name; the rest is cut.
const NAME_CHARACTERS: usize = multirtc::protocol::limits::NAME_CHARS;

/// The name as it is shown: trimmed, cut after 80 characters, never empty.
pub fn shown_name(name: &str) -> String {
    let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(NAME_CHARACTERS).collect();
    if name.is_empty() { NAMELESS.to_owned() } else { name }
}

/// One or two letters for a name: of its first and last word. Style sheets make them capitals, which needs no tables.
pub fn initials(name: &str) -> String {
    let mut first_letters = name
        .split(|character: char| character.is_whitespace() || character == '-' || character == '_')
        .filter_map(|word| word.chars().find(|character| character.is_alphanumeric()));
    let first = first_letters.next();
    let last = first_letters.next_back();
    let letters: String = first.into_iter().chain(last).collect();
    if letters.is_empty() { "?".to_owned() } else { letters }
}

/// Which of the eight colours a person has, 0 to 7: the same on every page for the same id.
pub fn person_color(id: &str) -> u8 {
    // FNV-1a: spreads ids that differ in one character.
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    u8::try_from((hash ^ (hash >> 15)) & 7).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_cut_and_never_empty() {
        assert_eq!(shown_name("  Ana   Lima "), "Ana Lima");
        assert_eq!(shown_name(" \t "), "Anonymous");
        assert_eq!(shown_name(&"ü".repeat(129)).chars().count(), 80);
    }

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        assert_eq!(initials("Ana"), "A");
        assert_eq!(initials("ana maria lima"), "al");
        assert_eq!(initials("jean-luc"), "jl");
        assert_eq!(initials("数字"), "数");
        assert_eq!(initials("<img src=x>"), "is");
        assert_eq!(initials("…"), "?");
    }

    #[test]
    fn colours_are_stable_and_all_used() {
        let used: std::collections::BTreeSet<u8> = (0..200).map(|id| person_color(&format!("peer-{id}"))).collect();
        assert_eq!(used, (0..8).collect());
        assert_eq!(person_color("peer-1"), person_color("peer-1"));
    }
}
