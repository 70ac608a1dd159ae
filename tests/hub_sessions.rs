//! Sessions of the hub: greeting, numbering, resuming, ending.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::Machine;
use multirtc::core::hub::{HubConfig, HubIn};
use multirtc::protocol::*;
use world::*;

fn pings(world: &mut World, i: usize) -> bool {
    world.frame(i, None, ClientMsg::Ping { nonce: 5 });
    world.take(i).contains(&ServerMsg::Pong { nonce: 5 })
}

fn online(world: &World, i: usize, of: &PeerId) -> Online {
    world.clients[i].rooms[&room("r")].people[of].online
}

/// Two people in a room.
fn pair() -> (World, usize, usize) {
    let mut world = World::new(1);
    let (a, b) = (world.client("Ada"), world.client("Ben"));
    snapshot(world.ask(a, create("r", conference())));
    snapshot(world.ask(b, join("r")));
    (world, a, b)
}

#[test]
fn a_welcome_says_what_is_in_force() {
    let ice = vec![IceServer { urls: vec!["stun:stun.example.org".to_owned()], username: None, credential: None }];
    let features = ["x", "y"].map(str::to_owned).into();
    let config = HubConfig { epoch_ms: EPOCH_MS, ice: ice.clone(), features, ..HubConfig::default() };
    let mut world = World::with_config(config, 1);
    let mut hello = hello("Ada");
    hello.features = ["y", "z"].map(str::to_owned).into();
    hello.version.minor = 9;
    let a = world.page(hello);
    world.connect(a);
    let welcome = world.clients[a].welcomes[0].clone();
    assert_eq!(welcome.version, VERSION);
    assert_eq!(welcome.features, ["y".to_owned()].into());
    assert_eq!(welcome.resumed, ResumeOutcome::Fresh);
    assert_eq!((welcome.commands_done, welcome.rooms.len()), (0, 0));
    assert_eq!(welcome.ice.servers, ice);
    assert_eq!(welcome.now_ms, EPOCH_MS + 1_000);
    assert_eq!(welcome.limits, limits::defaults());
    assert!(welcome.resume_token.expose().len() >= 52, "256 bits at five a character");
    assert_eq!(world.ask(a, ClientMsg::RefreshIceServers), ServerMsg::IceServers(welcome.ice));
}

#[test]
fn another_major_version_is_told_so_and_closed() {
    let mut world = World::new(1);
    let mut hello = hello("Ada");
    hello.version.major += 1;
    let a = world.page(hello);
    world.connect(a);
    assert_eq!(world.clients[a].closed, [CloseCode::Version]);
    let log = world.take(a);
    assert!(matches!(&log[..], [ServerMsg::Error(error)] if error.code == ErrorCode::UnsupportedVersion));
    assert_eq!(world.hub.counts().sockets, 0);
}

#[test]
fn whoever_does_not_say_hello_first_and_in_time_is_closed() {
    let mut world = World::new(1);
    let [late, wrong, mute] = [0; 3].map(|_| world.page(hello("x")));
    for i in [late, wrong, mute] {
        world.open(i);
    }
    world.raw(wrong, Some(1), ClientMsg::Ping { nonce: 1 });
    let socket = world.clients[mute].socket.unwrap();
    world.step(HubIn::Malformed { socket });
    assert_eq!(world.clients[wrong].closed, [CloseCode::HelloExpected]);
    assert_eq!(world.clients[mute].closed, [CloseCode::HelloExpected]);
    world.pass(limits::HELLO_MS - 1);
    assert_eq!(world.clients[late].closed, []);
    world.pass(1);
    assert_eq!(world.clients[late].closed, [CloseCode::HelloExpected]);
    assert_eq!(world.hub.counts().sockets, 0);
    assert_eq!(world.hub.deadline(), None);
}

#[test]
fn a_second_hello_is_refused() {
    let mut world = World::new(1);
    let a = world.client("Ada");
    assert_eq!(world.refused(a, ClientMsg::Hello(hello("Eve"))), ErrorCode::AlreadyHello);
    assert!(pings(&mut world, a));
}

#[test]
fn names_are_cleaned_and_cut_and_large_profiles_refused() {
    let mut world = World::new(1);
    let a = world.page(hello(&format!("  A\u{202E}d\u{0}a\n\u{200B}{} ", "x".repeat(200))));
    world.connect(a);
    let you = snapshot(world.ask(a, create("r", conference()))).you;
    assert_eq!(you.profile.name, format!("Ada {}", "x".repeat(76)));

    let mut large = hello("Ben");
    large.profile.extra.insert("k".to_owned(), "v".repeat(limits::PROFILE_EXTRA_BYTES).into());
    let b = world.page(large);
    world.connect(b);
    assert!(matches!(&world.take(b)[..], [ServerMsg::Error(error)] if error.code == ErrorCode::BadPatch));
    // It may still say it better.
    world.clients[b].hello.profile.extra.clear();
    world.greet(b);
    assert_eq!(world.clients[b].welcomes.len(), 1);
}

#[test]
fn a_profile_changes_in_all_rooms_or_not_at_all() {
    let (mut world, a, b) = pair();
    let name = |name: &str| ProfilePatch { name: Some(name.to_owned()), ..ProfilePatch::default() };
    assert_eq!(world.ask(a, ClientMsg::UpdateProfile { patch: name("Ada\u{2066} L.") }), ServerMsg::Ok);
    let ada = world.peer(a);
    for i in [a, b] {
        assert_eq!(world.clients[i].rooms[&room("r")].people[&ada].profile.name, "Ada L.");
    }
    let avatar = Some(Change::Set("x".repeat(limits::PROFILE_BYTES)));
    let patch = ProfilePatch { avatar, ..name("Eve") };
    assert_eq!(world.refused(a, ClientMsg::UpdateProfile { patch }), ErrorCode::BadPatch);
    assert_eq!(world.clients[b].rooms[&room("r")].people[&ada].profile.name, "Ada L.");
}

#[test]
fn a_handle_is_held_by_one_and_released_a_minute_after() {
    let mut world = World::new(1);
    let with_handle = |handle: &str| {
        let mut hello = hello("x");
        hello.profile.handle = Some(handle.parse().unwrap());
        hello
    };
    let (a, b) = (world.page(with_handle("JKL")), world.page(with_handle("jkl")));
    world.connect(a);
    world.connect(b);
    assert!(matches!(&world.take(b)[..], [ServerMsg::Error(error)] if error.code == ErrorCode::HandleTaken));
    // An id that is somebody's handle is theirs to open.
    let c = world.client("Cy");
    assert_eq!(world.refused(c, create("jkl", conference())), ErrorCode::Forbidden);
    snapshot(world.ask(a, create("jkl", conference())));
    world.frame(a, None, ClientMsg::Bye);
    world.pass(59_999);
    world.connect(b);
    assert_eq!(world.clients[b].welcomes.len(), 0);
    world.pass(1);
    world.greet(b);
    assert_eq!(world.clients[b].welcomes.len(), 1);
}

#[test]
fn s5_what_is_missing_or_unreadable_is_refused_and_too_much_of_it_closes() {
    let mut world = World::new(1);
    let a = world.client("Ada");
    world.frame(a, Some(3), ClientMsg::Ping { nonce: 1 });
    assert!(matches!(&world.take(a)[1..], [ServerMsg::Error(error)] if error.code == ErrorCode::BadFrame));
    let socket = world.clients[a].socket.unwrap();
    for _ in 0..18 {
        world.step(HubIn::Malformed { socket });
    }
    assert_eq!(world.clients[a].closed, []);
    world.step(HubIn::Malformed { socket });
    assert_eq!(world.clients[a].closed, [CloseCode::Flooding]);
}

#[test]
fn frames_over_the_limits_are_refused_or_close() {
    let mut world = World::new(1);
    let a = world.client("Ada");
    let topic = "x".repeat(limits::FRAME_SOFT_BYTES);
    let say = ClientMsg::Say { room: room("r"), to: Target::All, topic, body: 1.into(), keep: false };
    assert_eq!(world.refused(a, say), ErrorCode::TooLarge);
    let socket = world.clients[a].socket.unwrap();
    let frame = Box::new(ClientFrame { n: None, ack: 0, m: ClientMsg::Ping { nonce: 1 } });
    world.step(HubIn::Frame { socket, frame, bytes: limits::FRAME_HARD_BYTES + 1 });
    assert_eq!(world.clients[a].closed, [CloseCode::TooBig]);
}

#[test]
fn a_command_is_carried_out_once() {
    let mut world = World::new(1);
    let a = world.client("Ada");
    let n = world.send(a, create("r", conference()));
    world.take(a);
    world.frame(a, Some(n), leave("r"));
    assert_eq!(world.take(a), []);
    assert_eq!(world.hub.counts().members, 1);
}

#[test]
fn a_lost_connection_keeps_the_seat_and_misses_nothing() {
    let (mut world, a, b) = pair();
    let (ada, ben) = (world.peer(a), world.peer(b));
    world.lose(b, false);
    let since_ms = EPOCH_MS + world.now;
    assert_eq!(online(&world, a, &ben), Online::Interrupted { since_ms, leaving: false }, "at once");
    world.pass(20_000);
    let c = world.client("Cy");
    snapshot(world.ask(c, join("r")));
    world.ask(a, ClientMsg::UpdateProfile { patch: ProfilePatch { name: Some("A".into()), ..Default::default() } });
    world.take(b);
    world.connect(b);
    assert_eq!(world.clients[b].welcomes[1].resumed, ResumeOutcome::Replayed { from: 2 });
    let cy = world.peer(c);
    let missed = world.take(b);
    assert!(matches!(&missed[0], ServerMsg::Welcome(_)));
    assert!(matches!(&missed[1], ServerMsg::PeerJoined { peer, .. } if peer.peer == cy));
    assert!(matches!(&missed[2], ServerMsg::LinkUp { link, .. } if link.peer == cy));
    assert!(matches!(&missed[3], ServerMsg::PeerChanged { peer, .. } if peer.peer == ada && peer.profile.name == "A"));
    assert_eq!(missed.len(), 4, "exactly once");
    assert_eq!((world.peer(b), online(&world, a, &ben)), (ben, Online::Connected));
}

#[test]
fn commands_lost_on_the_way_are_carried_out_after_a_resume() {
    let (mut world, _, b) = pair();
    world.send_into_the_void(b, leave("r"));
    world.lose(b, false);
    assert_eq!(world.hub.counts().members, 2);
    world.connect(b);
    assert_eq!(world.hub.counts().members, 1);
    assert!(world.clients[b].rooms.is_empty());
}

#[test]
fn the_answer_to_a_command_is_among_what_is_replayed() {
    let (mut world, a, b) = pair();
    world.clients[b].lagging = true;
    let n = world.send(b, leave("r"));
    world.lose(b, false);
    world.clients[b].lagging = false;
    world.connect(b);
    let answer = world.clients[b].log.iter().find(|frame| frame.re == Some(n)).unwrap();
    assert_eq!(answer.m, ServerMsg::Ok);
    assert_eq!(world.clients[a].rooms[&room("r")].people.len(), 1);
}

#[test]
fn c7_a_welcome_lost_twice_leaves_the_token_before_it_valid() {
    let (mut world, _, b) = pair();
    let ben = world.peer(b);
    for _ in 0..2 {
        world.lose(b, false);
        world.clients[b].lagging = true;
        world.connect(b);
    }
    world.lose(b, false);
    world.clients[b].lagging = false;
    world.connect(b);
    assert_eq!(world.clients[b].welcomes.len(), 2);
    assert_eq!(world.peer(b), ben);
}

#[test]
fn s8_a_token_is_void_once_the_next_one_was_used() {
    let (mut world, _, b) = pair();
    let old = world.clients[b].token.clone();
    world.lose(b, false);
    world.connect(b);
    let ben = world.peer(b);
    // Not confirmed yet: whoever brings the old one is taken for the same client.
    world.frame(b, None, ClientMsg::Ping { nonce: 1 });
    let thief = world.page(hello("Eve"));
    world.clients[thief].token = old;
    world.connect(thief);
    assert_eq!(world.clients[thief].welcomes[0].resumed, ResumeOutcome::Fresh);
    assert_ne!(world.peer(thief), ben);
    assert!(pings(&mut world, b));
}

/// A tab that is duplicated has its page, not its token: it is somebody else.
#[test]
fn c8_a_duplicated_tab_is_a_second_participant() {
    let (mut world, a, b) = pair();
    let hello = world.clients[b].hello.clone();
    world.take(a);
    let copy = world.page(hello);
    world.connect(copy);
    snapshot(world.ask(copy, join("r")));
    assert_ne!(world.peer(copy), world.peer(b));
    assert_eq!(world.clients[b].closed, []);
    assert!(pings(&mut world, b), "the first tab is untouched");
    let told = world.take(a);
    assert!(
        matches!(&told[..], [ServerMsg::PeerJoined { peer, .. }, ServerMsg::LinkUp { .. }]
            if peer.peer == world.peer(copy)),
        "{told:?}"
    );
    assert_eq!(world.clients[a].rooms[&room("r")].people.len(), 3);
}

/// Two attempts to come back overtake each other: the first was given up by the client, and is not to win.
#[test]
fn a_hello_that_comes_late_takes_nothing_over() {
    for noticed in [false, true] {
        let (mut world, _, b) = pair();
        let ben = world.peer(b);
        world.lose(b, false);
        let late = world.open(b);
        let frame = Box::new(world.hello(b));
        world.clients[b].socket = None;
        world.connect(b);
        assert_eq!(world.peer(b), ben);
        if noticed {
            world.lose(b, false);
        }
        world.step(HubIn::Frame { socket: late, frame, bytes: 600 });
        if noticed {
            world.connect(b);
        }
        assert_eq!(world.peer(b), ben);
        assert!(pings(&mut world, b), "and goes on");
    }
}

#[test]
fn a_second_socket_of_a_session_supersedes_the_first() {
    let (mut world, a, b) = pair();
    let ben = world.peer(b);
    world.connect(b);
    assert_eq!(world.clients[b].closed, [CloseCode::Superseded]);
    assert_eq!(world.peer(b), ben);
    assert!(pings(&mut world, b));
    assert_eq!(world.hub.counts().sockets, 2);
    let changes = world.take(a);
    assert!(!changes.iter().any(|message| matches!(message, ServerMsg::PeerChanged { .. })), "nobody noticed");
}

#[test]
fn a_reload_comes_back_as_the_same_host_with_everything_in_a_snapshot() {
    let (mut world, a, b) = pair();
    let ada = world.peer(a);
    let first_claim = world.clients[a].claims[&room("r")].clone();
    world.reload(a);
    world.pass(limits::RELOAD_WINDOW_MS - 1);
    world.connect(a);
    let welcome = world.clients[a].welcomes[1].clone();
    assert_eq!((welcome.resumed, &welcome.peer, welcome.commands_done), (ResumeOutcome::Snapshot, &ada, 1));
    let [snapshot] = &welcome.rooms[..] else { panic!("one room") };
    assert_eq!((snapshot.you.role, &snapshot.info.host), (Role::Host, &Some(ada.clone())));
    assert_eq!(snapshot.links, world.clients[a].rooms[&room("r")].links.values().cloned().collect::<Vec<_>>());
    assert_eq!(snapshot.links.len(), 1);
    assert_ne!(snapshot.host_claim.as_ref(), Some(&first_claim), "kept as a digest, so another one is minted");
    assert!(snapshot.host_claim.is_some());
    assert_eq!(online(&world, b, &ada), Online::Connected);
    // And goes on counting where the session was.
    assert_eq!(world.ask(a, leave("r")), ServerMsg::Ok);
}

#[test]
fn a_closed_tab_has_left_after_six_seconds() {
    let (mut world, a, b) = pair();
    let ben = world.peer(b);
    world.lose(b, true);
    let leaving = Online::Interrupted { since_ms: EPOCH_MS + world.now, leaving: true };
    assert_eq!(online(&world, a, &ben), leaving, "at once");
    let c = world.client("Cy");
    snapshot(world.ask(c, join("r")));
    assert_eq!(online(&world, c, &ben), leaving, "newcomers see it too");
    world.ask(c, leave("r"));
    world.pass(limits::RELOAD_WINDOW_MS - 1);
    assert!(world.clients[a].rooms[&room("r")].people.contains_key(&ben));
    world.take(a);
    world.pass(1);
    let left = world.take(a);
    assert!(matches!(&left[..], [ServerMsg::LinkDown { .. }, ServerMsg::PeerLeft { peer, why: LeaveReason::Left, .. }]
        if *peer == ben));
}

#[test]
fn a_lost_connection_has_timed_out_after_forty_five_seconds() {
    let (mut world, a, b) = pair();
    let ben = world.peer(b);
    world.lose(b, false);
    world.pass(limits::RESUME_WINDOW_MS - 1);
    assert!(world.clients[a].rooms[&room("r")].people.contains_key(&ben));
    world.take(a);
    world.pass(1);
    let left = world.take(a);
    assert!(matches!(&left[1], ServerMsg::PeerLeft { peer, why: LeaveReason::TimedOut, .. } if *peer == ben));
    world.connect(b);
    assert_eq!(world.clients[b].welcomes[1].resumed, ResumeOutcome::Fresh);
    assert_ne!(world.peer(b), ben);
}

#[test]
fn bye_leaves_at_once() {
    let (mut world, a, b) = pair();
    world.take(a);
    world.send(b, ClientMsg::Bye);
    assert_eq!(world.clients[b].closed, [CloseCode::Normal]);
    assert!(matches!(&world.take(a)[1], ServerMsg::PeerLeft { why: LeaveReason::Left, .. }));
    assert_eq!((world.hub.counts().sessions, world.hub.counts().members), (1, 1));
}

#[test]
fn silence_is_shown_until_something_is_heard() {
    let (mut world, a, b) = pair();
    let ben = world.peer(b);
    let socket = world.clients[b].socket.unwrap();
    world.pass(10_000);
    let since_ms = EPOCH_MS + world.now;
    world.step(HubIn::Silent { socket });
    assert_eq!(online(&world, a, &ben), Online::Interrupted { since_ms, leaving: false });
    world.step(HubIn::Heard { socket });
    assert_eq!(online(&world, a, &ben), Online::Connected);
    world.step(HubIn::Silent { socket });
    world.frame(b, None, ClientMsg::Ping { nonce: 1 });
    assert_eq!(online(&world, a, &ben), Online::Connected, "a frame is a sign of life too");
    // The window counts from the silence on.
    world.step(HubIn::Silent { socket });
    let since_ms = EPOCH_MS + world.now;
    world.pass(10_000);
    world.lose(b, false);
    assert_eq!(online(&world, a, &ben), Online::Interrupted { since_ms, leaving: false });
    world.pass(limits::RESUME_WINDOW_MS - 10_000);
    assert_eq!(world.hub.counts().members, 1);
    // That of a reload does not: whoever closes in order was there a moment ago.
    let c = world.client("Cy");
    snapshot(world.ask(c, join("r")));
    let ada = world.peer(a);
    let socket = world.clients[a].socket.unwrap();
    let since_ms = EPOCH_MS + world.now;
    world.step(HubIn::Silent { socket });
    assert_eq!(online(&world, c, &ada), Online::Interrupted { since_ms, leaving: false });
    world.pass(10_000);
    world.reload(a);
    assert_eq!(online(&world, c, &ada), Online::Interrupted { since_ms, leaving: true }, "not lost after all");
    world.pass(limits::RELOAD_WINDOW_MS - 1);
    world.connect(a);
    assert_eq!(world.clients[a].welcomes[1].resumed, ResumeOutcome::Snapshot);
    assert_eq!(online(&world, c, &ada), Online::Connected);
}

#[test]
fn c27_a_session_that_missed_too_much_gets_a_snapshot_and_goes_on() {
    let (mut world, a, b) = pair();
    world.ask(b, ClientMsg::WatchLobby { filter: filter() });
    world.lose(b, false);
    for k in 0..=limits::RING_FRAMES {
        let presence = Presence { hand: k % 2 == 0, ..Presence::default() };
        world.done(a, ClientMsg::SetPresence { room: room("r"), presence });
    }
    world.take(b);
    world.connect(b);
    assert_eq!(world.clients[b].welcomes[1].resumed, ResumeOutcome::Snapshot);
    let told = world.take(b);
    assert!(matches!(&told[..], [ServerMsg::Welcome(_), ServerMsg::Lobby { update: LobbyUpdate::Snapshot { .. } }]));
    let ada = world.peer(a);
    assert!(world.clients[b].rooms[&room("r")].people[&ada].presence.hand);
    assert_eq!(world.ask(b, leave("r")), ServerMsg::Ok);
}

#[test]
fn draining_announces_closes_and_takes_nobody_new() {
    let (mut world, a, b) = pair();
    world.take(a);
    world.step(HubIn::Drain { in_ms: 500 });
    assert_eq!(world.take(a), [ServerMsg::GoingAway { in_ms: 500 }]);
    assert_eq!(world.refused(b, create("new", conference())), ErrorCode::ShuttingDown);
    let late = world.page(hello("x"));
    world.open(late);
    assert_eq!(world.clients[late].closed, [CloseCode::Draining]);
    world.pass(500);
    assert_eq!(
        (&world.clients[a].closed[..], &world.clients[b].closed[..]),
        (&[CloseCode::Draining][..], &[CloseCode::Draining][..])
    );
    assert_eq!(world.hub.counts().sockets, 0);
}

#[test]
fn messages_of_a_newer_client_are_counted_and_ignored() {
    let (mut world, a, _) = pair();
    world.done(a, ClientMsg::Unknown);
    assert_eq!(world.hub.unknown_messages(), 1);
}

#[test]
fn a_session_lives_in_one_lobby() {
    let (mut world, _, b) = pair();
    world.lose(b, false);
    world.clients[b].hello.lobby = "elsewhere".parse().unwrap();
    world.connect(b);
    assert_eq!(world.clients[b].welcomes[1].resumed, ResumeOutcome::Fresh);
    assert_eq!(world.refused(b, join("r")), ErrorCode::RoomNotFound);
}
