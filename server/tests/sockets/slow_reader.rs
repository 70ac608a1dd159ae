//! A client that stops reading is cut, and nobody else notices.

use crate::{
    client::Client,
    world::{Pair, offer, open_or_join, start},
};
use multirtc::protocol::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r16_c27_who_does_not_read_is_cut_and_neighbours_go_on() {
    let server = start().await;
    let address = server.address();
    let mut neighbours = Pair::meet(address, "slow", "neighbours", 2).await;

    let mut talker = Client::hello(address, "slow", "Ada").await;
    talker.join(open_or_join("tea", 3)).await;
    let mut slow = Client::open_narrow(address).await;
    slow.introduce("slow", "Sloth", None).await;
    let link = slow.join(open_or_join("tea", 3)).await.links[0].link;
    let mut third = Client::hello(address, "slow", "Cleo").await;
    third.join(open_or_join("tea", 3)).await;

    // From here on `slow` reads nothing, while far more comes than the kernel keeps for it.
    let body = offer(&"v".repeat(limits::SDP_BYTES));
    let to_slow = ClientMsg::Signal { room: crate::world::room_id("tea"), to: slow.peer(), link, body };
    let mut sent = 0;
    let cut = loop {
        talker.send(to_slow.clone()).await;
        sent += 1;
        neighbours.assert_undisturbed(&format!("{sent} large frames next door")).await;
        // A ping round trip: whatever the server says about `slow` by now is here.
        talker.send_frame(&ClientFrame { n: None, ack: 0, m: ClientMsg::Ping { nonce: sent } }).await;
        let interrupted = talker.wait_for("the pong or the interruption", |message| match message {
            ServerMsg::Pong { nonce } if *nonce == sent => Some(false),
            ServerMsg::PeerChanged { peer, .. } if peer.peer == slow.peer() && peer.online != Online::Connected => {
                Some(true)
            }
            _ => None,
        });
        if interrupted.await {
            break true;
        }
        if sent == 1_000 {
            break false;
        }
    };
    assert!(cut, "64 MiB were kept for somebody who does not read");

    // The late reader learns why; the seat is kept, the room goes on.
    assert_eq!(slow.read_raw_to_close().await, Some(CloseCode::TooSlow.code()));
    third.wait_until_online(&slow.peer(), false).await;
    let mut back = Client::resume(address, "slow", &slow).await;
    assert_eq!(back.peer(), slow.peer());
    talker.wait_until_online(&back.peer(), true).await;
    back.send_frame(&ClientFrame { n: None, ack: 0, m: ClientMsg::Ping { nonce: 1 } }).await;
    back.wait_for("a pong", |message| matches!(message, ServerMsg::Pong { .. }).then_some(())).await;
}
