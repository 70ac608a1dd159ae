//! A room: a lobby with a preview, the call, and an end.

use crate::api::rooms::ROOMS;
use crate::components::live::{live, part};
use crate::components::preview::PreviewState;
use crate::components::room_frame::RoomFacts;
use crate::components::{ErrorBanner, NoteBanner, Preview, RoomFrame, ScreenPage, provide_hydration};
use crate::display::{BarControl, BarItem, DeviceChoices, MicrophoneCheck, TileControl};
use crate::dom::{page, storage};
use crate::model::{Call, CallConfig, Kinds, Status};
use crate::recent;
use crate::templates::{Stage, prepare_in_time};
use leptos::prelude::*;
use multirtc::core::topology::plans;
use multirtc::protocol::RoomId;
use std::sync::Arc;
use std::time::Duration;

/// Where this device remembers its person's name.
const NAME: &str = "multirtc.name";
/// The controls of a tile.
const CONTROLS: &[TileControl] =
    &[TileControl::MuteAudio, TileControl::MuteVideo, TileControl::Volume, TileControl::Fullscreen];

/// A room: a lobby with a preview, the call, and an end.
#[island(lazy)]
pub fn RoomCall(
    /// Its id.
    room: String,
    /// What it is called.
    title: String,
    /// Who is in it, in a sentence, as far as outsiders may know.
    who: String,
) -> impl IntoView {
    // The server makes this part for ids only.
    let (Ok(room), Ok(lobby)) = (room.parse::<RoomId>(), ROOMS.parse()) else { return ().into_any() };
    let hydrated = provide_hydration();
    let call = Call::new(CallConfig {
        lobby,
        plan: plans::conference(),
        kinds: Kinds::CAMERA_AND_MICROPHONE,
        capacity: None,
        auto_join: false,
        everybody: true,
        pause_mutes: false,
    });
    let name = RwSignal::new(String::new());
    Effect::new(move || {
        if let Some(before) = storage::get(NAME) {
            name.set(before);
        }
    });
    let in_room = call.in_room();
    let _ = lazy_preload!(in_room_view);
    let ended = Memo::new(move |_| match call.status.get() {
        Status::Left => Some("left"),
        Status::SessionClosed => Some("room_ended"),
        Status::Ejected => Some("room_removed"),
        Status::RoomFull => Some("room_full"),
        _ => None,
    });
    let state = move || match (in_room.get(), call.status.get()) {
        (true, Status::Disconnected) => "reconnecting",
        (true, _) if call.room.read().as_ref().is_some_and(|room| room.others.is_empty()) => "alone",
        (true, _) => "live",
        (false, status) if status.is_entering() => "connecting",
        (false, _) if ended.get().is_some() => "ended",
        (false, _) => "lobby",
    };
    let (title, who) = (Signal::stored(title), Signal::stored(who));
    let key = room.clone();
    let path = format!("/r/{room}");
    let inside = move |call: Call| Suspend::new(in_room_view(call, path.clone(), title)).into_any();
    let rehearsed = inside.clone();
    let page = move |call: Call| {
        let inside = rehearsed.clone();
        part(move || if call.in_room().get() { inside(call) } else { ().into_any() })
    };
    prepare_in_time(call, true, Arc::new(page));
    let visited = room.clone();
    Effect::new(move || {
        if in_room.get() {
            let visit = recent::Visit { room: visited.to_string(), name: title.get_untracked(), at_ms: page::now_ms() };
            recent::save(&recent::with(recent::load(), visit));
        }
    });
    view! {
            <div
                class="room-root"
                data-hydrated=live(move || hydrated.get().to_string())
                data-testid="room-root"
                data-state=state
                data-role=live(move || call.role().get())
                data-room-id=room.to_string()
            >
                {part(move || {
                    let room = key.clone();
                    if in_room.get() {
                        inside(call)
                    } else if ended.get().is_some() {
                        let code = Signal::derive(move || ended.get().unwrap_or_default().to_owned());
                        view! {
                            <main id="main" class="room-screen" tabindex="-1">
                                <ScreenPage
                                    code
                                    on_retry=Callback::new(move |()| {
                                        let full = call.status.get_untracked() == Status::RoomFull;
                                        call.status.set(Status::Idle);
                                        if full {
                                            call.enter(room.clone(), String::new());
                                        }
                                    })
                                />
                            </main>
                        }
                            .into_any()
                    } else {
                        view! { <BeforeRoom call room name title who /> }.into_any()
                    }
                })}
            </div>
    }
    .into_any()
}

/// The lobby.
#[component]
fn BeforeRoom(
    call: Call,
    room: RoomId,
    name: RwSignal<String>,
    title: Signal<String>,
    who: Signal<String>,
) -> impl IntoView {
    // Again whenever one comes back into the lobby.
    Effect::new(move || call.preview_allowed());
    let check = move || match (call.microphone.get().is_on(), call.level.get()) {
        (true, level) if level > 0.05 => MicrophoneCheck::Heard,
        _ => MicrophoneCheck::Unknown,
    };
    let heard = Memo::new(move |before: Option<&MicrophoneCheck>| match before {
        // Heard once is heard: pauses between words are not silence.
        Some(MicrophoneCheck::Heard) if call.microphone.get().is_on() => MicrophoneCheck::Heard,
        _ => check(),
    });
    let state = PreviewState {
        microphone: call.microphone.into(),
        camera: call.camera.into(),
        level: call.level.into(),
        check: heard.into(),
        devices: Signal::derive(DeviceChoices::default),
        joining: Signal::derive(move || call.status.get().is_entering()),
    };
    let join = move |with_devices: bool| {
        let typed = name.get_untracked();
        storage::set(NAME, &typed);
        if !with_devices {
            call.release_devices();
        }
        call.set_name(typed);
        call.enter(room.clone(), String::new());
    };
    view! {
        <main id="main" class="room-lobby" tabindex="-1">
            <Preview
                room=title
                who
                name
                state
                error=call.error
                on_switch=move |control| match control {
                    BarControl::Camera => call.toggle_camera(),
                    _ => call.toggle_microphone(),
                }
                on_device=move |_| ()
                on_join=join
                on_element=move |element| preview_element(call, element)
            />
        </main>
    }
    .into_any()
}

fn preview_element(call: Call, element: leptos::web_sys::HtmlMediaElement) {
    #[cfg(feature = "hydrate")]
    call.attach_preview(&element);
    #[cfg(not(feature = "hydrate"))]
    drop((call, element));
}

/// The call; its code is loaded while one looks at oneself in the lobby.
#[lazy]
fn in_room_view(call: Call, path: String, title: Signal<String>) -> AnyView {
    let link = RwSignal::new(String::new());
    let seconds = RwSignal::new(0_u64);
    Effect::new(move || link.set(format!("{}{path}", page::origin())));
    Effect::new(move || {
        let ticking = set_interval_with_handle(
            move || {
                seconds.try_update(|seconds| *seconds += 1);
            },
            Duration::from_secs(1),
        );
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
        });
    });
    let people = move || {
        let others = call.room.read().as_ref().map_or(0, |room| room.others.len());
        u16::try_from(others + 1).unwrap_or(u16::MAX)
    };
    let online = move || call.room.read().as_ref().is_none_or(|room| room.signaling);
    let facts = RoomFacts {
        name: title,
        people: Signal::derive(people),
        link: link.into(),
        seconds: seconds.into(),
        online: Signal::derive(online),
    };
    let items = move || {
        vec![
            BarItem::new(BarControl::Microphone, call.microphone.get()),
            BarItem::new(BarControl::Camera, call.camera.get()),
            BarItem::new(BarControl::Leave, false.into()),
        ]
    };
    let press = move |control| match control {
        BarControl::Microphone => call.toggle_microphone(),
        BarControl::Camera => call.toggle_camera(),
        BarControl::Leave => call.leave(),
        _ => {}
    };
    view! {
        <RoomFrame facts items=Signal::derive(items) on_press=press>
            <ErrorBanner error=call.error />
            <NoteBanner note=call.note />
            <Stage call controls=CONTROLS boxed=false />
        </RoomFrame>
    }
    .into_any()
}
