//! What one does in a call: a toolbar in which the arrow keys move.

use super::{hydration::use_hydrated, icon::Icon};
use crate::components::live::{Each, ViewOf, When, live};
use crate::{
    catalogue,
    display::{BarControl, BarItem, DeviceState},
};
use leptos::{ev::KeyboardEvent, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use multirtc::core::sorted::sorted;

/// Unseen things beyond this are "many".
const COUNTED: u32 = 99;

fn icon(control: BarControl, state: DeviceState) -> &'static str {
    match (control, state.is_on() || state == DeviceState::Starting) {
        (BarControl::Microphone, true) => "mic",
        (BarControl::Microphone, false) => "mic-off",
        (BarControl::Camera, true) => "camera",
        (BarControl::Camera, false) => "camera-off",
        (BarControl::Screen, _) => "screen",
        (BarControl::Hand, _) => "hand",
        (BarControl::React, _) => "react",
        (BarControl::Chat, _) => "chat",
        (BarControl::People, _) => "people",
        (BarControl::Files, _) => "files",
        (BarControl::Board, _) => "board",
        (BarControl::More, _) => "more",
        (BarControl::Leave, _) => "leave",
    }
}

const fn class(control: BarControl) -> &'static str {
    match control {
        BarControl::Leave => "button danger",
        BarControl::Microphone | BarControl::Camera => "button device",
        BarControl::Screen | BarControl::Hand | BarControl::React => "button panel wide",
        BarControl::People | BarControl::Files | BarControl::Board => "button panel wide",
        BarControl::Chat | BarControl::More => "button panel",
    }
}

/// The bar, with the buttons that are given, in their order.
#[component]
pub fn ControlBar(
    /// The buttons as they are now.
    #[prop(into)]
    items: Signal<Vec<BarItem>>,
    /// A button was pressed.
    #[prop(into)]
    on_press: Callback<BarControl>,
) -> impl IntoView {
    let hydrated = use_hydrated();
    let present = Memo::new(move |_| sorted(items.read().iter().map(|item| item.control), BarControl::lt));
    // The one button that Tab reaches; arrow keys change it.
    let current = RwSignal::new(None::<BarControl>);
    let reached = Memo::new(move |_| {
        let present = present.read();
        current.get().filter(|control| present.contains(control)).or_else(|| present.first().copied())
    });
    let keyed = move |event: KeyboardEvent| {
        if let Some(next) = neighbour(&present.read_untracked(), reached.get_untracked(), event.key().as_str()) {
            event.prevent_default();
            current.set(Some(next));
            if let Some(button) = button(next) {
                let _ = button.focus();
            }
        }
    };
    let item = move |control: BarControl| {
        let item = Memo::new(move |_| items.read().iter().find(|item| item.control == control).cloned());
        let state = move || item.read().as_ref().map_or(DeviceState::Off, |item| item.state);
        let unavailable = move || item.read().as_ref().and_then(|item| item.unavailable.clone());
        let unseen = Memo::new(move |_| item.read().as_ref().map_or(0, |item| item.unseen));
        let toggles = !matches!(control, BarControl::Leave | BarControl::More | BarControl::React);
        view! {
            <button
                type="button"
                id=control.id()
                class=class(control)
                data-testid=control.id()
                data-state=live(move || state().as_str())
                aria-pressed=live(move || toggles.then(|| state().is_on().to_string()))
                aria-label=live(move || catalogue::bar_action(control, state()))
                title=live(move || unavailable().unwrap_or_else(|| catalogue::bar_action(control, state()).to_owned()))
                tabindex=live(move || if reached.get() == Some(control) { "0" } else { "-1" })
                disabled=live(move || !hydrated.get() || unavailable().is_some())
                on:focus=move |_| current.set(Some(control))
                on:click=move |_| on_press.run(control)
            >
                <Icon name=Signal::derive(move || icon(control, state())) />
                <span class="label" aria-hidden="true">
                    {catalogue::bar_label(control)}
                </span>
                <When when=live(move || unseen.get() > 0)>
                    <span class="count">{live(move || count(unseen.get()))}</span>
                </When>
            </button>
        }
        .into_any()
    };
    let group = move |number: u8| {
        let keys = live(move || -> Vec<String> {
            let of_group = |control: &BarControl| control.group() == number;
            present.read().iter().filter(|control| of_group(control)).map(|control| control.id().to_owned()).collect()
        });
        let row = ViewOf::new(move |id| {
            let control = present.read_untracked().iter().copied().find(|control| control.id() == id);
            control.map(item).into_any()
        });
        view! {
            <div class="group" hidden=live(move || keys.read().is_empty())>
                <Each keys row />
            </div>
        }
    };
    view! {
        <div class="control-bar" role="toolbar" aria-label="Call controls" on:keydown=keyed>
            {(0..4).map(group).collect_view()}
        </div>
    }
    .into_any()
}

fn count(unseen: u32) -> String {
    if unseen > COUNTED { format!("{COUNTED}+") } else { unseen.to_string() }
}

fn button(control: BarControl) -> Option<HtmlElement> {
    document().get_element_by_id(control.id())?.dyn_into().ok()
}

/// The button an arrow key leads to: the next one that is on the screen and can be used, around the end.
fn neighbour(present: &[BarControl], from: Option<BarControl>, key: &str) -> Option<BarControl> {
    let usable = |control: &&BarControl| {
        button(**control).is_some_and(|button| button.offset_width() > 0 && !button.has_attribute("disabled"))
    };
    let at = from.and_then(|from| present.iter().position(|control| *control == from)).unwrap_or_default();
    let (before, after) = present.split_at(at.min(present.len()));
    let rest = after.get(1..).unwrap_or_default();
    match key {
        "ArrowRight" => rest.iter().chain(before).find(usable),
        "ArrowLeft" => before.iter().rev().chain(rest.iter().rev()).find(usable),
        "Home" => present.iter().find(usable),
        "End" => present.iter().rev().find(usable),
        _ => None,
    }
    .copied()
}
