//! Messages that are too large, in every way a message can be.

use crate::{
    client::Client,
    world::{Pair, open_or_join, start},
};
use multirtc::protocol::*;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Message;

const TOO_BIG: u16 = CloseCode::TooBig.code();

#[tokio::test]
async fn s3_a_message_over_the_hard_limit_closes_that_socket_only() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "size", "tea", 2).await;
    for bytes in [limits::FRAME_HARD_BYTES + 1, 1024 * 1024] {
        let mut client = Client::hello(server.address(), "size", "Eve").await;
        // The rest of the message may find the connection closed.
        let _ = client.try_send(Message::text("x".repeat(bytes))).await;
        assert_eq!(client.read_to_close().await.0, TOO_BIG, "{bytes} bytes");
    }
    pair.assert_undisturbed("large neighbours").await;
}

#[tokio::test]
async fn s3_the_announced_size_is_enough() {
    let server = start().await;
    let mut client = Client::hello(server.address(), "size", "Eve").await;
    // A text frame that says it has 64 MiB; not one byte of them is sent.
    let mut header = vec![0x81, 0xff];
    header.extend_from_slice(&(64_u64 * 1024 * 1024).to_be_bytes());
    header.extend_from_slice(&[1, 2, 3, 4]);
    client.raw().write_all(&header).await.unwrap();
    assert_eq!(client.read_to_close().await.0, TOO_BIG);
}

#[tokio::test]
async fn s3_fragments_without_end_are_one_message() {
    let server = start().await;
    let mut client = Client::hello(server.address(), "size", "Eve").await;
    let fragment = |first: bool| {
        let mut frame = vec![if first { 0x01 } else { 0x00 }, 0xfe];
        frame.extend_from_slice(&(32 * 1024_u16).to_be_bytes());
        frame.extend_from_slice(&[0, 0, 0, 0]);
        frame.resize(frame.len() + 32 * 1024, b'x');
        frame
    };
    // Far more than the limit; the connection may end before all of it is taken.
    for number in 0..64 {
        if client.raw().write_all(&fragment(number == 0)).await.is_err() {
            break;
        }
    }
    let code = client.read_to_close().await.0;
    assert!(code == TOO_BIG || code == 1006, "{code}");
}

#[tokio::test]
async fn s3_between_the_limits_only_some_commands_may_be_large() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "size", "tea", 2).await;
    let large = "x".repeat(limits::FRAME_SOFT_BYTES + 1);
    let mut room = crate::world::spec(4);
    room.details.topic = large;
    let create = ClientMsg::CreateRoom(crate::world::create("large", room));
    assert_eq!(pair.a.refused(create).await, ErrorCode::TooLarge);
    let sdp = "v".repeat(limits::SDP_BYTES + 1);
    let signal = pair.signal_to_b(crate::world::offer(&sdp));
    assert_eq!(pair.a.refused(signal).await, ErrorCode::TooLarge);

    let sdp = "v".repeat(limits::SDP_BYTES);
    pair.assert_undisturbed(&sdp).await;
}

#[tokio::test]
async fn s3_what_is_no_websocket_is_closed() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "size", "tea", 2).await;
    for (bytes, code) in [
        // Not masked, as only a server may be.
        (&[0x81, 0x01, b'x'][..], 1002),
        // A reserved bit, as of a compression nobody agreed on.
        (&[0xc1, 0x81, 0, 0, 0, 0, b'x'][..], 1002),
        // A control frame in pieces.
        (&[0x09, 0x80, 0, 0, 0, 0][..], 1002),
        // A text that is no UTF-8.
        (&[0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28][..], 1007),
    ] {
        let mut client = Client::hello(server.address(), "size", "Eve").await;
        client.raw().write_all(bytes).await.unwrap();
        assert_eq!(client.read_to_close().await.0, code, "{bytes:x?}");
    }
    pair.assert_undisturbed("strange neighbours").await;
    let mut client = Client::hello(server.address(), "size", "Ada").await;
    assert_eq!(client.join(open_or_join("after", 2)).await.info.count, 1);
}
