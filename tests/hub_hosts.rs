//! Who is host: the first, the next, the one who comes back with the claim; and rooms that end with theirs.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::topology::plans;
use multirtc::protocol::*;
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
fn c10_a_killed_host_is_succeeded_and_comes_back_with_the_claim() {
    let (mut world, all) = gathered(conference(), 2);
    let [host, moderator, speaker] = all[..] else { panic!() };
    let promote = ClientMsg::SetRole { room: room("r"), peer: world.peer(moderator), role: Role::Moderator };
    assert_eq!(world.ask(host, promote), ServerMsg::Ok);
    let claim = with_claim(&world, host);
    let link = |world: &World| world.clients[moderator].rooms[&room("r")].links[&world.peer(speaker)].clone();
    let before = link(&world);
    let changes = |world: &mut World, i: usize| {
        let told = world.take(i).into_iter();
        let changes = told.filter_map(|message| match message {
            ServerMsg::HostChanged { to, why, .. } => Some((to, why)),
            _ => None,
        });
        changes.collect::<Vec<_>>()
    };
    changes(&mut world, speaker);
    world.forget(host);
    world.pass(limits::RESUME_WINDOW_MS - 1);
    assert_eq!(changes(&mut world, speaker), []);
    world.pass(1);
    assert_eq!(changes(&mut world, speaker), [(Some(world.peer(moderator)), HostChange::HostTimedOut)]);
    world.connect(host);
    assert_eq!(snapshot(world.ask(host, claim)).you.role, Role::Host);
    assert_eq!(changes(&mut world, speaker), [(Some(world.peer(host)), HostChange::Reclaimed)]);
    assert_eq!(role(&world, speaker, moderator), Role::Moderator);
    assert_eq!(link(&world), before, "what the two said to each other never stopped");
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
fn c11_viewers_never_inherit_a_broadcast() {
    for leaves in [true, false] {
        let (mut world, all) = gathered(spec(plans::broadcast()), 2);
        world.take(all[1]);
        if leaves {
            assert_eq!(world.ask(all[0], leave("r")), ServerMsg::Ok);
        } else {
            world.lose(all[0], true);
            world.pass(limits::RELOAD_WINDOW_MS);
        }
        let told = world.take(all[1]);
        let closed = ServerMsg::RoomClosed { room: room("r"), why: CloseReason::HostLeft };
        assert_eq!(told.last(), Some(&closed));
        assert!(!told.iter().any(|message| matches!(message, ServerMsg::HostChanged { .. })), "no viewer becomes host");
        assert_eq!(world.hub.counts().rooms, 0);
    }
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
