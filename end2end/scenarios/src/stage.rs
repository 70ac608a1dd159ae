//! What every scenario needs: people, and waiting for facts.

use futures::StreamExt;
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use multirtc::core::event::{Event, LinkPhase, PeerState, RoomState};
use multirtc::protocol::{LobbyId, Profile};
use multirtc::{CameraOptions, Client, Config, Events, LocalMedia, MemoryHub, Room, RoomOptions, Watch};
use std::error::Error;
use std::fmt::Debug;
use std::future::Future;
use std::pin::pin;

/// What comes of a scenario, or of a step of it.
pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Milliseconds after which what did not come about will not.
const PATIENCE_MS: u32 = 15_000;

/// Somebody in front of the server in this page.
pub async fn arrive(hub: &MemoryHub, name: &str) -> Outcome<Client> {
    arrive_as(hub, Profile { name: name.to_owned(), ..Profile::default() }).await
}

pub async fn arrive_as(hub: &MemoryHub, profile: Profile) -> Outcome<Client> {
    let lobby: LobbyId = "scenario".parse()?;
    Ok(Client::connect(Config::new("memory", lobby).profile(profile).transport(hub.clone())).await?)
}

/// A host and a guest in a room of their own.
pub async fn pair(hub: &MemoryHub, options: RoomOptions) -> Outcome<(Room, Room)> {
    let host = arrive(hub, "Anna").await?.create(options).await?;
    let guest = arrive(hub, "Ben").await?.join(host.id()).await?;
    until(&host.state(), "the host sees the guest", |state| state.others.len() == 1).await?;
    Ok((host, guest))
}

pub async fn camera() -> Outcome<LocalMedia> {
    Ok(LocalMedia::camera(CameraOptions::default()).await?)
}

/// Resolves when `holds` is true of what is watched.
pub async fn until<T: Clone + PartialEq + Debug + 'static>(
    watch: &Watch<T>,
    what: &str,
    holds: impl Fn(&T) -> bool,
) -> Outcome<T> {
    let mut values = watch.stream();
    let found = async {
        while let Some(value) = values.next().await {
            if holds(&value) {
                return Some(value);
            }
        }
        None
    };
    in_time(found).await.flatten().ok_or_else(|| format!("not so: {what}; {:?}", watch.get()).into())
}

/// Resolves when there is a way to all the others.
pub async fn connected(room: &Room) -> Outcome<RoomState> {
    let is_there = |other: &PeerState| matches!(other.link, LinkPhase::Connected { .. });
    until(&room.state(), "all are connected", |state| state.others.iter().all(is_there)).await
}

/// Resolves with the first event that `pick` takes.
pub async fn event<T>(events: &mut Events, what: &str, pick: impl Fn(&Event) -> Option<T>) -> Outcome<T> {
    let found = async {
        while let Some(event) = events.next().await {
            if let Some(picked) = pick(&event) {
                return Some(picked);
            }
        }
        None
    };
    in_time(found).await.flatten().ok_or_else(|| format!("did not happen: {what}").into())
}

/// What a future comes to, if it does.
pub async fn in_time<T>(future: impl Future<Output = T>) -> Option<T> {
    match select(pin!(future), TimeoutFuture::new(PATIENCE_MS)).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(_) => None,
    }
}

/// Whether somebody of that name is among the others.
pub fn sees(state: &RoomState, name: &str) -> bool {
    state.others.iter().any(|other| other.who.profile.name == name)
}

pub fn check(holds: bool, what: &str) -> Outcome {
    if holds { Ok(()) } else { Err(format!("not so: {what}").into()) }
}
