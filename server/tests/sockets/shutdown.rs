//! The orderly end: everybody is told, nobody is waited for too long.

use crate::{
    client::Client,
    http,
    world::{Pair, open_or_join, start},
};
use futures::future::join_all;
use multirtc::protocol::*;
use std::time::{Duration, Instant};
use tokio::{io::AsyncWriteExt, net::TcpStream};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r2_fifty_sockets_are_told_and_closed() {
    let server = start().await;
    let address = server.address();
    let mut people = join_all((0..50).map(|person| async move {
        let mut client = Client::hello(address, "end", "Ada").await;
        client.join(open_or_join(&format!("room-{}", person % 10), 16)).await;
        client
    }))
    .await;
    let strangers = join_all((0..5).map(|_| Client::open(address))).await;

    let started = Instant::now();
    let reading = join_all(people.iter_mut().map(Client::read_to_close));
    let (ends, ()) = tokio::join!(reading, server.shutdown());
    assert!(started.elapsed() < Duration::from_secs(3), "{:?} with people who read", started.elapsed());
    for (code, messages) in ends {
        assert_eq!(code, CloseCode::Draining.code());
        assert!(messages.iter().any(|message| matches!(message, ServerMsg::GoingAway { .. })), "{messages:?}");
    }
    for mut stranger in strangers {
        assert_eq!(stranger.read_to_close().await.0, CloseCode::Draining.code());
    }
    assert!(TcpStream::connect(address).await.is_err(), "nothing listens any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_it_drains_it_says_so_and_takes_nobody_new() {
    let server = start().await;
    let address = server.address();
    assert_eq!(http::get(address, "/readyz").await.status, 200);
    // Somebody who neither reads nor answers keeps the server waiting for a moment.
    let mut silent = Client::hello(address, "end", "Sloth").await;
    let mut witness = Client::hello(address, "end", "Ada").await;
    let started = Instant::now();
    let shutdown = tokio::spawn(server.shutdown());
    witness.wait_for("the notice", |message| matches!(message, ServerMsg::GoingAway { .. }).then_some(())).await;

    assert_eq!(http::get(address, "/readyz").await.status, 503);
    assert_eq!(http::get(address, "/healthz").await.status, 200);
    let origin = format!("http://{address}");
    let ask = [("Origin", origin.as_str()), ("Sec-WebSocket-Protocol", SUBPROTOCOL)];
    assert_eq!(http::upgrade(address, &ask).await.status, 503);

    shutdown.await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!(silent.read_to_close().await.0, CloseCode::Draining.code());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_and_unfinished_requests_do_not_hold_it_up() {
    let server = start().await;
    let address = server.address();
    let (answer, _idle) = http::send_and_keep(address, "GET", "/healthz", &[]).await;
    assert_eq!(answer.status, 200);
    let mut unfinished = TcpStream::connect(address).await.unwrap();
    unfinished.write_all(b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1").await.unwrap();
    let mut endless = TcpStream::connect(address).await.unwrap();
    endless.write_all(b"GET / HTTP/1.1\r\nX-Half: ").await.unwrap();
    let started = Instant::now();
    server.shutdown().await;
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn dropping_the_server_ends_it_too() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "end", "tea", 2).await;
    drop(server);
    assert_eq!(pair.a.read_to_close().await.0, CloseCode::Draining.code());
    assert_eq!(pair.b.read_to_close().await.0, CloseCode::Draining.code());
}
