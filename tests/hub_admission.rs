//! Getting in: knocks, the places kept for those let in, invites.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::protocol::*;
use world::*;

fn knocking() -> RoomSpec {
    RoomSpec { admission: Admission::Knock, ..conference() }
}

fn with_note() -> ClientMsg {
    ClientMsg::JoinRoom(JoinRoom { note: Some("it's\u{202E} me".to_owned()), ..asking("r") })
}

fn with_invite(invite: &Secret) -> ClientMsg {
    ClientMsg::JoinRoom(JoinRoom { invite: Some(invite.clone()), ..asking("r") })
}

fn knock(world: &mut World, i: usize) -> KnockId {
    match world.ask(i, with_note()) {
        ServerMsg::Waiting { knock, .. } => knock,
        other => panic!("not waiting: {other:?}"),
    }
}

fn resolve(knock: &KnockId, decision: KnockDecision) -> ClientMsg {
    ClientMsg::ResolveKnock { room: room("r"), knock: knock.clone(), decision }
}

fn admit(knock: &KnockId, role: Role) -> ClientMsg {
    resolve(knock, KnockDecision::Admit { role })
}

fn set_role(world: &mut World, by: usize, of: usize, role: Role) {
    let message = ClientMsg::SetRole { room: room("r"), peer: world.peer(of), role };
    assert_eq!(world.ask(by, message), ServerMsg::Ok);
}

fn invite(world: &mut World, by: usize, role: Role, uses: u16, ttl_secs: u32) -> Secret {
    match world.ask(by, ClientMsg::CreateInvite { room: room("r"), role, uses, ttl_secs }) {
        ServerMsg::Invite { invite, .. } => invite,
        other => panic!("no invite: {other:?}"),
    }
}

/// Host, moderator, speaker inside; two outside.
fn gathered() -> (World, [usize; 3], [usize; 2]) {
    let mut world = World::new(1);
    let inside = ["host", "moderator", "speaker"].map(|name| world.client(name));
    let outside = ["Ada", "Ben"].map(|name| world.client(name));
    snapshot(world.ask(inside[0], create("r", RoomSpec { capacity: 5, ..knocking() })));
    for i in &inside[1..] {
        let knock = knock(&mut world, *i);
        assert_eq!(world.ask(inside[0], admit(&knock, Role::Speaker)), ServerMsg::Ok);
    }
    set_role(&mut world, inside[0], inside[1], Role::Moderator);
    for i in inside {
        world.take(i);
    }
    (world, inside, outside)
}

#[test]
fn a_knock_is_heard_by_host_and_moderators_and_answered_by_one() {
    let (mut world, [host, moderator, speaker], [a, b]) = gathered();
    let id = knock(&mut world, a);
    assert!(matches!(world.ask(b, with_note()), ServerMsg::Waiting { position: 2, .. }));
    for i in [host, moderator] {
        let heard = world.take(i);
        assert!(matches!(&heard[0], ServerMsg::KnockReceived { knock, profile, note, .. }
            if *knock == id && profile.name == "Ada" && note.as_deref() == Some("it's me")));
    }
    assert_eq!(world.take(speaker), []);
    assert_eq!(world.refused(speaker, admit(&id, Role::Speaker)), ErrorCode::Forbidden);
    assert_eq!(world.refused(moderator, admit(&id, Role::Moderator)), ErrorCode::Forbidden, "up to speaker");
    world.take(a);
    world.take(moderator);
    assert_eq!(world.ask(moderator, admit(&id, Role::Speaker)), ServerMsg::Ok);
    let told = world.take(a);
    assert!(
        matches!(&told[..], [ServerMsg::KnockResolved { admitted: true, .. }, ServerMsg::Joined(snapshot)]
        if snapshot.you.role == Role::Speaker && snapshot.others.len() == 3),
        "{told:?}"
    );
    let told = world.take(host);
    assert!(matches!(&told[0], ServerMsg::KnockWithdrawn { knock, .. } if *knock == id));
    let told = world.take(moderator);
    assert!(!told.iter().any(|message| matches!(message, ServerMsg::KnockWithdrawn { .. })), "who answered knows");
    assert_eq!(world.refused(host, admit(&id, Role::Speaker)), ErrorCode::NoSuchPeer, "answered already");
}

#[test]
fn a_no_may_be_for_now_or_for_a_while() {
    let (mut world, [host, ..], [a, _]) = gathered();
    let id = knock(&mut world, a);
    assert_eq!(world.refused(a, with_note()), ErrorCode::KnockPending);
    world.take(a);
    world.ask(host, resolve(&id, KnockDecision::Deny));
    assert!(matches!(&world.take(a)[..], [ServerMsg::KnockResolved { admitted: false, .. }]));
    let id = knock(&mut world, a);
    world.ask(host, resolve(&id, KnockDecision::DenyAndBlock { secs: 30 }));
    assert_eq!(world.refused(a, with_note()), ErrorCode::Banned);
    world.pass(30_000);
    knock(&mut world, a);
}

#[test]
fn a_knock_ends_by_itself_or_is_taken_back() {
    let (mut world, [host, ..], [a, b]) = gathered();
    let first = knock(&mut world, a);
    let second = knock(&mut world, b);
    world.take(host);
    assert_eq!(world.refused(b, ClientMsg::CancelKnock { knock: first.clone() }), ErrorCode::NoSuchPeer, "not theirs");
    assert_eq!(world.ask(b, ClientMsg::CancelKnock { knock: second.clone() }), ServerMsg::Ok);
    assert_eq!(world.take(host), [ServerMsg::KnockWithdrawn { room: room("r"), knock: second }]);
    world.take(a);
    world.pass(limits::KNOCK_MS);
    let over = ServerMsg::KnockResolved { room: room("r"), knock: first.clone(), admitted: false };
    assert_eq!(world.take(a), [over]);
    assert_eq!(world.take(host), [ServerMsg::KnockWithdrawn { room: room("r"), knock: first }]);
    // Whoever leaves altogether takes it along.
    let third = knock(&mut world, b);
    world.take(host);
    world.frame(b, None, ClientMsg::Bye);
    assert_eq!(world.take(host), [ServerMsg::KnockWithdrawn { room: room("r"), knock: third }]);
}

#[test]
fn whoever_may_decide_later_sees_who_waits() {
    let (mut world, [host, moderator, speaker], [a, _]) = gathered();
    let id = knock(&mut world, a);
    let sees = |world: &mut World, i: usize| {
        let told = world.take(i);
        told.iter().any(|message| matches!(message, ServerMsg::KnockReceived { knock, .. } if *knock == id))
    };
    assert!(!sees(&mut world, speaker));
    set_role(&mut world, host, speaker, Role::Moderator);
    assert!(sees(&mut world, speaker));
    // After a reload, and with the claim.
    world.reload(moderator);
    world.connect(moderator);
    assert!(sees(&mut world, moderator));
    let claim = world.clients[host].claims[&room("r")].clone();
    world.ask(host, leave("r"));
    world.take(host);
    world.ask(host, with_invite(&claim));
    let told = world.take(host);
    assert!(matches!(&told[..], [ServerMsg::Joined(_), ServerMsg::KnockReceived { .. }]), "{told:?}");
}

#[test]
fn a_place_is_kept_for_whoever_was_let_in() {
    let (mut world, [host, ..], [a, b]) = gathered();
    let (first, second) = (knock(&mut world, a), knock(&mut world, b));
    world.lose(a, false);
    assert_eq!(world.ask(host, admit(&first, Role::Speaker)), ServerMsg::Ok);
    assert_eq!(world.ask(host, admit(&second, Role::Speaker)), ServerMsg::Ok);
    assert_eq!(world.clients[b].rooms[&room("r")].people.len(), 4);
    let c = world.client("Cy");
    assert_eq!(world.refused(c, with_note()), ErrorCode::RoomFull, "five places: four people and one kept");
    world.pass(limits::RESERVATION_MS - 1);
    world.take(a);
    world.connect(a);
    let told = world.take(a);
    assert!(matches!(
        &told[..],
        [ServerMsg::Welcome(_), ServerMsg::KnockResolved { admitted: true, .. }, ServerMsg::Joined(_)]
    ));
}

#[test]
fn a_kept_place_is_given_up_after_half_a_minute() {
    let (mut world, [host, ..], [a, _]) = gathered();
    let id = knock(&mut world, a);
    world.lose(a, false);
    world.ask(host, admit(&id, Role::Speaker));
    world.pass(limits::RESERVATION_MS);
    world.take(a);
    world.connect(a);
    let told = world.take(a);
    assert!(matches!(
        &told[1..],
        [ServerMsg::KnockResolved { admitted: true, .. }, ServerMsg::KnockResolved { admitted: false, .. }]
    ));
    knock(&mut world, a);
}

#[test]
fn letting_in_asks_for_a_place_once_more() {
    let (mut world, [host, ..], [a, _]) = gathered();
    let id = knock(&mut world, a);
    let smaller = Box::new(RoomPatch { capacity: Some(3), ..RoomPatch::default() });
    world.ask(host, ClientMsg::UpdateRoom { room: room("r"), patch: smaller });
    assert_eq!(world.refused(host, admit(&id, Role::Speaker)), ErrorCode::RoomFull);
    // And a place that was promised may be gone when it is to be taken.
    let larger = Box::new(RoomPatch { capacity: Some(4), ..RoomPatch::default() });
    world.ask(host, ClientMsg::UpdateRoom { room: room("r"), patch: larger });
    world.lose(a, false);
    assert_eq!(world.ask(host, admit(&id, Role::Speaker)), ServerMsg::Ok);
    let smaller = Box::new(RoomPatch { capacity: Some(3), ..RoomPatch::default() });
    world.ask(host, ClientMsg::UpdateRoom { room: room("r"), patch: smaller });
    world.connect(a);
    assert!(matches!(world.take(a).last(), Some(ServerMsg::KnockResolved { admitted: false, .. })));
}

#[test]
fn a_room_that_ends_answers_those_who_wait() {
    let (mut world, [host, ..], [a, _]) = gathered();
    knock(&mut world, a);
    world.take(a);
    world.ask(host, ClientMsg::CloseRoom { room: room("r"), reason: None });
    assert!(matches!(&world.take(a)[..], [ServerMsg::KnockResolved { admitted: false, .. }]));
}

#[test]
fn a_door_has_room_for_so_many() {
    let mut world = World::new(1);
    let host = world.client("host");
    world.ask(host, create("r", RoomSpec { capacity: 2, ..knocking() }));
    for k in 0..limits::KNOCKS_PER_ROOM {
        let i = world.client(&format!("guest {k}"));
        knock(&mut world, i);
    }
    let late = world.client("late");
    assert_eq!(world.refused(late, with_note()), ErrorCode::Busy);
}

#[test]
fn who_waits_in_many_places_can_take_them_all() {
    let mut world = World::new(1);
    let (host, guest) = (world.client("host"), world.client("guest"));
    for k in 0..limits::ROOMS_PER_SESSION {
        world.ask(host, create(&format!("k{k}"), knocking()));
        assert!(matches!(world.ask(guest, join(&format!("k{k}"))), ServerMsg::Waiting { .. }));
    }
    assert_eq!(world.refused(guest, create("own", conference())), ErrorCode::TooManyRooms);
}

#[test]
fn an_invite_stands_for_the_knock_and_gives_its_role() {
    let (mut world, [host, moderator, speaker], [a, b]) = gathered();
    let mint = |role| ClientMsg::CreateInvite { room: room("r"), role, uses: 1, ttl_secs: 60 };
    assert_eq!(world.refused(speaker, mint(Role::Viewer)), ErrorCode::Forbidden);
    assert_eq!(world.refused(moderator, mint(Role::Moderator)), ErrorCode::Forbidden);
    assert_eq!(world.refused(host, mint(Role::Host)), ErrorCode::Forbidden);
    let secret = invite(&mut world, host, Role::Moderator, 1, 60);
    assert_eq!(snapshot(world.ask(a, with_invite(&secret))).you.role, Role::Moderator);
    assert_eq!(world.refused(b, with_invite(&secret)), ErrorCode::InviteInvalid, "used up");
    let secret = invite(&mut world, host, Role::Speaker, 5, 60);
    let viewer = JoinRoom { role: Some(Role::Viewer), invite: Some(secret.clone()), ..asking("r") };
    assert_eq!(snapshot(world.ask(b, ClientMsg::JoinRoom(viewer))).you.role, Role::Viewer, "the least of both");
    world.ask(b, leave("r"));
    world.pass(60_000);
    assert_eq!(world.refused(b, with_invite(&secret)), ErrorCode::InviteInvalid, "expired");
    let secret = invite(&mut world, host, Role::Speaker, 5, 60);
    assert_eq!(world.refused(moderator, ClientMsg::RevokeInvites { room: room("r") }), ErrorCode::Forbidden);
    assert_eq!(world.ask(host, ClientMsg::RevokeInvites { room: room("r") }), ServerMsg::Ok);
    assert_eq!(world.refused(b, with_invite(&secret)), ErrorCode::InviteInvalid, "revoked");
}

#[test]
fn an_invite_is_no_place_and_no_pardon() {
    let (mut world, [host, _, speaker], [a, b]) = gathered();
    let secret = invite(&mut world, host, Role::Speaker, 9, 600);
    let peer = world.peer(speaker);
    world.ask(host, ClientMsg::Eject { room: room("r"), peer, reason: None, ban_secs: Some(100) });
    assert_eq!(world.refused(speaker, with_invite(&secret)), ErrorCode::Banned);
    snapshot(world.ask(a, with_invite(&secret)));
    let patch = Box::new(RoomPatch { capacity: Some(3), ..RoomPatch::default() });
    world.ask(host, ClientMsg::UpdateRoom { room: room("r"), patch });
    assert_eq!(world.refused(b, with_invite(&secret)), ErrorCode::RoomFull);
    let patch = Box::new(RoomPatch { admission: Some(Admission::Locked), ..RoomPatch::default() });
    world.ask(host, ClientMsg::UpdateRoom { room: room("r"), patch });
    assert_eq!(world.refused(b, with_invite(&secret)), ErrorCode::RoomLocked);
}

#[test]
fn an_invite_only_room_is_entered_by_invite_only() {
    let mut world = World::new(1);
    let [host, a, b] = ["host", "Ada", "Ben"].map(|name| world.client(name));
    world.ask(host, create("r", RoomSpec { admission: Admission::InviteOnly, ..conference() }));
    assert_eq!(world.refused(a, join("r")), ErrorCode::InviteInvalid);
    assert_eq!(world.refused(a, open_or_join("r", conference())), ErrorCode::InviteInvalid);
    let secret = invite(&mut world, host, Role::Speaker, 1, 60);
    snapshot(world.ask(a, with_invite(&secret)));
    // In an open room a wrong one is an error only where it was the point of coming.
    let patch = Box::new(RoomPatch { admission: Some(Admission::Open), ..RoomPatch::default() });
    world.ask(host, ClientMsg::UpdateRoom { room: room("r"), patch });
    assert_eq!(world.refused(b, with_invite(&secret)), ErrorCode::InviteInvalid);
    let create = CreateRoom { room: Some(room("r")), spec: conference() };
    let join = JoinRoom { invite: Some(secret), ..asking("r") };
    snapshot(world.ask(b, ClientMsg::OpenOrJoin { create, join }));
}

#[test]
fn a_knock_at_an_empty_room_opens_it() {
    let mut world = World::new(1);
    let [host, a] = ["host", "Ada"].map(|name| world.client(name));
    world.ask(host, create("r", RoomSpec { empty_ttl_secs: 60, ..knocking() }));
    let say =
        ClientMsg::Say { room: room("r"), to: Target::All, topic: String::new(), body: "secret".into(), keep: true };
    world.ask(host, say);
    world.ask(host, leave("r"));
    let entered = snapshot(world.ask(a, join("r")));
    assert_eq!((entered.you.role, entered.kept), (Role::Host, Vec::new()), "and finds nothing of those before");
}

#[test]
fn a_place_that_is_kept_is_not_given_twice() {
    let (mut world, [host, ..], two) = gathered();
    let knocks = two.map(|i| {
        let id = knock(&mut world, i);
        world.lose(i, false);
        id
    });
    let capacity = Box::new(RoomPatch { capacity: Some(4), ..RoomPatch::default() });
    assert_eq!(world.ask(host, ClientMsg::UpdateRoom { room: room("r"), patch: capacity }), ServerMsg::Ok);
    assert_eq!(world.ask(host, admit(&knocks[0], Role::Speaker)), ServerMsg::Ok);
    assert_eq!(world.refused(host, admit(&knocks[1], Role::Speaker)), ErrorCode::RoomFull);
    world.connect(two[0]);
    assert!(world.clients[two[0]].rooms.contains_key(&room("r")));
}

#[test]
fn c12_never_more_than_the_places_there_are() {
    for order in 0..120_usize {
        let mut world = World::new(order as u64);
        let host = world.client("host");
        snapshot(world.ask(host, create("r", RoomSpec { capacity: 3, ..knocking() })));
        let knocker = world.client("knocker");
        let id = knock(&mut world, knocker);
        world.lose(knocker, false);
        assert_eq!(world.ask(host, admit(&id, Role::Speaker)), ServerMsg::Ok, "one place is kept");
        let open = Box::new(RoomPatch { admission: Some(Admission::Open), ..RoomPatch::default() });
        world.ask(host, ClientMsg::UpdateRoom { room: room("r"), patch: open });
        // Five at once, in every order; somewhere in between the one who was let in comes back.
        let mut all: Vec<usize> = (0..5).map(|k| world.client(&format!("joiner {k}"))).collect();
        let (mut rest, mut turns) = (order, Vec::new());
        for left in (1..=5).rev() {
            turns.push(all.remove(rest % left));
            rest /= left;
        }
        let mut inside = 0;
        for (at, i) in turns.into_iter().enumerate() {
            if at == order % 5 {
                world.connect(knocker);
            }
            match world.ask(i, join("r")) {
                ServerMsg::Joined(_) => inside += 1,
                ServerMsg::Error(error) => assert_eq!(error.code, ErrorCode::RoomFull),
                other => panic!("{other:?}"),
            }
            let taken: usize = world.hub.portraits().iter().map(|room| room.members.len() + room.reserved.len()).sum();
            assert!(taken <= 3, "{taken} places of 3");
        }
        assert_eq!(inside, 1, "the place that was left");
        assert!(world.clients[knocker].rooms.contains_key(&room("r")), "the place that was kept");
    }
}
