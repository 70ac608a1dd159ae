//! The rules of the tree that no compiler checks: who may know whom, and how long a file may be.

use crate::{Result, tree};
use std::{fs, path::Path};

/// A folder (or file) and the words its code may not contain, with the reason.
struct Rule {
    place: &'static str,
    words: &'static [&'static str],
    reason: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        place: "src/protocol",
        words: &["crate::core", "crate::browser", "web_sys", "js_sys", "wasm_bindgen", "tokio", "async", "await"],
        reason: "the protocol is types without logic; both ends compile it",
    },
    Rule {
        place: "src/core",
        words: &["crate::browser", "web_sys", "js_sys", "wasm_bindgen", "gloo_net", "gloo_timers", "gloo_events"],
        reason: "the core knows no browser",
    },
    Rule {
        place: "src/core",
        words: &["tokio", "async", "await", "Instant", "SystemTime", "std::thread", "std::net", "std::fs", "std::env"],
        reason: "the core has no clock, task, socket or file: time and randomness come in, effects go out",
    },
    Rule {
        place: "src",
        words: &["leptos", "axum", "tokio", "app::", "server::"],
        reason: "the library knows neither the application nor the server",
    },
    Rule {
        place: "app/src",
        words: &["axum", "tokio", "server::"],
        reason: "pages reach the server through api::Services and server functions",
    },
    Rule { place: "server/src", words: &["web_sys", "js_sys", "wasm_bindgen"], reason: "the server is no browser" },
];

/// Lines of code a file may have, tests and tables not counted.
const LONGEST: usize = 400;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 5] = ["mod.rs", "utils.rs", "util.rs", "helpers.rs", "misc.rs"];

/// Checks every source file.
///
/// # Errors
/// With one line for each place that breaks a rule.
pub fn check() -> Result<()> {
    let root = tree::root()?;
    let mut faults = Vec::new();
    for folder in ["src", "app/src", "bench/src", "derive/src", "server/src", "xtask/src"] {
        for file in tree::files(&root.join(folder))? {
            if file.extension().is_some_and(|ending| ending == "rs") {
                faults.extend(faults_of(&tree::address(&root, &file)?, &fs::read_to_string(&file)?));
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n       ").into()) }
}

/// What is wrong with one file.
fn faults_of(address: &str, text: &str) -> Vec<String> {
    let path = Path::new(address);
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let mut faults = Vec::new();
    if EMPTY_NAMES.contains(&name.as_ref()) {
        faults.push(format!("{address}: the name says nothing about what is inside"));
    }
    let is_test = name == "tests.rs" || path.iter().any(|folder| folder == "tests");
    if is_test {
        return faults;
    }
    let code: Vec<&str> = text.lines().take_while(|line| !line.trim_start().starts_with("#[cfg(test)]")).collect();
    if code.len() > LONGEST && name != "table.rs" {
        faults.push(format!("{address}: {} lines, {LONGEST} is the limit; split it by noun", code.len()));
    }
    for rule in RULES.iter().filter(|rule| is_below(address, rule.place)) {
        for (index, line) in code.iter().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            for word in rule.words.iter().filter(|word| contains_word(line, word)) {
                faults.push(format!("{address}:{}: `{word}`: {}", index + 1, rule.reason));
            }
        }
    }
    faults
}

/// `src/core.rs` and everything in `src/core/` are below `src/core`.
fn is_below(address: &str, place: &str) -> bool {
    address.strip_prefix(place).is_some_and(|rest| rest.starts_with('/') || rest.starts_with('.'))
}

/// Is `word` there, and not as a part of a longer name?
fn contains_word(line: &str, word: &str) -> bool {
    let is_name = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !is_name(before) && (word.ends_with(':') || !is_name(after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_words() {
        assert!(contains_word("use std::time::{Duration, Instant};", "Instant"));
        assert!(contains_word("use app::site::Site;", "app::"));
        assert!(!contains_word("let instant_of = Instantly;", "Instant"));
        assert!(!contains_word("my_app::run()", "app::"));
    }

    #[test]
    fn each_layer_has_its_own_rules() {
        for (address, line, faulty) in [
            ("src/core/hub.rs", "use std::time::Instant;", true),
            ("src/core.rs", "async fn wait() {}", true),
            ("src/core/hub.rs", "// no Instant here", false),
            ("src/browser/peer.rs", "use web_sys::RtcPeerConnection;", false),
            ("src/browser/peer.rs", "use leptos::prelude::*;", true),
            ("src/protocol/room.rs", "use crate::core::Millis;", true),
            ("server/src/ws.rs", "use tokio::net::TcpStream;", false),
            ("app/src/pages/room.rs", "use tokio::spawn;", true),
            ("src/core/hub/tests.rs", "use std::time::Instant;", false),
        ] {
            assert_eq!(!faults_of(address, line).is_empty(), faulty, "{address}: {line}");
        }
    }

    #[test]
    fn tests_and_tables_do_not_count_as_length() {
        let code = "fn a() {}\n".repeat(LONGEST);
        assert!(faults_of("app/src/demos/table.rs", &code.repeat(2)).is_empty());
        assert!(faults_of("src/client.rs", &format!("{code}#[cfg(test)]\nmod tests {{}}\n")).is_empty());
        assert_eq!(faults_of("src/client.rs", &format!("{code}fn b() {{}}\n")).len(), 1);
    }

    #[test]
    fn names_say_what_is_inside() {
        assert_eq!(faults_of("app/src/utils.rs", "").len(), 1);
        assert_eq!(faults_of("app/src/pages/mod.rs", "").len(), 1);
    }
}
