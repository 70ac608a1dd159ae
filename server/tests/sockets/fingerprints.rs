//! People are recognised by where they come from, across sockets and sessions: limits by address, bans by browser.

use crate::{
    client::Client,
    world::{behind_proxy, join, open_or_join, room_id},
};
use multirtc::protocol::*;
use server::{Config, Server};

/// An address and the browser there.
const HERE: (&str, &str) = ("203.0.113.1", "Fox/1");
const HERE_ANOTHER_BROWSER: (&str, &str) = ("203.0.113.1", "Crab/2");
const ELSEWHERE: (&str, &str) = ("203.0.113.2", "Fox/1");

#[tokio::test]
async fn s4_sockets_of_one_address_share_what_may_be_joined_and_looked_up() {
    let server = Server::bind(Config { joins_per_minute: 1, ..behind_proxy() }).await.unwrap();
    let address = server.address();
    let mut one = Client::hello_from(address, HERE, "shared", "Ada").await;
    let mut two = Client::hello_from(address, HERE_ANOTHER_BROWSER, "shared", "Bob").await;
    let mut other = Client::hello_from(address, ELSEWHERE, "shared", "Cleo").await;
    // There is no such room; looking for it counts all the same.
    for round in 0..limits::JOINS.burst {
        let client = if round % 2 == 0 { &mut one } else { &mut two };
        assert_eq!(client.refused(ClientMsg::JoinRoom(join("tea"))).await, ErrorCode::RoomNotFound);
    }
    for client in [&mut one, &mut two] {
        let limited = client.refusal(ClientMsg::JoinRoom(join("tea"))).await;
        assert_eq!(limited.code, ErrorCode::RateLimited);
        assert!(limited.retry_after_ms.is_some_and(|ms| ms > 0), "{limited:?}");
    }
    // A new session of the same address is no way around it, another address is not concerned.
    let mut three = Client::hello_from(address, HERE, "shared", "Dan").await;
    assert_eq!(three.refused(ClientMsg::JoinRoom(join("tea"))).await, ErrorCode::RateLimited);
    assert_eq!(other.refused(ClientMsg::JoinRoom(join("tea"))).await, ErrorCode::RoomNotFound);
    // What is looked up has an allowance of its own.
    let look_up = ClientMsg::LookupRoom { room: room_id("tea"), watch: false };
    for round in 0..limits::LOOKUPS.burst {
        let client = if round % 2 == 0 { &mut one } else { &mut two };
        assert!(matches!(client.ask(look_up.clone()).await, ServerMsg::Room { .. }));
    }
    assert_eq!(three.refused(look_up).await, ErrorCode::RateLimited);
}

#[tokio::test]
async fn s4_sockets_of_one_address_share_the_rooms_they_may_create() {
    let server = Server::bind(Config { rooms_per_minute: 1, ..behind_proxy() }).await.unwrap();
    let address = server.address();
    let mut one = Client::hello_from(address, HERE, "shared", "Ada").await;
    let mut two = Client::hello_from(address, HERE_ANOTHER_BROWSER, "shared", "Bob").await;
    for room in 0..limits::CREATES.burst {
        let client = if room % 2 == 0 { &mut one } else { &mut two };
        client.join(open_or_join(&format!("room-{room}"), 2)).await;
    }
    assert_eq!(one.refused(open_or_join("one-more", 2)).await, ErrorCode::RateLimited);
    assert_eq!(two.refused(open_or_join("one-more", 2)).await, ErrorCode::RateLimited);
    let mut other = Client::hello_from(address, ELSEWHERE, "shared", "Cleo").await;
    other.join(open_or_join("one-more", 2)).await;
}

#[tokio::test]
async fn c16_a_banned_browser_is_recognised_in_a_new_session() {
    let server = Server::bind(behind_proxy()).await.unwrap();
    let address = server.address();
    let mut host = Client::hello_from(address, ELSEWHERE, "bans", "Ada").await;
    let mut guest = Client::hello_from(address, HERE, "bans", "Eve").await;
    host.join(open_or_join("tea", 4)).await;
    guest.join(open_or_join("tea", 4)).await;
    let eject = ClientMsg::Eject { room: room_id("tea"), peer: guest.peer(), reason: None, ban_secs: Some(600) };
    assert_eq!(host.ask(eject).await, ServerMsg::Ok);
    let seconds = guest.wait_for("being sent away", |message| match message {
        ServerMsg::Ejected { banned_secs, .. } => Some(*banned_secs),
        _ => None,
    });
    assert_eq!(seconds.await, Some(600));
    assert_eq!(guest.refused(ClientMsg::JoinRoom(join("tea"))).await, ErrorCode::Banned);
    guest.close().await;

    let mut again = Client::hello_from(address, HERE, "bans", "Eve again").await;
    let banned = again.refusal(ClientMsg::JoinRoom(join("tea"))).await;
    assert_eq!(banned.code, ErrorCode::Banned);
    assert!(banned.retry_after_ms.is_some_and(|ms| ms > 0), "{banned:?}");
    // Neither the others of the same address are concerned, nor the same kind of browser elsewhere.
    for (origin, name) in [(HERE_ANOTHER_BROWSER, "Bob"), (ELSEWHERE, "Cleo")] {
        let mut other = Client::hello_from(address, origin, "bans", name).await;
        other.join(ClientMsg::JoinRoom(join("tea"))).await;
    }
}
