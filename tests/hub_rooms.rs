//! The life of a room: opening, entering, leaving, hosts, links, publications, ends.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::hub::{capacity_limit, default_guest_role, default_on_host_left};
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

fn peers(world: &World, all: &[usize]) -> BTreeSet<PeerId> {
    all.iter().map(|i| world.peer(*i)).collect()
}

fn close() -> ClientMsg {
    ClientMsg::CloseRoom { room: room("r"), reason: None }
}

fn publish(list: Vec<Publication>) -> ClientMsg {
    ClientMsg::Publish { room: room("r"), publications: list }
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
fn defaults_follow_from_the_plan() {
    assert_eq!(capacity_limit(&plans::conference()), limits::MESH_CAPACITY);
    assert_eq!(capacity_limit(&plans::broadcast()), limits::STAR_CAPACITY);
    assert_eq!(capacity_limit(&plans::audio_conference()), limits::LIGHT_CAPACITY);
    assert_eq!(capacity_limit(&plans::data_only()), limits::LIGHT_CAPACITY);
    for (plan, policy, guest) in [
        (plans::conference(), OnHostLeft::HandOver, Role::Speaker),
        (plans::broadcast(), OnHostLeft::Close, Role::Viewer),
        (plans::presentation(), OnHostLeft::Close, Role::Viewer),
        (plans::collect(), OnHostLeft::HandOver, Role::Speaker),
    ] {
        assert_eq!((default_on_host_left(&plan), default_guest_role(&plan)), (policy, guest));
    }
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
fn two_for_the_last_place() {
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
fn a_host_who_leaves_is_succeeded_by_who_is_there_longest() {
    let (mut world, all) = gathered(conference(), 2);
    for i in &all {
        world.take(*i);
    }
    assert_eq!(world.ask(all[0], leave("r")), ServerMsg::Ok);
    let (gone, next) = (world.peer(all[0]), world.peer(all[1]));
    let told = world.take(all[2]);
    assert!(matches!(&told[0], ServerMsg::LinkDown { .. }));
    assert!(matches!(&told[1], ServerMsg::PeerLeft { why: LeaveReason::Left, .. }));
    assert!(matches!(&told[2], ServerMsg::HostChanged { from, to, why: HostChange::HostLeft, .. }
        if *from == Some(gone) && *to == Some(next)));
    assert_eq!(role(&world, all[2], all[1]), Role::Host);
    // And comes back as anybody.
    let back = snapshot(world.ask(all[0], join("r")));
    assert_eq!(back.you.role, Role::Speaker);
}

#[test]
fn moderators_come_first_and_viewers_never() {
    let (mut world, all) = gathered(conference(), 1);
    // The creator takes the room back from a successor, who becomes moderator.
    world.ask(all[0], leave("r"));
    let c = world.client("Cy");
    let viewer = ClientMsg::JoinRoom(JoinRoom { role: Some(Role::Viewer), ..asking("r") });
    snapshot(world.ask(c, viewer));
    let d = world.client("Di");
    world.ask(d, join("r"));
    let back = with_claim(&world, all[0]);
    let snapshot = snapshot(world.ask(all[0], back));
    assert_eq!(snapshot.you.role, Role::Host);
    assert_eq!(role(&world, d, all[1]), Role::Moderator);
    world.ask(all[0], leave("r"));
    assert_eq!(role(&world, d, all[1]), Role::Host, "the moderator before the speaker");
    world.ask(all[1], leave("r"));
    assert_eq!(role(&world, c, d), Role::Host);
    world.ask(d, leave("r"));
    assert_eq!(world.clients[c].rooms[&room("r")].host, None, "a viewer did not ask for it");
    assert_eq!(role(&world, c, c), Role::Viewer);
}

#[test]
fn a_room_without_anybody_eligible_waits_for_one_or_ends() {
    for comes in [true, false] {
        let (mut world, all) = gathered(conference(), 0);
        let viewer = world.client("viewer");
        world.ask(viewer, ClientMsg::JoinRoom(JoinRoom { role: Some(Role::Viewer), ..asking("r") }));
        world.ask(all[0], leave("r"));
        world.pass(limits::ORPHAN_MS - 1);
        if comes {
            let c = world.client("Cy");
            assert_eq!(snapshot(world.ask(c, join("r"))).you.role, Role::Host);
            assert_eq!(role(&world, viewer, c), Role::Host);
            world.pass(limits::ORPHAN_MS);
            assert_eq!(world.hub.counts().members, 2);
        } else {
            world.take(viewer);
            world.pass(1);
            assert_eq!(world.take(viewer), [ServerMsg::RoomClosed { room: room("r"), why: CloseReason::Empty }]);
        }
    }
}

#[test]
fn the_interrupted_are_not_promoted_until_they_are_back() {
    let (mut world, all) = gathered(conference(), 2);
    world.lose(all[1], false);
    world.ask(all[0], leave("r"));
    assert_eq!(role(&world, all[2], all[2]), Role::Host, "who is there, not who is there longest");
    world.lose(all[2], false);
    world.pass(limits::RESUME_WINDOW_MS - 1);
    world.connect(all[1]);
    world.pass(1);
    // The host's time is over; the one who came back is the only one left.
    assert_eq!(role(&world, all[1], all[1]), Role::Host);
}

#[test]
fn an_eligible_person_who_comes_back_to_an_orphaned_room_hosts_it() {
    let (mut world, all) = gathered(conference(), 1);
    world.lose(all[1], false);
    world.ask(all[0], leave("r"));
    world.take(all[1]);
    world.connect(all[1]);
    let told = world.take(all[1]);
    assert!(matches!(told.last(), Some(ServerMsg::PeerChanged { peer, .. }) if peer.role == Role::Host), "{told:?}");
    assert_eq!(role(&world, all[1], all[1]), Role::Host);
}

#[test]
fn nothing_moves_while_a_host_is_awaited() {
    let (mut world, all) = gathered(conference(), 1);
    world.lose(all[0], false);
    world.take(all[1]);
    world.pass(limits::RESUME_WINDOW_MS - 1);
    assert_eq!(world.take(all[1]), []);
    world.pass(1);
    let told = world.take(all[1]);
    assert!(told.iter().any(|message| matches!(message, ServerMsg::HostChanged { why: HostChange::HostTimedOut, .. })));
}

#[test]
fn the_claim_restores_the_creator_even_against_their_own_ghost() {
    let (mut world, all) = gathered(conference(), 1);
    let claim = with_claim(&world, all[0]);
    world.forget(all[0]);
    world.connect(all[0]);
    let back = snapshot(world.ask(all[0], claim.clone()));
    assert_eq!((back.you.role, back.others.len()), (Role::Host, 2));
    world.pass(limits::RESUME_WINDOW_MS);
    assert_eq!(world.clients[all[1]].rooms[&room("r")].people.len(), 2);
    assert_eq!(role(&world, all[1], all[0]), Role::Host);
    let c = world.client("Cy");
    let ClientMsg::JoinRoom(mut forged) = claim else { panic!() };
    forged.invite = Some(Secret::new(forged.invite.unwrap().expose().to_uppercase()));
    assert_eq!(world.refused(c, ClientMsg::JoinRoom(forged)), ErrorCode::InviteInvalid);
}

#[test]
fn a_one_way_room_ends_with_its_source() {
    let (mut world, all) = gathered(spec(plans::broadcast()), 2);
    world.take(all[1]);
    world.lose(all[0], true);
    world.pass(limits::RELOAD_WINDOW_MS);
    let told = world.take(all[1]);
    let closed = ServerMsg::RoomClosed { room: room("r"), why: CloseReason::HostLeft };
    assert_eq!(told.last(), Some(&closed));
    assert!(!told.iter().any(|message| matches!(message, ServerMsg::HostChanged { .. })), "no viewer becomes host");
    assert_eq!(world.hub.counts().rooms, 0);
}

#[test]
fn a_room_may_wait_for_its_host_alone() {
    for returns in [true, false] {
        let on_host_left = OnHostLeft::CloseAfter { secs: 30 };
        let (mut world, all) = gathered(RoomSpec { on_host_left, ..conference() }, 1);
        let claim = with_claim(&world, all[0]);
        world.ask(all[0], leave("r"));
        assert_eq!(role(&world, all[1], all[1]), Role::Speaker, "nobody is promoted");
        let c = world.client("Cy");
        assert_eq!(snapshot(world.ask(c, join("r"))).you.role, Role::Speaker);
        world.take(c);
        world.pass(29_999);
        if returns {
            assert_eq!(snapshot(world.ask(all[0], claim)).you.role, Role::Host);
            world.pass(60_000);
            assert_eq!(world.hub.counts().members, 3);
        } else {
            world.pass(1);
            assert_eq!(world.take(c), [ServerMsg::RoomClosed { room: room("r"), why: CloseReason::HostLeft }]);
        }
    }
}

#[test]
fn closing_is_the_hosts_and_ends_it_for_all() {
    let (mut world, all) = gathered(conference(), 1);
    let outsider = world.client("out");
    assert_eq!(world.refused(all[1], close()), ErrorCode::Forbidden);
    assert_eq!(world.refused(outsider, close()), ErrorCode::NotInRoom);
    world.take(all[1]);
    assert_eq!(world.ask(all[0], close()), ServerMsg::Ok);
    assert_eq!(world.take(all[1]), [ServerMsg::RoomClosed { room: room("r"), why: CloseReason::ByHost }]);
    // Late frames are told so, and nobody else can slip into the name.
    assert_eq!(world.refused(all[1], publish(Vec::new())), ErrorCode::RoomClosed);
    assert_eq!(world.refused(all[1], join("r")), ErrorCode::RoomClosed);
    assert_eq!(world.refused(all[1], open_or_join("r", conference())), ErrorCode::RoomClosed);
    world.pass(limits::TOMBSTONE_MS - 1);
    assert_eq!(world.refused(outsider, create("r", conference())), ErrorCode::RoomClosed);
    world.pass(1);
    snapshot(world.ask(outsider, create("r", conference())));
}

#[test]
fn who_hosted_a_room_may_open_it_again_at_once() {
    let (mut world, all) = gathered(conference(), 1);
    world.ask(all[0], close());
    snapshot(world.ask(all[0], create("r", conference())));
    snapshot(world.ask(all[1], join("r")));
    // Also as somebody new, with the claim.
    let invite = world.clients[all[0]].claims.get(&room("r")).cloned();
    world.ask(all[0], close());
    world.forget(all[0]);
    world.connect(all[0]);
    let create = CreateRoom { room: None, spec: conference() };
    let again = ClientMsg::OpenOrJoin { create, join: JoinRoom { invite, ..asking("r") } };
    assert_eq!(snapshot(world.ask(all[0], again)).you.role, Role::Host);
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
fn a_room_comes_back_after_the_server_was_restarted() {
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
fn signals_go_to_the_other_end_of_the_present_link_only() {
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
