//! A room at its own address: what the server says of it, and the island in which everything happens.

use crate::api::{self, rooms::ROOMS};
use crate::catalogue;
use crate::components::ScreenPage;
use crate::display::shown_name;
use crate::islands::RoomCall;
use crate::shell::{Preload, Stylesheet, respond_with};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use multirtc::protocol::{RoomId, RoomInfo, Visibility};

/// A room.
#[component]
pub fn RoomPage() -> AnyView {
    let room = use_params_map().get_untracked().get("room").and_then(|room| room.parse::<RoomId>().ok());
    match room {
        Some(room) => view! { <RoomAt room /> }.into_any(),
        None => {
            respond_with(http::StatusCode::NOT_FOUND);
            view! {
                <Title text="Invalid room id" />
                <Stylesheet file="room.css" />
                <div class="shell" data-testid="app-shell" data-hydrated="false">
                    <main id="main" class="room-screen" data-testid="room-root" data-state="ended">
                        <ScreenPage code="room_bad_slug".to_owned() />
                    </main>
                </div>
            }
            .into_any()
        }
    }
}

#[component]
fn RoomAt(room: RoomId) -> impl IntoView {
    let info = summary(&room);
    let people = info.as_ref().map_or(0, |info| info.count);
    let who = match &info {
        // Outsiders are not told how many are in a room that is in no list.
        Some(info) if info.visibility == Visibility::Unlisted => "Join to see who is here.".to_owned(),
        Some(info) if info.count > 0 => format!("{} in the room.", catalogue::people(info.count)),
        _ => "Nobody is in the room yet.".to_owned(),
    };
    let name = info.map(|info| info.details.name).unwrap_or_default();
    // The room's name, or its address while it has none.
    let title = if name.trim().is_empty() { room.to_string() } else { shown_name(&name) };
    view! {
        <Head people title=title.clone() />
        <Stylesheet file="room.css" />
        <Preload island="room_call" />
        <div class="shell" data-testid="app-shell" data-hydrated="false">
            <RoomCall room=room.to_string() title who />
        </div>
    }
}

fn summary(room: &RoomId) -> Option<RoomInfo> {
    api::services().ok()?.room_summary(&ROOMS.parse().ok()?, room)
}

/// What the document's head says, for people who are sent the link.
#[component]
fn Head(people: u16, title: String) -> impl IntoView {
    let description = match people {
        0 => "Open the link to talk: no account, nothing to install.".to_owned(),
        count => {
            format!("{} in the room. Open the link to join: no account, nothing to install.", catalogue::people(count))
        }
    };
    let preview = format!("{title} · MultiRTC");
    view! {
        <Title text=title />
        <Meta name="description" content=description.clone() />
        <Meta property="og:title" content=preview />
        <Meta property="og:description" content=description />
        <Meta property="og:type" content="website" />
        <Meta name="robots" content="noindex" />
    }
}
