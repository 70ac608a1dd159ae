//! What clients say, in short; and randomness for the hub.

use multirtc::core::hub::Entropy;
use multirtc::core::topology::plans;
use multirtc::protocol::*;
use std::collections::BTreeSet;

/// Wall clock at monotonic 0.
pub const EPOCH_MS: u64 = 1_700_000_000_000;
/// What a hash of a password begins with, and every password ends with: neither may ever be in a frame.
pub const HASH: &str = "$hashed$";
pub const PASSWORD: &str = "-sesame";

/// SplitMix64: small, seeded, good enough for ids that must differ.
pub struct Seed(pub u64);

impl Seed {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

impl Entropy for Seed {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = (self.next() >> 32) as u8;
        }
    }
}

pub fn hello(name: &str) -> Hello {
    Hello {
        version: VERSION,
        features: BTreeSet::new(),
        client: "web 0.1.0 blink".to_owned(),
        lobby: "lobby".parse().unwrap(),
        profile: Profile { name: name.to_owned(), ..Profile::default() },
        auth: None,
        resume: None,
    }
}

pub fn room(name: &str) -> RoomId {
    name.parse().unwrap()
}

pub fn spec(plan: RoomPlan) -> RoomSpec {
    RoomSpec { capacity: 8, ..RoomSpec::new(plan) }
}

pub fn conference() -> RoomSpec {
    spec(plans::conference())
}

pub fn password(word: &str) -> Secret {
    Secret::new(format!("{word}{PASSWORD}"))
}

pub fn create(name: &str, spec: RoomSpec) -> ClientMsg {
    ClientMsg::CreateRoom(CreateRoom { room: Some(room(name)), spec })
}

pub fn asking(name: &str) -> JoinRoom {
    JoinRoom { room: room(name), password: None, invite: None, role: None, hosted_by: None, note: None }
}

pub fn join(name: &str) -> ClientMsg {
    ClientMsg::JoinRoom(asking(name))
}

pub fn open_or_join(name: &str, spec: RoomSpec) -> ClientMsg {
    ClientMsg::OpenOrJoin { create: CreateRoom { room: Some(room(name)), spec }, join: asking(name) }
}

pub fn leave(name: &str) -> ClientMsg {
    ClientMsg::LeaveRoom { room: room(name) }
}

pub fn camera(id: &str) -> Publication {
    Publication {
        id: id.parse().unwrap(),
        source: Source::Camera,
        audio: TrackState::Live,
        video: TrackState::Live,
        label: String::new(),
    }
}

pub fn filter() -> LobbyFilter {
    LobbyFilter { tags: BTreeSet::new(), text: None, only_joinable: false }
}

pub fn snapshot(answer: ServerMsg) -> RoomSnapshot {
    match answer {
        ServerMsg::Joined(snapshot) => *snapshot,
        other => panic!("not joined: {other:?}"),
    }
}
