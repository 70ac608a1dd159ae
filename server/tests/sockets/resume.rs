//! A session that outlives its socket.

use crate::{
    client::Client,
    world::{Pair, offer, open_or_join, room_id, start},
};
use multirtc::protocol::*;

#[tokio::test]
async fn what_was_missed_is_replayed_over_a_new_socket() {
    let server = start().await;
    let Pair { mut a, b, room, link } = Pair::meet(server.address(), "resume", "tea", 2).await;
    let (former, mut other) = (b, &mut a);
    let missed = |mark: &str| ClientMsg::Signal { room: room.clone(), to: former.peer(), link, body: offer(mark) };
    other.send(missed("while the socket was there")).await;

    // The socket goes without a word; what was on its way is lost with it.
    let mut lost = former;
    drop(std::mem::replace(lost.raw(), tokio::net::TcpStream::connect(server.address()).await.unwrap()));
    let gone = other.wait_until_online(&lost.peer(), false).await;
    assert!(matches!(gone, Online::Interrupted { leaving: false, .. }), "cut off: {gone:?}");
    other.send(ClientMsg::Signal { room: room.clone(), to: lost.peer(), link, body: offer("while it was not") }).await;

    let mut back = Client::resume(server.address(), "resume", &lost).await;
    assert_eq!(back.peer(), lost.peer());
    assert!(matches!(back.welcome().resumed, ResumeOutcome::Replayed { .. }), "{:?}", back.welcome().resumed);
    assert_ne!(back.welcome().resume_token, lost.welcome().resume_token, "a token is good once");
    for mark in ["while the socket was there", "while it was not"] {
        match back.next().await.m {
            ServerMsg::Signal { body, .. } => assert_eq!(body, offer(mark)),
            other => panic!("expected the missed signal, got {other:?}"),
        }
    }
    other = &mut a;
    other.wait_until_online(&back.peer(), true).await;
    let code = back.refused(open_or_join("tea", 2)).await;
    assert_eq!(code, ErrorCode::AlreadyInRoom, "the seat was kept");
}

#[tokio::test]
async fn a_reload_gets_a_snapshot_and_the_same_role() {
    let server = start().await;
    let Pair { a, mut b, room, .. } = Pair::meet(server.address(), "resume", "tea", 2).await;
    let (host, token) = (a.peer(), a.welcome().resume_token.clone());
    a.close().await;
    let gone = b.wait_until_online(&host, false).await;
    assert!(matches!(gone, Online::Interrupted { leaving: true, .. }), "closed in order: {gone:?}");

    let mut back = Client::open(server.address()).await;
    back.introduce("resume", "Ada", Some(Resume { token, last_seen: 0 })).await;
    assert_eq!((back.peer(), back.welcome().resumed), (host.clone(), ResumeOutcome::Snapshot));
    let rooms = &back.welcome().rooms;
    assert_eq!(rooms.iter().map(|s| (&s.info.room, s.you.role)).collect::<Vec<_>>(), [(&room, Role::Host)]);
    b.wait_until_online(&host, true).await;
}

#[tokio::test]
async fn s8_a_second_socket_supersedes_the_first() {
    let server = start().await;
    let mut first = Client::hello(server.address(), "resume", "Ada").await;
    let second = Client::resume(server.address(), "resume", &first).await;
    assert_eq!(second.peer(), first.peer());
    assert_eq!(first.read_to_close().await.0, CloseCode::Superseded.code());
}

#[tokio::test]
async fn s8_somebody_elses_token_or_none_is_a_fresh_start() {
    let server = start().await;
    let mut owner = Client::hello(server.address(), "resume", "Ada").await;
    owner.join(open_or_join("tea", 2)).await;
    for token in ["", "guess", &"A".repeat(43), owner.peer().as_str()] {
        let mut thief = Client::open(server.address()).await;
        thief.introduce("resume", "Eve", Some(Resume { token: Secret::new(token), last_seen: 0 })).await;
        assert_eq!(thief.welcome().resumed, ResumeOutcome::Fresh);
        assert_ne!(thief.peer(), owner.peer());
        assert!(thief.welcome().rooms.is_empty());
    }
    let left = owner.ask(ClientMsg::LeaveRoom { room: room_id("tea") }).await;
    assert_eq!(left, ServerMsg::Ok, "the owner's session was not touched");
}

#[tokio::test]
async fn s8_a_token_is_long_and_void_once_the_next_one_was_used() {
    let server = start().await;
    let mut first = Client::hello(server.address(), "resume", "Ada").await;
    first.join(open_or_join("tea", 2)).await;
    let mut second = Client::resume(server.address(), "resume", &first).await;
    // Whatever is said on the second socket proves that the second token arrived.
    assert_eq!(second.refused(open_or_join("tea", 2)).await, ErrorCode::AlreadyInRoom);
    let thief = Client::resume(server.address(), "resume", &first).await;
    assert_eq!(thief.welcome().resumed, ResumeOutcome::Fresh);
    assert_ne!(thief.peer(), second.peer());
    assert_eq!(second.refused(open_or_join("tea", 2)).await, ErrorCode::AlreadyInRoom, "it was not disturbed");
    // Six bits a letter, and 128 bits at least.
    let token = second.welcome().resume_token.expose();
    assert!(token.len() * 6 >= 128, "{} letters", token.len());
}

#[tokio::test]
async fn bye_ends_the_session_at_once() {
    let server = start().await;
    let Pair { mut a, mut b, .. } = Pair::meet(server.address(), "resume", "tea", 2).await;
    let gone = a.peer();
    a.send_frame(&ClientFrame { n: None, ack: 0, m: ClientMsg::Bye }).await;
    let why = b.wait_for("the farewell", |message| match message {
        ServerMsg::PeerLeft { peer, why, .. } if *peer == gone => Some(*why),
        _ => None,
    });
    assert_eq!(why.await, LeaveReason::Left);
    let back = Client::resume(server.address(), "resume", &a).await;
    assert_eq!(back.welcome().resumed, ResumeOutcome::Fresh);
}
