//! Rooms over the wire: create, join, leave, close, publish, and the answers when it does not go.

use crate::{
    client::Client,
    world::{Pair, create, everything, join, open_or_join, publication, room_id, spec, start},
};
use multirtc::protocol::*;

#[tokio::test]
async fn hello_is_answered_with_everything_a_client_needs() {
    let server = start().await;
    let a = Client::hello(server.address(), "rooms", "Ada").await;
    let b = Client::hello(server.address(), "rooms", "Bob").await;
    let (first, second) = (a.welcome(), b.welcome());
    assert_eq!(first.version, VERSION);
    assert_eq!(first.resumed, ResumeOutcome::Fresh);
    assert_eq!(first.limits.frame_bytes as usize, limits::FRAME_HARD_BYTES);
    assert!(first.rooms.is_empty());
    assert_ne!(first.peer, second.peer);
    assert_ne!(first.resume_token, second.resume_token);
}

#[tokio::test]
async fn another_major_version_is_told_to_reload() {
    let server = start().await;
    let mut client = Client::open(server.address()).await;
    client
        .send_text(
            r#"{"ack":0,"m":{"t":"hello","version":{"major":2,"minor":0},"features":[],"client":"x","lobby":"demo",
            "profile":{"name":"Ada","handle":null,"avatar":null,"extra":{}},"auth":null,"resume":null}}"#,
        )
        .await;
    assert_eq!(client.read_to_close().await.0, CloseCode::Version.code());
}

#[tokio::test]
async fn hello_comes_first_or_nothing_does() {
    let server = start().await;
    let mut impatient = Client::open(server.address()).await;
    impatient.send(open_or_join("room", 4)).await;
    assert_eq!(impatient.read_to_close().await.0, CloseCode::HelloExpected.code());
    let mut mute = Client::open(server.address()).await;
    assert_eq!(mute.read_to_close().await.0, CloseCode::HelloExpected.code());
}

#[tokio::test]
async fn create_join_leave() {
    let server = start().await;
    let mut host = Client::hello(server.address(), "rooms", "Ada").await;
    let mut guest = Client::hello(server.address(), "rooms", "Bob").await;

    assert_eq!(guest.refused(ClientMsg::JoinRoom(join("tea"))).await, ErrorCode::RoomNotFound);
    let made = host.join(ClientMsg::CreateRoom(create("tea", spec(4)))).await;
    assert_eq!((made.you.role, made.info.count, made.info.host), (Role::Host, 1, Some(host.peer())));
    assert!(made.host_claim.is_some());
    assert_eq!(guest.refused(ClientMsg::CreateRoom(create("tea", spec(4)))).await, ErrorCode::RoomExists);

    let joined = guest.join(ClientMsg::JoinRoom(join("tea"))).await;
    assert_eq!((joined.you.role, joined.info.count), (Role::Speaker, 2));
    assert_eq!(joined.others.iter().map(|other| other.peer.clone()).collect::<Vec<_>>(), [host.peer()]);
    assert_eq!(joined.others[0].profile.name, "Ada");
    assert!(joined.host_claim.is_none(), "the claim is the host's alone");
    assert_eq!(guest.refused(ClientMsg::JoinRoom(join("tea"))).await, ErrorCode::AlreadyInRoom);

    let seen = host.wait_for("the newcomer", |message| match message {
        ServerMsg::PeerJoined { peer, .. } => Some(peer.clone()),
        _ => None,
    });
    assert_eq!(seen.await.profile.name, "Bob");

    assert_eq!(guest.ask(ClientMsg::LeaveRoom { room: room_id("tea") }).await, ServerMsg::Ok);
    let gone = host.wait_for("the farewell", |message| match message {
        ServerMsg::PeerLeft { peer, why, .. } => Some((peer.clone(), *why)),
        _ => None,
    });
    assert_eq!(gone.await, (guest.peer(), LeaveReason::Left));
    assert_eq!(guest.refused(ClientMsg::LeaveRoom { room: room_id("tea") }).await, ErrorCode::NotInRoom);
}

#[tokio::test]
async fn a_server_minted_room_id_can_be_joined() {
    let server = start().await;
    let mut host = Client::hello(server.address(), "rooms", "Ada").await;
    let mut guest = Client::hello(server.address(), "rooms", "Bob").await;
    let made = host.join(ClientMsg::CreateRoom(CreateRoom { room: None, spec: spec(2) })).await;
    let joined = guest.join(ClientMsg::JoinRoom(join(made.info.room.as_str()))).await;
    assert_eq!(joined.info.room, made.info.room);
}

#[tokio::test]
async fn closing_ends_it_for_everybody_and_only_the_host_may() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "rooms", "tea", 4).await;
    let close = ClientMsg::CloseRoom { room: pair.room.clone(), reason: None };
    assert_eq!(pair.b.refused(close.clone()).await, ErrorCode::Forbidden);
    assert_eq!(pair.a.ask(close).await, ServerMsg::Ok);
    let why = pair.b.wait_for("the end of the room", |message| match message {
        ServerMsg::RoomClosed { why, .. } => Some(*why),
        _ => None,
    });
    assert_eq!(why.await, CloseReason::ByHost);
    assert_eq!(pair.b.refused(ClientMsg::JoinRoom(join("tea"))).await, ErrorCode::RoomClosed);
}

#[tokio::test]
async fn when_the_host_leaves_another_takes_over_at_once() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "rooms", "tea", 4).await;
    assert_eq!(pair.a.ask(ClientMsg::LeaveRoom { room: pair.room.clone() }).await, ServerMsg::Ok);
    let change = pair.b.wait_for("the succession", |message| match message {
        ServerMsg::HostChanged { to, why, .. } => Some((to.clone(), *why)),
        _ => None,
    });
    assert_eq!(change.await, (Some(pair.b.peer()), HostChange::HostLeft));
}

#[tokio::test]
async fn publications_and_presence_reach_the_others() {
    let server = start().await;
    let mut pair = Pair::meet(server.address(), "rooms", "tea", 4).await;
    let published = ClientMsg::Publish { room: pair.room.clone(), publications: vec![publication("camera1")] };
    pair.b.send(published).await;
    let seen = pair.a.wait_for("a publication", |message| match message {
        ServerMsg::PeerChanged { peer, .. } if !peer.publications.is_empty() => Some(peer.clone()),
        _ => None,
    });
    let seen = seen.await;
    assert_eq!((seen.peer, &seen.publications[..]), (pair.b.peer(), &[publication("camera1")][..]));

    let presence = Presence { hand: true, status: "here".into(), ..Presence::default() };
    pair.a.send(ClientMsg::SetPresence { room: pair.room.clone(), presence: presence.clone() }).await;
    let seen = pair.b.wait_for("a presence", |message| match message {
        ServerMsg::PeerChanged { peer, .. } if peer.peer == pair.a.peer() => Some(peer.presence.clone()),
        _ => None,
    });
    assert_eq!(seen.await, presence);

    // A newcomer finds both.
    let mut late = Client::hello(server.address(), "rooms", "Cleo").await;
    let joined = late.join(ClientMsg::JoinRoom(join("tea"))).await;
    let find = |peer| joined.others.iter().find(|other| other.peer == peer).unwrap();
    assert_eq!(find(pair.b.peer()).publications, [publication("camera1")]);
    assert_eq!(find(pair.a.peer()).presence, presence);
    assert_eq!(joined.links.len(), 2);
}

#[tokio::test]
async fn rooms_of_another_lobby_are_other_rooms() {
    let server = start().await;
    let mut a = Client::hello(server.address(), "one", "Ada").await;
    let mut b = Client::hello(server.address(), "two", "Bob").await;
    a.join(open_or_join("tea", 4)).await;
    assert_eq!(b.refused(ClientMsg::JoinRoom(join("tea"))).await, ErrorCode::RoomNotFound);
    assert_eq!(b.join(open_or_join("tea", 4)).await.info.count, 1);
    let ServerMsg::Lobby { update: LobbyUpdate::Snapshot { rooms, .. } } =
        b.ask(ClientMsg::WatchLobby { filter: everything() }).await
    else {
        panic!("expected a snapshot")
    };
    assert_eq!(rooms.iter().map(|info| info.host.clone()).collect::<Vec<_>>(), [Some(b.peer())]);
}

#[tokio::test]
async fn impossible_rooms_are_refused_with_their_code() {
    let server = start().await;
    let mut client = Client::hello(server.address(), "rooms", "Ada").await;
    for capacity in [0, u16::MAX] {
        let code = client.refused(ClientMsg::CreateRoom(create("tea", spec(capacity)))).await;
        assert_eq!(code, ErrorCode::BadCapacity, "{capacity}");
    }
    for room in 0..limits::ROOMS_PER_SESSION {
        client.join(open_or_join(&format!("room-{room}"), 4)).await;
    }
    assert_eq!(client.refused(open_or_join("one-more", 4)).await, ErrorCode::TooManyRooms);
}

#[tokio::test]
async fn ping_is_answered_without_a_number() {
    let server = start().await;
    let mut client = Client::hello(server.address(), "rooms", "Ada").await;
    client.send_frame(&ClientFrame { n: None, ack: 1, m: ClientMsg::Ping { nonce: 7 } }).await;
    let frame = client.next().await;
    assert_eq!((frame.n, frame.m), (None, ServerMsg::Pong { nonce: 7 }));
}

#[tokio::test]
async fn a_message_of_a_newer_client_is_tolerated() {
    let server = start().await;
    let mut client = Client::hello(server.address(), "rooms", "Ada").await;
    client.send_text(r#"{"ack":1,"m":{"t":"dance","steps":[1,2,3]},"mood":"good"}"#).await;
    assert_eq!(client.join(open_or_join("tea", 4)).await.info.count, 1);
}
