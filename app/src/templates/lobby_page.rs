//! Name a room, others find it in a list or by its link, everybody meets on the stage.

use super::call_frame::CallFrame;
use super::rehearsal::prepare_in_time;
use super::rooms_of_page::{page_address, page_call, page_links, room_id};
use super::stage::Stage;
use crate::components::live::{When, live};
use crate::components::{ErrorBanner, LobbyBar, NoteBanner, RoomList, ShareLink, StatusLine};
use crate::demos;
use crate::display::TileControl;
use crate::dom::page;
use crate::model::address::Address;
use crate::model::{Call, CallConfig, Kinds, Status};
use leptos::prelude::*;
use multirtc::protocol::{Role, RoomPlan};
use std::sync::Arc;

/// What distinguishes one page of this kind from another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LobbyConfig {
    /// Its address below `/demos/`, and its public lobby.
    pub slug: &'static str,
    /// Who connects to whom, and who sends what.
    pub plan: RoomPlan,
    /// What is captured, of what the plan lets somebody send.
    pub kinds: Kinds,
    /// The word on the button that opens a room.
    pub open_label: &'static str,
    /// What is going on in a listed room.
    pub doing: &'static str,
    /// The word on the button that joins one.
    pub join_label: &'static str,
    /// The controls of a tile.
    pub controls: &'static [TileControl],
    /// Said when the room was closed.
    pub closed: &'static str,
    /// Count the people who only watch.
    pub count_viewers: bool,
}

/// The living part of a demo of this kind: which one, the address tells.
#[island(lazy)]
pub fn LobbyPage() -> impl IntoView {
    let config = page::last_segment().and_then(|slug| demos::lobby_config(&slug));
    // The server has answered any other address without this part.
    config
        .and_then(|config| Some((config, page_address(config.slug).ok()?)))
        .map(|(config, address)| view! { <Lobby config address /> })
}

#[component]
fn Lobby(config: LobbyConfig, address: Address) -> impl IntoView {
    let call = page_call(
        CallConfig {
            lobby: address.lobby.clone(),
            plan: config.plan,
            kinds: config.kinds,
            capacity: None,
            auto_join: false,
            everybody: false,
            pause_mutes: false,
        },
        &address,
    );
    let links = page_links(config.slug, address, room_id(call));
    let page = move |call: Call| {
        view! {
            <When when=call.in_room()>
                <InRoom call config link=links.room />
            </When>
        }
        .into_any()
    };
    prepare_in_time(call, false, Arc::new(page));
    let name = RwSignal::new(String::new());
    let (in_room, can_enter) = (call.in_room(), call.can_enter());
    let share = if links.is_private {
        (
            "This lobby is private. Share it:",
            "share-link",
            "Only people who have this link find the rooms that are opened here.",
        )
    } else {
        ("Private link", "private-link", "Leads to a lobby of its own: rooms opened there are in no public list.")
    };
    view! {
        <CallFrame slug=config.slug call>
            <StatusLine
                status=call.status
                text=Signal::derive(move || (call.status.get() == Status::SessionClosed).then(|| config.closed.to_owned()))
            />
            <ErrorBanner error=call.error />
            <NoteBanner note=call.note />
            <When when=live(move || !in_room.get())>
                <LobbyBar
                    name
                    open_label=config.open_label
                    enabled=can_enter
                    on_open=move |name: String| call.open(None, name)
                />
                <Cancel call />
                <RoomList
                    rooms=call.rooms
                    doing=config.doing
                    join_label=config.join_label
                    enabled=can_enter
                    on_join=move |id| call.join(id)
                />
                <ShareLink link=links.private label=share.0 id=share.1 hint=share.2 />
            </When>
            {page(call)}
        </CallFrame>
    }
    .into_any()
}

/// What is shown while the page waits for a room to open.
#[component]
pub fn Cancel(
    /// The page's call.
    call: Call,
) -> impl IntoView {
    view! {
        <When when=live(move || call.status.get() == Status::RoomNotAvailable)>
            <button type="button" class="button" data-testid="cancel-join" on:click=move |_| call.cancel()>
                "Cancel"
            </button>
        </When>
    }
    .into_any()
}

#[component]
fn InRoom(call: Call, config: LobbyConfig, link: Signal<String>) -> impl IntoView {
    let title = live(move || call.room.read().as_ref().map(|room| crate::display::shown_name(&room.info.details.name)));
    let viewers = move || {
        let room = call.room.read();
        let others = room.as_ref().map(|room| room.others.iter().filter(|peer| peer.who.role == Role::Viewer).count());
        others.unwrap_or_default()
    };
    view! {
        <div class="room-head">
            <h2>{title}</h2>
            <When when=live(move || config.count_viewers && call.role().get() == "host")>
                <p class="muted" data-testid="viewer-count">
                    {live(move || crate::catalogue::viewers(viewers()))}
                </p>
            </When>
            <button type="button" class="button danger" data-testid="leave-room" on:click=move |_| call.leave()>
                "Leave"
            </button>
        </div>
        <Stage call controls=config.controls />
        <ShareLink link label="Share this room" hint="Whoever opens this link joins at once." />
    }
    .into_any()
}
