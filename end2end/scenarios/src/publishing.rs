//! What is published, and how it is kept quiet.

use crate::stage::{Outcome, arrive, camera, check, pair, until};
use multirtc::core::event::RoomState;
use multirtc::protocol::{Publication, TrackState};
use multirtc::{LocalMedia, MemoryHub, MicOptions, RoomOptions};

fn published(state: &RoomState) -> Vec<Publication> {
    state.others.iter().flat_map(|other| other.who.publications.clone()).collect()
}

pub async fn muted_before_anybody_came() -> Outcome {
    let hub = MemoryHub::new();
    let anna = arrive(&hub, "Anna").await?.create(RoomOptions::new()).await?;
    let microphone = anna.publish(LocalMedia::microphone(MicOptions::default()).await?).await?;
    microphone.set_muted(true);
    let ben = arrive(&hub, "Ben").await?.join(anna.id()).await?;
    let first = published(&ben.state().get());
    check(first.iter().all(|one| one.audio == TrackState::Muted) && first.len() == 1, "the first state says muted")?;
    until(&ben.state(), "the line stands", |state| state.others.iter().all(|other| !other.started.is_empty())).await?;
    microphone.set_muted(false);
    until(&ben.state(), "it is heard again", |state| published(state).iter().all(|one| one.audio == TrackState::Live))
        .await
        .map(drop)
}

pub async fn paused_and_resumed() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let mine = anna.publish(camera().await?).await?;
    until(&ben.state(), "it arrives", |state| state.others.iter().any(|other| other.started.contains(&mine.id())))
        .await?;
    mine.pause();
    let state =
        until(&ben.state(), "Ben is told", |state| published(state).iter().all(|one| one.video == TrackState::Paused))
            .await?;
    check(published(&state).len() == 1, "it is paused, not gone")?;
    mine.replace(camera().await?)?;
    let again = until(&ben.state(), "it is live again", |state| {
        published(state).iter().all(|one| one.video == TrackState::Live)
    })
    .await?;
    check(published(&again).iter().all(|one| one.id == mine.id()), "under the same id")
}
