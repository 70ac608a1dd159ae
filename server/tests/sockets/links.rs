//! Signals between the two ends of a link, and nobody else.

use crate::{
    client::Client,
    world::{Pair, offer, open_or_join, room_id, start},
};
use multirtc::protocol::*;

#[tokio::test]
async fn signals_arrive_in_order_with_the_servers_stamp() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "links", "tea", 2).await;
    for number in 0..100 {
        let message = pair.signal_to_b(offer(&format!("v={number}")));
        pair.a.send(message).await;
    }
    for number in 0..100 {
        let expected = ServerMsg::Signal {
            room: pair.room.clone(),
            from: pair.a.peer(),
            link: pair.link,
            body: offer(&format!("v={number}")),
        };
        assert_eq!(pair.b.next().await.m, expected);
    }
}

#[tokio::test]
async fn the_two_ends_agree_about_politeness() {
    let server = start().await;
    let mut a = Client::hello(server.address(), "links", "Ada").await;
    let mut b = Client::hello(server.address(), "links", "Bob").await;
    a.join(open_or_join("tea", 2)).await;
    let at_b = b.join(open_or_join("tea", 2)).await.links.remove(0);
    let at_a = a.wait_for("the link", |message| match message {
        ServerMsg::LinkUp { link, .. } => Some(link.clone()),
        _ => None,
    });
    let at_a = at_a.await;
    assert_eq!((at_a.link, &at_a.peer, &at_b.peer), (at_b.link, &b.peer(), &a.peer()));
    assert_ne!(at_a.polite, at_b.polite);
    assert!(at_a.same_engine && at_b.same_engine);
}

#[tokio::test]
async fn s8_c14_a_forged_sender_is_overwritten() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "links", "tea", 2).await;
    let mut forged =
        serde_json::to_value(ClientFrame { n: Some(2), ack: 0, m: pair.signal_to_b(offer("mine")) }).unwrap();
    forged["m"]["from"] = serde_json::json!(pair.b.peer());
    forged["from"] = serde_json::json!(pair.b.peer());
    pair.a.send_text(forged.to_string()).await;
    match pair.b.next().await.m {
        ServerMsg::Signal { from, .. } => assert_eq!(from, pair.a.peer()),
        other => panic!("expected the signal, got {other:?}"),
    }
}

#[tokio::test]
async fn s8_c14_without_a_common_link_nothing_passes() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "links", "tea", 2).await;
    let mut stranger = Client::hello(server.address(), "links", "Eve").await;
    stranger.join(open_or_join("elsewhere", 2)).await;

    let to_a = |room: &str, link| ClientMsg::Signal { room: room_id(room), to: pair.a.peer(), link, body: offer("x") };
    assert_eq!(stranger.refused(to_a("tea", pair.link)).await, ErrorCode::NotInRoom);
    let code = stranger.refused(to_a("elsewhere", pair.link)).await;
    assert!(matches!(code, ErrorCode::NoSuchPeer | ErrorCode::NotLinked), "{code:?}");

    let old = LinkId(pair.link.0 + 1_000);
    let stale = ClientMsg::Signal { room: pair.room.clone(), to: pair.a.peer(), link: old, body: offer("x") };
    assert_eq!(pair.b.refused(stale).await, ErrorCode::StaleLink);
    let itself = ClientMsg::Signal { room: pair.room.clone(), to: pair.b.peer(), link: pair.link, body: offer("x") };
    assert_eq!(pair.b.refused(itself).await, ErrorCode::NotLinked);

    pair.assert_undisturbed("after all that").await;
}

#[tokio::test]
async fn leaving_takes_the_link_down() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "links", "tea", 2).await;
    assert_eq!(pair.b.ask(ClientMsg::LeaveRoom { room: pair.room.clone() }).await, ServerMsg::Ok);
    let down = pair.a.wait_for("the link's end", |message| match message {
        ServerMsg::LinkDown { peer, link, .. } => Some((peer.clone(), *link)),
        _ => None,
    });
    assert_eq!(down.await, (pair.b.peer(), pair.link));
    let late = pair.signal_to_b(offer("too late"));
    let code = pair.a.refused(late).await;
    assert!(matches!(code, ErrorCode::NoSuchPeer | ErrorCode::NotLinked), "{code:?}");
}
