//! What no peer of any version sends, and attackers do.

use super::everywhere;
use super::golden::frames;
use multirtc::protocol::*;
use proptest::prelude::*;
use serde_json::json;

fn refused(text: &str) {
    assert!(serde_json::from_str::<ClientFrame>(text).is_err(), "a client frame: {text:.80}");
    assert!(serde_json::from_str::<ServerFrame>(text).is_err(), "a server frame: {text:.80}");
}

#[test]
fn what_is_no_frame() {
    for text in [
        "",
        " ",
        "null",
        "true",
        "0",
        "NaN",
        "\"hello\"",
        "[]",
        "{}",
        "[{}]",
        "{",
        "}",
        r#"{"m":null}"#,
        r#"{"m":{}}"#,
        r#"{"m":[]}"#,
        r#"{"m":"bye"}"#,
        r#"{"m":{"t":null}}"#,
        r#"{"m":{"t":7}}"#,
        r#"{"m":{"t":["bye"]}}"#,
        r#"{"m":{"t":{"bye":null}}}"#,
        r#"{"t":"bye"}"#,
        r#"{"n":1,"ack":0}"#,
        r#"{"m":{"t":"bye"},"m":{"t":"bye"}}"#,
        r#"{"m":{"t":"unknown"}} {}"#,
        r#"{"m":{"t":"unknown"},}"#,
        r#"{'m':{'t':'unknown'}}"#,
        r#"{"m":{"t":"unknown"},"ack":null}"#,
        r#"{"m":{"t":"unknown"},"ack":-1}"#,
        r#"{"m":{"t":"unknown"},"ack":4294967296}"#,
        r#"{"m":{"t":"unknown"},"ack":1.0}"#,
        r#"{"m":{"t":"unknown"},"ack":"1"}"#,
        r#"{"m":{"t":"unknown"},"n":-1}"#,
        r#"{"m":{"t":"unknown"},"n":[1]}"#,
        r#"{"m":{"t":"unknown","x":1e999}}"#,
        r#"{"m":{"t":"unknown","x":"\ud800"}}"#,
        "{\"m\":{\"t\":\"unknown\",\"x\":\"\u{1}\"}}",
        "\u{feff}{\"m\":{\"t\":\"unknown\"}}",
    ] {
        refused(text);
    }
}

#[test]
fn what_is_no_command() {
    for text in [
        r#"{"t":"leave_room"}"#,
        r#"{"t":"leave_room","room":null}"#,
        r#"{"t":"leave_room","room":""}"#,
        r#"{"t":"leave_room","room":7}"#,
        r#"{"t":"leave_room","room":["clinic"]}"#,
        r#"{"t":"leave_room","room":{"id":"clinic"}}"#,
        r#"{"t":"leave_room","room":"../etc/passwd"}"#,
        r#"{"t":"leave_room","room":"a","room":"b"}"#,
        r#"{"t":"join_room","room":null}"#,
        r#"{"t":"join_room","room":"clinic","password":7}"#,
        r#"{"t":"join_room","room":"clinic","role":"Host"}"#,
        r#"{"t":"create_room","room":null,"spec":null}"#,
        r#"{"t":"create_room","room":null,"spec":{}}"#,
        r#"{"t":"open_or_join","create":null,"join":null}"#,
        r#"{"t":"update_room","room":"clinic","patch":null}"#,
        r#"{"t":"update_room","room":"clinic","patch":{"password":"tea"}}"#,
        r#"{"t":"update_room","room":"clinic","patch":{"capacity":65536}}"#,
        r#"{"t":"publish","room":"clinic","publications":null}"#,
        r#"{"t":"publish","room":"clinic","publications":{"0":{}}}"#,
        r#"{"t":"ping","nonce":-1}"#,
        r#"{"t":"ping","nonce":"1"}"#,
        r#"{"t":"ping"}"#,
        r#"{"t":"signal","room":"clinic","to":"p1","link":17,"body":null}"#,
        r#"{"t":"signal","room":"clinic","to":"p1","link":17,"body":{}}"#,
        r#"{"t":"signal","room":"clinic","to":"p1","link":-1,"body":{"k":"want_turn"}}"#,
        r#"{"t":"signal","room":"clinic","to":"p1","link":null,"body":{"k":"want_turn"}}"#,
        r#"{"t":"signal","room":"clinic","to":"p1","link":17,"body":{"k":"offer","sdp":"v=0","tracks":"all"}}"#,
        r#"{"t":"relay","room":"clinic","to":"p1","lane":256,"frame":""}"#,
        r#"{"t":"say","room":"clinic","to":null,"topic":"chat","body":1,"keep":false}"#,
        r#"{"t":"say","room":"clinic","to":{"peers":["p1",null]},"topic":"chat","body":1,"keep":false}"#,
        r#"{"t":"hello"}"#,
        r#"{"t":"hello","version":"1.0"}"#,
    ] {
        assert!(serde_json::from_str::<ClientMsg>(text).is_err(), "{text}");
        assert!(serde_json::from_str::<ClientFrame>(&format!(r#"{{"n":1,"ack":0,"m":{text}}}"#)).is_err(), "{text}");
    }
}

#[test]
fn a_wrong_type_anywhere_is_an_error_or_a_value_of_its_own() {
    let wrong = [json!(null), json!(true), json!(-1), json!(1.5), json!("\u{0}"), json!([]), json!({}), json!([[{}]])];
    let mut refused = 0;
    everywhere(|name, tree, read, place| {
        for value in &wrong {
            let mut changed = tree.clone();
            *place.of_mut(&mut changed) = value.clone();
            match read(&changed) {
                None => refused += 1,
                // Read after all: then it is a value that survives being written and read.
                Some(written) => assert_eq!(read(&written).as_ref(), Some(&written), "{name} {place} {value}"),
            }
        }
    });
    assert!(refused > 3000, "only {refused} refused");
}

/// Runs it on a stack of 1 MiB, as small as that of a page's wasm.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn a_mebibyte_of_brackets_is_refused_at_once() {
    on_a_small_stack(|| {
        for opening in ["[", "{\"a\":", "[{\"m\":", "[\""] {
            let deep = opening.repeat(1024 * 1024 / opening.len());
            refused(&deep);
            for around in [
                r#"{"m":"#,
                r#"{"m":{"t":"#,
                r#"{"m":{"t":"bye","x":"#,
                r#"{"m":{"x":"#,
                r#"{"x":"#,
                r#"{"m":{"t":"teleport","x":"#,
                r#"{"m":{"t":"say","room":"clinic","to":"all","topic":"chat","keep":false,"body":"#,
                r#"{"m":{"body":{"text":"#,
                r#"{"m":{"t":"leave_room","room":"#,
                r#"{"m":{"t":"update_profile","patch":{"extra":{"x":"#,
                r#"{"m":{"t":"signal","room":"clinic","to":"p1","link":17,"body":{"k":"#,
            ] {
                refused(&format!("{around}{deep}"));
            }
        }
    });
}

#[test]
fn balanced_nesting_is_accepted_up_to_the_parsers_depth() {
    on_a_small_stack(|| {
        let say = |depth: usize| {
            let body = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
            format!(r#"{{"m":{{"t":"say","room":"clinic","to":"all","topic":"chat","keep":false,"body":{body}}}}}"#)
        };
        let frame: ClientFrame = serde_json::from_str(&say(100)).unwrap();
        assert_eq!(serde_json::from_str::<ClientFrame>(&serde_json::to_string(&frame).unwrap()).unwrap(), frame);
        assert!(format!("{frame:?}").len() > 100);
        for depth in [128, 1_000, 500_000] {
            assert!(serde_json::from_str::<ClientFrame>(&say(depth)).is_err(), "{depth}");
        }
    });
}

#[test]
fn a_mebibyte_that_is_only_wide_is_read() {
    let zeros = vec!["0"; 512 * 1024].join(",");
    let frame: ClientFrame = serde_json::from_str(&format!(r#"{{"m":{{"t":"teleport","x":[{zeros}]}}}}"#)).unwrap();
    assert_eq!(frame.m, ClientMsg::Unknown);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let client = serde_json::from_slice::<ClientFrame>(&bytes);
        let server = serde_json::from_slice::<ServerFrame>(&bytes);
        prop_assert!(client.is_err() && server.is_err(), "{:?}", bytes);
    }
}

/// The golden frames as text, to be damaged.
fn texts() -> Vec<Vec<u8>> {
    let all = frames("client_").into_iter().chain(frames("server_"));
    all.map(|(_, tree)| tree.to_string().into_bytes()).collect()
}

/// Reads damaged text; what is read after all can be written and read again.
fn survives(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(frame) = serde_json::from_slice::<ClientFrame>(bytes) {
        let again: ClientFrame = serde_json::from_slice(&serde_json::to_vec(&frame).unwrap()).unwrap();
        prop_assert_eq!(again, frame);
    }
    if let Ok(frame) = serde_json::from_slice::<ServerFrame>(bytes) {
        let again: ServerFrame = serde_json::from_slice(&serde_json::to_vec(&frame).unwrap()).unwrap();
        prop_assert_eq!(again, frame);
    }
    Ok(())
}

#[test]
fn damaged_frames_never_panic() {
    let texts = texts();
    let config = ProptestConfig { cases: 5000, ..ProptestConfig::default() };
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4);
    let cut = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let strategy = (0..texts.len(), damage, prop::option::of(cut));
    proptest::test_runner::TestRunner::new(config)
        .run(&strategy, |(which, damage, cut)| {
            let mut bytes = texts[which].clone();
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Some((from, to)) = cut {
                let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
                bytes.drain(from.min(to)..from.max(to));
            }
            survives(&bytes)
        })
        .unwrap();
}
