//! A person in a page of their own, connected with others over relays.

use crate::stage::{Outcome, camera};
use multirtc::core::event::{Event, LinkPhase};
use multirtc::protocol::{IceServer, LobbyId, Secret};
use multirtc::{Client, Config, IcePolicy, Room, RoomOptions, Subscription};
use std::cell::{Cell, RefCell};

thread_local! {
    static HERE: RefCell<Option<(Room, Subscription)>> = const { RefCell::new(None) };
    static LEFT: Cell<u32> = const { Cell::new(0) };
}

pub async fn enter(room: &str, relay_only: bool, url: &str, username: String, credential: String) -> Outcome {
    let own =
        IceServer { urls: vec![url.to_owned()], username: Some(username), credential: Some(Secret::new(credential)) };
    let extra_servers = if url.is_empty() { Vec::new() } else { vec![own] };
    let ice = IcePolicy { from_server: extra_servers.is_empty(), extra_servers, relay_only };
    let lobby: LobbyId = "relays".parse()?;
    let client = Client::connect(Config::new("/ws", lobby).ice(ice)).await?;
    let (room, _) = client.open_or_join(RoomOptions::new().id(room.parse()?)).await?;
    let leaving = room.on(|event| {
        if matches!(event, Event::PeerLeft { .. }) {
            LEFT.set(LEFT.get() + 1);
        }
    });
    room.publish(camera().await?).await?;
    HERE.set(Some((room, leaving)));
    Ok(())
}

pub fn links() -> Vec<String> {
    let states = HERE.with_borrow(|here| here.as_ref().map(|(room, _)| room.state().get().others));
    let link = |link, no_way| match (link, no_way) {
        (LinkPhase::Connected { relayed: true }, None) => "connected over a relay".to_owned(),
        (phase, None) => format!("{phase:?}"),
        (_, Some(why)) => format!("{why:?}"),
    };
    let links = states.unwrap_or_default().into_iter().map(|other| link(other.link, other.no_way));
    links.chain([format!("{} left", LEFT.get())]).collect()
}
