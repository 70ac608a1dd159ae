//! What a newer peer adds is tolerated; what is broken is refused; nothing panics or exhausts the stack.
//!
//! The material is the golden files: each is changed in every place, one at a time.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "protocol/golden.rs"]
mod golden;
#[path = "protocol/malformed.rs"]
mod malformed;

use golden::{Place, frames, places};
use multirtc::protocol::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// The file, and the value in it, of each message of one direction.
fn client(text: &Value) -> Option<Value> {
    reread::<ClientFrame>(text)
}

fn server(text: &Value) -> Option<Value> {
    reread::<ServerFrame>(text)
}

/// Reads a frame from text, as it comes from a socket, and writes it again.
fn reread<T: Serialize + DeserializeOwned>(tree: &Value) -> Option<Value> {
    let frame: T = serde_json::from_str(&tree.to_string()).ok()?;
    Some(serde_json::to_value(&frame).unwrap())
}

/// Calls `examine` with every frame of the golden files, its reader and each place in it.
fn everywhere(mut examine: impl FnMut(&str, &Value, fn(&Value) -> Option<Value>, &Place)) {
    for (prefix, read) in [("client_", client as fn(&Value) -> Option<Value>), ("server_", server)] {
        for (name, tree) in frames(prefix) {
            assert_eq!(read(&tree).as_ref(), Some(&tree), "{name}");
            for place in places(&tree) {
                examine(&name, &tree, read, &place);
            }
        }
    }
}

#[test]
fn unknown_messages_are_read_as_such_whatever_they_carry() {
    for content in
        [json!({}), json!({ "room": null, "where": { "deep": [1, "x", { "k": 1 }] } }), json!({ "nonce": "text" })]
    {
        let mut message = content;
        message["t"] = json!("teleport");
        let text = json!({ "n": 9, "re": 3, "ack": 4, "m": message }).to_string();
        let frame: ClientFrame = serde_json::from_str(&text).unwrap();
        assert_eq!(frame, ClientFrame { n: Some(9), ack: 4, m: ClientMsg::Unknown });
        let frame: ServerFrame = serde_json::from_str(&text).unwrap();
        assert_eq!(frame, ServerFrame { n: Some(9), re: Some(3), ack: 4, m: ServerMsg::Unknown });
    }
}

#[test]
fn unknown_signals_arrive_with_their_link() {
    let text =
        r#"{"n":1,"ack":0,"m":{"t":"signal","room":"clinic","to":"p1","link":4,"body":{"k":"hint","kbps":[1]}}}"#;
    let frame: ClientFrame = serde_json::from_str(text).unwrap();
    let expected = ClientMsg::Signal {
        room: "clinic".parse().unwrap(),
        to: "p1".parse().unwrap(),
        link: LinkId(4),
        body: SignalBody::Unknown,
    };
    assert_eq!(frame.m, expected);
}

#[test]
fn unknown_fields_are_ignored_anywhere() {
    let mut tried = 0;
    everywhere(|name, tree, read, place| {
        if !place.is_record(tree) {
            return;
        }
        for content in [json!(null), json!("text"), json!({ "t": "ping", "list": [1, {}] })] {
            let mut newer = tree.clone();
            place.of_mut(&mut newer)["added_later"] = content;
            assert_eq!(read(&newer).as_ref(), Some(tree), "{name} {place}");
            tried += 1;
        }
    });
    assert!(tried > 300, "only {tried} places");
}

#[test]
fn unknown_values_of_open_enums_become_other() {
    let read = |text: &str| serde_json::from_str::<ServerMsg>(text).unwrap();
    let room: RoomId = "clinic".parse().unwrap();
    let peer: PeerId = "p1".parse().unwrap();
    assert_eq!(
        read(r#"{"t":"error","code":"teapot","message":"short and stout","retry_after_ms":null,"room":null}"#),
        ServerMsg::Error(ErrorBody {
            code: ErrorCode::Other,
            message: "short and stout".into(),
            retry_after_ms: None,
            room: None,
        })
    );
    assert_eq!(
        read(r#"{"t":"peer_left","room":"clinic","peer":"p1","why":"beamed_up"}"#),
        ServerMsg::PeerLeft { room: room.clone(), peer, why: LeaveReason::Other }
    );
    assert_eq!(
        read(r#"{"t":"room_closed","room":"clinic","why":"flooded"}"#),
        ServerMsg::RoomClosed { room: room.clone(), why: CloseReason::Other }
    );
    assert_eq!(
        read(r#"{"t":"host_changed","room":"clinic","from":null,"to":null,"why":"elected"}"#),
        ServerMsg::HostChanged { room, from: None, to: None, why: HostChange::Other }
    );
}

#[test]
fn unknown_values_of_closed_enums_are_refused() {
    for text in [
        r#"{"t":"set_role","room":"clinic","peer":"p1","role":"emperor"}"#,
        r#"{"t":"say","room":"clinic","to":"nobody","topic":"chat","body":1,"keep":false}"#,
        r#"{"t":"ask_media","room":"clinic","to":"all","ask":"sing"}"#,
        r#"{"t":"resolve_knock","room":"clinic","knock":"k1","decision":"perhaps"}"#,
        r#"{"t":"publish","room":"clinic","publications":[{"id":"m1","source":"hologram","audio":"live","video":"live","label":""}]}"#,
    ] {
        assert!(serde_json::from_str::<ClientMsg>(text).is_err(), "{text}");
    }
}

#[test]
fn what_may_be_absent_and_what_may_not() {
    let mut required = 0;
    everywhere(|name, tree, read, place| {
        let Some((parent, key)) = place.parent().filter(|(parent, _)| parent.is_record(tree)) else { return };
        let mut without = tree.clone();
        let removed = parent.of_mut(&mut without).as_object_mut().unwrap().remove(key).unwrap();
        // An absent field is read as the default, which of these is not `null`.
        let default = match key {
            "n" | "re" => None,
            "ack" => Some(json!(0)),
            "data_path" => Some(json!("direct")),
            "leaving" => Some(json!(false)),
            _ => Some(Value::Null),
        };
        match read(&without) {
            Some(written) => {
                assert_eq!(parent.of(&written).get(key).cloned(), default, "{name} {place}");
            }
            // Which of the other fields are optional shows in the files: they can be `null`.
            None if !removed.is_null() => required += 1,
            None => unreachable!("{name} {place}: null here, and yet it must not be absent"),
        }
    });
    assert!(required > 300, "only {required} required fields");
}

#[test]
fn a_frame_needs_only_its_message() {
    let frame: ClientFrame = serde_json::from_str(r#"{"m":{"t":"bye"}}"#).unwrap();
    assert_eq!(frame, ClientFrame { n: None, ack: 0, m: ClientMsg::Bye });
    let frame: ServerFrame = serde_json::from_str(r#"{"m":{"t":"ok"}}"#).unwrap();
    assert_eq!(frame, ServerFrame { n: None, re: None, ack: 0, m: ServerMsg::Ok });
    assert_eq!(serde_json::to_string(&frame).unwrap(), r#"{"ack":0,"m":{"t":"ok"}}"#);
}

#[test]
fn a_patch_may_leave_out_what_stays() {
    assert_eq!(serde_json::from_str::<RoomPatch>("{}").unwrap(), RoomPatch::default());
    assert_eq!(serde_json::from_str::<ProfilePatch>("{}").unwrap(), ProfilePatch::default());
    let patch: RoomPatch = serde_json::from_str(r#"{"password":"clear","capacity":6}"#).unwrap();
    assert_eq!(patch, RoomPatch { password: Some(Change::Clear), capacity: Some(6), ..RoomPatch::default() });
}
