//! A server that goes and comes back on the same port: clients bring their rooms with them.

use crate::{
    client::Client,
    process::{self, UNLIMITED},
    world::{PATIENCE, config, join, open_or_join, room_id, start},
};
use futures::future::join_all;
use multirtc::{
    core::{
        Machine,
        session::{Session, SessionConfig, SessionIn},
    },
    protocol::*,
};
use server::{Config, Server};
use std::{collections::BTreeMap, time::Instant};
use tokio::time::timeout;

#[tokio::test]
async fn r2_the_room_is_made_again_by_those_who_were_in_it() {
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

/// When a page of that seed comes back after these last words: the library's session decides, as in a browser.
fn returns_after(seed: u64, welcome: &Welcome, last_words: &[ServerMsg], code: u16) -> u64 {
    let mut session = Session::new(SessionConfig {
        lobby: crate::world::lobby_id("restart"),
        profile: Profile::default(),
        auth: None,
        client: "test 1.0 blink".into(),
        resume: None,
        backoff_seed: seed,
        give_up_after: None,
    });
    let mut out = Vec::new();
    session.handle(SessionIn::Start, 0, &mut out);
    session.handle(SessionIn::Opened, 0, &mut out);
    let welcome = ServerMsg::Welcome(Box::new(welcome.clone()));
    for message in std::iter::once(&welcome).chain(last_words) {
        let frame = ServerFrame { n: None, re: None, ack: 0, m: message.clone() };
        session.handle(SessionIn::Frame(Box::new(frame)), 0, &mut out);
    }
    session.handle(SessionIn::Closed { code }, 0, &mut out);
    session.deadline().expect("it comes back")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r2_two_hundred_are_told_spread_their_return_and_are_all_back() {
    const PEOPLE: usize = 200;
    const BIN_MS: u64 = 250;
    let (mut child, address) = process::start(&UNLIMITED).await;
    let room = |person: usize| format!("room-{}", person / 4);
    let mut people = Vec::new();
    for person in 0..PEOPLE {
        let mut client = Client::hello(address, "restart", "Ada").await;
        client.join(open_or_join(&room(person), 4)).await;
        people.push(client);
    }
    process::terminate(&mut child).await;
    let ends = join_all(people.iter_mut().map(Client::read_to_close)).await;
    assert!(timeout(PATIENCE, child.wait()).await.unwrap().unwrap().success());

    let mut returns: Vec<(u64, usize)> = Vec::new();
    for (person, (code, messages)) in ends.iter().enumerate() {
        assert_eq!(*code, CloseCode::Draining.code());
        let news: Vec<ServerMsg> =
            messages.iter().filter(|message| matches!(message, ServerMsg::GoingAway { .. })).cloned().collect();
        assert_eq!(news.len(), 1, "everybody is told once: {messages:?}");
        returns.push((returns_after(person as u64, people[person].welcome(), &news, *code), person));
    }
    let mut bins = BTreeMap::<u64, usize>::new();
    for (after, _) in &returns {
        *bins.entry(after / BIN_MS).or_default() += 1;
    }
    assert!(bins.values().all(|together| *together * 100 <= PEOPLE * 15), "too many at once: {bins:?}");

    // They come in that order, and closer together than they would.
    let (_child, _) = process::start_at(&address.to_string(), &UNLIMITED).await;
    returns.sort_unstable();
    let mut back = BTreeMap::<usize, Vec<Client>>::new();
    for (_, person) in returns {
        let mut client = Client::resume(address, "restart", &people[person]).await;
        client.join(open_or_join(&room(person), 4)).await;
        back.entry(person / 4).or_default().push(client);
    }
    for (room, clients) in &mut back {
        let lookup = ClientMsg::LookupRoom { room: room_id(&format!("room-{room}")), watch: false };
        match clients[0].ask(lookup).await {
            ServerMsg::Room { info: Some(info), .. } => assert_eq!(info.count, 4),
            other => panic!("expected room {room}, got {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_taken_address_is_an_error_that_names_it() {
    let server = start().await;
    let error = Server::bind(Config { listen: server.address(), ..config() }).await.unwrap_err();
    assert!(error.to_string().contains(&server.address().to_string()), "{error}");
}
