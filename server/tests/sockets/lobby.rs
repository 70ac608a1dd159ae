//! The live list of rooms, looking one up, and waiting for one.

use crate::{
    client::Client,
    http,
    world::{create, everything, join, open_or_join, room_id, spec, start},
};
use multirtc::protocol::*;

fn upsert(message: &ServerMsg) -> Option<RoomInfo> {
    match message {
        ServerMsg::Lobby { update: LobbyUpdate::Upsert { info } } => Some((**info).clone()),
        _ => None,
    }
}

#[tokio::test]
async fn a_watcher_sees_rooms_come_change_and_go() {
    let server = start().await;
    let mut host = Client::hello(server.address(), "hall", "Ada").await;
    let mut guest = Client::hello(server.address(), "hall", "Bob").await;
    let mut watcher = Client::hello(server.address(), "hall", "Cleo").await;
    host.join(open_or_join("first", 4)).await;

    let answer = watcher.ask(ClientMsg::WatchLobby { filter: everything() }).await;
    let ServerMsg::Lobby { update: LobbyUpdate::Snapshot { rooms, more } } = answer else {
        panic!("expected a snapshot, got {answer:?}")
    };
    assert_eq!(rooms.iter().map(|info| (info.room.as_str(), info.count)).collect::<Vec<_>>(), [("first", 1)]);
    assert!(!more);

    host.join(open_or_join("second", 4)).await;
    watcher.wait_for("a new room", |m| upsert(m).filter(|info| info.room.as_str() == "second")).await;
    guest.join(open_or_join("second", 4)).await;
    watcher.wait_for("a second person", |m| upsert(m).filter(|info| info.count == 2)).await;
    host.ask(ClientMsg::CloseRoom { room: room_id("second"), reason: None }).await;
    let gone = watcher.wait_for("the end of a room", |message| match message {
        ServerMsg::Lobby { update: LobbyUpdate::Remove { room } } => Some(room.clone()),
        _ => None,
    });
    assert_eq!(gone.await, room_id("second"));
}

#[tokio::test]
async fn a_burst_of_changes_is_merged() {
    let server = start().await;
    let mut host = Client::hello(server.address(), "hall", "Ada").await;
    let mut guest = Client::hello(server.address(), "hall", "Bob").await;
    let mut watcher = Client::hello(server.address(), "hall", "Cleo").await;
    watcher.ask(ClientMsg::WatchLobby { filter: everything() }).await;
    host.join(open_or_join("busy", 4)).await;
    watcher.wait_for("the room", upsert).await;
    for _ in 0..50 {
        guest.join(ClientMsg::JoinRoom(join("busy"))).await;
        guest.ask(ClientMsg::LeaveRoom { room: room_id("busy") }).await;
    }
    host.ask(ClientMsg::CloseRoom { room: room_id("busy"), reason: None }).await;
    let mut updates = 0;
    watcher
        .wait_for("the end of the room", |message| match message {
            ServerMsg::Lobby { update: LobbyUpdate::Remove { .. } } => Some(()),
            _ => {
                updates += 1;
                None
            }
        })
        .await;
    assert!(updates < 50, "{updates} updates for a hundred changes within a moment");
}

#[tokio::test]
async fn unlisted_rooms_are_looked_up_by_name_only() {
    let server = start().await;
    let address = server.address();
    let mut host = Client::hello(address, "hall", "Ada").await;
    let mut guest = Client::hello(address, "hall", "Bob").await;
    let details = RoomDetails { name: "Open door".into(), ..RoomDetails::default() };
    let secret = RoomSpec { visibility: Visibility::Unlisted, details: details.clone(), ..spec(4) };
    host.join(ClientMsg::CreateRoom(create("hidden", secret))).await;
    host.join(ClientMsg::CreateRoom(create("shown", RoomSpec { details, ..spec(4) }))).await;

    let answer = guest.ask(ClientMsg::WatchLobby { filter: everything() }).await;
    let ServerMsg::Lobby { update: LobbyUpdate::Snapshot { rooms, .. } } = answer else {
        panic!("expected a snapshot, got {answer:?}")
    };
    assert_eq!(rooms.iter().map(|info| info.room.as_str()).collect::<Vec<_>>(), ["shown"]);

    let answer = guest.ask(ClientMsg::LookupRoom { room: room_id("hidden"), watch: false }).await;
    let ServerMsg::Room { info: Some(info) } = answer else { panic!("expected the room, got {answer:?}") };
    assert_eq!((info.details.name.as_str(), info.host, info.count), ("", None, 0));

    let shown = http::get(address, "/api/rooms/hall/shown").await;
    assert_eq!(shown.status, 200);
    let info: RoomInfo = serde_json::from_str(&shown.body).unwrap();
    assert_eq!((info.details.name.as_str(), info.count), ("Open door", 1));
    let (hidden, absent) =
        (http::get(address, "/api/rooms/hall/hidden").await, http::get(address, "/api/rooms/hall/absent").await);
    assert_eq!((hidden.status, absent.status), (404, 404));
    assert_eq!(hidden.body, absent.body, "whether a secret address exists stays secret");
    assert_eq!(http::get(address, "/api/rooms/hall/%2e%2e").await.status, 404);
}

#[tokio::test]
async fn one_can_wait_for_a_room_to_be_opened() {
    let server = start().await;
    let mut host = Client::hello(server.address(), "hall", "Ada").await;
    let mut waiting = Client::hello(server.address(), "hall", "Bob").await;
    let answer = waiting.ask(ClientMsg::LookupRoom { room: room_id("later"), watch: true }).await;
    assert_eq!(answer, ServerMsg::Room { info: None });
    host.join(open_or_join("later", 4)).await;
    let opened = waiting.wait_for("the room", |message| match message {
        ServerMsg::Room { info } => info.clone(),
        ServerMsg::Lobby { update: LobbyUpdate::Upsert { info } } => Some((**info).clone()),
        _ => None,
    });
    assert_eq!(opened.await.room, room_id("later"));
    assert_eq!(waiting.join(ClientMsg::JoinRoom(join("later"))).await.info.count, 2);
}
