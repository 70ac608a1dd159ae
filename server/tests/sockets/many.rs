//! A room as full as it gets, and many rooms side by side.

use crate::{
    client::Client,
    world::{Pair, open_or_join, start},
};
use futures::future::join_all;
use multirtc::protocol::*;
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_mesh_is_linked_pair_by_pair() {
    const PEOPLE: usize = 16;
    let server = start().await;
    let address = server.address();
    let joined = join_all((0..PEOPLE).map(|person| async move {
        let mut client = Client::hello(address, "many", &format!("Person {person}")).await;
        let snapshot = client.join(open_or_join("hall", 16)).await;
        (client, snapshot)
    }))
    .await;
    let mut links = BTreeSet::new();
    let mut polite = 0;
    for (mut client, snapshot) in joined {
        let mut own = snapshot.links;
        while own.len() < PEOPLE - 1 {
            let up = client.wait_for("all links", |message| match message {
                ServerMsg::LinkUp { link, .. } => Some(link.clone()),
                _ => None,
            });
            own.push(up.await);
        }
        polite += own.iter().filter(|link| link.polite.0).count();
        for link in own {
            let mut ends = [client.peer(), link.peer];
            ends.sort();
            links.insert((ends, link.link));
        }
    }
    let pairs = PEOPLE * (PEOPLE - 1) / 2;
    assert_eq!((links.len(), polite), (pairs, pairs));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_rooms_do_not_mix() {
    let server = start().await;
    let address = server.address();
    let mut pairs =
        join_all((0..40).map(|room| async move { Pair::meet(address, "many", &format!("room-{room}"), 2).await }))
            .await;
    join_all(pairs.iter_mut().enumerate().map(|(room, pair)| async move {
        for round in 0..5 {
            pair.assert_undisturbed(&format!("{room}, round {round}")).await;
        }
    }))
    .await;
}
