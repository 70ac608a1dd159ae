//! How often things may be done, by whom it is counted, and when it may be done again.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::Machine;
use multirtc::core::hub::{HubConfig, HubCounts, HubIn};
use multirtc::core::topology::plans;
use multirtc::protocol::*;
use world::*;

fn gathered(spec: RoomSpec) -> (World, usize, usize) {
    let mut world = World::new(1);
    let (a, b) = (world.client("Ada"), world.client("Ben"));
    snapshot(world.ask(a, create("r", spec)));
    snapshot(world.ask(b, join("r")));
    (world, a, b)
}

fn say() -> ClientMsg {
    ClientMsg::Say { room: room("r"), to: Target::All, topic: String::new(), body: 1.into(), keep: false }
}

/// How many of these pass before one is refused, and after how many milliseconds the next would.
fn burst(world: &mut World, i: usize, message: &dyn Fn(u32) -> ClientMsg) -> (u32, u32) {
    for k in 0.. {
        let n = world.send(i, message(k));
        let answer = world.clients[i].log.iter().rfind(|frame| frame.re == Some(n)).map(|frame| frame.m.clone());
        if let Some(ServerMsg::Error(error)) = answer {
            assert_eq!(error.code, ErrorCode::RateLimited);
            return (k, error.retry_after_ms.unwrap());
        }
    }
    unreachable!("the numbers are endless")
}

#[test]
fn talking_is_limited_and_begins_again() {
    let (mut world, a, _) = gathered(conference());
    assert_eq!(burst(&mut world, a, &|_| say()), (limits::SAYS.burst, 100));
    world.pass(100);
    assert!(matches!(world.ask(a, say()), ServerMsg::Said { .. }));
    assert_eq!(world.refused(a, say()), ErrorCode::RateLimited);
    world.pass(60_000);
    assert_eq!(burst(&mut world, a, &|_| say()).0, limits::SAYS.burst);
}

#[test]
fn signals_are_counted_for_each_end_of_each_link() {
    let (mut world, a, b) = gathered(conference());
    let signal = |world: &World, from: usize, to: usize| {
        let to = world.peer(to);
        let link = world.clients[from].rooms[&room("r")].links[&to].link;
        ClientMsg::Signal { room: room("r"), to, link, body: SignalBody::WantTurn }
    };
    let message = signal(&world, a, b);
    assert_eq!(burst(&mut world, a, &|_| message.clone()).0, limits::SIGNALS.burst);
    let message = signal(&world, b, a);
    world.done(b, message);
    let peer = world.peer(b);
    let link = world.clients[a].rooms[&room("r")].links[&peer].link;
    assert_eq!(world.ask(a, ClientMsg::RebuildLink { room: room("r"), peer, link }), ServerMsg::Ok);
    let message = signal(&world, a, b);
    assert_eq!(world.refused(a, message), ErrorCode::RateLimited, "a rebuilt link is the same pair");
}

#[test]
fn opening_joining_and_looking_are_limited() {
    let mut world = World::new(1);
    let a = world.client("Ada");
    let creates = burst(&mut world, a, &|k| if k % 2 == 0 { create("r", conference()) } else { leave("r") });
    assert_eq!(creates.0, 2 * limits::CREATES.burst);
    let b = world.client("Ben");
    world.ask(b, create("s", conference()));
    let joins = burst(&mut world, a, &|k| if k % 2 == 0 { join("s") } else { leave("s") });
    assert_eq!(joins.0, 2 * limits::JOINS.burst);
    let look_up = |_| ClientMsg::LookupRoom { room: room("s"), watch: false };
    assert_eq!(burst(&mut world, a, &look_up), (limits::LOOKUPS.burst, 2_000));
    // Nobody opens a hundred rooms an hour, however patiently.
    let mut opened = 0;
    for _ in 0..60 {
        world.pass(60_000);
        for _ in 0..5 {
            if matches!(world.ask(b, create("r", conference())), ServerMsg::Joined(_)) {
                opened += 1;
                world.ask(b, leave("r"));
            }
        }
    }
    assert!((150..=200).contains(&opened), "a hundred at once and a hundred an hour: {opened}");
}

#[test]
fn an_address_is_one_whoever_comes_from_it() {
    let mut world = World::new(1);
    let host = world.client("host");
    world.ask(host, create("r", conference()));
    let from = |world: &mut World, address: u8| {
        let i = world.page(hello("x"));
        let socket = world.open(i);
        world.step(HubIn::Origin { socket, address: [address; 32], browser: [0; 32] });
        world.greet(i);
        i
    };
    let (a, b, c) = (from(&mut world, 1), from(&mut world, 1), from(&mut world, 2));
    burst(&mut world, a, &|k| if k % 2 == 0 { join("r") } else { leave("r") });
    assert_eq!(world.refused(b, join("r")), ErrorCode::RateLimited);
    snapshot(world.ask(c, join("r")));
    // And is forgotten when nothing is counted against it any more.
    for i in [host, a, b, c] {
        world.lose(i, true);
    }
    world.pass(2 * 3_600_000);
    assert_eq!(world.hub.deadline(), None);
}

#[test]
fn pictures_of_a_room_are_limited() {
    let (mut world, a, _) = gathered(conference());
    let picture = |k: u32| {
        let base64 = format!("/9j/AAA{}", k % 10);
        let thumbnail = Some(Thumbnail { mime: "image/jpeg".to_owned(), base64, width: 16, height: 9 });
        let details = Some(RoomDetails { thumbnail, ..RoomDetails::default() });
        ClientMsg::UpdateRoom { room: room("r"), patch: Box::new(RoomPatch { details, ..RoomPatch::default() }) }
    };
    assert_eq!(burst(&mut world, a, &picture), (1, 5_000));
    assert_eq!(world.ask(a, picture(0)), ServerMsg::Ok, "the same one is no new one");
    world.pass(5_000);
    assert_eq!(world.ask(a, picture(1)), ServerMsg::Ok);
}

#[test]
fn data_through_the_server_is_counted_in_bytes() {
    let (mut world, a, b) = gathered(spec(RoomPlan { data_path: DataPath::Server, ..plans::data_only() }));
    let to = world.peer(b);
    let frame = "A".repeat(limits::RELAY_FRAME_BYTES);
    let relay = |_| ClientMsg::Relay { room: room("r"), to: to.clone(), lane: 1, frame: frame.clone() };
    let frames = limits::RELAY_BYTES.burst / limits::RELAY_FRAME_BYTES as u32;
    assert_eq!(burst(&mut world, a, &relay).0, frames);
    // 32 MiB an hour: at this pace it is a minute's worth.
    let mut sent = u64::from(frames);
    for _ in 0..120 {
        world.pass(1_000);
        sent += u64::from(burst(&mut world, a, &relay).0);
    }
    let bytes = sent * limits::RELAY_FRAME_BYTES as u64;
    let hour = limits::RELAY_BYTES_PER_HOUR;
    assert!((hour..hour + hour / 20).contains(&bytes), "{bytes}");
}

#[test]
fn rates_are_configured() {
    let mut config = HubConfig { epoch_ms: EPOCH_MS, ..HubConfig::default() };
    config.limits.per.insert("say".to_owned(), Rate { burst: 2, per_minute: 6 });
    config.limits.per.remove("create_room");
    let mut world = World::with_config(config.clone(), 1);
    let a = world.client("Ada");
    assert_eq!(world.clients[a].welcomes[0].limits, config.limits);
    for _ in 0..50 {
        world.ask(a, create("r", conference()));
        world.ask(a, leave("r"));
    }
    world.ask(a, create("r", conference()));
    assert_eq!(burst(&mut world, a, &|_| say()), (2, 10_000));
}

#[test]
fn r17_two_thousand_visits_leave_no_session_room_timer_or_bucket() {
    let mut world = World::new(1);
    for visit in 0..1_000_u32 {
        let [a, b] = ["Ada", "Ben"].map(|name| {
            let i = world.page(hello(name));
            let socket = world.open(i);
            world.step(HubIn::Origin { socket, address: [(visit % 50) as u8; 32], browser: [visit as u8; 32] });
            world.greet(i);
            i
        });
        let create = CreateRoom { room: Some(room("r")), spec: conference() };
        snapshot(world.ask(a, ClientMsg::OpenOrJoin { create, join: asking("r") }));
        snapshot(world.ask(b, join("r")));
        world.ask(b, say());
        for i in [b, a] {
            match visit % 3 {
                0 => drop(world.ask(i, leave("r"))),
                1 => world.frame(i, None, ClientMsg::Bye),
                _ => world.lose(i, visit % 2 == 0),
            }
            if visit % 3 == 0 {
                world.lose(i, true);
            }
        }
        // Five a second.
        world.pass(if visit % 3 == 2 { 60_000 } else { 200 });
        world.clients.clear();
    }
    world.pass(2 * 3_600_000);
    assert_eq!(world.hub.counts(), HubCounts::default());
    // Whatever there still is to forget has its moment: nothing has.
    assert_eq!(world.hub.deadline(), None);
}
