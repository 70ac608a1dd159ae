//! Relays are for members of rooms, with credentials of their own that run out.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::hub::{HubConfig, RelayGrant, Relays};
use multirtc::protocol::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use world::*;

const LIFETIME_MS: u64 = 600_000;

/// Numbers what it grants.
#[derive(Debug, Default)]
struct Counting(AtomicU32);

impl Relays for Counting {
    fn grant(&self, peer: &PeerId) -> RelayGrant {
        let number = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        let server = IceServer {
            urls: vec!["turn:turn.example.org".to_owned()],
            username: Some(peer.to_string()),
            credential: Some(Secret::new(format!("grant {number}"))),
        };
        RelayGrant { server, lifetime_ms: LIFETIME_MS }
    }
}

fn stun() -> IceServer {
    IceServer { urls: vec!["stun:stun.example.org".to_owned()], username: None, credential: None }
}

fn with_relays() -> World {
    let relays: Arc<dyn Relays> = Arc::<Counting>::default();
    World::with_config(
        HubConfig { epoch_ms: EPOCH_MS, ice: vec![stun()], relays: Some(relays), ..HubConfig::default() },
        1,
    )
}

/// Whose relay it is, or none; what costs nothing is always there.
fn owner(ice: &IceServers) -> Option<String> {
    assert_eq!(ice.servers.first(), Some(&stun()));
    let relay = ice.servers.get(1);
    assert_eq!(ice.expires_ms.is_some(), relay.is_some(), "credentials run out");
    relay.map(|relay| relay.username.clone().unwrap())
}

fn refreshed(world: &mut World, i: usize) -> IceServers {
    match world.ask(i, ClientMsg::RefreshIceServers) {
        ServerMsg::IceServers(ice) => ice,
        other => panic!("not ice servers: {other:?}"),
    }
}

#[test]
fn a_member_has_a_relay_before_the_first_link_and_outsiders_have_none() {
    let mut world = with_relays();
    let (a, b) = (world.client("Ada"), world.client("Bob"));
    assert_eq!(owner(&world.clients[b].welcomes[0].ice), None);
    assert_eq!(owner(&refreshed(&mut world, b)), None);
    world.ask(a, create("tea", conference()));
    world.take(a);
    world.take(b);
    world.send(b, join("tea"));
    let heard = world.take(b);
    let [ServerMsg::IceServers(ice), ServerMsg::Joined(snapshot), ..] = &heard[..] else { panic!("{heard:?}") };
    assert_eq!(owner(ice), Some(world.peer(b).to_string()));
    assert_eq!(ice.expires_ms, Some(EPOCH_MS + world.now + LIFETIME_MS));
    assert_eq!(snapshot.links.len(), 1);
    let told = |message| matches!(message, &ServerMsg::IceServers(_));
    assert!(!world.take(a).iter().any(told), "nobody hears of another's");
}

#[test]
fn credentials_are_renewed_for_as_long_as_somebody_is_in_a_room() {
    let mut world = with_relays();
    let a = world.client("Ada");
    world.ask(a, create("tea", conference()));
    let first = refreshed(&mut world, a);
    world.pass(60_000);
    let second = refreshed(&mut world, a);
    assert_eq!(second.expires_ms, first.expires_ms.map(|at| at + 60_000));
    assert_ne!(second.servers[1].credential, first.servers[1].credential);
    world.ask(a, leave("tea"));
    assert_eq!(owner(&refreshed(&mut world, a)), None);
}

#[test]
fn who_comes_back_to_a_room_is_welcomed_with_a_relay() {
    let mut world = with_relays();
    let a = world.client("Ada");
    world.ask(a, create("tea", conference()));
    world.lose(a, false);
    world.connect(a);
    let welcome = world.clients[a].welcomes.last().unwrap();
    assert_eq!(owner(&welcome.ice), Some(world.peer(a).to_string()));
}

#[test]
fn who_was_let_in_while_away_is_welcomed_with_a_relay() {
    let mut world = with_relays();
    let (a, b) = (world.client("Ada"), world.client("Bob"));
    let door = RoomSpec { admission: Admission::Knock, ..conference() };
    world.ask(a, create("tea", door));
    let ServerMsg::Waiting { knock, .. } = world.ask(b, join("tea")) else { panic!("an open door") };
    assert_eq!(owner(&refreshed(&mut world, b)), None, "in front of the door one is no member");
    world.lose(b, false);
    let decision = KnockDecision::Admit { role: Role::Speaker };
    world.send(a, ClientMsg::ResolveKnock { room: room("tea"), knock, decision });
    world.connect(b);
    world.pass(1_000);
    assert_eq!(world.clients[b].rooms.len(), 1, "Bob is in");
    assert_eq!(owner(&refreshed(&mut world, b)), Some(world.peer(b).to_string()));
    let told = world.take(b);
    let brought = told.iter().any(|message| matches!(message, ServerMsg::IceServers(ice) if owner(ice).is_some()));
    assert!(brought, "{told:?}");
}
