//! How connections do, and what becomes of media that stands still.

use crate::canvas::Canvas;
use crate::stage::{Outcome, camera, check, connected, event, pair, until};
use js_sys::{Function, Reflect};
use multirtc::core::event::{Event, LinkPhase, Quality, RoomState};
use multirtc::protocol::{PublicationId, Source};
use multirtc::{Events, MemoryHub, Peer, Room, RoomOptions};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::RtcRtpSender;

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

/// Anna's picture, which stands still as soon as Ben has it; Ben has what stalls mended.
struct Standstill {
    anna: Room,
    ben: Room,
    events: Events,
    id: PublicationId,
    canvas: Canvas,
}

impl Standstill {
    async fn of(source: Source) -> Outcome<Self> {
        let hub = MemoryHub::new();
        let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
        connected(&anna).await?;
        let canvas = Canvas::new()?;
        let id = anna.publish(canvas.media(source)?).await?.id();
        let mut it = Self { events: ben.events(), anna, ben, id, canvas };
        it.ben.mend_media();
        // Asking again asks for nothing more.
        it.ben.mend_media();
        let shown = other(&it.ben)?.stats();
        until(&shown, "the picture moves at Ben's", |stats| stats.fps > 0.0).await?;
        it.canvas.stop();
        Ok(it)
    }

    async fn told(&mut self, on: bool) -> Outcome {
        let id = self.id.clone();
        event(&mut self.events, if on { "it stalls" } else { "it flows again" }, |event| match event {
            Event::MediaStalled { publication, stalled } if *publication == id && *stalled == on => Some(()),
            _ => None,
        })
        .await
    }
}

pub async fn stalled_until_drawn_again() -> Outcome {
    let mut it = Standstill::of(Source::Canvas).await?;
    let replaced = replacements(&it.anna)?;
    it.told(true).await?;
    it.canvas.start()?;
    it.told(false).await?;
    let replaced = replaced.take();
    check(replaced == [false, true], &format!("Anna took the track off and put it back: {replaced:?}"))?;
    let links = it.ben.state().get().others;
    check(links.iter().all(|other| matches!(other.link, LinkPhase::Connected { .. })), "on the same connection")
}

pub async fn stalled_camera() -> Outcome {
    let mut it = Standstill::of(Source::Camera).await?;
    it.told(true).await?;
    let before = other(&it.ben)?.raw();
    event(&mut it.events, "the connection is made anew", |event| match event {
        Event::LinkChanged { link: LinkPhase::Rebuilding { .. }, .. } => Some(()),
        _ => None,
    })
    .await?;
    connected(&it.ben).await?;
    check(other(&it.ben)?.raw() != before, "it is another connection")?;
    it.canvas.start()?;
    it.told(false).await
}

/// Whether there was a track, each time somebody changed what is under the sender of a person's extra video.
fn replacements(room: &Room) -> Outcome<Rc<RefCell<Vec<bool>>>> {
    let raw = other(room)?.raw().ok_or("no connection")?;
    let mut senders = raw.get_senders().into_iter().filter_map(|sender| sender.dyn_into::<RtcRtpSender>().ok());
    let sends_video = |sender: &RtcRtpSender| sender.track().is_some_and(|track| track.kind() == "video");
    let sender = senders.find(sends_video).ok_or("nobody sends video")?;
    let original = Reflect::get(&sender, &"replaceTrack".into()).map_err(|_| "no replaceTrack")?;
    let original: Function = original.dyn_into().map_err(|_| "no replaceTrack")?;
    let seen: Rc<RefCell<Vec<bool>>> = Rc::default();
    let (this, tell) = (sender.clone(), Rc::clone(&seen));
    let replace = Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |track: JsValue| {
        tell.borrow_mut().push(track.is_truthy());
        original.call1(&this, &track).unwrap_or_default()
    });
    Reflect::set(&sender, &"replaceTrack".into(), &replace.into_js_value()).map_err(|_| "not to be replaced")?;
    Ok(seen)
}
