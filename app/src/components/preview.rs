//! The lobby of a room: what you look and sound like, who is there, and the way in.

use super::{error_banner::ErrorBanner, hydration::use_hydrated, icon::Icon};
use crate::components::live::{Each, ViewOf, When, live};
use crate::{
    catalogue,
    display::{
        BarControl, DeviceChoice, DeviceChoices, DeviceState, MicrophoneCheck, initials, person_color, shown_name,
    },
    model::Notice,
};
use leptos::{ev::SubmitEvent, html, prelude::*, web_sys::HtmlMediaElement};

/// Which menu a device was chosen in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceMenu {
    /// Cameras.
    Camera,
    /// Microphones.
    Microphone,
    /// Loudspeakers.
    Speaker,
}

/// The state of one's devices before joining.
#[derive(Clone, Copy)]
pub struct PreviewState {
    /// The microphone.
    pub microphone: Signal<DeviceState>,
    /// The camera.
    pub camera: Signal<DeviceState>,
    /// Loudness of the microphone, 0 to 1.
    pub level: Signal<f32>,
    /// What is known about its sound.
    pub check: Signal<MicrophoneCheck>,
    /// The menus.
    pub devices: Signal<DeviceChoices>,
    /// On the way in.
    pub joining: Signal<bool>,
}

/// The lobby.
#[component]
pub fn Preview(
    /// What the room is called.
    #[prop(into)]
    room: Signal<String>,
    /// Who is in it already, in a sentence.
    #[prop(into)]
    who: Signal<String>,
    /// One's own name.
    name: RwSignal<String>,
    /// One's devices.
    state: PreviewState,
    /// What went wrong.
    error: RwSignal<Option<Notice>>,
    /// Switch a device: [`BarControl::Microphone`] or [`BarControl::Camera`].
    #[prop(into)]
    on_switch: Callback<BarControl>,
    /// A device was chosen, by id.
    #[prop(into)]
    on_device: Callback<(DeviceMenu, String)>,
    /// Join; with the devices that are on, or plainly with none.
    #[prop(into)]
    on_join: Callback<bool>,
    /// Takes the element that shows one's own picture.
    #[prop(into)]
    on_element: Callback<HtmlMediaElement>,
) -> impl IntoView {
    let hydrated = use_hydrated();
    let video = NodeRef::<html::Video>::new();
    video.on_load(move |element| {
        element.set_muted(true);
        on_element.run(element.into());
    });
    let ready = move || hydrated.get() && !state.joining.get();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if !state.joining.get_untracked() {
            on_join.run(true);
        }
    };
    let phase = move || match (hydrated.get(), state.joining.get()) {
        (false, _) => "loading",
        (true, false) => "ready",
        (true, true) => "joining",
    };
    view! {
        <a class="brand" href="/">
            <Icon name="brand" />
            "MultiRTC"
        </a>
        <div class="lobby" data-testid="lobby-root" data-state=phase>
            <div class="lobby-preview" data-testid="lobby-preview" data-camera=live(move || state.camera.get().as_str())>
                <video playsinline autoplay muted node_ref=video aria-label="Your camera"></video>
                <div class="off" hidden=live(move || state.camera.get().is_on())>
                    <span class="initials" aria-hidden="true" data-person=live(move || person_color(&name.read()))>
                        {live(move || initials(&shown_name(&name.read())))}
                    </span>
                    <p>{live(move || camera_words(state.camera.get()))}</p>
                </div>
                <Level level=state.level on=Signal::derive(move || state.microphone.get().is_on()) />
                <div class="lobby-switches">
                    <Switch control=BarControl::Microphone state=state.microphone id="lobby-mic" on_switch />
                    <Switch control=BarControl::Camera state=state.camera id="lobby-cam" on_switch />
                </div>
            </div>
            <form class="lobby-form" on:submit=submit>
                <div class="page-head">
                    <h1>{live(move || room.get())}</h1>
                    <p data-testid="lobby-who">{live(move || who.get())}</p>
                </div>
                <ErrorBanner error />
                <div class="field">
                    <label for="lobby-name">"Your name"</label>
                    <input
                        id="lobby-name"
                        class="input large"
                        data-testid="lobby-name"
                        autocomplete="nickname"
                        enterkeyhint="go"
                        maxlength="80"
                        placeholder="How others see you"
                        prop:value=live(move || name.get())
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                </div>
                <Devices devices=state.devices on_device />
                <p class="hint small muted" aria-live="polite">
                    {live(move || microphone_words(state.microphone.get(), state.check.get()))}
                </p>
                <div class="lobby-ways">
                    <button
                        type="submit"
                        class="button primary large"
                        data-testid="lobby-join"
                        disabled=live(move || !ready())
                    >
                        {live(move || match phase() {
                            "loading" => "Loading…",
                            "joining" => "Joining…",
                            _ => "Join now",
                        })}
                    </button>
                    <button
                        type="button"
                        class="button large"
                        data-testid="lobby-join-plain"
                        disabled=live(move || !ready())
                        on:click=move |_| on_join.run(false)
                    >
                        "Join without camera and microphone"
                    </button>
                </div>
                <noscript>
                    <p class="notice warn">"A call needs scripts and WebAssembly. Allow them for this site, then reload."</p>
                </noscript>
            </form>
        </div>
    }
    .into_any()
}

const fn camera_words(state: DeviceState) -> &'static str {
    match state {
        DeviceState::Starting => "Your browser asks whether this page may use the camera",
        DeviceState::Blocked => "The camera is blocked. You can join without it.",
        DeviceState::Missing => "No camera found",
        DeviceState::Lost => "The camera was unplugged",
        DeviceState::Off | DeviceState::On => "Your camera is off",
    }
}

const fn microphone_words(state: DeviceState, check: MicrophoneCheck) -> &'static str {
    match (state, check) {
        (DeviceState::On, MicrophoneCheck::Heard) => "We hear you.",
        (DeviceState::On, MicrophoneCheck::Silent) => "No sound yet. Is another microphone selected?",
        (DeviceState::On, MicrophoneCheck::Unknown) => "Say something to test your microphone.",
        (DeviceState::Blocked, _) => "The microphone is blocked. You can join and listen.",
        (DeviceState::Missing, _) => "No microphone found. You can join and listen.",
        _ => "Nothing is sent before you join.",
    }
}

/// A round button under the picture.
#[component]
fn Switch(
    control: BarControl,
    state: Signal<DeviceState>,
    id: &'static str,
    on_switch: Callback<BarControl>,
) -> impl IntoView {
    let hydrated = use_hydrated();
    let icon = move || match (control, state.get()) {
        (BarControl::Camera, DeviceState::On | DeviceState::Starting) => "camera",
        (BarControl::Camera, _) => "camera-off",
        (_, DeviceState::On | DeviceState::Starting) => "mic",
        _ => "mic-off",
    };
    view! {
        <button
            type="button"
            class="button square"
            data-testid=id
            data-state=live(move || state.get().as_str())
            aria-pressed=live(move || state.get().is_on().to_string())
            aria-label=live(move || catalogue::bar_action(control, state.get()))
            title=live(move || catalogue::bar_action(control, state.get()))
            disabled=live(move || !hydrated.get())
            on:click=move |_| on_switch.run(control)
        >
            <Icon name=Signal::derive(icon) />
        </button>
    }
    .into_any()
}

/// How many of five bars a loudness from 0 to 1 lights.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 5")]
fn bars(level: f32) -> u8 {
    (level.clamp(0.0, 1.0) * 5.0).ceil() as u8
}

/// How loud the microphone is: five bars.
#[component]
fn Level(level: Signal<f32>, on: Signal<bool>) -> impl IntoView {
    // Five steps are all one sees; a change within a step draws nothing.
    let step = Memo::new(move |_| bars(level.get()));
    view! {
        <div
            class="level"
            aria-hidden="true"
            hidden=live(move || !on.get())
            data-testid="lobby-mic-level"
            data-level=live(move || step.get())
        >
            <i></i>
            <i></i>
            <i></i>
            <i></i>
            <i></i>
        </div>
    }
    .into_any()
}

/// The device menus, folded up; those without a choice are left out.
#[component]
fn Devices(devices: Signal<DeviceChoices>, on_device: Callback<(DeviceMenu, String)>) -> impl IntoView {
    let any = move || {
        let devices = devices.read();
        devices.cameras.len() + devices.microphones.len() + devices.speakers.len() > 0
    };
    view! {
        <When when=live(any)>
            <details class="devices">
                <summary>
                    <Icon name="settings" />
                    "Devices"
                </summary>
                <div class="stack">
                    <Menu
                        menu=DeviceMenu::Camera
                        label="Camera"
                        choices=Signal::derive(move || devices.read().cameras.clone())
                        chosen=Signal::derive(move || devices.read().camera.clone())
                        on_device
                    />
                    <Menu
                        menu=DeviceMenu::Microphone
                        label="Microphone"
                        choices=Signal::derive(move || devices.read().microphones.clone())
                        chosen=Signal::derive(move || devices.read().microphone.clone())
                        on_device
                    />
                    <Menu
                        menu=DeviceMenu::Speaker
                        label="Loudspeaker"
                        choices=Signal::derive(move || devices.read().speakers.clone())
                        chosen=Signal::derive(move || devices.read().speaker.clone())
                        on_device
                    />
                </div>
            </details>
        </When>
    }
    .into_any()
}

#[component]
fn Menu(
    menu: DeviceMenu,
    label: &'static str,
    choices: Signal<Vec<DeviceChoice>>,
    chosen: Signal<String>,
    on_device: Callback<(DeviceMenu, String)>,
) -> impl IntoView {
    let keys = live(move || choices.read().iter().map(|choice| choice.id.clone()).collect::<Vec<_>>());
    let row = ViewOf::new(move |id| {
        let value = id.clone();
        let label = choices.read_untracked().iter().find(|choice| choice.id == id).map(|choice| choice.label.clone());
        view! {
            <option value=value selected=live(move || *chosen.read() == id)>
                {label}
            </option>
        }
        .into_any()
    });
    view! {
        <When when=live(move || !choices.read().is_empty())>
            <label class="field">
                <span class="label">{label}</span>
                <span class="select">
                    <select
                        class="input"
                        on:change=move |event| on_device.run((menu, event_target_value(&event)))
                    >
                        <Each keys row=row.clone() />
                    </select>
                    <Icon name="chevron" />
                </span>
            </label>
        </When>
    }
    .into_any()
}
