//! What host and moderators do.

use crate::stage::{Outcome, arrive, camera, check, event, pair, sees, until};
use multirtc::core::event::{Event, RoomState};
use multirtc::protocol::{MediaAsk, PeerId, Role, RoomDetails, RoomPatch, Target, TrackState};
use multirtc::{JoinError, MemoryHub, Room, RoomOptions};
use std::time::Duration;

fn id(room: &Room) -> PeerId {
    room.state().get().me.peer
}

/// Whether something of the others is shown in that state.
fn shows(video: TrackState) -> impl Fn(&RoomState) -> bool {
    move |room| room.others.iter().flat_map(|other| &other.who.publications).any(|one| one.video == video)
}

pub async fn asked_to_mute_and_stop() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let mine = ben.publish(camera().await?).await?;
    let to_ben = || Target::Peer(id(&ben));
    let mut events = ben.events();
    until(&anna.state(), "Ben's camera is live", shows(TrackState::Live)).await?;
    anna.ask(to_ben(), MediaAsk::Mute(mine.id())).await?;
    until(&anna.state(), "it is muted", shows(TrackState::Muted)).await?;
    check(mine.is_muted(), "Ben's page knows")?;
    event(&mut events, "Ben is told", |event| matches!(event, Event::MediaAsked { .. }).then_some(())).await?;
    anna.ask(to_ben(), MediaAsk::Unmute(mine.id())).await?;
    event(&mut events, "Ben is asked", |event| {
        matches!(event, Event::MediaAsked { ask: MediaAsk::Unmute(_), .. }).then_some(())
    })
    .await?;
    check(mine.is_muted(), "nobody is unmuted by somebody else")?;
    let device = mine.media();
    anna.ask(to_ben(), MediaAsk::Stop(mine.id())).await?;
    until(&anna.state(), "it is gone", |state| state.others.iter().all(|other| other.who.publications.is_empty()))
        .await?;
    let running = device.stream().get_tracks().length();
    check(device.ended().get() || running == 0, "and the device released")?;
    check(ben.ask(Target::All, MediaAsk::StartCamera).await.is_err(), "a guest asks nobody")
}

pub async fn ejected_and_banned() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let mut events = ben.events();
    let ben_id = id(&ben);
    check(ben.eject(&id(&anna), None, None).await.is_err(), "a guest ejects nobody")?;
    anna.eject(&ben_id, Some("spam"), Some(Duration::from_secs(60))).await?;
    let reason = event(&mut events, "Ben is told", |event| match event {
        Event::Ejected { reason, banned_secs: Some(60), .. } => Some(reason.clone()),
        _ => None,
    })
    .await?;
    check(reason.as_deref() == Some("spam"), "with the reason")?;
    check(ben.is_gone(), "and is out")?;
    until(&anna.state(), "Anna is alone", |state| state.others.is_empty()).await.map(drop)
}

pub async fn roles_and_hosts() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let cleo = arrive(&hub, "Cleo").await?.join(anna.id()).await?;
    let live = cleo.publish(camera().await?).await?;
    check(anna.host_claim().is_some() && ben.host_claim().is_none(), "the host has a claim, a guest has none")?;
    check(ben.set_role(&id(&cleo), Role::Viewer).await.is_err(), "a speaker gives no roles")?;
    anna.set_role(&id(&ben), Role::Moderator).await?;
    until(&ben.state(), "Ben moderates", |state| state.me.role == Role::Moderator).await?;
    ben.set_role(&id(&cleo), Role::Viewer).await?;
    until(&cleo.state(), "Cleo watches", |state| state.me.role == Role::Viewer).await?;
    until(&anna.state(), "what Cleo published is gone", |state| {
        state.others.iter().flat_map(|other| &other.who.publications).all(|one| one.id != live.id())
    })
    .await?;
    anna.transfer_host(&id(&ben)).await?;
    until(&ben.state(), "Ben hosts", |state| state.me.role == Role::Host).await?;
    until(&anna.state(), "Anna does not", |state| state.me.role != Role::Host).await?;
    check(anna.clone().close().await.is_err() && !anna.is_gone(), "who hosted cannot close any more")?;
    let mut events = cleo.events();
    ben.close().await?;
    event(&mut events, "it is over for Cleo", |event| matches!(event, Event::RoomClosed { .. }).then_some(())).await
}

pub async fn settings() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new().name("Before")).await?;
    let details = RoomDetails { name: "After".into(), ..anna.state().get().info.details };
    let refused = ben.update(RoomPatch { capacity: Some(9), ..RoomPatch::default() }).await;
    check(refused.is_err(), "settings are the host's")?;
    anna.update(RoomPatch { details: Some(details), capacity: Some(2), ..RoomPatch::default() }).await?;
    until(&ben.state(), "Ben reads the new name", |state| {
        state.info.details.name == "After" && state.info.capacity == 2
    })
    .await?;
    let full = arrive(&hub, "Cleo").await?.join(anna.id()).await;
    check(matches!(full, Err(JoinError::Full)), "and a third finds it full")?;
    check(sees(&anna.state().get(), "Ben"), "who was in stays in")
}
