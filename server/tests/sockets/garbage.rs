//! Frames nobody should send: an error or a close for the sender, nothing for anybody else.

use crate::{
    client::Client,
    http,
    world::{PATIENCE, Pair, config, everything, join, offer, open_or_join, publication, room_id, start},
};
use multirtc::protocol::*;
use serde_json::{Value, json};
use server::{Config, Server};
use std::net::SocketAddr;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// A small generator of numbers with a seed (SplitMix64), so that a failure can be repeated.
pub struct Dice(pub u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).unwrap()
    }
}

/// Every command there is, as an outsider would aim it at the bystanders.
pub fn commands(pair: &Pair) -> Vec<Value> {
    let (room, peer) = (pair.room.clone(), pair.a.peer());
    let aimed = |message: &str, fields: Value| {
        let mut value = json!({ "t": message, "room": room, "peer": peer, "to": peer });
        value.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        value
    };
    let mut all: Vec<Value> = [
        ClientMsg::Ping { nonce: 1 },
        ClientMsg::RefreshIceServers,
        open_or_join("litter", 16),
        ClientMsg::JoinRoom(join(room.as_str())),
        ClientMsg::LeaveRoom { room: room_id("litter") },
        ClientMsg::CloseRoom { room: room.clone(), reason: Some("mine".into()) },
        ClientMsg::LookupRoom { room: room.clone(), watch: true },
        ClientMsg::WatchLobby { filter: everything() },
        ClientMsg::UnwatchLobby,
        ClientMsg::Publish { room: room_id("litter"), publications: vec![publication("p")] },
        ClientMsg::SetPresence { room: room.clone(), presence: Presence::default() },
        ClientMsg::Signal { room: room.clone(), to: peer.clone(), link: pair.link, body: offer("v=0") },
        ClientMsg::RebuildLink { room: room.clone(), peer: peer.clone(), link: pair.link },
        ClientMsg::UpdateProfile { patch: ProfilePatch::default() },
        ClientMsg::UpdateRoom { room: room.clone(), patch: Box::default() },
    ]
    .iter()
    .map(|message| serde_json::to_value(message).unwrap())
    .collect();
    all.extend([
        aimed("eject", json!({ "reason": null, "ban_secs": 1 })),
        aimed("transfer_host", json!({})),
        aimed("set_role", json!({ "role": "host" })),
        aimed("create_invite", json!({ "role": "host", "uses": 1, "ttl_secs": 1 })),
        aimed("ask_media", json!({ "ask": "start_camera" })),
        aimed("say", json!({ "to": "all", "topic": "x", "body": {}, "keep": true })),
        aimed("relay", json!({ "lane": 0, "frame": "AAAA" })),
        aimed("resolve_knock", json!({ "knock": "k1", "decision": "deny" })),
    ]);
    all
}

fn atom(dice: &mut Dice) -> Value {
    match dice.roll(14) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(u64::MAX),
        4 => json!(1e308),
        5 => json!(0),
        6 => json!([]),
        7 => json!({}),
        8 => json!(""),
        9 => json!("\u{0}\u{202e}\u{fffd}../../<script>"),
        10 => json!("x".repeat(dice.roll(3_000))),
        11 => json!([null, [null, { "t": null }]]),
        12 => json!({ "t": "hello", "m": { "t": "hello" } }),
        _ => json!("__proto__"),
    }
}

/// Changes one place of a value: replaced, removed, renamed, doubled or wrapped.
fn mutate(value: &mut Value, dice: &mut Dice) {
    let deeper = dice.roll(4) > 0;
    match value {
        Value::Object(map) if !map.is_empty() && deeper => {
            let key = map.keys().nth(dice.roll(map.len())).unwrap().clone();
            match dice.roll(6) {
                0 => drop(map.remove(&key)),
                1 => {
                    let inner = map.remove(&key).unwrap();
                    map.insert(format!("{key}_"), inner);
                }
                _ => mutate(&mut map[&key], dice),
            }
        }
        Value::Array(items) if !items.is_empty() && deeper => {
            let index = dice.roll(items.len());
            mutate(&mut items[index], dice);
        }
        other => {
            *other = match dice.roll(4) {
                0 => json!([other.clone(), other.clone()]),
                1 => json!({ "inner": other.clone() }),
                _ => atom(dice),
            }
        }
    }
}

/// A command with a few things wrong with it, or no text at all.
pub fn random_message(commands: &[Value], number: u32, dice: &mut Dice) -> Message {
    let mut frame = json!({ "ack": 0, "m": commands[dice.roll(commands.len())] });
    if dice.roll(4) == 0 {
        // Mostly a gap, which is refused before the command is looked at.
        frame["n"] = json!(number);
    }
    for _ in 0..dice.roll(4) {
        mutate(&mut frame, dice);
    }
    let text = frame.to_string();
    match dice.roll(12) {
        0 => {
            let bytes: Vec<u8> = (0..dice.roll(200)).map(|_| u8::try_from(dice.roll(256)).unwrap()).collect();
            Message::binary(bytes)
        }
        1 => Message::text(text.chars().take(dice.roll(text.chars().count() + 1)).collect::<String>()),
        2 => {
            let mut characters: Vec<char> = text.chars().collect();
            for _ in 0..=dice.roll(8) {
                let index = dice.roll(characters.len());
                characters[index] = char::from(u8::try_from(dice.roll(128)).unwrap());
            }
            Message::text(characters.into_iter().collect::<String>())
        }
        _ => Message::text(text),
    }
}

fn assert_no_failure(message: &ServerMsg, cause: &str) {
    if let ServerMsg::Error(body) = message {
        assert_ne!(body.code, ErrorCode::Internal, "{body:?} after {cause}");
    }
}

/// Sends one message and a ping after it: answered, or the socket is closed, and not because something broke.
async fn survives(client: &mut Client, message: Message, nonce: u32) -> bool {
    let cause = format!("{message:?}");
    let ping = Message::text(json!({ "ack": 0, "m": { "t": "ping", "nonce": nonce } }).to_string());
    let sent = client.try_send(message).await.is_ok() && client.try_send(ping).await.is_ok();
    loop {
        match client.receive().await {
            Ok(frame) if frame.m == (ServerMsg::Pong { nonce }) => return true,
            Ok(frame) => assert_no_failure(&frame.m, &cause),
            Err(code) => {
                assert_ne!(code, 1011, "the server failed at {cause}");
                assert!(code != 1006 || !sent, "the connection broke at {cause}");
                return false;
            }
        }
    }
}

#[tokio::test]
async fn s5_frames_that_crash_the_original() {
    let server = start().await;
    let address = server.address();
    let mut pair = Pair::meet(address, "garbage", "bystanders", 2).await;
    let deep = "[".repeat(100_000);
    let nested = format!(r#"{{"n":1,"ack":0,"m":{}"#, r#"{"t":"say","body":"#.repeat(5_000));
    for text in [
        "null",
        "",
        " ",
        "{}",
        "[]",
        "0",
        "\"hello\"",
        "true",
        "undefined",
        r#"{"m":null}"#,
        r#"{"m":{}}"#,
        r#"{"m":[]}"#,
        r#"{"m":"leave_room"}"#,
        r#"{"m":{"t":null}}"#,
        r#"{"m":{"t":"join_room"}}"#,
        r#"{"n":1,"ack":0,"m":{"t":"join_room","room":null}}"#,
        r#"{"n":1,"ack":0,"m":{"t":"join_room","room":null,"password":null,"invite":null,"role":null,"hosted_by":null,"note":null}}"#,
        r#"{"n":1,"ack":0,"m":{"t":"create_room","room":"x","spec":null}}"#,
        r#"{"n":1,"ack":0,"m":{"t":"create_room","room":"x","spec":"callback"}}"#,
        r#"{"n":1,"ack":0,"m":{"t":"open_or_join","create":"callback","join":"callback"}}"#,
        r#"{"n":1,"ack":0,"m":{"t":"lookup_room","room":"x","watch":"callback"}}"#,
        r#"{"n":1,"ack":0,"m":{"t":"leave_room","room":"../../etc/passwd"}}"#,
        r#"{"n":1,"ack":0,"m":{"t":"leave_room","room":"__proto__"}}"#,
        r#"{"n":0,"ack":0,"m":{"t":"unwatch_lobby"}}"#,
        r#"{"n":-1,"ack":0,"m":{"t":"unwatch_lobby"}}"#,
        r#"{"n":4294967295,"ack":4294967295,"m":{"t":"unwatch_lobby"}}"#,
        r#"{"n":1e400,"ack":0,"m":{"t":"unwatch_lobby"}}"#,
        r#"{"n":1,"n":2,"ack":0,"m":{"t":"unwatch_lobby"}}"#,
        r#"{"n":1,"ack":0,"m":{"t":"hello"}}"#,
        "\u{feff}{}",
        &deep,
        &nested,
    ] {
        for welcomed in [false, true] {
            let mut client = Client::open(address).await;
            if welcomed {
                client.introduce("garbage", "Eve", None).await;
            }
            let shown: String = text.chars().take(80).collect();
            client.send_text(text).await;
            let alive = survives(&mut client, Message::text("null"), 7).await;
            assert!(welcomed || !alive, "a stranger who sends {shown:?} is not listened to");
        }
        pair.assert_undisturbed("still here").await;
    }
    assert_eq!(http::get(address, "/healthz").await.status, 200);
}

async fn throw(address: SocketAddr, commands: &[Value], seed: u64, frames: u32) -> u32 {
    let mut dice = Dice(seed);
    let mut closed = 0;
    let mut client = Client::hello(address, "garbage", "Eve").await;
    for frame in 0..frames {
        let message = random_message(commands, frame + 1, &mut dice);
        if !survives(&mut client, message, frame).await {
            closed += 1;
            client = Client::hello(address, "garbage", "Eve").await;
        }
    }
    closed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s5_ten_thousand_random_frames() {
    let server = start().await;
    let address = server.address();
    let mut pair = Pair::meet(address, "garbage", "bystanders", 2).await;
    let commands = commands(&pair);
    for batch in 0..10 {
        let throwers = (0..4).map(|thrower| throw(address, &commands, 1_000 * batch + thrower, 250));
        futures::future::join_all(throwers).await;
        pair.assert_undisturbed(&format!("after batch {batch}")).await;
    }
    assert_eq!(http::get(address, "/healthz").await.status, 200);
}

#[tokio::test]
async fn s5_twenty_texts_that_are_no_frames_are_the_last() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "garbage", "bystanders", 2).await;
    let mut client = Client::hello(server.address(), "garbage", "Eve").await;
    for _ in 0..19 {
        client.send_text("no frame").await;
        let frame = client.next().await;
        assert!(matches!(&frame.m, ServerMsg::Error(body) if body.code == ErrorCode::BadFrame), "{frame:?}");
    }
    client.send_text("no frame").await;
    // Not for as long as there are pings.
    let (code, messages) = timeout(PATIENCE, client.read_to_close()).await.expect("the socket is closed");
    assert_eq!((code, messages.len()), (CloseCode::Flooding.code(), 1), "{messages:?}");
    pair.assert_undisturbed("after twenty").await;
}

#[tokio::test]
async fn s4_a_flood_is_slowed_and_then_ended() {
    let server = Server::bind(Config { frames_per_second: 50, ..config() }).await.unwrap();
    let mut flooder = Client::hello(server.address(), "flood", "Eve").await;
    let mut bystander = Client::hello(server.address(), "flood", "Ada").await;
    let ping = serde_json::to_string(&ClientFrame { n: None, ack: 0, m: ClientMsg::Ping { nonce: 1 } }).unwrap();
    for _ in 0..2_000 {
        flooder.send_text(ping.clone()).await;
    }
    assert_eq!(bystander.join(open_or_join("calm", 2)).await.info.count, 1);
    let (code, answers) = flooder.read_to_close().await;
    assert_eq!(code, CloseCode::Flooding.code());
    assert!(answers.len() < 1_000, "{} frames of a flood were answered", answers.len());
}
