//! Many at once: the last place, and who is host.

use crate::{
    client::Client,
    world::{PATIENCE, join, open_or_join, room_id, start},
};
use futures::future::join_all;
use multirtc::protocol::*;
use std::{collections::BTreeSet, net::SocketAddr};
use tokio::time::timeout;

const PEOPLE: usize = 5;
const ROUNDS: usize = 1_000;

async fn crowd(address: SocketAddr, people: usize) -> Vec<Client> {
    join_all((0..people).map(|person| async move { Client::hello(address, "race", &format!("Person {person}")).await }))
        .await
}

/// Opens or joins, then waits until everybody is there; returns the role and everybody's ids.
async fn open_or_join_and_see(client: &mut Client, room: &str) -> (Role, BTreeSet<PeerId>) {
    let snapshot = client.join(open_or_join(room, 16)).await;
    let mut members: BTreeSet<PeerId> = snapshot.others.iter().map(|other| other.peer.clone()).collect();
    members.insert(snapshot.you.peer.clone());
    while members.len() < PEOPLE {
        let arrived = client.wait_for("the others", |message| match message {
            ServerMsg::PeerJoined { room: joined, peer } if joined.as_str() == room => Some(peer.peer.clone()),
            _ => None,
        });
        members.insert(arrived.await);
    }
    (snapshot.you.role, members)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_open_or_join_at_once_a_thousand_times() {
    let server = start().await;
    let mut people = crowd(server.address(), PEOPLE).await;
    let everybody: BTreeSet<PeerId> = people.iter().map(Client::peer).collect();
    for round in 0..ROUNDS {
        let room = format!("round-{round}");
        let results = join_all(people.iter_mut().map(|client| open_or_join_and_see(client, &room))).await;
        let hosts = results.iter().filter(|(role, _)| *role == Role::Host).count();
        assert_eq!(hosts, 1, "round {round}");
        assert!(results.iter().all(|(_, members)| *members == everybody), "round {round}: {results:?}");
        let left = join_all(people.iter_mut().map(|c| c.ask(ClientMsg::LeaveRoom { room: room_id(&room) }))).await;
        assert!(left.iter().all(|answer| *answer == ServerMsg::Ok), "round {round}: {left:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c12_the_last_place_goes_to_one() {
    let server = start().await;
    let mut host = Client::hello(server.address(), "race", "Host").await;
    let mut people = crowd(server.address(), PEOPLE).await;
    for round in 0..100 {
        let room = format!("full-{round}");
        host.join(open_or_join(&room, 2)).await;
        let answers = join_all(people.iter_mut().map(|client| client.ask(ClientMsg::JoinRoom(join(&room))))).await;
        let entered = answers.iter().filter(|answer| matches!(answer, ServerMsg::Joined(_))).count();
        let full = answers
            .iter()
            .filter(|answer| matches!(answer, ServerMsg::Error(body) if body.code == ErrorCode::RoomFull))
            .count();
        assert_eq!((entered, full), (1, PEOPLE - 1), "round {round}: {answers:?}");
        assert_eq!(host.ask(ClientMsg::CloseRoom { room: room_id(&room), reason: None }).await, ServerMsg::Ok);
        for (client, answer) in people.iter_mut().zip(&answers) {
            if matches!(answer, ServerMsg::Joined(_)) {
                client
                    .wait_for("the end of the room", |message| {
                        matches!(message, ServerMsg::RoomClosed { .. }).then_some(())
                    })
                    .await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_creators_succeeds() {
    let server = start().await;
    let mut people = crowd(server.address(), 2).await;
    for round in 0..50 {
        let room = format!("twice-{round}");
        let create = || ClientMsg::CreateRoom(crate::world::create(&room, crate::world::spec(4)));
        let answers = timeout(PATIENCE, join_all(people.iter_mut().map(|client| client.ask(create())))).await.unwrap();
        let made = answers.iter().filter(|answer| matches!(answer, ServerMsg::Joined(_))).count();
        let taken = answers
            .iter()
            .filter(|answer| matches!(answer, ServerMsg::Error(body) if body.code == ErrorCode::RoomExists))
            .count();
        assert_eq!((made, taken), (1, 1), "round {round}: {answers:?}");
        for (client, answer) in people.iter_mut().zip(&answers) {
            if matches!(answer, ServerMsg::Joined(_)) {
                assert_eq!(client.ask(ClientMsg::LeaveRoom { room: room_id(&room) }).await, ServerMsg::Ok);
            }
        }
    }
}
