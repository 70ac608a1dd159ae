//! A few buttons that start something at once; no names, no list.

use super::call_frame::CallFrame;
use super::lobby_page::Cancel;
use super::rehearsal::prepare_in_time;
use super::rooms_of_page::{page_address, page_call, page_links, room_id};
use super::stage::Stage;
use crate::components::live::{When, live};
use crate::components::{ErrorBanner, EventLog, NoteBanner, ShareLink, StatusLine, use_hydrated};
use crate::demos;
use crate::display::{DeviceState, TileControl};
use crate::dom::page;
use crate::model::address::Address;
use crate::model::{Call, CallConfig, Kinds};
use leptos::prelude::*;
use multirtc::protocol::{RoomId, RoomPlan};
use std::sync::Arc;

/// What distinguishes one page of this kind from another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuickConfig {
    /// Its address below `/demos/`, and its public lobby.
    pub slug: &'static str,
    /// Who connects to whom, and who sends what.
    pub plan: RoomPlan,
    /// What is captured, of what the plan lets somebody send.
    pub kinds: Kinds,
    /// Join the first room of the page without a click.
    pub auto_join: bool,
    /// The buttons.
    pub buttons: QuickButtons,
    /// The controls of a tile.
    pub controls: &'static [TileControl],
    /// Pausing the own picture mutes it for everybody.
    pub pause_mutes: bool,
    /// Show what happens, line by line.
    pub log: bool,
}

/// The words on the buttons; a page has those it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QuickButtons {
    /// Opens the page's one room.
    pub open: &'static str,
    /// Joins it, waiting for it.
    pub join: Option<&'static str>,
    /// Mute and unmute the own picture and the own sound, for everybody.
    pub mute: bool,
}

/// The living part of a demo of this kind: which one, the address tells.
#[island(lazy)]
pub fn QuickPage() -> impl IntoView {
    let config = page::last_segment().and_then(|slug| demos::quick_config(&slug));
    // The server has answered any other address without this part.
    config
        .and_then(|config| Some((config, page_address(config.slug).ok()?)))
        .map(|(config, address)| view! { <Quick config address /> })
}

#[component]
fn Quick(config: QuickConfig, address: Address) -> impl IntoView {
    let call = page_call(
        CallConfig {
            lobby: address.lobby.clone(),
            plan: config.plan,
            kinds: config.kinds,
            capacity: None,
            auto_join: config.auto_join,
            everybody: false,
            pause_mutes: config.pause_mutes,
        },
        &address,
    );
    let links = page_links(config.slug, address, room_id(call));
    let (in_room, can_enter, hydrated) = (call.in_room(), call.can_enter(), use_hydrated());
    let idle = move || hydrated.get() && can_enter.get();
    let page = move |call: Call| {
        view! {
            <When when=call.in_room()>
                <Stage call controls=config.controls />
                <ShareLink link=links.room label="Share this room" hint="Whoever opens this link joins at once." />
            </When>
        }
        .into_any()
    };
    prepare_in_time(call, false, Arc::new(page));
    // One room for the page, named like it: opening it twice is refused by the server.
    let only_room = move || config.slug.parse::<RoomId>().ok();
    view! {
        <CallFrame slug=config.slug call>
            <div class="actions" role="group" aria-label="Call">
                <button
                    type="button"
                    class="button primary large"
                    data-testid="open-room"
                    disabled=live(move || !idle())
                    on:click=move |_| call.open(only_room(), String::new())
                >
                    {config.buttons.open}
                </button>
                {config
                    .buttons
                    .join
                    .map(|label| {
                        view! {
                            <button
                                type="button"
                                class="button large"
                                data-testid="join-room"
                                disabled=live(move || !idle())
                                on:click=move |_| call.join_first()
                            >
                                {label}
                            </button>
                        }
                        .into_any()
                    })}
                <Cancel call />
                {config.buttons.mute.then(|| view! { <MuteButtons call /> }.into_any())}
                <When when=live(move || in_room.get())>
                    <button type="button" class="button danger" data-testid="leave-room" on:click=move |_| call.leave()>
                        "Leave"
                    </button>
                </When>
            </div>
            <StatusLine status=call.status />
            <ErrorBanner error=call.error />
            <NoteBanner note=call.note />
            {page(call)}
            {config.log.then(|| view! { <EventLog lines=call.log /> }.into_any())}
        </CallFrame>
    }
    .into_any()
}

/// Mute and unmute one's own picture and sound.
#[component]
fn MuteButtons(call: Call) -> impl IntoView {
    let in_room = call.in_room();
    let button = |id: &'static str, what: &'static str, device: RwSignal<DeviceState>, toggle: fn(Call)| {
        let usable = move || in_room.get() && matches!(device.get(), DeviceState::On | DeviceState::Off);
        view! {
            <button
                type="button"
                class="button"
                data-testid=id
                aria-pressed=live(move || (usable() && !device.get().is_on()).to_string())
                disabled=live(move || !usable())
                on:click=move |_| toggle(call)
            >
                {live(move || if usable() && !device.get().is_on() { format!("UnMute {what}") } else { format!("Mute {what}") })}
            </button>
        }
        .into_any()
    };
    view! {
        {button("mute-video", "video", call.camera, Call::toggle_camera)}
        {button("mute-audio", "audio", call.microphone, Call::toggle_microphone)}
    }
    .into_any()
}
