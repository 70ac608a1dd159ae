//! Two minors of one major talk to each other: what both know works, what only the newer one knows is passed over.
//!
//! The newer one is made of the golden files, each record with a field more, and of messages that do not exist yet.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "protocol/golden.rs"]
#[expect(dead_code, reason = "shared with the other tests of the protocol")]
mod golden;
#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the tests of the hub")]
mod world;

use golden::{frames, places};
use multirtc::core::Machine;
use multirtc::core::session::{Session, SessionConfig, SessionIn, SessionOut};
use multirtc::protocol::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use world::*;

const NEWER: Version = Version { major: VERSION.major, minor: VERSION.minor + 1 };

/// The same as a peer of the next minor writes it: every record has a field more.
fn newer<T: Serialize + DeserializeOwned>(value: &T) -> T {
    serde_json::from_value(grown(serde_json::to_value(value).unwrap())).unwrap()
}

fn grown(mut tree: Value) -> Value {
    for place in places(&tree) {
        if place.is_record(&tree) {
            place.of_mut(&mut tree)["added_in_the_next_minor"] = json!({ "t": "ping", "list": [1, {}] });
        }
    }
    tree
}

/// A message nobody knows yet, as text on the wire.
fn unheard_of<T: DeserializeOwned>(n: u32) -> T {
    let text = json!({ "n": n, "re": null, "ack": 0, "m": { "t": "teleport", "room": "r", "where": { "deep": [1] } } });
    serde_json::from_value(text).unwrap()
}

#[test]
fn c29_a_newer_client_talks_to_this_server() {
    let mut world = World::new(1);
    let old = world.client("old");
    snapshot(world.ask(old, create("r", conference())));
    let new = world.page(newer(&Hello { version: NEWER, features: ["teleport".to_owned()].into(), ..hello("new") }));
    world.connect(new);
    let welcome = world.clients[new].welcomes[0].clone();
    assert_eq!(welcome.version, VERSION, "the lower of both is in force");
    assert!(welcome.features.is_empty());
    // Everything of the common minor, as the newer one writes it.
    snapshot(world.ask(new, newer(&join("r"))));
    world.take(old);
    let publish = ClientMsg::Publish { room: room("r"), publications: vec![camera("c")] };
    world.done(new, newer(&publish));
    let to = Target::Peer(world.peer(old));
    let say = ClientMsg::Say { room: room("r"), to, topic: "chat".into(), body: "hi".into(), keep: false };
    assert!(matches!(world.ask(new, newer(&say)), ServerMsg::Said { .. }));
    let link = world.clients[new].rooms[&room("r")].links[&world.peer(old)].link;
    let to = world.peer(old);
    world.done(new, newer(&ClientMsg::Signal { room: room("r"), to: to.clone(), link, body: SignalBody::WantTurn }));
    let told = world.take(old);
    assert!(matches!(
        &told[..],
        [ServerMsg::PeerChanged { .. }, ServerMsg::Said { .. }, ServerMsg::Signal { body: SignalBody::WantTurn, .. }]
    ));
    // What is not known is carried out as nothing, in its turn, and passed on to nobody.
    let before = world.hub.unknown_messages();
    let ClientFrame { m, .. } = unheard_of(0);
    world.done(new, m);
    let hint: SignalBody = serde_json::from_value(json!({ "k": "hint", "kbps": [1] })).unwrap();
    world.done(new, ClientMsg::Signal { room: room("r"), to, link, body: hint });
    assert_eq!(world.hub.unknown_messages(), before + 1);
    assert_eq!(world.take(old), []);
    assert_eq!(world.ask(new, newer(&leave("r"))), ServerMsg::Ok);
    assert_eq!(world.clients[new].closed, []);
}

#[test]
fn c29_every_message_of_a_newer_client_is_taken_by_this_server() {
    let mut taken = 0;
    for (name, tree) in frames("client_") {
        let frame: ClientFrame = serde_json::from_value(grown(tree)).unwrap();
        let mut world = World::new(1);
        let i = world.client("new");
        let unknown = world.hub.unknown_messages();
        match frame.m {
            ClientMsg::Hello(_) => continue,
            m => world.send(i, m),
        };
        assert_eq!(world.hub.unknown_messages() - unknown, u64::from(name.contains("unknown")), "{name}");
        let ended = name.contains("bye");
        assert_eq!(world.clients[i].closed.is_empty(), !ended, "{name} closes the socket");
        taken += 1;
    }
    assert!(taken > 20, "{taken}");
}

/// A session of this minor that is online with a newer server.
fn online() -> Session {
    let mut session = Session::new(SessionConfig {
        lobby: "lobby".parse().unwrap(),
        profile: Profile::default(),
        auth: None,
        client: "test 0 blink".into(),
        resume: None,
        backoff_seed: 1,
        give_up_after: None,
    });
    feed(&mut session, SessionIn::Start);
    feed(&mut session, SessionIn::Opened);
    let (_, tree) = frames("server_").into_iter().find(|(name, _)| name.contains("welcome")).unwrap();
    let mut frame: ServerFrame = serde_json::from_value(grown(tree)).unwrap();
    if let ServerMsg::Welcome(welcome) = &mut frame.m {
        (welcome.version, welcome.resumed) = (NEWER, ResumeOutcome::Fresh);
        welcome.features.insert("teleport".into());
    }
    let told = feed(&mut session, SessionIn::Frame(Box::new(frame)));
    assert!(told.iter().any(|effect| matches!(effect, SessionOut::Welcome(_))), "{told:?}");
    session
}

fn feed(session: &mut Session, input: SessionIn) -> Vec<SessionOut> {
    let mut out = Vec::new();
    session.handle(input, 1_000, &mut out);
    out
}

#[test]
fn c29_this_client_talks_to_a_newer_server() {
    let mut told = 0;
    for (name, tree) in frames("server_") {
        let mut frame: ServerFrame = serde_json::from_value(grown(tree)).unwrap();
        let known = !matches!(
            frame.m,
            ServerMsg::Unknown | ServerMsg::Pong { .. } | ServerMsg::Welcome(_) | ServerMsg::GoingAway { .. }
        );
        let mut session = online();
        // A message it does not know comes first, and takes its number.
        let unknown = unheard_of::<ServerFrame>(1);
        assert_eq!(feed(&mut session, SessionIn::Frame(Box::new(unknown))), []);
        frame.n = frame.n.map(|_| 2);
        frame.re = None;
        let message = frame.m.clone();
        let out = feed(&mut session, SessionIn::Frame(Box::new(frame.clone())));
        let expected = if known { vec![SessionOut::Message(Box::new(message))] } else { Vec::new() };
        assert_eq!(out, expected, "{name}");
        let seen = 1 + u32::from(frame.n.is_some());
        assert_eq!(session.resume_state().unwrap().last_seen, seen, "{name}");
        told += 1;
    }
    assert!(told > 20, "{told}");
}
