//! Identifiers, secrets, close codes and limits: what is accepted, what is refused, which number means what.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use multirtc::protocol::*;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Display};
use std::str::FromStr;

/// All the ways in agree, and all the ways out give the text back.
fn examine<T>(text: &str, acceptable: bool)
where
    T: FromStr<Err = BadId> + TryFrom<String, Error = BadId> + Into<String> + Borrow<str>,
    T: Serialize + DeserializeOwned + Display + Debug + Clone + Ord,
{
    let parsed = text.parse::<T>();
    assert_eq!(parsed.is_ok(), acceptable, "{} of {text:?}", std::any::type_name::<T>());
    assert_eq!(T::try_from(text.to_owned()).ok(), parsed.as_ref().ok().cloned());
    let json = Value::from(text);
    assert_eq!(serde_json::from_value::<T>(json.clone()).ok(), parsed.as_ref().ok().cloned());
    match parsed {
        Ok(id) => {
            assert_eq!(id.to_string(), text);
            assert_eq!(Borrow::<str>::borrow(&id), text);
            assert_eq!(serde_json::to_value(&id).unwrap(), json);
            assert_eq!(Into::<String>::into(id.clone()), text);
            assert_eq!(BTreeMap::from([(id, 1)]).get(text), Some(&1), "found by its text");
        }
        Err(refused) => {
            assert_eq!(refused, BadId(text.to_owned()));
            assert!(refused.to_string().starts_with("invalid identifier"));
        }
    }
}

/// The same with every type of identifier; `allowed` is whether all its characters are.
fn examine_all(text: &str, allowed: bool) {
    let fits = |max: usize| allowed && (1..=max).contains(&text.len());
    examine::<LobbyId>(text, fits(64));
    examine::<RoomId>(text, fits(64));
    examine::<PeerId>(text, fits(32));
    examine::<Handle>(text, fits(32));
    examine::<PublicationId>(text, fits(32));
    examine::<KnockId>(text, fits(32));
    examine::<MessageId>(text, fits(32));
}

#[test]
fn identifiers_that_are_accepted() {
    for text in ["a", "Z", "0", "-", "_", "clinic", "Room-7_b", "--", "p7Qk2", "null", "con"] {
        examine_all(text, true);
    }
    for chars in [31, 32, 33, 63, 64] {
        examine_all(&"x".repeat(chars), true);
    }
}

#[test]
fn identifiers_that_are_refused() {
    for text in [
        "",
        " ",
        "a b",
        "a ",
        " a",
        "a.b",
        ".",
        "..",
        "../a",
        "a/b",
        "a\\b",
        "a*",
        ">",
        "a:b",
        "a%20",
        "a?b",
        "a#b",
        "a&b",
        "<b>",
        "a\"b",
        "a'b",
        "a\n",
        "a\0",
        "\u{e9}",
        "\u{430}dmin",
        "\u{ff21}",
        "\u{660}",
        "\u{202e}a",
        "\u{1f600}",
    ] {
        examine_all(text, false);
    }
    examine_all(&"x".repeat(65), true);
    examine_all(&"x".repeat(1024 * 1024), true);
    examine_all(&"\u{e9}".repeat(16), false);
}

#[test]
fn identifiers_of_other_json_types_are_refused() {
    for value in [json!(null), json!(7), json!(true), json!(["a"]), json!({ "a": 1 })] {
        assert!(serde_json::from_value::<RoomId>(value.clone()).is_err(), "{value}");
        assert!(serde_json::from_value::<PeerId>(value.clone()).is_err(), "{value}");
    }
}

#[test]
fn a_link_is_a_plain_number() {
    assert_eq!(serde_json::to_string(&LinkId(17)).unwrap(), "17");
    assert_eq!(serde_json::from_str::<LinkId>("18446744073709551615").unwrap(), LinkId(u64::MAX));
    assert_eq!(LinkId(17).to_string(), "17");
    for text in ["-1", "1.5", "\"17\"", "null", "18446744073709551616"] {
        assert!(serde_json::from_str::<LinkId>(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_an_identifier_or_refused(text in any::<String>()) {
        examine_all(&text, text.chars().all(|c| matches!(c, 'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_')));
    }

    #[test]
    fn any_text_of_the_alphabet_is_an_identifier_of_the_right_length(text in "[A-Za-z0-9_-]{1,80}") {
        examine_all(&text, true);
    }

    #[test]
    fn one_foreign_character_spoils_an_identifier(
        before in "[A-Za-z0-9_-]{0,10}", foreign in "[^A-Za-z0-9_-]", after in "[A-Za-z0-9_-]{0,10}",
    ) {
        examine_all(&format!("{before}{foreign}{after}"), false);
    }

    #[test]
    fn a_secret_is_its_text_on_the_wire_and_nothing_in_debug(text in any::<String>()) {
        let secret = Secret::new(text.clone());
        prop_assert_eq!(secret.expose(), text.as_str());
        prop_assert_eq!(serde_json::to_value(&secret).unwrap(), Value::from(text));
        prop_assert_eq!(format!("{:?}", secret), "Secret(..)");
        prop_assert_eq!(format!("{:#?}", secret), "Secret(..)");
    }
}

/// What a close code means to a client; exhaustive, so that a new one has to be entered in the tables.
fn number(code: CloseCode) -> u16 {
    match code {
        CloseCode::Normal => 1000,
        CloseCode::GoingAway => 1001,
        CloseCode::TooBig => 1009,
        CloseCode::Version => 4000,
        CloseCode::HelloExpected => 4001,
        CloseCode::Unauthenticated => 4003,
        CloseCode::HeartbeatMissed => 4008,
        CloseCode::TooSlow => 4009,
        CloseCode::Draining => 4012,
        CloseCode::Flooding => 4029,
        CloseCode::Superseded => 4409,
    }
}

#[test]
fn close_codes_and_numbers_are_one_to_one() {
    let known: BTreeMap<u16, CloseCode> =
        (0..=u16::MAX).filter_map(|n| CloseCode::from_code(n).map(|code| (n, code))).collect();
    let numbers: BTreeSet<u16> = known.keys().copied().collect();
    assert_eq!(numbers, [1000, 1001, 1009, 4000, 4001, 4003, 4008, 4009, 4012, 4029, 4409].into());
    for (n, code) in known {
        assert_eq!((code.code(), number(code)), (n, n), "{code:?}");
    }
}

#[test]
fn the_default_limits() {
    let rate = |burst: u32, per_minute: u32| json!({ "burst": burst, "per_minute": per_minute });
    assert_eq!(
        serde_json::to_value(limits::defaults()).unwrap(),
        json!({
            "frame_bytes": 262_144,
            "say_bytes": 16_384,
            "thumbnail_bytes": 49_152,
            "rooms": 8,
            "per": {
                "frame": rate(200, 3_000),
                "signal": rate(300, 3_600),
                "rebuild_link": rate(6, 6),
                "say": rate(40, 600),
                "relay_bytes": rate(524_288, 31_457_280),
                "create_room": rate(10, 10),
                "join_room": rate(100, 30),
                "lookup_room": rate(30, 30),
                "thumbnail": rate(1, 12),
            },
        })
    );
}

#[test]
fn limits_fit_into_each_other() {
    use limits::*;
    let fits = |inner: usize, outer: usize| assert!(inner < outer, "{inner} does not fit into {outer}");
    fits(FRAME_SOFT_BYTES, FRAME_HARD_BYTES);
    fits(SDP_BYTES, FRAME_HARD_BYTES / 2);
    fits(CANDIDATE_BYTES, FRAME_SOFT_BYTES);
    fits(SAY_BYTES, FRAME_SOFT_BYTES);
    fits(PROFILE_BYTES + PROFILE_EXTRA_BYTES, FRAME_SOFT_BYTES);
    fits(THUMBNAIL_BYTES + ROOM_EXTRA_BYTES, FRAME_HARD_BYTES);
    fits(RELAY_FRAME_BYTES, RELAY_BYTES.burst as usize);
    fits(FRAME_HARD_BYTES, OUTBOUND_BYTES);
    fits(RING_BYTES, OUTBOUND_BYTES);
    fits(TAGS * TAG_CHARS, FRAME_SOFT_BYTES);
    let rises = |steps: &[u64]| assert!(steps.is_sorted_by(|a, b| a < b), "{steps:?} does not rise");
    rises(&[PING_MS, INTERRUPTED_MS, SOCKET_DEAD_MS, RESUME_WINDOW_MS, TOMBSTONE_MS]);
    rises(&[RELOAD_WINDOW_MS, RESUME_WINDOW_MS]);
    rises(&[MESH_CAPACITY, STAR_CAPACITY, LIGHT_CAPACITY, SFU_CAPACITY, TREE_CAPACITY].map(u64::from));
}

#[test]
fn the_version_and_its_subprotocol() {
    assert_eq!(SUBPROTOCOL, format!("mc.v{}.json", VERSION.major));
    assert!(Version { major: 1, minor: 9 } < Version { major: 2, minor: 0 });
}
