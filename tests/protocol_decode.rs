//! The readers and writers of browsers agree with serde's, which the server uses: on every golden file, on any frame
//! there can be, and on frames with a fault anywhere.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "protocol/golden.rs"]
#[allow(dead_code, reason = "other tests use all of it")]
mod golden;
#[path = "protocol/strategies.rs"]
mod strategies;

use golden::{Place, frames, places};
use multirtc::protocol::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// What serde reads from the text, as it comes from a socket.
fn serde_reads(tree: &Value) -> Option<ServerFrame> {
    serde_json::from_str(&tree.to_string()).ok()
}

fn decodes(tree: &Value) -> Option<ServerFrame> {
    ServerFrame::decode(tree.clone()).ok()
}

/// Whether serde may read this change of a frame and browsers do not, as no server writes it: a list in place of an
/// object, with the values of its fields in order, and the number of a variant in place of its name, for inner enums.
fn is_lenient(tree: &Value, place: &Place, value: &Value) -> bool {
    let tag = place.parent().is_some_and(|(_, key)| key == "k");
    value.is_array() && place.of(tree).is_object() || value.is_u64() && tag
}

/// The frame without what is here.
fn without(tree: &Value, place: &Place) -> Option<Value> {
    let (parent, key) = place.parent()?;
    let mut changed = tree.clone();
    match parent.of_mut(&mut changed) {
        Value::Object(map) => drop(map.remove(key)?),
        Value::Array(list) => drop(list.remove(key.parse().ok()?)),
        _ => return None,
    }
    Some(changed)
}

/// The frame with something else here.
fn with(tree: &Value, place: &Place, value: Value) -> Value {
    let mut changed = tree.clone();
    *place.of_mut(&mut changed) = value;
    changed
}

#[test]
fn every_golden_frame() {
    for (name, tree) in frames("server_") {
        let expected = serde_reads(&tree).unwrap();
        assert_eq!(ServerFrame::decode(tree.clone()).as_ref(), Ok(&expected), "{name}");
        assert_eq!(ServerFrame::read(&tree.to_string()), Some(expected), "{name}");
    }
    for (name, tree) in frames("client_") {
        let frame: ClientFrame = serde_json::from_value(tree).unwrap();
        assert_eq!(frame.encode(), serde_json::to_string(&frame).unwrap(), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_server_frame(frame in strategies::server::frame()) {
        let tree = serde_json::to_value(&frame).unwrap();
        prop_assert_eq!(ServerFrame::read(&tree.to_string()), Some(frame.clone()));
        prop_assert_eq!(ServerFrame::decode(tree), Ok(frame));
    }

    #[test]
    fn any_client_frame(frame in strategies::client::frame()) {
        prop_assert_eq!(frame.encode(), serde_json::to_string(&frame).unwrap());
    }

    #[test]
    fn any_server_frame_with_anything_anywhere(
        frame in strategies::server::frame(),
        index in any::<prop::sample::Index>(),
        value in strategies::json(),
    ) {
        let tree = serde_json::to_value(&frame).unwrap();
        // A key with a slash in it is no address.
        let places: Vec<Place> = places(&tree).into_iter().filter(|place| tree.pointer(&place.to_string()).is_some()).collect();
        let place = index.get(&places);
        if !is_lenient(&tree, place, &value) {
            let changed = with(&tree, place, value);
            prop_assert_eq!(decodes(&changed), serde_reads(&changed), "{}: {}", place, changed);
        }
        if let Some(changed) = without(&tree, place) {
            prop_assert_eq!(decodes(&changed), serde_reads(&changed), "without {}: {}", place, changed);
        }
    }
}

/// What may stand where it should not.
fn wrong() -> [Value; 26] {
    [
        json!(null),
        json!(true),
        json!(0),
        json!(255),
        json!(256),
        json!(65_535),
        json!(65_536),
        json!(u32::MAX),
        json!(u64::from(u32::MAX) + 1),
        json!(u64::MAX),
        json!(1.8446744073709552e19),
        json!(-1),
        json!(-0.0),
        json!(1.0),
        json!(1.5),
        json!(""),
        json!("clinic"),
        json!("added later"),
        json!("x".repeat(65)),
        json!([]),
        json!([null]),
        json!(["p1", "p1"]),
        json!([[{}]]),
        json!({}),
        json!({ "added_later": null }),
        json!({ "added_later": 1, "and_this": {} }),
    ]
}

#[test]
fn a_fault_anywhere_is_the_same_to_both() {
    let wrong = wrong();
    let (mut accepted, mut refused) = (0, 0);
    let mut examine = |name: &str, place: &Place, changed: &Value| {
        let expected = serde_reads(changed);
        *if expected.is_some() { &mut accepted } else { &mut refused } += 1;
        assert_eq!(decodes(changed), expected, "{name} {place}: {changed}");
    };
    for (name, tree) in frames("server_") {
        for place in places(&tree) {
            for value in wrong.iter().filter(|value| !is_lenient(&tree, &place, value)) {
                examine(&name, &place, &with(&tree, &place, value.clone()));
            }
            if let Some(changed) = without(&tree, &place) {
                examine(&name, &place, &changed);
            }
            // Variants without content may have a key in place of their name, those with content may not lose it.
            if let Value::String(text) = place.of(&tree) {
                examine(&name, &place, &with(&tree, &place, json!({ text: null })));
                examine(&name, &place, &with(&tree, &place, json!({ text: {} })));
                examine(&name, &place, &with(&tree, &place, json!({ text: 1 })));
            }
            if let Value::Object(map) = place.of(&tree) {
                for key in map.keys() {
                    examine(&name, &place, &with(&tree, &place, json!(key)));
                }
                let mut more = place.of(&tree).clone();
                more["added_later"] = json!([1, { "t": "ok" }]);
                examine(&name, &place, &with(&tree, &place, more));
            }
        }
    }
    assert!(accepted > 3000 && refused > 10_000, "{accepted} accepted, {refused} refused");
}

/// The server's short cut to candidates reads what serde reads, and refuses what it refuses.
#[test]
fn a_fault_anywhere_in_a_candidate_is_the_same_by_the_short_cut() {
    let agree = |text: &str| {
        let (short, long) = (ClientFrame::read(text).ok(), serde_json::from_str::<ClientFrame>(text).ok());
        assert_eq!(short, long, "{text}");
        short.is_some()
    };
    let (mut accepted, mut refused) = (0, 0);
    for (name, tree) in frames("client_") {
        assert!(agree(&tree.to_string()), "{name}");
        if name != "client_signal.json" {
            continue;
        }
        for place in places(&tree) {
            let mut changes: Vec<Value> = wrong().into_iter().map(|value| with(&tree, &place, value)).collect();
            changes.extend(without(&tree, &place));
            if place.of(&tree).is_object() {
                let mut more = place.of(&tree).clone();
                more["added_later"] = json!([1, { "t": "ok" }]);
                changes.push(with(&tree, &place, more));
            }
            for changed in changes {
                *if agree(&changed.to_string()) { &mut accepted } else { &mut refused } += 1;
            }
        }
    }
    assert!(accepted > 50 && refused > 200, "{accepted} accepted, {refused} refused");
    let signal =
        r#"{"n":1,"ack":2,"m":{"t":"signal","room":"a","to":"b","link":1,"body":{"k":"candidate","candidate":"c""#;
    for rest in [
        "}}}",
        r#","mid":"0","mid":"1"}}}"#,
        r#","other":1e999}}}"#,
        r#","other":"\ud800"}}}"#,
        r#"},"link":2}}"#,
        r#"}},"n":3}"#,
        r#"}},"other":1e999}"#,
        r#"}}"#,
    ] {
        agree(&format!("{signal}{rest}"));
    }
    for (from, to) in [("\"t\":\"signal\"", "\"t\":\"sign\\u0061l\""), ("\"k\":\"candidate\"", "\"k\":2")] {
        agree(&format!("{signal}}}}}}}").replace(from, to));
    }
}

#[test]
fn names_that_are_not_known() {
    let base = json!({ "t": "peer_left", "room": "clinic", "peer": "p1", "why": "left" });
    for why in [
        json!("other"),
        json!("beamed_up"),
        json!({ "beamed_up": null }),
        json!({ "left": {} }),
        json!({ "beamed_up": {} }),
        json!({ "beamed_up": 1 }),
        json!(""),
    ] {
        let mut message = base.clone();
        message["why"] = why;
        let frame = json!({ "ack": 1, "m": message });
        assert_eq!(decodes(&frame), serde_reads(&frame), "{frame}");
    }
    for name in ["unknown", "teleport", "Ok", "OK", " ok", ""] {
        let frame = json!({ "n": 4, "ack": 1, "m": { "t": name, "room": [7] } });
        assert_eq!(decodes(&frame).unwrap().m, ServerMsg::Unknown);
        assert_eq!(decodes(&frame), serde_reads(&frame), "{frame}");
    }
}

/// What serde reads beside what it writes, and nobody sends.
#[test]
fn where_browsers_differ_from_serde() {
    let read = |text: &str| {
        let frame = serde_json::from_str::<ServerFrame>(text).ok();
        (frame.is_some(), serde_json::from_str(text).is_ok_and(|tree| ServerFrame::decode(tree).is_ok()))
    };
    // A list in place of an object: the values of the fields in order.
    assert_eq!(read(r#"[1,2,3,{"t":"ok"}]"#), (true, false));
    assert_eq!(read(r#"{"m":["unknown"]}"#), (true, false));
    assert_eq!(read(r#"{"m":["pong",7]}"#), (true, false));
    // A number in place of a variant's name.
    assert_eq!(read(r#"{"m":{"t":"signal","room":"a","from":"b","link":1,"body":{"k":4}}}"#), (true, false));
    // A field that is there twice: the last counts.
    assert_eq!(read(r#"{"m":{"t":"ok"},"ack":1,"ack":2}"#), (false, true));
}

#[test]
fn a_message_that_cannot_be_read_counts_by_its_number() {
    let unknown = |n, re, ack| Some(ServerFrame { n, re, ack, m: ServerMsg::Unknown });
    assert_eq!(ServerFrame::read(r#"{"n":9,"re":3,"ack":4,"m":{"t":"pong"}}"#), unknown(Some(9), Some(3), 4));
    assert_eq!(ServerFrame::read(r#"{"n":9,"ack":4,"m":7}"#), unknown(Some(9), None, 4));
    assert_eq!(ServerFrame::read(r#"{"n":9}"#), unknown(Some(9), None, 0));
    let deep = format!(r#"{{"n":9,"ack":4,"m":{}{}}}"#, "[".repeat(1000), "]".repeat(1000));
    assert_eq!(ServerFrame::read(&deep), unknown(Some(9), None, 4));
    for nothing in ["", "{", "7", "null", "[]", r#"{"n":-1,"m":{"t":"ok"}}"#, r#"{"ack":null,"m":{"t":"ok"}}"#] {
        assert_eq!(ServerFrame::read(nothing), None, "{nothing}");
    }
}

#[test]
fn errors_say_where_and_what() {
    let says = |tree: Value| ServerFrame::decode(tree).unwrap_err().to_string();
    assert_eq!(says(json!(7)), "the value is not an object");
    assert_eq!(says(json!({ "ack": 1 })), "`m` is absent");
    assert_eq!(says(json!({ "ack": -1 })), "`ack` is not a whole number of its range");
    assert_eq!(says(json!({ "m": {} })), "`m.t` is absent");
    assert_eq!(says(json!({ "m": { "t": "room_closed", "room": "no room" } })), "`m.room` is not a valid RoomId");
    let servers = json!({ "m": { "t": "ice_servers", "servers": [{ "urls": ["stun:a", 7] }] } });
    assert_eq!(says(servers), "`m.servers.urls` is not a text");
}
