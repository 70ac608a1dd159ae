//! The cast of the golden files: Ada hosts the room "clinic" in the lobby "demo", Bo is in it.

use multirtc::core::topology::plans;
use multirtc::protocol::*;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::str::FromStr;

/// Every secret of the samples contains it, and nothing else does.
pub const HUSH: &str = "hush";

pub fn id<T: FromStr<Err = BadId>>(text: &str) -> T {
    text.parse().unwrap()
}

pub fn secret(what: &str) -> Secret {
    Secret::new(format!("{HUSH}-{what}"))
}

pub fn clinic() -> RoomId {
    id("clinic")
}

pub fn ada() -> PeerId {
    id("p7Qk2")
}

pub fn bo() -> PeerId {
    id("p9Zx4")
}

pub fn words(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

pub fn fields(value: Value) -> Map<String, Value> {
    let Value::Object(map) = value else { panic!("not an object: {value}") };
    map
}

pub fn profile() -> Profile {
    Profile {
        name: "Ada \u{201c}Countess\u{201d} L\u{f6}velace".into(),
        handle: Some(id("ada")),
        avatar: Some("data:image/svg+xml,<svg/>".into()),
        extra: fields(json!({ "colour": 7, "nested": { "list": [1, -2, 3.5, null, true, "x"] } })),
    }
}

pub fn publication() -> Publication {
    Publication {
        id: id("m1"),
        source: Source::Camera,
        audio: TrackState::Absent,
        video: TrackState::Live,
        label: "Front camera".into(),
    }
}

pub fn presence() -> Presence {
    Presence { away: false, hand: true, recording: false, status: "back at 3".into() }
}

pub fn host() -> Participant {
    Participant {
        peer: ada(),
        profile: profile(),
        role: Role::Host,
        joined_seq: 1,
        presence: presence(),
        online: Online::Connected,
        publications: vec![publication()],
    }
}

pub fn guest() -> Participant {
    Participant {
        peer: bo(),
        profile: Profile { name: "Bo".into(), ..Profile::default() },
        role: Role::Speaker,
        joined_seq: 2,
        presence: Presence::default(),
        online: Online::Interrupted { since_ms: 1_790_000_000_123, leaving: true },
        publications: vec![],
    }
}

pub fn details() -> RoomDetails {
    RoomDetails {
        name: "Clinic".into(),
        topic: "Questions, every day at 3".into(),
        tags: words(&["health", "open"]),
        lang: Some("de-AT".into()),
        thumbnail: Some(Thumbnail { mime: "image/webp".into(), base64: "UklGRg==".into(), width: 160, height: 90 }),
        extra: fields(json!({ "queue": 4 })),
    }
}

pub fn privileges() -> Privileges {
    Privileges {
        moderators_may_mute: true,
        moderators_may_stop: false,
        guests_may_record: false,
        guests_may_message_guests: true,
    }
}

pub fn spec() -> RoomSpec {
    RoomSpec {
        plan: plans::conference(),
        visibility: Visibility::Unlisted,
        capacity: 6,
        admission: Admission::Knock,
        guest_role: Role::Speaker,
        password: Some(secret("tea")),
        on_host_left: OnHostLeft::CloseAfter { secs: 90 },
        empty_ttl_secs: 600,
        details: details(),
        privileges: privileges(),
    }
}

pub fn plain_spec() -> RoomSpec {
    RoomSpec {
        plan: plans::data_only(),
        visibility: Visibility::Listed,
        capacity: 50,
        admission: Admission::Open,
        guest_role: Role::Speaker,
        password: None,
        on_host_left: OnHostLeft::HandOver,
        empty_ttl_secs: 0,
        details: RoomDetails::default(),
        privileges: Privileges::default(),
    }
}

pub fn info() -> RoomInfo {
    RoomInfo {
        room: clinic(),
        lobby: id("demo"),
        host: Some(ada()),
        plan: plans::broadcast(),
        visibility: Visibility::Listed,
        capacity: 20,
        count: 2,
        admission: Admission::Open,
        guest_role: Role::Viewer,
        has_password: true,
        on_host_left: OnHostLeft::Close,
        privileges: Privileges::default(),
        details: details(),
        created_ms: 1_790_000_000_000,
        rev: 12,
    }
}

pub fn link() -> LinkAssignment {
    LinkAssignment { peer: bo(), link: LinkId(17), polite: Polite(false), same_engine: true, upstream: None }
}

pub fn snapshot() -> RoomSnapshot {
    RoomSnapshot {
        info: info(),
        you: host(),
        others: vec![guest()],
        links: vec![link(), LinkAssignment { polite: Polite(true), upstream: Some(true), ..link() }],
        kept: vec![Kept {
            topic: "chat".into(),
            from: bo(),
            at_ms: 1_790_000_000_456,
            body: json!({ "text": "hello" }),
        }],
        host_claim: Some(secret("claim")),
    }
}

pub fn tracks() -> Vec<TrackBinding> {
    vec![TrackBinding { mid: "0".into(), publication: id("m1"), video: true }]
}

pub fn candidate() -> SignalBody {
    SignalBody::Candidate {
        candidate: "candidate:1 1 udp 2113937151 192.0.2.7 51000 typ host".into(),
        mid: Some("0".into()),
        mline: Some(0),
        ufrag: Some("aB3d".into()),
    }
}
