//! What outsiders learn of rooms: lists, changes, look-ups, and what is kept from them.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::Machine;
use multirtc::core::hub::HubIn;
use multirtc::protocol::*;
use world::*;

fn watch(filter: LobbyFilter) -> ClientMsg {
    ClientMsg::WatchLobby { filter }
}

fn look_up(name: &str, watch: bool) -> ClientMsg {
    ClientMsg::LookupRoom { room: room(name), watch }
}

fn unlisted() -> RoomSpec {
    let mut spec = conference();
    spec.visibility = Visibility::Unlisted;
    spec.details.name = "Secret plans".to_owned();
    spec
}

fn ids(rooms: &[RoomInfo]) -> Vec<&str> {
    rooms.iter().map(|info| info.room.as_str()).collect()
}

fn listed(answer: ServerMsg) -> (Vec<RoomInfo>, bool) {
    match answer {
        ServerMsg::Lobby { update: LobbyUpdate::Snapshot { rooms, more } } => (rooms, more),
        other => panic!("no list: {other:?}"),
    }
}

#[test]
fn a_list_follows_rooms_from_opening_to_end() {
    let mut world = World::new(1);
    let (watcher, a, b) = (world.client("W"), world.client("Ada"), world.client("Ben"));
    assert_eq!(listed(world.ask(watcher, watch(filter()))), (Vec::new(), false));
    world.pass(1_000);
    world.take(watcher);
    world.ask(a, create("r", conference()));
    let told = world.take(watcher);
    assert!(
        matches!(&told[..], [ServerMsg::Lobby { update: LobbyUpdate::Upsert { info } }]
        if info.count == 1 && info.host == Some(world.peer(a))),
        "at once: {told:?}"
    );
    world.ask(b, join("r"));
    world.ask(b, leave("r"));
    world.ask(b, join("r"));
    assert_eq!(world.take(watcher), [], "five times a second at most");
    world.pass(200);
    let told = world.take(watcher);
    assert!(matches!(&told[..], [ServerMsg::Lobby { update: LobbyUpdate::Upsert { info } }] if info.count == 2));
    world.pass(1_000);
    world.ask(a, ClientMsg::CloseRoom { room: room("r"), reason: None });
    let told = world.take(watcher);
    assert!(matches!(&told[..], [ServerMsg::Lobby { update: LobbyUpdate::Remove { room } }] if room.as_str() == "r"));
    assert_eq!(world.ask(watcher, ClientMsg::UnwatchLobby), ServerMsg::Ok);
    world.ask(b, create("s", conference()));
    world.pass(1_000);
    assert_eq!(world.take(watcher), [ServerMsg::Ok]);
}

#[test]
fn a_room_that_came_and_went_between_two_deliveries_is_not_mentioned() {
    let mut world = World::new(1);
    let (watcher, a) = (world.client("W"), world.client("Ada"));
    world.ask(watcher, watch(filter()));
    world.take(watcher);
    world.ask(a, create("r", conference()));
    world.ask(a, leave("r"));
    world.pass(1_000);
    assert_eq!(world.take(watcher), []);
}

#[test]
fn filters_choose() {
    let mut world = World::new(1);
    let a = world.client("Ada");
    let mut tea = conference();
    tea.details.name = "Tea Room".to_owned();
    tea.details.tags = ["drinks", "small"].map(str::to_owned).into();
    tea.capacity = 1;
    let mut locked = conference();
    locked.details.topic = "about TEA".to_owned();
    locked.admission = Admission::Locked;
    world.ask(a, create("tea", tea));
    world.pass(1);
    world.ask(a, create("locked", locked));
    world.pass(1);
    world.ask(a, create("other", conference()));
    let watcher = world.client("W");
    let mut list = |filter: LobbyFilter| {
        let (rooms, _) = listed(world.ask(watcher, watch(filter)));
        rooms.iter().map(|info| info.room.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list(filter()), ["other", "locked", "tea"], "newest first");
    assert_eq!(list(LobbyFilter { text: Some("tea".to_owned()), ..filter() }), ["locked", "tea"]);
    assert_eq!(list(LobbyFilter { tags: ["small".to_owned()].into(), ..filter() }), ["tea"]);
    assert_eq!(list(LobbyFilter { only_joinable: true, ..filter() }), ["other"]);
}

#[test]
fn a_room_that_fills_up_leaves_the_list_of_joinable_ones() {
    let mut world = World::new(1);
    let (watcher, a, b) = (world.client("W"), world.client("Ada"), world.client("Ben"));
    world.ask(watcher, watch(LobbyFilter { only_joinable: true, ..filter() }));
    world.ask(a, create("r", RoomSpec { capacity: 2, ..conference() }));
    world.pass(1_000);
    world.take(watcher);
    world.ask(b, join("r"));
    world.pass(1_000);
    assert_eq!(world.take(watcher), [ServerMsg::Lobby { update: LobbyUpdate::Remove { room: room("r") } }]);
}

#[test]
fn lobbies_do_not_see_each_other() {
    let mut world = World::new(1);
    let a = world.client("Ada");
    let mut elsewhere = hello("W");
    elsewhere.lobby = "elsewhere".parse().unwrap();
    let watcher = world.page(elsewhere);
    world.connect(watcher);
    world.ask(watcher, watch(filter()));
    world.take(watcher);
    world.ask(a, create("r", conference()));
    world.pass(1_000);
    assert_eq!(world.take(watcher), []);
    assert_eq!(world.ask(watcher, look_up("r", false)), ServerMsg::Room { info: None });
    assert_eq!(world.refused(watcher, join("r")), ErrorCode::RoomNotFound);
}

#[test]
fn of_an_unlisted_room_hardly_more_than_its_being_there_is_known() {
    let mut world = World::new(1);
    let (watcher, a, b) = (world.client("W"), world.client("Ada"), world.client("Ben"));
    world.ask(watcher, watch(filter()));
    world.take(watcher);
    let inside = snapshot(world.ask(a, create("r", RoomSpec { capacity: 2, ..unlisted() })));
    assert_eq!(inside.info.details.name, "Secret plans");
    world.pass(1_000);
    assert_eq!(world.take(watcher), []);
    assert_eq!(world.hub.listed(&"lobby".parse().unwrap(), &filter()), []);
    let ServerMsg::Room { info: Some(info) } = world.ask(watcher, look_up("r", true)) else { panic!("it is there") };
    assert_eq!(world.hub.summary(&"lobby".parse().unwrap(), &room("r")), Some(info.clone()));
    assert_eq!((info.plan, info.admission, info.has_password), (inside.info.plan, Admission::Open, false));
    assert_eq!((info.details, info.host, info.rev, info.created_ms), (RoomDetails::default(), None, 0, 0));
    assert_eq!((info.count, info.capacity), (0, 2));
    world.take(watcher);
    world.ask(b, join("r"));
    world.pass(1_000);
    let told = world.take(watcher);
    assert!(matches!(&told[..], [ServerMsg::Room { info: Some(info) }] if info.count == 2), "full: {told:?}");
    let text = serde_json::to_string(&told).unwrap();
    assert!(!text.contains("Secret") && !text.contains(world.peer(a).as_str()));
}

#[test]
fn waiting_for_a_room_is_told_when_it_comes_and_goes() {
    let mut world = World::new(1);
    let (watcher, a) = (world.client("W"), world.client("Ada"));
    assert_eq!(world.ask(watcher, look_up("r", true)), ServerMsg::Room { info: None });
    world.take(watcher);
    world.ask(a, create("other", conference()));
    world.pass(1_000);
    assert_eq!(world.take(watcher), []);
    world.ask(a, create("r", conference()));
    let told = world.take(watcher);
    assert!(matches!(&told[..], [ServerMsg::Room { info: Some(info) }] if info.room.as_str() == "r"));
    world.pass(1_000);
    world.ask(a, leave("r"));
    assert_eq!(world.take(watcher), [ServerMsg::Room { info: None }]);
    // Without `watch` it is followed no longer.
    world.ask(watcher, look_up("r", false));
    world.take(watcher);
    world.ask(a, create("r", conference()));
    world.pass(1_000);
    assert_eq!(world.take(watcher), []);
}

#[test]
fn a_tombstone_is_no_room_to_those_who_wait() {
    let mut world = World::new(1);
    let (watcher, a, b) = (world.client("W"), world.client("Ada"), world.client("Ben"));
    world.ask(a, create("r", conference()));
    world.ask(b, join("r"));
    world.ask(a, ClientMsg::CloseRoom { room: room("r"), reason: None });
    assert_eq!(world.ask(watcher, look_up("r", true)), ServerMsg::Room { info: None });
}

#[test]
fn a_list_says_when_there_are_more() {
    let mut world = World::new(1);
    for k in 0..=limits::LOBBY_SNAPSHOT_ROOMS {
        let create = CreateRoom { room: Some(room(&format!("r{k}"))), spec: conference() };
        world.hub.create_empty_room("lobby".parse().unwrap(), create, world.now).unwrap();
        world.now += 1;
    }
    let watcher = world.client("W");
    let (rooms, more) = listed(world.ask(watcher, watch(filter())));
    assert_eq!((rooms.len(), more), (limits::LOBBY_SNAPSHOT_ROOMS, true));
    assert!(!ids(&rooms).contains(&"r0"), "the oldest is the one left out");
}

#[test]
fn who_was_away_catches_up() {
    let mut world = World::new(1);
    let (watcher, a) = (world.client("W"), world.client("Ada"));
    world.ask(watcher, watch(filter()));
    world.lose(watcher, false);
    world.ask(a, create("r", conference()));
    world.pass(10_000);
    world.take(watcher);
    world.connect(watcher);
    let told = world.take(watcher);
    assert!(matches!(&told[1..], [ServerMsg::Lobby { update: LobbyUpdate::Upsert { .. } }]), "{told:?}");
    // With very much at once, a new list.
    world.pass(1_000);
    world.lose(watcher, false);
    for k in 0..100 {
        let create = CreateRoom { room: Some(room(&format!("r{k}"))), spec: conference() };
        world.hub.create_empty_room("lobby".parse().unwrap(), create, world.now).unwrap();
    }
    world.connect(watcher);
    let told = world.take(watcher);
    assert!(
        matches!(&told[1..], [ServerMsg::Lobby { update: LobbyUpdate::Snapshot { rooms, .. } }] if rooms.len() == 101)
    );
}

#[test]
fn nobody_who_is_gone_is_followed_up() {
    let mut world = World::new(1);
    let watcher = world.client("W");
    world.ask(watcher, watch(filter()));
    world.ask(watcher, look_up("r", true));
    world.frame(watcher, None, ClientMsg::Bye);
    world.step(HubIn::Tick);
    assert_eq!(world.hub.counts().sessions, 0);
    assert_eq!(world.hub.deadline(), None);
}
