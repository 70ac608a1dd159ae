//! A server that goes and comes back on the same port: clients bring their rooms with them.

use crate::{
    client::Client,
    world::{config, join, open_or_join, start},
};
use futures::future::join_all;
use multirtc::protocol::*;
use server::{Config, Server};
use std::time::Instant;

#[tokio::test]
async fn the_room_is_made_again_by_those_who_were_in_it() {
    let server = start().await;
    let address = server.address();
    let mut people = Vec::new();
    for name in ["Ada", "Bob", "Cleo"] {
        let mut client = Client::hello(address, "restart", name).await;
        client.join(open_or_join("tea", 8)).await;
        people.push(client);
    }
    let (ends, ()) = tokio::join!(join_all(people.iter_mut().map(Client::read_to_close)), server.shutdown());
    assert!(ends.iter().all(|(code, _)| *code == CloseCode::Draining.code()), "{ends:?}");

    let restarted = Instant::now();
    let _server = Server::bind(Config { listen: address, ..config() }).await.expect("the port is free again");
    let mut back = join_all(people.iter().map(|former| async move {
        let mut client = Client::resume(address, "restart", former).await;
        assert_eq!(client.welcome().resumed, ResumeOutcome::Fresh);
        let role = client.join(open_or_join("tea", 8)).await.you.role;
        (client, role)
    }))
    .await;
    assert_eq!(back.iter().filter(|(_, role)| *role == Role::Host).count(), 1);
    assert!(restarted.elapsed().as_secs() < 5);

    let mut newcomer = Client::hello(address, "restart", "Dan").await;
    let joined = newcomer.join(ClientMsg::JoinRoom(join("tea"))).await;
    assert_eq!((joined.info.count, joined.others.len(), joined.links.len()), (4, 3, 3));
    for (client, _) in &mut back {
        client
            .wait_for("the newcomer", |message| match message {
                ServerMsg::PeerJoined { peer, .. } if peer.peer == newcomer.peer() => Some(()),
                _ => None,
            })
            .await;
    }
}

#[tokio::test]
async fn a_taken_address_is_an_error_that_names_it() {
    let server = start().await;
    let error = Server::bind(Config { listen: server.address(), ..config() }).await.unwrap_err();
    assert!(error.to_string().contains(&server.address().to_string()), "{error}");
}
