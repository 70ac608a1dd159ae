//! The protocol document says what the code does: every message with its fields, every word, limit and code.

#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test a panic is the report")]

use multirtc::protocol::limits::*;
use multirtc::protocol::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const DOCUMENT: &str = include_str!("../src/docs/protocol.md");
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/v1.0");

fn golden(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(format!("{FOLDER}/{name}")).unwrap()).unwrap()
}

/// The part under a heading, up to the next heading.
fn section(heading: &str) -> &'static str {
    let heading = format!("\n## {heading}\n");
    let (_, rest) = DOCUMENT.split_once(&heading).unwrap_or_else(|| panic!("no section{heading}"));
    rest.split("\n## ").next().unwrap()
}

/// The rows of a section's only table, as cells, without its head.
fn rows(heading: &str) -> Vec<Vec<&'static str>> {
    let lines = section(heading).lines().filter(|line| line.starts_with('|'));
    let cells = |line: &'static str| line.trim_matches('|').split('|').map(str::trim).collect();
    let rows: Vec<Vec<&str>> = lines.skip(2).map(cells).collect();
    for row in &rows {
        assert_eq!(row.len(), rows[0].len(), "{row:?}");
    }
    rows
}

/// What a cell has between backticks.
fn code(cell: &str) -> BTreeSet<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn name(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}

/// Message and fields by the table of a section.
fn documented(heading: &str) -> BTreeMap<String, BTreeSet<String>> {
    let table: Vec<_> = rows(heading).into_iter().map(|row| (name(row[0]), code(row[1]))).collect();
    let map: BTreeMap<_, _> = table.iter().cloned().collect();
    assert_eq!(map.len(), table.len(), "a row is there twice");
    map
}

/// Message and fields by the golden files, of which every variant has one.
fn written(prefix: &str, message: fn(&Value) -> &Value, tag: &str) -> BTreeMap<String, BTreeSet<String>> {
    let names = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: Vec<Value> = names.filter(|name| name.starts_with(prefix)).map(|name| golden(&name)).collect();
    assert!(files.len() > 5, "{} files {prefix}", files.len());
    let fields = |file: &Value| {
        let mut fields = message(file).as_object().unwrap().clone();
        let name = fields.remove(tag).unwrap().as_str().unwrap().to_owned();
        (name, fields.into_iter().map(|(field, _)| field).collect())
    };
    files.iter().map(fields).collect()
}

#[test]
fn every_message_with_its_fields() {
    assert_eq!(documented("What clients send"), written("client_", |frame| &frame["m"], "t"));
    assert_eq!(documented("What the server sends"), written("server_", |frame| &frame["m"], "t"));
    assert_eq!(documented("Links"), written("signal_", |body| body, "k"));
}

#[test]
fn answers_and_errors_of_commands_exist() {
    let answers: BTreeSet<String> = documented("What the server sends").into_keys().collect();
    let commands: BTreeSet<String> = documented("What clients send").into_keys().collect();
    let errors: BTreeSet<String> = rows("Error codes").iter().map(|row| name(row[0])).collect();
    for row in rows("What clients send") {
        let known = |word: &String| answers.contains(word) || commands.contains(word);
        assert!(code(row[4]).iter().all(known), "{row:?}");
        assert!(code(row[5]).is_subset(&errors), "{row:?}");
    }
}

#[test]
fn every_word() {
    let Value::Object(vocabulary) = golden("vocabulary.json") else { panic!("no object") };
    let variant = |value: &Value| match value {
        Value::String(name) => name.clone(),
        Value::Object(map) => map.keys().next().unwrap().clone(),
        other => panic!("{other}"),
    };
    let mut expected: BTreeMap<String, BTreeSet<String>> = vocabulary
        .iter()
        .filter(|(key, _)| *key != "error_code")
        .map(|(key, values)| (key.clone(), values.as_array().unwrap().iter().map(variant).collect()))
        .collect();
    let targets = ["target_all", "target_peer", "target_peers", "target_at_least"];
    let targets = targets.iter().map(|file| variant(&golden(&format!("{file}.json")))).collect();
    expected.insert("target".to_owned(), targets);
    let found: BTreeMap<_, _> = rows("Words").into_iter().map(|row| (name(row[0]), code(&values(row[1])))).collect();
    assert_eq!(found, expected);

    let codes: BTreeSet<String> = vocabulary["error_code"].as_array().unwrap().iter().map(variant).collect();
    assert_eq!(rows("Error codes").iter().map(|row| name(row[0])).collect::<BTreeSet<_>>(), codes);
}

/// A cell without what is in parentheses, which is about content.
fn values(cell: &str) -> String {
    let mut outside = String::new();
    let mut depth = 0;
    for letter in cell.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 => outside.push(letter),
            _ => {}
        }
    }
    outside
}

#[test]
fn every_close_code() {
    let documented: BTreeMap<u16, String> =
        rows("Close codes").iter().map(|row| (row[0].parse().unwrap(), name(row[1]))).collect();
    let known: BTreeMap<u16, String> =
        (0..=u16::MAX).filter_map(|n| CloseCode::from_code(n).map(|code| (n, format!("{code:?}")))).collect();
    assert_eq!(documented, known);
}

trait Shown {
    /// The value as the document has it, of a constant of this name.
    fn shown(&self, name: &str) -> String;
}

impl Shown for u64 {
    fn shown(&self, name: &str) -> String {
        let kib = self / 1024;
        if name.ends_with("_MS") && self.is_multiple_of(1000) {
            format!("{} s", self / 1000)
        } else if name.contains("BYTES") && self.is_multiple_of(1024 * 1024) {
            format!("{} MiB", kib / 1024)
        } else if name.contains("BYTES") && self.is_multiple_of(1024) {
            format!("{kib} KiB")
        } else {
            self.to_string()
        }
    }
}

impl Shown for usize {
    fn shown(&self, name: &str) -> String {
        u64::try_from(*self).unwrap().shown(name)
    }
}

impl Shown for u32 {
    fn shown(&self, name: &str) -> String {
        u64::from(*self).shown(name)
    }
}

impl Shown for u16 {
    fn shown(&self, name: &str) -> String {
        u64::from(*self).shown(name)
    }
}

impl Shown for Rate {
    fn shown(&self, _: &str) -> String {
        format!("{} at once, {} a minute", self.burst, self.per_minute)
    }
}

macro_rules! shown {
    ($($name:ident)*) => {
        BTreeMap::from([$((stringify!($name).to_owned(), $name.shown(stringify!($name)))),*])
    };
}

#[test]
fn every_limit() {
    let values: BTreeMap<String, String> = shown! {
        FRAME_HARD_BYTES FRAME_SOFT_BYTES FRAMES OUTBOUND_BYTES SDP_BYTES CANDIDATE_BYTES SIGNALS REBUILDS_PER_MINUTE
        REBUILDS SAY_BYTES SAYS KEPT_MESSAGES KEPT_BYTES RELAY_FRAME_BYTES RELAY_BYTES RELAY_BYTES_PER_HOUR
        PROFILE_BYTES PROFILE_EXTRA_BYTES ROOM_EXTRA_BYTES NAME_CHARS TOPIC_CHARS TAGS TAG_CHARS THUMBNAIL_BYTES
        THUMBNAILS PASSWORD_BYTES PASSWORD_TRIES ROOM_PASSWORD_TRIES ROOMS_PER_SESSION PUBLICATIONS MESH_CAPACITY
        STAR_CAPACITY LIGHT_CAPACITY TREE_CAPACITY SFU_CAPACITY CREATES CREATES_PER_HOUR JOINS LOOKUPS KNOCKS_PER_ROOM
        KNOCK_MS RESERVATION_MS TOMBSTONE_MS ORPHAN_MS RELAY_CREDENTIALS_MS LOBBY_ROOMS LOBBY_SNAPSHOT_ROOMS LOBBY_UPDATES
        SOCKETS_PER_ADDRESS UPGRADES HELLO_MS PING_MS INTERRUPTED_MS SOCKET_DEAD_MS CLIENT_PING_MS CLIENT_PONG_MS
        RESUME_WINDOW_MS RELOAD_WINDOW_MS RING_FRAMES RING_BYTES
    };
    let documented: BTreeMap<String, String> =
        rows("Limits").into_iter().map(|row| (name(row[0]), row[1].to_owned())).collect();
    assert_eq!(documented, values);

    let source = include_str!("../src/protocol/limits.rs");
    let constants: BTreeSet<String> = source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const ")?.split_once(':'))
        .map(|(constant, _)| constant.to_owned())
        .collect();
    assert_eq!(constants, values.into_keys().collect(), "constants of the source");
}

#[test]
fn the_version() {
    assert!(DOCUMENT.starts_with(&format!("# The signaling protocol, version {}.{}\n", VERSION.major, VERSION.minor)));
    assert!(section("Connection").contains(&format!("`{SUBPROTOCOL}`")));
}

fn same<T: Serialize + DeserializeOwned>(text: &str) {
    let frame: T = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(serde_json::to_string(&frame).unwrap(), text);
}

#[test]
fn the_example_is_what_is_sent() {
    let mut lines = 0;
    for line in section("An example").lines() {
        if let Some(text) = line.strip_prefix("C ") {
            same::<ClientFrame>(text);
            lines += 1;
        } else if let Some(text) = line.strip_prefix("S ") {
            same::<ServerFrame>(text);
            lines += 1;
        }
    }
    assert_eq!(lines, 9);
}
