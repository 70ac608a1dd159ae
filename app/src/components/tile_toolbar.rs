//! The controls of a tile.

use super::icon::Icon;
use crate::components::live::{When, live, part};
use crate::{
    catalogue,
    display::{Origin, TileAction, TileControl, TileDisplay},
    dom,
};
use leptos::{ev, html, prelude::*, web_sys};

/// Whether the control is in force.
fn is_on(control: TileControl, tile: &TileDisplay, fullscreen: bool) -> bool {
    let local = tile.origin == Origin::Local;
    match control {
        TileControl::MuteAudio => {
            if local {
                tile.audio_muted()
            } else {
                tile.silenced
            }
        }
        TileControl::MuteVideo => {
            if local {
                tile.video_muted()
            } else {
                tile.hidden
            }
        }
        TileControl::Record | TileControl::RecordAudio | TileControl::RecordVideo => tile.recording,
        TileControl::Fullscreen => fullscreen,
        TileControl::Snapshot | TileControl::Volume | TileControl::Stop | TileControl::Eject => false,
    }
}

const fn icon(control: TileControl, on: bool, local: bool) -> &'static str {
    match (control, on) {
        (TileControl::MuteAudio, on) if local => {
            if on {
                "mic-off"
            } else {
                "mic"
            }
        }
        (TileControl::MuteAudio, true) => "volume-off",
        (TileControl::MuteAudio, false) | (TileControl::Volume, _) => "volume",
        (TileControl::MuteVideo, on) if local => {
            if on {
                "camera-off"
            } else {
                "camera"
            }
        }
        (TileControl::MuteVideo, true) => "eye-off",
        (TileControl::MuteVideo, false) => "eye",
        (TileControl::RecordAudio | TileControl::RecordVideo | TileControl::Record, true) => "stop",
        (TileControl::RecordAudio | TileControl::RecordVideo | TileControl::Record, false) => "record",
        (TileControl::Snapshot, _) => "snapshot",
        (TileControl::Fullscreen, true) => "fullscreen-off",
        (TileControl::Fullscreen, false) => "fullscreen",
        (TileControl::Stop, _) => "close",
        (TileControl::Eject, _) => "eject",
    }
}

/// What a press means; full screen is the tile's own affair.
const fn action(control: TileControl, on: bool) -> Option<TileAction> {
    Some(match control {
        TileControl::MuteAudio => TileAction::MuteAudio(!on),
        TileControl::MuteVideo => TileAction::MuteVideo(!on),
        TileControl::RecordAudio => TileAction::RecordAudio(!on),
        TileControl::RecordVideo => TileAction::RecordVideo(!on),
        TileControl::Record => TileAction::Record(!on),
        TileControl::Snapshot => TileAction::Snapshot,
        TileControl::Stop => TileAction::Stop,
        TileControl::Eject => TileAction::Eject,
        TileControl::Fullscreen | TileControl::Volume => return None,
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 200")]
fn percent(volume: f32) -> u8 {
    (volume * 100.0).round() as u8
}

/// Some controls make sense only for other people's tiles.
const fn for_others_only(control: TileControl) -> bool {
    matches!(control, TileControl::Volume | TileControl::Eject)
}

/// Shown on hover, on focus, and always where there is no hover.
#[component]
pub fn TileToolbar(
    /// The tile.
    tile: Signal<TileDisplay>,
    /// Which controls it has.
    controls: Signal<&'static [TileControl]>,
    /// What somebody wants.
    act: Callback<TileAction>,
    /// The element that fills the screen.
    whole: NodeRef<html::Li>,
) -> impl IntoView {
    let fullscreen = RwSignal::new(false);
    // Escape leaves full screen without a click on our button.
    Effect::new(move || {
        let changed = window_event_listener_untyped("fullscreenchange", move |_| {
            let on = whole.get_untracked().is_some_and(|element| dom::fullscreen::is_on(&element));
            let _ = fullscreen.try_set(on);
        });
        on_cleanup(move || changed.remove());
    });
    let local = tile.with_untracked(|tile| tile.origin == Origin::Local);
    let button = move |control: TileControl| {
        let on = Memo::new(move |_| is_on(control, &tile.read(), fullscreen.get()));
        let toggles = !matches!(control, TileControl::Snapshot | TileControl::Stop | TileControl::Eject);
        let press = move |_| match action(control, on.get_untracked()) {
            Some(action) => act.run(action),
            None => {
                if let Some(element) = whole.get_untracked() {
                    dom::fullscreen::toggle(&element);
                }
            }
        };
        view! {
            <button
                type="button"
                class="button"
                data-testid=control.id()
                data-danger=matches!(control, TileControl::Stop | TileControl::Eject)
                aria-pressed=live(move || toggles.then(|| on.get().to_string()))
                aria-label=live(move || catalogue::tile_control_name(control, &tile.read(), on.get()))
                title=live(move || catalogue::tile_control_name(control, &tile.read(), on.get()))
                on:click=press
            >
                <Icon name=Signal::derive(move || icon(control, on.get(), local)) />
            </button>
        }
        .into_any()
    };
    let volume = move || {
        let slide = move |event: ev::Event| {
            let percent = event_target::<web_sys::HtmlInputElement>(&event).value_as_number();
            #[expect(clippy::cast_possible_truncation, reason = "0 to 200")]
            act.run(TileAction::Volume(percent as f32 / 100.0));
        };
        view! {
            <label class="volume">
                <span class="visually-hidden">
                    {live(move || catalogue::tile_control_name(TileControl::Volume, &tile.read(), false))}
                </span>
                <input
                    type="range"
                    min="0"
                    max="200"
                    step="5"
                    data-testid=TileControl::Volume.id()
                    prop:value=live(move || percent(tile.read().volume))
                    on:input=slide
                />
            </label>
        }
        .into_any()
    };
    let control = move |control: TileControl| match control {
        control if local && for_others_only(control) => None,
        TileControl::Volume => Some(volume()),
        control => Some(button(control)),
    };
    view! {
        <When when=live(move || !controls.get().is_empty())>
            <div class="tile-toolbar" role="group" aria-label="Tile controls" data-testid="tile-toolbar">
                {part(move || controls.get().iter().filter_map(|&which| control(which)).collect_view().into_any())}
            </div>
        </When>
    }
    .into_any()
}
