//! Opening rooms and coming into them, what is kept of them, what ends them.
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

fn role(world: &World, seen_by: usize, of: usize) -> Role {
    world.clients[seen_by].rooms[&room("r")].people[&world.peer(of)].role
}

fn linked(world: &World, i: usize) -> BTreeSet<PeerId> {
    world.clients[i].rooms[&room("r")].links.keys().cloned().collect()
}

fn with_claim(world: &World, of: usize) -> ClientMsg {
    let invite = Some(world.clients[of].claims[&room("r")].clone());
    ClientMsg::JoinRoom(JoinRoom { invite, ..asking("r") })
}

#[test]
fn whoever_opens_is_host_and_is_told_so() {
    let mut world = World::new(1);
    let a = world.client("Ada");
    let mut spec = conference();
    spec.details.name = " Blue\u{202E} room\n".to_owned();
    let snapshot = snapshot(world.ask(a, create("r", spec)));
    assert_eq!((snapshot.you.role, snapshot.you.joined_seq), (Role::Host, 0));
    assert_eq!(snapshot.info.host, Some(world.peer(a)));
    assert_eq!((snapshot.info.count, snapshot.info.details.name.as_str()), (1, "Blue room"));
    assert_eq!(snapshot.info.created_ms, EPOCH_MS + world.now);
    assert!(snapshot.host_claim.is_some());
    assert_eq!((snapshot.others, snapshot.links), (Vec::new(), Vec::new()));
}

#[test]
fn ids_are_minted_where_none_is_given_and_taken_ones_refused() {
    let mut world = World::new(1);
    let (a, b) = (world.client("Ada"), world.client("Ben"));
    let minted = |world: &mut World, i| {
        let command = ClientMsg::CreateRoom(CreateRoom { room: None, spec: conference() });
        snapshot(world.ask(i, command)).info.room
    };
    let (one, two) = (minted(&mut world, a), minted(&mut world, b));
    assert_ne!(one, two);
    assert!(one.as_str().len() >= 20, "96 random bits at five a character");
    assert_eq!(world.refused(b, create(one.as_str(), conference())), ErrorCode::RoomExists);
    let error = match world.ask(b, create(one.as_str(), conference())) {
        ServerMsg::Error(error) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(error.room, Some(one), "an error says which room");
}

#[test]
fn impossible_rooms_are_refused() {
    let mut world = World::new(1);
    let a = world.client("Ada");
    let mut refused = |change: &dyn Fn(&mut RoomSpec)| {
        let mut spec = conference();
        change(&mut spec);
        world.refused(a, create("r", spec))
    };
    assert_eq!(refused(&|spec| spec.capacity = 0), ErrorCode::BadCapacity);
    assert_eq!(refused(&|spec| spec.capacity = limits::MESH_CAPACITY + 1), ErrorCode::BadCapacity);
    assert_eq!(refused(&|spec| spec.guest_role = Role::Host), ErrorCode::BadPlan);
    assert_eq!(refused(&|spec| spec.plan.topology = Topology::Sfu), ErrorCode::BadPlan);
    assert_eq!(refused(&|spec| spec.plan.topology = Topology::Tree { fanout: 3 }), ErrorCode::BadPlan);
    assert_eq!(refused(&|spec| spec.details.tags = (0..9).map(|k| k.to_string()).collect()), ErrorCode::BadPatch);
    let extra = || [("k".to_owned(), "v".repeat(limits::ROOM_EXTRA_BYTES).into())].into_iter().collect();
    assert_eq!(refused(&|spec| spec.details.extra = extra()), ErrorCode::BadPatch);
    let thumbnail =
        |mime: &str, base64: String| Some(Thumbnail { mime: mime.to_owned(), base64, width: 160, height: 120 });
    let html = || "PHNjcmlwdD4=".to_owned();
    assert_eq!(refused(&|spec| spec.details.thumbnail = thumbnail("image/jpeg", html())), ErrorCode::BadPatch);
    assert_eq!(refused(&|spec| spec.details.thumbnail = thumbnail("text/html", html())), ErrorCode::BadPatch);
    let large = || format!("/9j/{}", "A".repeat(limits::THUMBNAIL_BYTES));
    assert_eq!(refused(&|spec| spec.details.thumbnail = thumbnail("image/jpeg", large())), ErrorCode::TooLarge);
    let mut spec = conference();
    spec.details.thumbnail = thumbnail("image/jpeg", "/9j/4AAQ".to_owned());
    snapshot(world.ask(a, create("r", spec)));
}

#[test]
fn entering_is_seen_by_all_in_the_same_order() {
    let (mut world, all) = gathered(conference(), 1);
    let c = world.client("Cy");
    for i in &all {
        world.take(*i);
    }
    let snapshot = snapshot(world.ask(c, join("r")));
    assert_eq!(
        snapshot.others.iter().map(|who| who.peer.clone()).collect::<Vec<_>>(),
        all.iter().map(|i| world.peer(*i)).collect::<Vec<_>>()
    );
    assert_eq!((snapshot.you.role, snapshot.host_claim), (Role::Speaker, None));
    for i in all {
        let told = world.take(i);
        assert!(matches!(&told[..], [ServerMsg::PeerJoined { peer, .. }, ServerMsg::LinkUp { link, .. }]
            if peer.peer == world.peer(c) && link.peer == world.peer(c) && !link.polite.0));
    }
    assert!(snapshot.links.iter().all(|link| link.polite.0), "the newcomer is the polite one");
}

#[test]
fn the_reasons_not_to_be_let_in() {
    let (mut world, all) = gathered(RoomSpec { capacity: 2, ..conference() }, 1);
    let c = world.client("Cy");
    assert_eq!(world.refused(c, join("nowhere")), ErrorCode::RoomNotFound);
    assert_eq!(world.refused(all[1], join("r")), ErrorCode::AlreadyInRoom);
    assert_eq!(world.refused(all[1], open_or_join("r", conference())), ErrorCode::AlreadyInRoom);
    assert_eq!(world.refused(c, join("r")), ErrorCode::RoomFull);
    let invite = Some(Secret::new("forged"));
    let forged = ClientMsg::JoinRoom(JoinRoom { invite, ..asking("r") });
    assert_eq!(world.refused(c, forged), ErrorCode::InviteInvalid);
    world.ask(c, create("locked", RoomSpec { admission: Admission::Locked, ..conference() }));
    assert_eq!(world.refused(all[0], join("locked")), ErrorCode::RoomLocked);
    for k in 1..limits::ROOMS_PER_SESSION {
        snapshot(world.ask(c, create(&format!("c{k}"), conference())));
    }
    assert_eq!(world.refused(c, create("one-more", conference())), ErrorCode::TooManyRooms);
    assert_eq!(world.refused(c, open_or_join("one-more", conference())), ErrorCode::TooManyRooms);
    assert_eq!(world.hub.counts().rooms, limits::ROOMS_PER_SESSION + 1);
}

#[test]
fn a_room_can_be_joined_by_its_hosts_handle() {
    let mut world = World::new(1);
    let mut hello = hello("moderator");
    hello.profile.handle = Some("JKL".parse().unwrap());
    let a = world.page(hello);
    world.connect(a);
    world.ask(a, create("r", conference()));
    let b = world.client("Ben");
    let by = |handle: &str| ClientMsg::JoinRoom(JoinRoom { hosted_by: Some(handle.parse().unwrap()), ..asking("r") });
    assert_eq!(world.refused(b, by("WRONG")), ErrorCode::RoomNotFound);
    snapshot(world.ask(b, by("JKL")));
}

#[test]
fn interrupted_people_keep_their_place() {
    let (mut world, all) = gathered(RoomSpec { capacity: 2, ..conference() }, 1);
    let c = world.client("Cy");
    world.lose(all[1], false);
    assert_eq!(world.refused(c, join("r")), ErrorCode::RoomFull);
    world.pass(limits::RESUME_WINDOW_MS);
    snapshot(world.ask(c, join("r")));
}

#[test]
fn c12_two_for_the_last_place() {
    for first in 0..2 {
        let (mut world, _) = gathered(RoomSpec { capacity: 2, ..conference() }, 0);
        let two = [world.client("x"), world.client("y")];
        snapshot(world.ask(two[first], join("r")));
        assert_eq!(world.refused(two[1 - first], join("r")), ErrorCode::RoomFull);
    }
}

#[test]
fn open_or_join_at_once_makes_exactly_one_host() {
    for round in 0..1_000 {
        let mut world = World::new(round);
        let mut chance = Seed(round);
        let all: Vec<usize> = (0..5).map(|k| world.page(hello(&format!("page {k}")))).collect();
        // Each opens a socket, says hello and asks, in an order of its own making.
        let mut stage = [0; 5];
        while let Some(todo) =
            Some(all.iter().copied().filter(|i| stage[*i] < 3).collect::<Vec<_>>()).filter(|todo| !todo.is_empty())
        {
            let i = todo[chance.below(todo.len())];
            match stage[i] {
                0 => {
                    world.open(i);
                }
                1 => world.greet(i),
                _ => {
                    snapshot(world.ask(i, open_or_join("r2", conference())));
                }
            }
            stage[i] += 1;
        }
        let hosts = all.iter().filter(|i| {
            let view = &world.clients[**i].rooms[&room("r2")];
            assert_eq!((view.people.len(), view.links.len()), (5, 4));
            view.people[&world.peer(**i)].role == Role::Host
        });
        assert_eq!(hosts.count(), 1, "round {round}");
        assert_eq!(world.hub.counts().rooms, 1);
    }
}

#[test]
fn open_or_join_is_about_one_room() {
    let mut world = World::new(1);
    let a = world.client("Ada");
    let create = CreateRoom { room: Some(room("other")), spec: conference() };
    let two = ClientMsg::OpenOrJoin { create, join: asking("r") };
    assert_eq!(world.refused(a, two), ErrorCode::BadFrame);
    let create = CreateRoom { room: None, spec: conference() };
    let one = snapshot(world.ask(a, ClientMsg::OpenOrJoin { create, join: asking("r") }));
    assert_eq!(one.info.room, room("r"));
}

#[test]
fn the_last_to_leave_frees_the_name() {
    let (mut world, all) = gathered(conference(), 1);
    for i in &all {
        world.ask(*i, leave("r"));
    }
    assert_eq!(world.hub.counts().rooms, 0);
    assert_eq!(world.refused(all[1], join("r")), ErrorCode::RoomNotFound);
    assert_eq!(snapshot(world.ask(all[1], open_or_join("r", conference()))).you.role, Role::Host);
}

#[test]
fn an_empty_room_is_kept_as_long_as_was_asked() {
    let (mut world, all) = gathered(RoomSpec { empty_ttl_secs: 30, ..conference() }, 0);
    let claim = with_claim(&world, all[0]);
    world.ask(all[0], leave("r"));
    world.pass(29_999);
    let b = world.client("Ben");
    assert_eq!(snapshot(world.ask(b, join("r"))).you.role, Role::Host, "the first eligible one");
    assert_eq!(snapshot(world.ask(all[0], claim)).you.role, Role::Host);
    assert_eq!(role(&world, b, b), Role::Moderator);
    for i in [all[0], b] {
        world.ask(i, leave("r"));
    }
    assert_eq!(world.hub.counts().rooms, 1);
    world.pass(30_000);
    assert_eq!(world.hub.counts().rooms, 0);
}

#[test]
fn a_room_made_by_a_form_waits_for_its_host() {
    let lobby: LobbyId = "lobby".parse().unwrap();
    let mut world = World::new(1);
    let make = |world: &mut World, name: &str, spec| {
        let create = CreateRoom { room: Some(room(name)), spec };
        world.hub.create_empty_room(lobby.clone(), create, world.now)
    };
    let error = make(&mut world, "r", RoomSpec { capacity: 0, ..conference() }).unwrap_err();
    assert_eq!(error.code, ErrorCode::BadCapacity);
    assert_eq!(make(&mut world, "r", spec(plans::broadcast())), Ok(room("r")));
    assert_eq!(make(&mut world, "r", conference()).unwrap_err().code, ErrorCode::RoomExists);
    assert_eq!(world.hub.summary(&lobby, &room("r")).map(|info| (info.count, info.host)), Some((0, None)));
    world.pass(119_999);
    // Guests of a broadcast are viewers, but somebody has to begin.
    let a = world.client("Ada");
    let first = snapshot(world.ask(a, join("r")));
    assert_eq!(first.you.role, Role::Host);
    assert!(first.host_claim.is_some());
    let b = world.client("Ben");
    assert_eq!(snapshot(world.ask(b, join("r"))).you.role, Role::Viewer);
    make(&mut world, "unused", conference()).unwrap();
    world.pass(120_000);
    assert_eq!(world.hub.summary(&lobby, &room("unused")), None);
}

#[test]
fn r3_a_room_comes_back_after_the_server_was_restarted() {
    let (mut world, all) = gathered(conference(), 3);
    for first in 0..4 {
        for i in &all {
            world.lose(*i, false);
        }
        world.hub = World::new(99 + first as u64).hub;
        for k in 0..4 {
            let i = all[(first + k) % 4];
            world.connect(i);
            assert_eq!(world.clients[i].welcomes.last().unwrap().resumed, ResumeOutcome::Fresh);
            // The former host also brings the claim it was given before.
            let invite = world.clients[i].claims.get(&room("r")).cloned();
            let create = CreateRoom { room: Some(room("r")), spec: conference() };
            let command = ClientMsg::OpenOrJoin { create, join: JoinRoom { invite, ..asking("r") } };
            let snapshot = snapshot(world.ask(i, command));
            assert_eq!(snapshot.you.role == Role::Host, k == 0);
        }
        for i in &all {
            assert_eq!(linked(&world, *i).len(), 3);
        }
    }
}
