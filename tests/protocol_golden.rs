//! The wire format of version 1.0, file by file: what is in `tests/golden/v1.0` is read and written for ever.
//!
//! A file of a released version is never changed. A new variant fails to compile in `protocol/variants.rs` until it is
//! named there, and then fails here until it has a sample and a file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test a panic is the report")]

#[path = "protocol/client_samples.rs"]
mod client_samples;
#[path = "protocol/people.rs"]
mod people;
#[path = "protocol/server_samples.rs"]
mod server_samples;
#[path = "protocol/variants.rs"]
mod variants;
#[path = "protocol/vocabulary.rs"]
mod vocabulary;

use multirtc::protocol::*;
use people::{HUSH, ada, bo, candidate, secret, tracks};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::Path;
use variants::Variants;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/v1.0");

fn read(name: &str) -> String {
    let path = Path::new(FOLDER).join(format!("{name}.json"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A variant's name as it is on the wire: `JoinRoom` is `join_room`.
fn wire_name(variant: &str) -> String {
    let mut name = String::new();
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// The file is the value and the value is the file; what is secret in it stays out of `Debug`.
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, expected: &T) {
    let text = read(name);
    let parsed: T = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(parsed, *expected, "{name}");
    let written = serde_json::to_value(&parsed).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written, file, "{name}");
    assert!(!format!("{parsed:?} {parsed:#?}").contains(HUSH), "{name}: a secret shows in Debug");
}

/// One sample of each variant: nothing missing, nothing twice.
fn complete<T: Variants>(samples: &[T]) {
    let names: Vec<&str> = samples.iter().map(Variants::variant).collect();
    assert_eq!(names, T::ALL, "of {}", std::any::type_name::<T>());
}

fn file_name<T: Variants>(prefix: &str, value: &T) -> String {
    format!("{prefix}_{}", wire_name(value.variant()))
}

fn client_frames() -> Vec<ClientFrame> {
    let volatile = |m: &ClientMsg| matches!(m, ClientMsg::Hello(_) | ClientMsg::Ping { .. });
    let frame = |(i, m)| ClientFrame { n: if volatile(&m) { None } else { Some(i) }, ack: 2 * i, m };
    (0..).zip(client_samples::messages()).map(frame).collect()
}

fn server_frames() -> Vec<ServerFrame> {
    let volatile = |m: &ServerMsg| matches!(m, ServerMsg::Welcome(_) | ServerMsg::Pong { .. });
    let answer = |m: &ServerMsg| {
        matches!(m, ServerMsg::Ok | ServerMsg::Error(_) | ServerMsg::Joined(_) | ServerMsg::Said { .. })
    };
    let frame = |(i, m)| ServerFrame {
        n: if volatile(&m) { None } else { Some(i) },
        re: if answer(&m) { Some(3) } else { None },
        ack: 3,
        m,
    };
    (0..).zip(server_samples::messages()).map(frame).collect()
}

fn signal_bodies() -> Vec<SignalBody> {
    vec![
        SignalBody::Offer { sdp: "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n".into(), tracks: tracks() },
        SignalBody::Answer { sdp: "v=0\r\n".into(), tracks: vec![] },
        candidate(),
        SignalBody::EndOfCandidates { ufrag: None },
        SignalBody::WantTurn,
        SignalBody::YourTurn,
        SignalBody::PassTurn,
        SignalBody::Unknown,
    ]
}

fn targets() -> Vec<Target> {
    vec![Target::All, Target::Peer(bo()), Target::Peers([ada(), bo()].into()), Target::AtLeast(Role::Moderator)]
}

fn room_patches() -> Vec<(&'static str, RoomPatch)> {
    vec![
        ("patch_room_empty", RoomPatch::default()),
        ("patch_room_full", client_samples::full_patch()),
        ("patch_room_password_clear", RoomPatch { password: Some(Change::Clear), ..RoomPatch::default() }),
        ("patch_room_password_set", RoomPatch { password: Some(Change::Set(secret("tea"))), ..RoomPatch::default() }),
    ]
}

fn profile_patches() -> Vec<(&'static str, ProfilePatch)> {
    vec![
        ("patch_profile_empty", ProfilePatch::default()),
        ("patch_profile_full", client_samples::full_profile_patch()),
        ("patch_profile_avatar_clear", ProfilePatch { avatar: Some(Change::Clear), ..ProfilePatch::default() }),
    ]
}

#[test]
fn every_client_message() {
    complete(&client_samples::messages());
    for frame in client_frames() {
        let name = file_name("client", &frame.m);
        check(&name, &frame);
        let file: Value = serde_json::from_str(&read(&name)).unwrap();
        assert_eq!(file["m"]["t"], wire_name(frame.m.variant()));
    }
}

#[test]
fn every_server_message() {
    complete(&server_samples::messages());
    for frame in server_frames() {
        let name = file_name("server", &frame.m);
        check(&name, &frame);
        let file: Value = serde_json::from_str(&read(&name)).unwrap();
        assert_eq!(file["m"]["t"], wire_name(frame.m.variant()));
    }
}

#[test]
fn every_signal() {
    complete(&signal_bodies());
    for body in signal_bodies() {
        check(&file_name("signal", &body), &body);
    }
}

#[test]
fn every_target() {
    complete(&targets());
    for target in targets() {
        check(&file_name("target", &target), &target);
    }
}

#[test]
fn patches() {
    for (name, patch) in room_patches() {
        check(name, &patch);
    }
    for (name, patch) in profile_patches() {
        check(name, &patch);
    }
}

#[test]
fn no_file_is_left_over() {
    let mut expected: BTreeSet<String> = BTreeSet::from(["vocabulary".to_owned()]);
    expected.extend(ClientMsg::ALL.iter().map(|name| format!("client_{}", wire_name(name))));
    expected.extend(ServerMsg::ALL.iter().map(|name| format!("server_{}", wire_name(name))));
    expected.extend(SignalBody::ALL.iter().map(|name| format!("signal_{}", wire_name(name))));
    expected.extend(Target::ALL.iter().map(|name| format!("target_{}", wire_name(name))));
    expected.extend(room_patches().iter().map(|(name, _)| (*name).to_owned()));
    expected.extend(profile_patches().iter().map(|(name, _)| (*name).to_owned()));
    let found: BTreeSet<String> = fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().replace(".json", ""))
        .collect();
    assert_eq!(found, expected);
}
