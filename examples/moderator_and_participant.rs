//! A call without a framework, as in RTCMultiConnection's README: one page moderates, another participates.

use futures::StreamExt;
use multirtc::core::event::Event;
use multirtc::protocol::Profile;
use multirtc::{Client, Config, Events, JoinOptions, LocalMedia, Room, RoomOptions};
use std::collections::HashMap;
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlMediaElement, window};

/// Opens the room, unlisted, as somebody who can be found by name.
#[wasm_bindgen]
pub async fn moderate() -> Result<(), JsError> {
    let me = Profile { handle: Some("JKL".parse()?), ..Profile::default() };
    let client = Client::connect(Config::new("/ws", "ABCDEF".parse()?).profile(me)).await?;
    let (camera, microphone) = LocalMedia::camera_and_microphone(Default::default(), Default::default()).await?;
    let room = client.create(RoomOptions::new().id("XYZ".parse()?).unlisted()).await?;
    spawn_local(show(room.clone(), room.events()));
    room.publish(camera).await?;
    room.publish(microphone).await?;
    Ok(())
}

/// Joins the room, if it is that person's.
#[wasm_bindgen]
pub async fn participate() -> Result<(), JsError> {
    let client = Client::connect(Config::new("/ws", "ABCDEF".parse()?)).await?;
    let room = client.join(JoinOptions::new("XYZ".parse()?).hosted_by("JKL".parse()?)).await?;
    spawn_local(show(room.clone(), room.events()));
    let captured = LocalMedia::best_effort(Default::default(), Default::default()).await;
    for media in [captured.camera, captured.microphone].into_iter().flatten() {
        room.publish(media).await?;
    }
    Ok(())
}

/// Shows what the others send. As long as this holds the room, the page is in it.
async fn show(room: Room, mut events: Events) {
    let mut playing = HashMap::new();
    while let Some(event) = events.next().await {
        match event {
            Event::MediaStarted { publication, .. } => {
                if let (Some(media), Some(element)) = (room.media(&publication), new_video()) {
                    playing.insert(publication, (media.attach(&element), element));
                }
            }
            Event::MediaEnded { publication, .. } => _ = playing.remove(&publication).map(|(_, shown)| shown.remove()),
            _ => {}
        }
    }
}

fn new_video() -> Option<HtmlMediaElement> {
    let document = window()?.document()?;
    let video = document.create_element("video").ok()?;
    document.body()?.append_child(&video).ok()?;
    video.dyn_into().ok()
}
