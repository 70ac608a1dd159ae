//! Devices, pictures and recordings.

use crate::stage::{Outcome, arrive, camera, check, in_time, pair, until};
use gloo_timers::future::TimeoutFuture;
use multirtc::core::encoding::Encoding;
use multirtc::protocol::{PublicationId, Source};
use multirtc::{
    DeviceKind, Devices, LocalMedia, MediaError, MemoryHub, MicOptions, RemoteMedia, Room, RoomOptions, Sink, Span,
    VideoConstraints,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, ImageBitmap};

async fn arrived(room: &Room, id: &PublicationId) -> Outcome<RemoteMedia> {
    until(&room.state(), "it arrives", |state| state.others.iter().any(|other| other.started.contains(id))).await?;
    room.media(id).ok_or_else(|| "what has arrived can be had".into())
}

/// Width, height, and the first pixel of a picture.
async fn look(picture: &Blob) -> Outcome<(u32, u32, [u8; 4])> {
    let window = web_sys::window().ok_or("a window")?;
    let reading = window.create_image_bitmap_with_blob(picture).map_err(|_| "it is a picture")?;
    let bitmap: ImageBitmap = JsFuture::from(reading).await.map_err(|_| "it is a picture")?.unchecked_into();
    let canvas = canvas(bitmap.width(), bitmap.height())?;
    let context = context(&canvas)?;
    context.draw_image_with_image_bitmap(&bitmap, 0.0, 0.0).map_err(|_| "it can be drawn")?;
    let data = context.get_image_data(0.0, 0.0, 1.0, 1.0).map_err(|_| "it can be read")?.data();
    Ok((bitmap.width(), bitmap.height(), [data[0], data[1], data[2], data[3]]))
}

fn canvas(width: u32, height: u32) -> Outcome<HtmlCanvasElement> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or("a page")?;
    let canvas = document.create_element("canvas").map_err(|_| "a canvas")?;
    let canvas: HtmlCanvasElement = canvas.dyn_into().map_err(|_| "a canvas")?;
    canvas.set_width(width);
    canvas.set_height(height);
    Ok(canvas)
}

fn context(canvas: &HtmlCanvasElement) -> Outcome<CanvasRenderingContext2d> {
    let context = canvas.get_context("2d").ok().flatten().and_then(|context| context.dyn_into().ok());
    context.ok_or_else(|| "a canvas can be drawn on".into())
}

pub async fn devices() -> Outcome {
    let devices = Devices::watch().await?;
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let mine = anna.publish(camera().await?).await?;
    arrived(&ben, &mine.id()).await?;
    let named = until(&devices.list(), "after a capture they have names", |list| {
        [DeviceKind::Camera, DeviceKind::Microphone].iter().all(|kind| {
            list.iter().any(|device| device.kind == *kind && !device.label.is_empty() && !device.id.0.is_empty())
        })
    })
    .await?;
    let before = mine.media();
    let cameras: Vec<_> = named.into_iter().filter(|device| device.kind == DeviceKind::Camera).collect();
    let other = cameras.iter().rfind(|device| Some(&device.id) != before.device().as_ref()).or(cameras.first());
    let other = other.ok_or("there is a camera")?;
    let id = mine.id();
    mine.switch_device(&other.id).await?;
    check(mine.media().device().as_ref() == Some(&other.id), "the other camera is used")?;
    check(mine.id() == id && ben.state().get().others[0].who.publications.len() == 1, "it is the same publication")?;
    drop(before);
    let unknown = mine.switch_device(&multirtc::core::event::DeviceId("nobody's".to_owned())).await;
    check(matches!(unknown, Err(MediaError::Overconstrained { .. })), &format!("no such camera: {unknown:?}"))?;
    check(!mine.media().ended().get(), "it goes on with the one it has")?;
    let small = VideoConstraints { height: Some(Span::exactly(120.0)), ..VideoConstraints::default() };
    mine.media().constrain(small).await?;
    let (_, height, _) = look(&mine.media().snapshot(4000).await?).await?;
    check(height == 120, &format!("the picture is smaller at once: {height}"))
}

pub async fn canvas_and_snapshot() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let drawn = canvas(320, 240)?;
    let context = context(&drawn)?;
    let paint = |color: &str| {
        context.set_fill_style_str(color);
        context.fill_rect(0.0, 0.0, 320.0, 240.0);
    };
    paint("#00ff00");
    let mine = anna.publish(LocalMedia::from_canvas(&drawn, 10.0)?).await?;
    check(mine.source() == Source::Canvas, "it says what it is")?;
    let painting = async {
        loop {
            paint("#00ff00");
            TimeoutFuture::new(50).await;
        }
    };
    let looking = async {
        let theirs = arrived(&ben, &mine.id()).await?;
        for _ in 0..50 {
            let (width, height, [red, green, blue, _]) = look(&theirs.snapshot(160).await?).await?;
            if (width, height) == (160, 120) && green > 200 && red < 60 && blue < 60 {
                return Ok(());
            }
            TimeoutFuture::new(100).await;
        }
        Err("the snapshot shows what is drawn, no wider than asked".into())
    };
    match futures::future::select(Box::pin(looking), Box::pin(painting)).await {
        futures::future::Either::Left((outcome, _)) => outcome,
        futures::future::Either::Right((never, _)) => never,
    }
}

/// Seconds of a recording, by playing it.
async fn length(recording: &Blob) -> Outcome<f64> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or("a page")?;
    let video: HtmlVideoElement = document.create_element("video").map_err(|_| "a video")?.unchecked_into();
    let url = web_sys::Url::create_object_url_with_blob(recording).map_err(|_| "an address")?;
    video.set_muted(true);
    video.set_playback_rate(4.0);
    video.set_src(&url);
    if let Ok(playing) = video.play() {
        JsFuture::from(playing)
            .await
            .map_err(|error| format!("it plays: {error:?} {} {}", recording.type_(), recording.size()))?;
    }
    for _ in 0..150 {
        if video.ended() {
            return Ok(video.current_time());
        }
        TimeoutFuture::new(50).await;
    }
    Err("it plays to its end".into())
}

pub async fn recorded() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let (picture, voice) = (camera().await?, LocalMedia::microphone(MicOptions::default()).await?);
    let (picture, voice) = (anna.publish(picture).await?, anna.publish(voice).await?);
    let theirs = arrived(&ben, &picture.id()).await?;
    // Camera and microphone of a person are one stream.
    arrived(&ben, &voice.id()).await?;
    let (whole, paused) = (theirs.record(Sink::Disk).await?, voice.media().record(Sink::Memory).await?);
    TimeoutFuture::new(1_500).await;
    paused.pause();
    TimeoutFuture::new(1_500).await;
    let (whole, paused) = (whole.stop().await?, paused.stop().await?);
    check(whole.mime.starts_with("video/") && paused.mime.starts_with("audio/"), "of the right type")?;
    check(whole.millis >= paused.millis + 1_000, &format!("a pause is left out: {} {}", whole.millis, paused.millis))?;
    let (whole, paused) = (whole.blob.ok_or("it is here")?, paused.blob.ok_or("it is here")?);
    check(whole.type_().starts_with("video/"), "it can be played")?;
    let (long, short) = (length(&whole).await?, length(&paused).await?);
    check(long > 1.5 && short < long, &format!("both play to their ends: {long} {short}"))
}

pub async fn forwarded() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let mine = anna.publish(camera().await?).await?;
    let theirs = arrived(&ben, &mine.id()).await?;
    let second = arrive(&hub, "Ben again").await?.create(RoomOptions::new()).await?;
    let cleo = arrive(&hub, "Cleo").await?.join(second.id()).await?;
    let on = second.publish(theirs.forward()).await?;
    let seen = arrived(&cleo, &on.id()).await?;
    let (width, height, _) = in_time(async { look(&seen.snapshot(4000).await?).await }).await.ok_or("it is seen")??;
    check(width > 0 && height > 0, "Cleo sees Anna")?;
    on.set_muted(true);
    let live = |tracks: js_sys::Array| tracks.get(0).unchecked_into::<web_sys::MediaStreamTrack>().enabled();
    check(live(theirs.stream().get_video_tracks()), "Ben still sees Anna when he mutes what he sends on")
}

pub async fn encoded_smaller() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let mine = anna.publish(camera().await?).await?;
    let whole = {
        let theirs = arrived(&ben, &mine.id()).await?;
        look(&theirs.snapshot(4000).await?).await?
    };
    mine.set_encoding(Encoding { max_kbps: Some(100), max_fps: Some(10.0), scale_down_by: Some(2.0) });
    let mut seen = whole.1;
    // Also on the next connection, which begins with small pictures of its own.
    for again in [false, true] {
        if again {
            let id = ben.state().get().me.peer;
            anna.peer(&id).ok_or("Ben is there")?.restart()?;
            TimeoutFuture::new(1_000).await;
        }
        for _ in 0..60 {
            let theirs = ben.media(&mine.id()).ok_or("it is there")?;
            seen = look(&theirs.snapshot(4000).await?).await?.1;
            if seen * 2 == whole.1 {
                break;
            }
            TimeoutFuture::new(100).await;
        }
        check(seen * 2 == whole.1, &format!("half as high as {}: {seen}", whole.1))?;
    }
    check(mine.encoding().max_kbps == Some(100), "it is remembered")?;
    mine.set_encoding(Encoding::default());
    for _ in 0..60 {
        let theirs = ben.media(&mine.id()).ok_or("it is there")?;
        seen = look(&theirs.snapshot(4000).await?).await?.1;
        if seen == whole.1 {
            return Ok(());
        }
        TimeoutFuture::new(100).await;
    }
    Err(format!("whole again: {seen} of {}", whole.1).into())
}
