//! What tests start from: a server on a free port, rooms, people.

use crate::client::Client;
use multirtc::protocol::*;
use server::{Config, Running, Server, config::Heartbeat};
use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

/// Longer than anything here takes; a fact that has not come by then does not come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The password of every room that has one; no client ever receives it.
pub const PASSWORD: &str = "open sesame";

/// What the TURN servers of some tests know; it never leaves the server.
pub const TURN_SECRET: &str = "north by northwest";

/// The settings of most tests: a free port, and no limits on addresses since everybody has the same one.
pub fn config() -> Config {
    Config {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        sockets_per_address: 0,
        upgrades_per_minute: 0,
        posts_per_minute: 0,
        rooms_per_minute: 0,
        joins_per_minute: 0,
        frames_per_second: 0,
        ..Config::default()
    }
}

/// The same behind a proxy that says where people come from.
pub fn behind_proxy() -> Config {
    Config { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..config() }
}

/// A heart that beats fast enough for a test and slowly enough for a busy machine.
pub fn quick_heartbeat() -> Heartbeat {
    Heartbeat {
        ping: Duration::from_millis(100),
        interrupted: Duration::from_millis(1_000),
        dead: Duration::from_millis(3_000),
    }
}

pub async fn start() -> Running {
    Server::bind(config()).await.unwrap()
}

pub fn room_id(text: &str) -> RoomId {
    text.parse().unwrap()
}

pub fn lobby_id(text: &str) -> LobbyId {
    text.parse().unwrap()
}

/// A listed mesh of `capacity` in which everybody may do everything.
pub fn spec(capacity: u16) -> RoomSpec {
    RoomSpec {
        plan: RoomPlan {
            topology: Topology::Mesh,
            audio: Flow::Everyone,
            video: Flow::Everyone,
            screen: Flow::Everyone,
            data: Flow::Everyone,
            data_path: DataPath::Direct,
        },
        visibility: Visibility::Listed,
        capacity,
        admission: Admission::Open,
        guest_role: Role::Speaker,
        password: None,
        on_host_left: OnHostLeft::HandOver,
        empty_ttl_secs: 0,
        details: RoomDetails::default(),
        privileges: Privileges::default(),
    }
}

/// The same with the password.
pub fn locked_spec(capacity: u16) -> RoomSpec {
    RoomSpec { password: Some(Secret::new(PASSWORD)), ..spec(capacity) }
}

pub fn create(room: &str, spec: RoomSpec) -> CreateRoom {
    CreateRoom { room: Some(room_id(room)), spec }
}

pub fn join(room: &str) -> JoinRoom {
    JoinRoom { room: room_id(room), password: None, invite: None, role: None, hosted_by: None, note: None }
}

pub fn join_with(room: &str, password: &str) -> ClientMsg {
    ClientMsg::JoinRoom(JoinRoom { password: Some(Secret::new(password)), ..join(room) })
}

pub fn open_or_join(room: &str, capacity: u16) -> ClientMsg {
    ClientMsg::OpenOrJoin { create: create(room, spec(capacity)), join: join(room) }
}

pub fn everything() -> LobbyFilter {
    LobbyFilter { tags: BTreeSet::new(), text: None, only_joinable: false }
}

pub fn publication(id: &str) -> Publication {
    Publication {
        id: id.parse().unwrap(),
        source: Source::Camera,
        audio: TrackState::Live,
        video: TrackState::Muted,
        label: "camera".into(),
    }
}

pub fn offer(sdp: &str) -> SignalBody {
    SignalBody::Offer { sdp: sdp.into(), tracks: vec![] }
}

/// Two people in one room, and the link between them.
pub struct Pair {
    pub a: Client,
    pub b: Client,
    pub room: RoomId,
    pub link: LinkId,
}

impl Pair {
    /// Makes a room and fills it with `a`, the host, and `b`.
    pub async fn meet(address: SocketAddr, lobby: &str, room: &str, capacity: u16) -> Self {
        let mut a = Client::hello(address, lobby, "Ada").await;
        let mut b = Client::hello(address, lobby, "Bob").await;
        a.join(open_or_join(room, capacity)).await;
        let seen_by_b = b.join(open_or_join(room, capacity)).await;
        let link = seen_by_b.links.first().expect("the newcomer is told its link").link;
        a.wait_for("the link on the host's side", |message| match message {
            ServerMsg::LinkUp { link: up, .. } => (up.link == link).then_some(()),
            _ => None,
        })
        .await;
        Self { a, b, room: room_id(room), link }
    }

    /// A signal for `b`, sent by `a`.
    pub fn signal_to_b(&self, body: SignalBody) -> ClientMsg {
        ClientMsg::Signal { room: self.room.clone(), to: self.b.peer(), link: self.link, body }
    }

    /// A signal for `a`, sent by `b`.
    pub fn signal_to_a(&self, body: SignalBody) -> ClientMsg {
        ClientMsg::Signal { room: self.room.clone(), to: self.a.peer(), link: self.link, body }
    }

    /// One signal each way, which arrive stamped, unchanged and as the next thing that arrives.
    pub async fn assert_undisturbed(&mut self, mark: &str) {
        let message = self.signal_to_b(offer(mark));
        self.a.send(message).await;
        assert_eq!(self.b.next().await.m, self.signal_from(&self.a, mark));
        let message = self.signal_to_a(offer(mark));
        self.b.send(message).await;
        assert_eq!(self.a.next().await.m, self.signal_from(&self.b, mark));
    }

    fn signal_from(&self, from: &Client, mark: &str) -> ServerMsg {
        ServerMsg::Signal { room: self.room.clone(), from: from.peer(), link: self.link, body: offer(mark) }
    }
}
