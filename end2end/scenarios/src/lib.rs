//! Scenarios of the library: several clients in one page, real connections between them, a server in the page.
//!
//! `library.spec.ts` calls `run` with a name; each scenario is an async function that fails with a sentence.
#![cfg(target_arch = "wasm32")]

pub mod between_pages;
mod canvas;
mod entering;
mod files;
mod measuring;
mod media;
mod moderating;
mod publishing;
mod relaying;
mod stage;
mod talking;

use stage::Outcome;
use wasm_bindgen::prelude::*;

/// Plays one scenario to its end.
///
/// # Errors
///
/// With what did not come about.
#[wasm_bindgen]
pub async fn run(name: String) -> Result<(), JsError> {
    play(&name).await.map_err(|error| JsError::new(&error.to_string()))
}

/// Brings a person of a page of their own into a room of the real server, with a camera, where they stay.
///
/// With a `url`, that relay is used with these credentials; without, those of the server.
///
/// # Errors
///
/// With what did not come about.
#[wasm_bindgen]
pub async fn enter(
    room: String,
    relay_only: bool,
    url: String,
    username: String,
    credential: String,
) -> Result<(), JsError> {
    let entered = relaying::enter(&room, relay_only, &url, username, credential).await;
    entered.map_err(|error| JsError::new(&error.to_string()))
}

/// How the person of [`enter`] is connected with the others, a line for each, and how many have left.
#[wasm_bindgen]
pub fn links() -> Vec<String> {
    relaying::links()
}

async fn play(name: &str) -> Outcome {
    match name {
        "C1" => entering::moderator_and_participant().await,
        "C2" => entering::first_come_first_listed().await,
        "knock-admit" => entering::admitted().await,
        "knock-deny" => entering::denied().await,
        "knock-withdraw" => entering::withdrawn().await,
        "knock-outage" => entering::waiting_through_an_outage().await,
        "knock-outage-denied" => entering::denied_during_an_outage().await,
        "password" => entering::password().await,
        "invite" => entering::invite().await,
        "say" => talking::said_to_whom_it_was_meant().await,
        "say-kept" => talking::kept_for_newcomers().await,
        "C6" => talking::said_once_through_an_outage().await,
        "say-limits" => talking::too_large_or_too_late().await,
        "send" => talking::sent_in_order_whatever_its_size().await,
        "send-rebuilt" => talking::sent_once_through_rebuilds().await,
        "bad-frames" => talking::cut_off_for_bad_frames().await,
        "C31" => talking::sent_to_nobody_else().await,
        "channel" => talking::channels().await,
        "file" => files::of_any_size_into_any_place().await,
        "file-both-ways" => files::both_ways_at_once().await,
        "file-ended" => files::refused_and_cancelled().await,
        "C19" => files::to_three_at_their_own_pace().await,
        "devices" => media::devices().await,
        "canvas" => media::canvas_and_snapshot().await,
        "encoding" => media::encoded_smaller().await,
        "recording" => media::recorded().await,
        "forward" => media::forwarded().await,
        "stats" => measuring::figures().await,
        "stall" => measuring::stalled_until_drawn_again().await,
        "stall-camera" => measuring::stalled_camera().await,
        "ask" => moderating::asked_to_mute_and_stop().await,
        "eject" => moderating::ejected_and_banned().await,
        "roles" => moderating::roles_and_hosts().await,
        "update" => moderating::settings().await,
        "C17" => publishing::muted_before_anybody_came().await,
        "C18" => publishing::paused_and_resumed().await,
        other => Err(format!("no scenario is called {other}").into()),
    }
}
