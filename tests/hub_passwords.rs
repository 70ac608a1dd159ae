//! Passwords: hashed and compared outside of the hub, asked for in the right order, hard to guess.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::hub::{HubConfig, HubIn, HubOut, PasswordResult};
use multirtc::protocol::*;
use world::*;

fn protected() -> RoomSpec {
    RoomSpec { password: Some(password("tea")), ..conference() }
}

fn with(word: &str) -> ClientMsg {
    ClientMsg::JoinRoom(JoinRoom { password: Some(password(word)), ..asking("r") })
}

/// A room with a password and its host.
fn gathered(spec: RoomSpec) -> (World, usize) {
    let mut world = World::new(1);
    let host = world.client("host");
    let inside = snapshot(world.ask(host, create("r", spec)));
    assert!(inside.info.has_password);
    (world, host)
}

fn from_address(world: &mut World, name: &str, address: u8) -> usize {
    let i = world.page(hello(name));
    let socket = world.open(i);
    world.step(HubIn::Origin { socket, address: [address; 32], browser: [address; 32] });
    world.greet(i);
    i
}

fn error(answer: ServerMsg) -> (ErrorCode, Option<u32>) {
    match answer {
        ServerMsg::Error(error) => (error.code, error.retry_after_ms),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_password_is_asked_for_and_compared() {
    let (mut world, _) = gathered(protected());
    let guest = world.client("Ada");
    let outside = world.hub.summary(&"lobby".parse().unwrap(), &room("r")).unwrap();
    assert!(outside.has_password);
    assert_eq!(world.refused(guest, join("r")), ErrorCode::PasswordRequired);
    assert_eq!(error(world.ask(guest, with("coffee"))), (ErrorCode::PasswordWrong, None));
    let empty = ClientMsg::JoinRoom(JoinRoom { password: Some(Secret::new("")), ..asking("r") });
    assert_eq!(world.refused(guest, empty), ErrorCode::PasswordWrong);
    assert_eq!(snapshot(world.ask(guest, with("tea"))).you.role, Role::Speaker);
}

#[test]
fn passwords_that_cannot_be_are_refused() {
    let mut world = World::new(1);
    let host = world.client("host");
    for word in [String::new(), "x".repeat(limits::PASSWORD_BYTES + 1)] {
        let spec = RoomSpec { password: Some(Secret::new(word)), ..conference() };
        assert_eq!(world.refused(host, create("r", spec)), ErrorCode::BadPatch);
    }
    let spec = RoomSpec { capacity: 0, ..protected() };
    assert_eq!(world.refused(host, create("r", spec)), ErrorCode::BadCapacity);
    assert!(world.jobs.is_empty());
    // A server without a hasher says so.
    let mut world = World::with_config(HubConfig::default(), 1);
    let host = world.client("host");
    assert_eq!(world.refused(host, create("r", protected())), ErrorCode::Unsupported);
    let create = CreateRoom { room: Some(room("r")), spec: protected() };
    let error = world.hub.create_empty_room("lobby".parse().unwrap(), create, 0).unwrap_err();
    assert_eq!(error.code, ErrorCode::Unsupported);
    assert_eq!(world.hub.counts().rooms, 0);
}

#[test]
fn nothing_is_hashed_for_those_who_could_not_enter_anyway() {
    let (mut world, host) = gathered(RoomSpec { capacity: 2, ..protected() });
    let [a, b] = ["Ada", "Ben"].map(|name| world.client(name));
    snapshot(world.ask(a, with("tea")));
    world.hold_jobs = true;
    assert_eq!(world.refused(b, with("tea")), ErrorCode::RoomFull);
    let lock = Box::new(RoomPatch { admission: Some(Admission::Locked), ..RoomPatch::default() });
    world.ask(host, ClientMsg::UpdateRoom { room: room("r"), patch: lock });
    assert_eq!(world.refused(b, with("tea")), ErrorCode::RoomLocked);
    assert!(world.jobs.is_empty());
}

#[test]
fn a_place_may_be_gone_when_the_password_turns_out_right() {
    let (mut world, _) = gathered(RoomSpec { capacity: 2, ..protected() });
    let [a, b] = ["Ada", "Ben"].map(|name| world.client(name));
    world.hold_jobs = true;
    let first = world.send(a, with("tea"));
    let second = world.send(b, with("tea"));
    world.hash(1);
    world.hash(0);
    let answer =
        |world: &World, i: usize, n| world.clients[i].log.iter().rfind(|frame| frame.re == Some(n)).unwrap().m.clone();
    assert!(matches!(answer(&world, b, second), ServerMsg::Joined(_)));
    assert_eq!(error(answer(&world, a, first)).0, ErrorCode::RoomFull);
}

#[test]
fn c13_guessing_gets_slower_and_costs_no_hashes() {
    let (mut world, _) = gathered(protected());
    let guesser = from_address(&mut world, "Eve", 1);
    for _ in 1..limits::PASSWORD_TRIES.burst {
        assert_eq!(error(world.ask(guesser, with("guess"))), (ErrorCode::PasswordWrong, None));
    }
    assert_eq!(error(world.ask(guesser, with("guess"))), (ErrorCode::PasswordWrong, Some(60_000)));
    world.hold_jobs = true;
    assert_eq!(error(world.ask(guesser, with("tea"))), (ErrorCode::RateLimited, Some(60_000)), "even the right one");
    let again = from_address(&mut world, "Eve again", 1);
    assert_eq!(world.refused(again, with("tea")), ErrorCode::RateLimited, "of the same address");
    assert!(world.jobs.is_empty());
    world.hold_jobs = false;
    let other = from_address(&mut world, "Ada", 2);
    snapshot(world.ask(other, with("tea")));
    // One more after the wait; then it is twice as long.
    world.pass(60_000);
    assert_eq!(error(world.ask(guesser, with("guess"))), (ErrorCode::PasswordWrong, Some(120_000)));
    world.pass(120_000);
    snapshot(world.ask(again, with("tea")));
}

#[test]
fn tries_under_way_count() {
    let (mut world, _) = gathered(protected());
    world.hold_jobs = true;
    let all: Vec<_> = (0..limits::PASSWORD_TRIES.burst).map(|_| from_address(&mut world, "Eve", 1)).collect();
    for i in &all {
        world.send(*i, with("guess"));
    }
    assert_eq!(world.jobs.len(), all.len());
    assert_eq!(world.refused(all[0], with("another")), ErrorCode::RateLimited, "and not one more");
    let own = world.client("impatient");
    world.send(own, with("tea"));
    assert_eq!(world.refused(own, with("tea")), ErrorCode::Busy, "one at a time");
}

#[test]
fn a_room_whose_password_is_being_guessed_asks_for_a_knock_as_well() {
    let (mut world, host) = gathered(protected());
    world.take(host);
    for k in 0..limits::ROOM_PASSWORD_TRIES.burst {
        let i = from_address(&mut world, "bot", k as u8);
        assert_eq!(world.refused(i, with("guess")), ErrorCode::PasswordWrong);
    }
    let told = world.take(host);
    assert!(
        matches!(&told[..], [ServerMsg::RoomChanged { info, .. }] if info.admission == Admission::Knock),
        "{told:?}"
    );
    let ada = from_address(&mut world, "Ada", 200);
    assert!(matches!(world.ask(ada, with("tea")), ServerMsg::Waiting { .. }));
    world.pass(600_000);
    let told = world.take(host);
    assert!(matches!(told.last(), Some(ServerMsg::RoomChanged { info, .. }) if info.admission == Admission::Open));
    let ben = from_address(&mut world, "Ben", 201);
    snapshot(world.ask(ben, with("tea")));
}

#[test]
fn a_knock_is_heard_after_the_right_password_only() {
    let (mut world, host) = gathered(RoomSpec { admission: Admission::Knock, ..protected() });
    let guest = world.client("Ada");
    world.take(host);
    assert_eq!(world.refused(guest, join("r")), ErrorCode::PasswordRequired);
    assert_eq!(world.refused(guest, with("coffee")), ErrorCode::PasswordWrong);
    assert_eq!(world.take(host), []);
    let ServerMsg::Waiting { knock, .. } = world.ask(guest, with("tea")) else { panic!("waiting") };
    assert!(matches!(&world.take(host)[..], [ServerMsg::KnockReceived { .. }]));
    let decision = KnockDecision::Admit { role: Role::Speaker };
    world.ask(host, ClientMsg::ResolveKnock { room: room("r"), knock, decision });
    assert!(matches!(world.take(guest).last(), Some(ServerMsg::Joined(_))), "and is not asked for it again");
}

#[test]
fn an_invite_and_the_claim_stand_for_the_password() {
    let (mut world, host) = gathered(protected());
    let claim = world.clients[host].claims[&room("r")].clone();
    let message = ClientMsg::CreateInvite { room: room("r"), role: Role::Speaker, uses: 1, ttl_secs: 60 };
    let ServerMsg::Invite { invite, .. } = world.ask(host, message) else { panic!("an invite") };
    let with = |secret: Secret| ClientMsg::JoinRoom(JoinRoom { invite: Some(secret), ..asking("r") });
    let guest = world.client("Ada");
    snapshot(world.ask(guest, with(invite)));
    world.ask(host, leave("r"));
    snapshot(world.ask(host, with(claim)));
}

#[test]
fn a_password_is_set_changed_and_cleared_from_inside() {
    let mut world = World::new(1);
    let [host, a, b] = ["host", "Ada", "Ben"].map(|name| world.client(name));
    world.ask(host, create("r", conference()));
    snapshot(world.ask(a, join("r")));
    let set = |change| {
        let patch = Box::new(RoomPatch { password: Some(change), capacity: Some(3), ..RoomPatch::default() });
        ClientMsg::UpdateRoom { room: room("r"), patch }
    };
    assert_eq!(world.refused(a, set(Change::Set(password("tea")))), ErrorCode::Forbidden);
    assert_eq!(world.ask(host, set(Change::Set(password("tea")))), ServerMsg::Ok);
    let info = &world.clients[a].rooms[&room("r")].info;
    assert!((info.has_password, info.capacity) == (true, 3), "with all else the patch says");
    // Changed while one is being compared: the old one is not good enough.
    world.hold_jobs = true;
    let n = world.send(b, with("tea"));
    world.send(host, set(Change::Set(password("milk"))));
    world.hash(1);
    world.hash(0);
    world.hash(0);
    let answer = world.clients[b].log.iter().rfind(|frame| frame.re == Some(n)).unwrap().m.clone();
    assert_eq!(error(answer).0, ErrorCode::PasswordWrong);
    world.hold_jobs = false;
    assert_eq!(world.ask(host, set(Change::Clear)), ServerMsg::Ok);
    snapshot(world.ask(b, join("r")));
}

#[test]
fn a_hasher_without_time_is_no_wrong_try() {
    let (mut world, host) = gathered(protected());
    let guest = world.client("Ada");
    world.hold_jobs = true;
    for _ in 0..2 * limits::PASSWORD_TRIES.burst {
        let n = world.send(guest, with("tea"));
        let Some(HubOut::VerifyPassword { job, .. }) = world.jobs.pop() else { panic!("a job") };
        world.step(HubIn::PasswordResult { job, result: PasswordResult::Busy });
        let answer = world.clients[guest].log.iter().rfind(|frame| frame.re == Some(n)).unwrap().m.clone();
        assert_eq!(error(answer), (ErrorCode::Busy, Some(1_000)));
    }
    // One that never answers is given up.
    let n = world.send(guest, with("tea"));
    world.pass(30_000);
    let answer = world.clients[guest].log.iter().rfind(|frame| frame.re == Some(n)).unwrap().m.clone();
    assert_eq!(error(answer).0, ErrorCode::Busy);
    world.hash(0);
    assert_eq!(world.clients[host].rooms[&room("r")].people.len(), 1, "too late");
}

#[test]
fn opening_or_joining_at_once_makes_one_host_with_a_password_too() {
    for round in 0..200 {
        let mut world = World::new(round);
        let mut chance = Seed(round);
        world.hold_jobs = true;
        let all: Vec<_> = (0..5).map(|k| world.client(&format!("page {k}"))).collect();
        for i in &all {
            let create = CreateRoom { room: Some(room("r")), spec: protected() };
            let join = JoinRoom { password: Some(password("tea")), ..asking("r") };
            world.send(*i, ClientMsg::OpenOrJoin { create, join });
        }
        while !world.jobs.is_empty() {
            let which = chance.below(world.jobs.len());
            world.hash(which);
        }
        let host = |i: &&usize| world.clients[**i].rooms[&room("r")].host == Some(world.peer(**i));
        assert_eq!(all.iter().filter(host).count(), 1);
        assert_eq!(world.clients[0].rooms[&room("r")].people.len(), 5);
    }
}
