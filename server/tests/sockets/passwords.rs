//! Rooms with passwords over the wire; that no frame shows one is checked by every client of every test.

use crate::{
    client::Client,
    world::{PASSWORD, Pair, behind_proxy, create, everything, join, join_with, locked_spec, room_id, start},
};
use futures::future::join_all;
use multirtc::protocol::*;
use server::Server;
use std::net::SocketAddr;

async fn host_of_locked_room(address: SocketAddr, capacity: u16) -> Client {
    let mut host = Client::hello(address, "locked", "Ada").await;
    let made = host.join(ClientMsg::CreateRoom(create("vault", locked_spec(capacity)))).await;
    assert!(made.info.has_password);
    host
}

#[tokio::test]
async fn only_the_right_password_opens_the_door() {
    let server = start().await;
    let mut host = host_of_locked_room(server.address(), 4).await;
    let mut guest = Client::hello(server.address(), "locked", "Bob").await;
    assert_eq!(guest.refused(ClientMsg::JoinRoom(join("vault"))).await, ErrorCode::PasswordRequired);
    let wrong = guest.refusal(join_with("vault", "open barley")).await;
    assert_eq!(
        (wrong.code, wrong.room, wrong.retry_after_ms),
        (ErrorCode::PasswordWrong, Some(room_id("vault")), None)
    );
    let joined = guest.join(join_with("vault", PASSWORD)).await;
    assert_eq!((joined.you.role, joined.info.count, joined.info.has_password), (Role::Speaker, 2, true));
    let seen = host.wait_for("the newcomer", |message| match message {
        ServerMsg::PeerJoined { peer, .. } => Some(peer.peer.clone()),
        _ => None,
    });
    assert_eq!(seen.await, guest.peer());
}

#[tokio::test]
async fn outsiders_learn_that_there_is_a_password_and_no_more() {
    let server = start().await;
    let _host = host_of_locked_room(server.address(), 4).await;
    let mut stranger = Client::hello(server.address(), "locked", "Eve").await;
    let ServerMsg::Lobby { update: LobbyUpdate::Snapshot { rooms, .. } } =
        stranger.ask(ClientMsg::WatchLobby { filter: everything() }).await
    else {
        panic!("expected a snapshot")
    };
    assert_eq!(rooms.iter().map(|info| info.has_password).collect::<Vec<_>>(), [true]);
}

#[tokio::test]
async fn the_host_changes_and_clears_the_password() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "locked", "tea", 4).await;
    let mut late = Client::hello(server.address(), "locked", "Cleo").await;
    let change = |password| {
        let patch = Box::new(RoomPatch { password: Some(password), ..RoomPatch::default() });
        ClientMsg::UpdateRoom { room: room_id("tea"), patch }
    };
    assert_eq!(pair.a.ask(change(Change::Set(Secret::new(PASSWORD)))).await, ServerMsg::Ok);
    let locked = pair.b.wait_for("the lock", |message| match message {
        ServerMsg::RoomChanged { info, .. } => Some(info.has_password),
        _ => None,
    });
    assert!(locked.await);
    assert_eq!(late.refused(ClientMsg::JoinRoom(join("tea"))).await, ErrorCode::PasswordRequired);
    assert_eq!(pair.a.ask(change(Change::Clear)).await, ServerMsg::Ok);
    late.join(ClientMsg::JoinRoom(join("tea"))).await;
}

#[tokio::test]
async fn c13_guessing_is_slowed_down_even_for_the_right_password() {
    let server = Server::bind(behind_proxy()).await.unwrap();
    let address = server.address();
    let _host = host_of_locked_room(address, 4).await;
    let mut guesser = Client::hello_from(address, ("203.0.113.1", "Fox/1"), "locked", "Eve").await;
    let mut answers = Vec::new();
    for guess in 1..=limits::PASSWORD_TRIES.burst {
        answers.push(guesser.refusal(join_with("vault", &format!("guess {guess}"))).await);
    }
    assert!(answers.iter().all(|error| error.code == ErrorCode::PasswordWrong), "{answers:?}");
    assert!(answers.last().unwrap().retry_after_ms.is_some(), "the last one says when the next may come");
    let mut again = Client::hello_from(address, ("203.0.113.1", "Crab/2"), "locked", "Eve again").await;
    let next = guesser.refusal(join_with("vault", "guess 6")).await;
    let right = guesser.refusal(join_with("vault", PASSWORD)).await;
    let elsewhere = again.refusal(join_with("vault", PASSWORD)).await;
    for limited in [next, right, elsewhere] {
        assert_eq!(limited.code, ErrorCode::RateLimited);
        assert!(limited.retry_after_ms.is_some_and(|ms| ms > 0), "{limited:?}");
    }
    let mut other = Client::hello_from(address, ("203.0.113.2", "Fox/1"), "locked", "Bob").await;
    other.join(join_with("vault", PASSWORD)).await;
}

#[tokio::test]
async fn thirty_passwords_at_once_silence_nobody() {
    const GUESTS: usize = 30;
    let server = Server::bind(behind_proxy()).await.unwrap();
    let address = server.address();
    let mut host = Client::hello(address, "locked", "Ada").await;
    let sound_only = RoomPlan { video: Flow::Off, screen: Flow::Off, ..locked_spec(2).plan };
    let hall = RoomSpec { plan: sound_only, ..locked_spec(limits::LIGHT_CAPACITY) };
    host.join(ClientMsg::CreateRoom(create("vault", hall))).await;
    let mut bystander = Client::hello(address, "locked", "Bob").await;
    // Each from an address of their own: few at once may try from the same.
    let guests = (0..GUESTS).map(async |guest| {
        let from = format!("203.0.113.{guest}");
        Client::hello_from(address, (&from, "Fox/1"), "locked", &format!("Guest {guest}")).await
    });
    let mut guests = join_all(guests).await;
    let joins = join_all(guests.iter_mut().map(async |guest| guest.join(join_with("vault", PASSWORD)).await));
    tokio::pin!(joins);
    // Were anybody held up by a hash, there would be about one answer for each of them.
    let mut answered = 0;
    let joined = loop {
        let lookup = bystander.ask(ClientMsg::LookupRoom { room: room_id("vault"), watch: false });
        tokio::pin!(lookup);
        tokio::select! {
            joined = &mut joins => break joined,
            answer = &mut lookup => {
                assert!(matches!(answer, ServerMsg::Room { .. }), "{answer:?}");
                answered += 1;
            }
        }
    };
    assert!(joined.iter().all(|snapshot| snapshot.info.has_password));
    assert!(answered > 3 * GUESTS, "{answered} answers while {GUESTS} passwords were compared");
}
