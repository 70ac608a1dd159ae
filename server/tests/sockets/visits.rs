//! People who come and go for a long time leave nothing behind.

use crate::{
    client::Client,
    process::{self, UNLIMITED, resident},
    world::{everything, open_or_join, room_id},
};
use futures::future::join_all;
use multirtc::protocol::*;
use std::net::SocketAddr;

/// Rooms that are visited at the same time.
const ROOMS: usize = 8;
/// What memory may grow by, in KiB, from the end of the first visits to the end of all.
const SLOPE_KIB: i64 = 2 * 1024;

/// Two people meet in a room of their own, talk, and leave in the ways there are.
async fn visit(address: SocketAddr, room: usize, round: usize) {
    let name = format!("room-{room}");
    let mut a = Client::hello(address, "visits", "Ada").await;
    let mut b = Client::hello(address, "visits", "Bob").await;
    a.join(open_or_join(&name, 2)).await;
    let link = b.join(open_or_join(&name, 2)).await.links[0].link;
    let body = crate::world::offer("v=0");
    b.send(ClientMsg::Signal { room: room_id(&name), to: a.peer(), link, body }).await;
    a.wait_for("the signal", |message| matches!(message, ServerMsg::Signal { .. }).then_some(())).await;
    if round.is_multiple_of(2) {
        assert_eq!(b.ask(ClientMsg::LeaveRoom { room: room_id(&name) }).await, ServerMsg::Ok);
    }
    for mut client in [b, a] {
        client.send_frame(&ClientFrame { n: None, ack: 0, m: ClientMsg::Bye }).await;
        assert_eq!(client.read_to_close().await.0, CloseCode::Normal.code());
    }
}

/// Rounds of visits, then nothing is left and memory is what it was after the first of them.
async fn come_and_go(warm_up: usize, rounds: usize) {
    let (child, address) = process::start(&UNLIMITED).await;
    let mut before = 0;
    for round in 0..warm_up + rounds {
        if round == warm_up {
            before = resident(&child);
        }
        join_all((0..ROOMS).map(|room| visit(address, room, round))).await;
    }
    let grown = resident(&child) - before;
    assert!(grown <= SLOPE_KIB, "{grown} KiB in {} visits, {before} KiB before", rounds * ROOMS * 2);
    let mut witness = Client::hello(address, "visits", "Cleo").await;
    match witness.ask(ClientMsg::WatchLobby { filter: everything() }).await {
        ServerMsg::Lobby { update: LobbyUpdate::Snapshot { rooms, .. } } => assert_eq!(rooms, []),
        other => panic!("expected the lobby, got {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r17_three_hundred_visits_leave_nothing() {
    come_and_go(10, 20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; run by `make soak`"]
async fn r17_nine_thousand_visits_leave_nothing() {
    come_and_go(60, 560).await;
}
