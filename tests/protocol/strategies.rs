//! Any value of any type on the wire, for property tests.

#[path = "strategies/client.rs"]
pub mod client;
#[path = "strategies/room.rs"]
pub mod room;
#[path = "strategies/server.rs"]
pub mod server;

use multirtc::protocol::*;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Debug;

/// Every secret starts with it; nothing else contains it.
pub const HUSH: &str = "hush-";

/// An identifier that is valid for every kind.
pub fn id<T>() -> impl Strategy<Value = T>
where
    T: TryFrom<String, Error = BadId> + Debug,
{
    "[A-Za-z0-9_-]{1,32}".prop_map(|text: String| T::try_from(text).unwrap())
}

/// An identifier as long as those of rooms and lobbies can be.
pub fn place<T>() -> impl Strategy<Value = T>
where
    T: TryFrom<String, Error = BadId> + Debug,
{
    "[A-Za-z0-9_-]{1,64}".prop_map(|text: String| T::try_from(text).unwrap())
}

pub fn link_id() -> impl Strategy<Value = LinkId> {
    any::<u64>().prop_map(LinkId)
}

pub fn text() -> impl Strategy<Value = String> {
    any::<String>()
}

pub fn words() -> impl Strategy<Value = BTreeSet<String>> {
    btree_set(text(), 0..4)
}

pub fn secret() -> impl Strategy<Value = Secret> {
    text().prop_map(|text| Secret::new(format!("{HUSH}{text}")))
}

/// Any JSON, with such fractions as the parser reads back exactly.
pub fn json() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(text(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
    .boxed()
}

pub fn extra() -> BoxedStrategy<Map<String, Value>> {
    btree_map(text(), json(), 0..4).prop_map(|map| map.into_iter().collect()).boxed()
}

pub fn version() -> impl Strategy<Value = Version> {
    any::<(u16, u16)>().prop_map(|(major, minor)| Version { major, minor })
}

pub fn profile() -> BoxedStrategy<Profile> {
    (text(), option::of(id()), option::of(text()), extra())
        .prop_map(|(name, handle, avatar, extra)| Profile { name, handle, avatar, extra })
        .boxed()
}

pub fn change<T: Debug + Clone + 'static>(value: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Change<T>> {
    prop_oneof![Just(Change::Clear), value.prop_map(Change::Set)].boxed()
}

pub fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Viewer), Just(Role::Speaker), Just(Role::Moderator), Just(Role::Host)]
}

pub fn target() -> BoxedStrategy<Target> {
    prop_oneof![
        Just(Target::All),
        id().prop_map(Target::Peer),
        btree_set(id(), 0..4).prop_map(Target::Peers),
        role().prop_map(Target::AtLeast),
    ]
    .boxed()
}

pub fn media_ask() -> BoxedStrategy<MediaAsk> {
    prop_oneof![
        id().prop_map(MediaAsk::Mute),
        id().prop_map(MediaAsk::Unmute),
        id().prop_map(MediaAsk::Stop),
        Just(MediaAsk::StartCamera),
        Just(MediaAsk::StartMicrophone),
        Just(MediaAsk::ShareScreen),
        Just(MediaAsk::LowerHand),
    ]
    .boxed()
}

fn tracks() -> impl Strategy<Value = Vec<TrackBinding>> {
    let track = (text(), id(), any::<bool>());
    vec(track.prop_map(|(mid, publication, video)| TrackBinding { mid, publication, video }), 0..4)
}

pub fn signal_body() -> BoxedStrategy<SignalBody> {
    prop_oneof![
        (text(), tracks()).prop_map(|(sdp, tracks)| SignalBody::Offer { sdp, tracks }),
        (text(), tracks()).prop_map(|(sdp, tracks)| SignalBody::Answer { sdp, tracks }),
        (text(), option::of(text()), any::<Option<u16>>(), option::of(text()))
            .prop_map(|(candidate, mid, mline, ufrag)| SignalBody::Candidate { candidate, mid, mline, ufrag }),
        option::of(text()).prop_map(|ufrag| SignalBody::EndOfCandidates { ufrag }),
        Just(SignalBody::WantTurn),
        Just(SignalBody::YourTurn),
        Just(SignalBody::PassTurn),
        Just(SignalBody::Unknown),
    ]
    .boxed()
}

pub fn track_state() -> impl Strategy<Value = TrackState> {
    prop_oneof![Just(TrackState::Absent), Just(TrackState::Live), Just(TrackState::Muted), Just(TrackState::Paused),]
}

pub fn publication() -> BoxedStrategy<Publication> {
    let source = prop_oneof![
        Just(Source::Camera),
        Just(Source::Microphone),
        Just(Source::Screen),
        Just(Source::File),
        Just(Source::Canvas),
        Just(Source::Forwarded),
        Just(Source::Other),
    ];
    (id(), source, track_state(), track_state(), text())
        .prop_map(|(id, source, audio, video, label)| Publication { id, source, audio, video, label })
        .boxed()
}

pub fn presence() -> BoxedStrategy<Presence> {
    (any::<[bool; 3]>(), text())
        .prop_map(|([away, hand, recording], status)| Presence { away, hand, recording, status })
        .boxed()
}
