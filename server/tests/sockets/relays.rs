//! TURN credentials over sockets: for members, good for a while, and nothing of the secret in any frame.

use crate::{
    client::Client,
    world::{TURN_SECRET, config, open_or_join, room_id},
};
use multirtc::protocol::*;
use server::{Config, Error, Server};
use std::{
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

const TTL_SECONDS: u32 = 300;

fn relayed() -> Config {
    Config {
        ice_server_urls: vec!["stun:stun.example.org".into()],
        turn_server_urls: vec!["turn:turn.example.org".into(), "turn:turn.example.org?transport=tcp".into()],
        turn_secret: Some(Secret::new(TURN_SECRET)),
        turn_ttl_seconds: TTL_SECONDS,
        ..config()
    }
}

async fn refreshed(client: &mut Client) -> IceServers {
    match client.ask(ClientMsg::RefreshIceServers).await {
        ServerMsg::IceServers(ice) => ice,
        other => panic!("expected ice servers, got {other:?}"),
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The one TURN server, checked.
fn relay(ice: &IceServers) -> (u64, String) {
    let [stun, turn] = &ice.servers[..] else { panic!("{ice:?}") };
    assert_eq!((stun.username.as_deref(), stun.credential.as_ref()), (None, None));
    assert_eq!(turn.urls, relayed().turn_server_urls);
    let (until, person) = turn.username.as_ref().unwrap().split_once(':').unwrap();
    let credential = turn.credential.as_ref().unwrap().expose();
    assert!(credential.len() == 28 && credential.ends_with('='), "20 bytes in base64");
    let until: u64 = until.parse().unwrap();
    let told = ice.expires_ms.unwrap() / 1_000;
    assert!(until.abs_diff(told) <= 2, "{until} and {told}");
    (until, person.to_owned())
}

#[tokio::test]
async fn members_get_credentials_and_outsiders_do_not() {
    let server = Server::bind(relayed()).await.unwrap();
    let mut a = Client::hello(server.address(), "relays", "Ada").await;
    assert_eq!((a.welcome().ice.servers.len(), a.welcome().ice.expires_ms), (1, None));
    assert_eq!(refreshed(&mut a).await, a.welcome().ice);
    let before = now();
    a.join(open_or_join("tea", 2)).await;
    let brought = a.wait_for("the relay", |message| match message {
        ServerMsg::IceServers(ice) => Some(relay(ice)),
        _ => None,
    });
    let (until, of_ada) = brought.await;
    let lifetime = u64::from(TTL_SECONDS);
    assert!((before + lifetime..=now() + lifetime).contains(&until), "{until}");
    assert_eq!(relay(&refreshed(&mut a).await).1, of_ada);

    let mut b = Client::hello(server.address(), "relays", "Bob").await;
    b.join(open_or_join("tea", 2)).await;
    assert_ne!(relay(&refreshed(&mut b).await).1, of_ada);
    b.ask(ClientMsg::LeaveRoom { room: room_id("tea") }).await;
    assert_eq!(refreshed(&mut b).await, a.welcome().ice);

    let back = Client::resume(server.address(), "relays", &a).await;
    assert_eq!(relay(&back.welcome().ice).1, of_ada, "who is in a room is welcomed with a relay");
}

#[tokio::test]
async fn the_secret_may_be_in_a_file_and_must_be_somewhere() {
    let bind = async |secret: Option<Secret>, file| {
        Server::bind(Config { turn_secret: secret, turn_secret_file: file, ..relayed() }).await
    };
    assert!(matches!(bind(None, None).await, Err(Error::NoTurnSecret)));
    let folder = std::env::temp_dir().join(format!("multirtc-relays-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("secret");
    assert!(matches!(bind(None, Some(path.clone())).await, Err(Error::TurnSecretFile { .. })));
    fs::write(&path, "\n").unwrap();
    assert!(matches!(bind(None, Some(path.clone())).await, Err(Error::TurnSecretFile { .. })));
    fs::write(&path, format!("{TURN_SECRET}\n")).unwrap();
    let server = bind(None, Some(path)).await.unwrap();
    let mut a = Client::hello(server.address(), "relays", "Ada").await;
    a.join(open_or_join("tea", 2)).await;
    relay(&refreshed(&mut a).await);
    fs::remove_dir_all(&folder).unwrap();
}
