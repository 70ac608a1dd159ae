//! How connections do.

use crate::stage::{Outcome, camera, check, connected, pair, until};
use multirtc::core::event::{Quality, RoomState};
use multirtc::{MemoryHub, Peer, Room, RoomOptions};

pub async fn figures() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    connected(&anna).await?;
    connected(&ben).await?;
    let quality = |state: &RoomState| state.others.iter().map(|other| other.quality).next();
    check(quality(&ben.state().get()) == Some(Quality::Unknown), "nobody measures unasked")?;
    anna.publish(camera().await?).await?;
    let (at_anna, at_ben) = (other(&anna)?.stats(), other(&ben)?.stats());
    let got = until(&at_ben, "the camera is measured where it arrives", |stats| {
        stats.rtt_ms.is_some() && stats.recv_kbps > 0.0 && stats.fps > 0.0 && !stats.codec_video.is_empty()
    })
    .await?;
    check(!got.relayed && got.loss < 1.0, "it comes straight from page to page")?;
    check(!got.codec_video.contains('/') && got.codec_audio.is_empty(), "the codec is named, and there is no sound")?;
    let sent = until(&at_anna, "the camera is measured where it is sent", |stats| {
        stats.rtt_ms.is_some() && stats.send_kbps > 0.0 && !stats.codec_video.is_empty()
    })
    .await?;
    check(sent.codec_video == got.codec_video, "both say the same codec")?;
    until(&ben.state(), "it is known how well it does", |state| quality(state) != Some(Quality::Unknown)).await?;
    drop(at_ben);
    until(&ben.state(), "nobody measures any more", |state| quality(state) == Some(Quality::Unknown)).await?;
    // Held by a subscription alone.
    let subscribed = other(&ben)?.stats().subscribe(|_| ());
    until(&ben.state(), "it is measured again", |state| quality(state) != Some(Quality::Unknown)).await?;
    drop(subscribed);
    Ok(())
}

fn other(room: &Room) -> Outcome<Peer> {
    let first = room.state().get().others.into_iter().next().ok_or("nobody is there")?;
    Ok(room.peer(&first.who.peer).ok_or("nobody is there")?)
}
