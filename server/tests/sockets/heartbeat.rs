//! Silence: asked, shown, ended.

use crate::{
    client::Client,
    world::{Pair, config, quick_heartbeat},
};
use multirtc::protocol::*;
use server::{Config, Running, Server};

async fn start() -> Running {
    Server::bind(Config { heartbeat: quick_heartbeat(), ..config() }).await.unwrap()
}

#[tokio::test]
async fn who_answers_pings_stays() {
    let server = start().await;
    let mut client = Client::hello(server.address(), "heart", "Ada").await;
    // Longer than a silent socket lives.
    client.answer_pings(40).await;
    client.send_frame(&ClientFrame { n: None, ack: 0, m: ClientMsg::Ping { nonce: 1 } }).await;
    client.wait_for("a pong", |message| matches!(message, ServerMsg::Pong { .. }).then_some(())).await;
}

#[tokio::test]
async fn silence_is_shown_and_taken_back() {
    let server = start().await;
    // `a` is read from all the time, `b` only when the test says so.
    let Pair { mut a, mut b, .. } = Pair::meet(server.address(), "heart", "tea", 2).await;
    let silent = a.wait_until_online(&b.peer(), false).await;
    assert!(matches!(silent, Online::Interrupted { leaving: false, .. }), "{silent:?}");
    let quiet = b.peer();
    let back = a.wait_until_online(&quiet, true);
    tokio::select! {
        _ = back => {}
        () = b.answer_pings(u32::MAX) => {}
    }
}

#[tokio::test]
async fn a_dead_socket_is_closed_and_its_seat_kept() {
    let server = start().await;
    let Pair { mut a, mut b, .. } = Pair::meet(server.address(), "heart", "tea", 2).await;
    a.wait_until_online(&b.peer(), false).await;
    // `a` lives on its pings for as long as `b` takes to be given up.
    let code = tokio::select! {
        code = b.read_raw_to_close() => code,
        () = a.answer_pings(u32::MAX) => None,
    };
    assert_eq!(code, Some(CloseCode::HeartbeatMissed.code()));
    let back = Client::resume(server.address(), "heart", &b).await;
    assert_eq!(back.peer(), b.peer());
    a.wait_until_online(&back.peer(), true).await;
}
