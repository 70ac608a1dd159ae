//! Who is connected to whom, what they publish, and what goes over the server between them.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::topology::plans;
use multirtc::protocol::*;
use std::collections::BTreeSet;
use world::*;

/// A world with a room `r` that the first client opened and the others joined.
fn gathered(spec: RoomSpec, others: usize) -> (World, Vec<usize>) {
    let mut world = World::new(1);
    let host = world.client("host");
    snapshot(world.ask(host, create("r", spec)));
    let mut all = vec![host];
    for k in 0..others {
        let i = world.client(&format!("guest {k}"));
        snapshot(world.ask(i, join("r")));
        all.push(i);
    }
    (world, all)
}

fn linked(world: &World, i: usize) -> BTreeSet<PeerId> {
    world.clients[i].rooms[&room("r")].links.keys().cloned().collect()
}

fn peers(world: &World, all: &[usize]) -> BTreeSet<PeerId> {
    all.iter().map(|i| world.peer(*i)).collect()
}

fn publish(list: Vec<Publication>) -> ClientMsg {
    ClientMsg::Publish { room: room("r"), publications: list }
}

fn with_claim(world: &World, of: usize) -> ClientMsg {
    let invite = Some(world.clients[of].claims[&room("r")].clone());
    ClientMsg::JoinRoom(JoinRoom { invite, ..asking("r") })
}

#[test]
fn a_room_of_four_is_a_full_mesh_and_stays_one() {
    let (mut world, all) = gathered(conference(), 3);
    for i in &all {
        assert_eq!(linked(&world, *i), &peers(&world, &all) - &peers(&world, &[*i]));
    }
    world.ask(all[1], leave("r"));
    let rest = [all[0], all[2], all[3]];
    for i in rest {
        assert_eq!(linked(&world, i), &peers(&world, &rest) - &peers(&world, &[i]));
    }
}

#[test]
fn every_historical_flow_has_its_edges() {
    let star = RoomPlan { topology: Topology::Star, ..plans::conference() };
    let screen_and_talk = RoomPlan { video: Flow::Off, screen: Flow::HostOnly, data: Flow::Off, ..plans::conference() };
    for (plan, guests_linked) in [
        (plans::conference(), true),
        (plans::audio_conference(), true),
        (plans::broadcast(), false),
        (plans::presentation(), false),
        (star, false),
        (plans::collect(), false),
        (screen_and_talk, true),
        (plans::data_only(), true),
    ] {
        let (world, all) = gathered(spec(plan), 2);
        assert_eq!(linked(&world, all[0]), peers(&world, &all[1..]), "{plan:?}");
        assert_eq!(linked(&world, all[1]).contains(&world.peer(all[2])), guests_linked, "{plan:?}");
    }
    // Several broadcasters, many viewers: viewers are not joined.
    let (mut world, all) = gathered(spec(plans::panel()), 1);
    let viewer = |world: &mut World| {
        let i = world.client("viewer");
        snapshot(world.ask(i, ClientMsg::JoinRoom(JoinRoom { role: Some(Role::Viewer), ..asking("r") })));
        i
    };
    let (v, w) = (viewer(&mut world), viewer(&mut world));
    assert_eq!(linked(&world, v), peers(&world, &all));
    assert_eq!(linked(&world, w), peers(&world, &all));
}

#[test]
fn engines_are_compared() {
    let mut world = World::new(1);
    let mut page = |client: &str| {
        let i = world.page(Hello { client: client.to_owned(), ..hello("x") });
        world.connect(i);
        world.ask(i, open_or_join("r", conference()));
        i
    };
    let [blink, gecko, also, unknown] =
        ["web 0.1.0 blink", "web 0.1.0 gecko", "app 2 blink", "web 0.1.0"].map(&mut page);
    let _ = page("web 0.1.0");
    let same = |a: usize, b: usize| world.clients[a].rooms[&room("r")].links[&world.peer(b)].same_engine;
    assert!(same(blink, also));
    assert!(!same(blink, gecko));
    assert!(!same(unknown, unknown + 1), "two unknown ones are not equal");
}

#[test]
fn publications_replace_each_other_and_reach_the_others() {
    let (mut world, all) = gathered(conference(), 1);
    world.take(all[1]);
    world.done(all[0], publish(vec![camera("a1"), camera("a2")]));
    world.done(all[0], publish(vec![camera("a2")]));
    let told = world.take(all[1]);
    assert!(matches!(&told[..], [ServerMsg::PeerChanged { peer: one, .. }, ServerMsg::PeerChanged { peer: two, .. }]
        if one.publications.len() == 2 && two.publications == [camera("a2")]));
    let c = world.client("Cy");
    let snapshot = snapshot(world.ask(c, join("r")));
    assert_eq!(snapshot.others[0].publications, [camera("a2")], "the newcomer knows without asking");
    let refused = [
        (publish(vec![camera("x"), camera("x")]), ErrorCode::BadPatch),
        (publish((0..9).map(|k| camera(&format!("x{k}"))).collect()), ErrorCode::BadPatch),
        (publish(vec![camera("a2")]), ErrorCode::BadPatch),
    ];
    for (command, code) in refused {
        assert_eq!(world.refused(c, command), code);
    }
}

#[test]
fn publishing_is_by_plan_and_role() {
    let screen = |id: &str| Publication { source: Source::Screen, ..camera(id) };
    let sound = |id: &str| Publication { video: TrackState::Absent, source: Source::Microphone, ..camera(id) };
    // Everybody talks, the host shows.
    let plan = RoomPlan { video: Flow::Off, screen: Flow::HostOnly, ..plans::conference() };
    let (mut world, all) = gathered(spec(plan), 1);
    world.done(all[0], publish(vec![screen("h1"), sound("h2")]));
    assert_eq!(world.refused(all[0], publish(vec![camera("h3")])), ErrorCode::Forbidden);
    world.done(all[1], publish(vec![sound("g1")]));
    assert_eq!(world.refused(all[1], publish(vec![sound("g1"), screen("g2")])), ErrorCode::Forbidden);
    let guest = world.peer(all[1]);
    let published = &world.clients[all[0]].rooms[&room("r")].people[&guest].publications;
    assert_eq!(*published, [sound("g1")], "as a whole or not at all");
    // Whoever becomes host by succession keeps what the new role allows.
    world.ask(all[0], leave("r"));
    world.done(all[1], publish(vec![screen("g2")]));
    // The creator takes it back: the screen of the acting host ends, and everybody is told.
    let claim = with_claim(&world, all[0]);
    let snapshot = snapshot(world.ask(all[0], claim));
    assert_eq!(snapshot.others[0].publications, []);
    assert!(matches!(world.take(all[1]).last(), Some(ServerMsg::LinkUp { .. } | ServerMsg::PeerChanged { .. })));
    assert_eq!(world.clients[all[1]].rooms[&room("r")].people[&guest].publications, []);
    let (mut world, all) = gathered(spec(plans::broadcast()), 1);
    assert_eq!(world.refused(all[1], publish(vec![camera("v")])), ErrorCode::Forbidden);
}

#[test]
fn presence_reaches_everybody() {
    let (mut world, all) = gathered(conference(), 1);
    let status = format!("\u{202E}{}", "s".repeat(500));
    let presence = Presence { hand: true, status, ..Presence::default() };
    world.done(all[1], ClientMsg::SetPresence { room: room("r"), presence });
    let guest = world.peer(all[1]);
    for i in all {
        let presence = &world.clients[i].rooms[&room("r")].people[&guest].presence;
        assert_eq!((presence.hand, presence.status.len()), (true, limits::TOPIC_CHARS));
    }
}

#[test]
fn c14_signals_go_to_the_other_end_of_the_present_link_only() {
    let (mut world, all) = gathered(conference(), 2);
    let [a, b, c] = all[..] else { panic!() };
    let link = world.clients[a].rooms[&room("r")].links[&world.peer(b)].link;
    let signal =
        |world: &World, to: usize, link, body| ClientMsg::Signal { room: room("r"), to: world.peer(to), link, body };
    let offer = |bytes: usize| SignalBody::Offer { sdp: "s".repeat(bytes), tracks: Vec::new() };
    for i in &all {
        world.take(*i);
    }
    let message = signal(&world, b, link, offer(limits::SDP_BYTES));
    world.done(a, message);
    let told = world.take(b);
    assert!(matches!(&told[..], [ServerMsg::Signal { from, link: on, .. }] if *from == world.peer(a) && *on == link));
    assert_eq!((world.take(a), world.take(c)), (Vec::new(), Vec::new()), "nobody else hears of it");
    let outsider = world.client("out");
    let elsewhere = LinkId(link.0 + 1_000);
    let candidate = SignalBody::Candidate {
        candidate: "c".repeat(limits::CANDIDATE_BYTES + 1),
        mid: None,
        mline: None,
        ufrag: None,
    };
    let refused = [
        (a, signal(&world, b, elsewhere, SignalBody::WantTurn), ErrorCode::StaleLink),
        (a, signal(&world, c, link, SignalBody::WantTurn), ErrorCode::StaleLink),
        (a, signal(&world, outsider, link, SignalBody::WantTurn), ErrorCode::NoSuchPeer),
        (outsider, signal(&world, b, link, SignalBody::WantTurn), ErrorCode::NotInRoom),
        (a, signal(&world, a, link, SignalBody::WantTurn), ErrorCode::NotLinked),
        (a, signal(&world, b, link, offer(limits::SDP_BYTES + 1)), ErrorCode::TooLarge),
        (a, signal(&world, b, link, candidate), ErrorCode::TooLarge),
    ];
    for (i, message, code) in refused {
        assert_eq!(world.refused(i, message), code);
        assert_eq!((world.take(b), world.take(c)), (Vec::new(), Vec::new()));
        world.take(i);
    }
    // Two members the plan keeps apart.
    let (mut world, all) = gathered(spec(plans::broadcast()), 2);
    let message = signal(&world, all[2], LinkId(1), SignalBody::WantTurn);
    assert_eq!(world.refused(all[1], message), ErrorCode::NotLinked);
}

#[test]
fn both_ends_asking_makes_one_rebuild() {
    let (mut world, all) = gathered(conference(), 1);
    let link = |world: &World, i: usize| world.clients[i].rooms[&room("r")].links.values().next().unwrap().clone();
    let rebuild =
        |world: &World, to: usize, link| ClientMsg::RebuildLink { room: room("r"), peer: world.peer(to), link };
    let old = link(&world, all[0]);
    let message = rebuild(&world, all[1], old.link);
    assert_eq!(world.ask(all[0], message), ServerMsg::Ok);
    let new = link(&world, all[0]);
    assert_ne!(new.link, old.link);
    assert_eq!(new.polite, old.polite);
    assert_eq!(link(&world, all[1]).link, new.link);
    let message = rebuild(&world, all[0], old.link);
    assert_eq!(world.ask(all[1], message), ServerMsg::Ok);
    assert_eq!(link(&world, all[0]).link, new.link, "the second request did nothing");
    let message = rebuild(&world, all[0], LinkId(new.link.0 + 1));
    assert_eq!(world.refused(all[1], message), ErrorCode::StaleLink);
    for _ in 1..limits::REBUILDS_PER_MINUTE {
        let message = rebuild(&world, all[1], link(&world, all[0]).link);
        assert_eq!(world.ask(all[0], message), ServerMsg::Ok);
    }
    let message = rebuild(&world, all[0], link(&world, all[0]).link);
    let ServerMsg::Error(error) = world.ask(all[1], message.clone()) else { panic!("too often") };
    assert_eq!((error.code, error.retry_after_ms), (ErrorCode::RateLimited, Some(60_000)));
    world.pass(60_000);
    assert_eq!(world.ask(all[1], message), ServerMsg::Ok);
}

#[test]
fn a_signal_of_a_former_room_of_the_same_name_fits_no_link() {
    let (mut world, all) = gathered(conference(), 1);
    let old = world.clients[all[0]].rooms[&room("r")].links[&world.peer(all[1])].link;
    for i in &all {
        world.ask(*i, leave("r"));
    }
    for i in &all {
        world.ask(*i, open_or_join("r", conference()));
    }
    let to = world.peer(all[1]);
    let late = ClientMsg::Signal { room: room("r"), to, link: old, body: SignalBody::WantTurn };
    assert_eq!(world.refused(all[0], late), ErrorCode::StaleLink);
}
