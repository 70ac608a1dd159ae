//! The tile: one person, screen or file, the same on every page.

use super::{icon::Icon, tile_toolbar::TileToolbar};
use crate::components::live::{When, live, part};
use crate::{
    catalogue,
    display::{Origin, TileAction, TileControl, TileDisplay, TileMedia, TilePhase, initials, person_color, shown_name},
};
use leptos::{html, prelude::*, web_sys::HtmlMediaElement};
use multirtc::core::event::Quality;
use std::time::Duration;

/// How long a tile has its picture before it has controls.
const CONTROLS_AFTER: Duration = Duration::from_millis(300);

/// The media element of a tile, handed to whoever plays something in it.
#[derive(Debug, Clone)]
pub struct TileElement {
    /// The tile.
    pub stream: String,
    /// Its element, or none when it has gone.
    pub element: Option<HtmlMediaElement>,
}

/// A tile. It shows what `tile` says at every moment and is never made anew while its stream lives.
#[component]
pub fn Tile(
    /// What it shows.
    #[prop(into)]
    tile: Signal<TileDisplay>,
    /// The controls it has, in order.
    #[prop(into)]
    controls: Signal<&'static [TileControl]>,
    /// What somebody wants of it.
    on_action: Callback<(String, TileAction)>,
    /// Takes its media element, in the browser only.
    on_element: Callback<TileElement>,
    /// On the page of tiles that is shown.
    #[prop(optional, into)]
    shown: MaybeProp<bool>,
) -> impl IntoView {
    let stream = tile.with_untracked(|tile| tile.stream.clone());
    let act = {
        let stream = stream.clone();
        Callback::new(move |action| on_action.run((stream.clone(), action)))
    };
    {
        let stream = stream.clone();
        on_cleanup(move || on_element.run(TileElement { stream: stream.clone(), element: None }));
    }
    let id = stream.clone();
    let whole = NodeRef::<html::Li>::new();
    let state = move |read: fn(&TileDisplay) -> bool| live(move || read(&tile.read()).to_string());
    view! {
        <li
            class="tile"
            tabindex="0"
            node_ref=whole
            hidden=live(move || !shown.get().unwrap_or(true))
            aria-label=live(move || catalogue::tile_name(&tile.read()))
            data-testid="tile"
            data-stream-id=id
            data-origin=live(move || tile.read().origin.as_str())
            data-media=live(move || tile.read().media.as_str())
            data-user-id=live(move || tile.read().user.clone())
            data-user-name=live(move || tile.read().name.clone())
            data-state=live(move || tile.read().phase.as_str())
            data-audio-muted=state(TileDisplay::audio_muted)
            data-video-muted=state(TileDisplay::video_muted)
            data-recording=state(|tile| tile.recording)
            data-speaking=state(|tile| tile.speaking && !tile.audio_muted())
            data-mirror=state(|tile| tile.mirrored)
            data-dim=state(|tile| tile.trouble.is_some() || tile.phase == TilePhase::Failed)
        >
            <Media tile stream on_element />
            <When when=live(move || tile.read().poster() || tile.read().phase == TilePhase::Pending)>
                <div class="tile-poster" data-testid="tile-poster">
                    <span class="initials" aria-hidden="true" data-person=live(move || person_color(&tile.read().user))>
                        {live(move || initials(&shown_name(&tile.read().name)))}
                    </span>
                    <When when=live(move || tile.read().poster())>
                        <span class="why">{live(move || catalogue::why_no_picture(&tile.read()))}</span>
                    </When>
                </div>
            </When>
            <Marks tile />
            <Trouble tile act />
            <div class="tile-caption" data-testid="tile-caption">
                <When when=live(move || matches!(tile.read().media, TileMedia::Camera | TileMedia::Audio))>
                    <Sound tile />
                </When>
                <span class="name" title=live(move || shown_name(&tile.read().name))>
                    {live(move || shown_name(&tile.read().name))}
                </span>
                <When when=live(move || tile.read().origin == Origin::Local)>
                    <span class="you">"(you)"</span>
                </When>
            </div>
            <When when=settled(tile)>
                <TileToolbar tile controls act whole />
            </When>
        </li>
    }
    .into_any()
}

/// Whether a tile shows what it is going to show, and has for a moment: controls are for what is there, and the first
/// pictures of a call come before them.
fn settled(tile: Signal<TileDisplay>) -> Signal<bool> {
    let there = Memo::new(move |_| tile.read().poster() || tile.read().phase != TilePhase::Pending);
    let settled = RwSignal::new(false);
    Effect::new(move || {
        if there.get() && !settled.get_untracked() {
            set_timeout(move || _ = settled.try_set(true), CONTROLS_AFTER);
        }
    });
    settled.into()
}

/// The element that plays; a new one only if a stream turns from sound to picture.
#[component]
fn Media(tile: Signal<TileDisplay>, stream: String, on_element: Callback<TileElement>) -> impl IntoView {
    let sound_only = Memo::new(move |_| tile.read().media == TileMedia::Audio);
    let local = tile.with_untracked(|tile| tile.origin == Origin::Local);
    part(move || {
        let stream = stream.clone();
        let hand_over = move |element: HtmlMediaElement| {
            // The attribute alone does not silence an element made by a script.
            element.set_muted(local);
            on_element.run(TileElement { stream, element: Some(element) });
        };
        if sound_only.get() {
            let element = NodeRef::<html::Audio>::new();
            element.on_load(move |element| hand_over(element.into()));
            view! {
                <audio class="tile-media" data-testid="tile-media" controls autoplay muted=local node_ref=element />
            }
            .into_any()
        } else {
            let element = NodeRef::<html::Video>::new();
            element.on_load(move |element| hand_over(element.into()));
            view! {
                <video class="tile-media" data-testid="tile-media" playsinline autoplay muted=local node_ref=element />
            }
            .into_any()
        }
    })
}

/// The microphone beside the name: off, speaking, or on.
#[component]
fn Sound(tile: Signal<TileDisplay>) -> impl IntoView {
    part(move || {
        let TileDisplay { speaking, silenced, .. } = *tile.read();
        if tile.read().audio_muted() {
            view! { <Icon name="mic-off" class="muted-mark" /> }.into_any()
        } else if silenced {
            view! { <Icon name="volume-off" class="muted-mark" /> }.into_any()
        } else if speaking {
            view! {
                <span class="bars" aria-hidden="true">
                    <i></i>
                    <i></i>
                    <i></i>
                </span>
            }
            .into_any()
        } else {
            view! { <Icon name="mic" /> }.into_any()
        }
    })
}

/// What is worth knowing at a glance, in the upper corners.
#[component]
fn Marks(tile: Signal<TileDisplay>) -> impl IntoView {
    let weak = move || matches!(tile.read().quality, Quality::Poor | Quality::Lost);
    view! {
        <div class="tile-marks">
            <When when=live(move || tile.read().recording)>
                <span class="mark recording">
                    <Icon name="record" />
                    "Recording"
                </span>
            </When>
            <When when=live(move || tile.read().origin == Origin::Local && tile.read().media == TileMedia::Screen)>
                <span class="mark">
                    <Icon name="screen" />
                    "You are presenting"
                </span>
            </When>
        </div>
        <div class="tile-marks end">
            <When when=live(weak)>
                <span class="mark warn">
                    <Icon name="warning" />
                    "Weak connection"
                </span>
            </When>
            <When when=live(move || tile.read().hand.is_some())>
                <span class="mark">
                    <Icon name="hand" />
                    {live(move || tile.read().hand)}
                </span>
            </When>
        </div>
    }
    .into_any()
}

/// What is the matter, and the one button that mends it.
#[component]
fn Trouble(tile: Signal<TileDisplay>, act: Callback<TileAction>) -> impl IntoView {
    part(move || {
        let (phase, trouble, blocked) = {
            let tile = tile.read();
            (tile.phase, tile.trouble, tile.sound_blocked)
        };
        let button = |label: &'static str, icon: &'static str, action: TileAction| {
            view! {
                <button type="button" class="button primary" on:click=move |_| act.run(action)>
                    <Icon name=icon />
                    {label}
                </button>
            }
        };
        if phase == TilePhase::Failed {
            let words = catalogue::tile_trouble(crate::display::TileTrouble::Unreachable);
            view! { <div class="tile-trouble"><p>{words}</p>{button("Try again", "retry", TileAction::Retry)}</div> }
                .into_any()
        } else if let Some(trouble) = trouble {
            view! {
                <div class="tile-trouble">
                    <span class="spinner" aria-hidden="true"></span>
                    <p>{catalogue::tile_trouble(trouble)}</p>
                </div>
            }
            .into_any()
        } else if blocked {
            view! { <div class="tile-trouble" data-testid="tile-hear">{button("Click to hear", "volume", TileAction::Hear)}</div> }.into_any()
        } else {
            ().into_any()
        }
    })
}
