//! Elements that play a tile's media: attached as soon as there is something to attach, told apart by the tile's key.

use super::call::Call;
use super::tiles::{TileView, tiles};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use multirtc::{Attachment, Room};
use std::cell::RefCell;
use std::collections::BTreeMap;
use web_sys::{HtmlMediaElement, MediaStream};

/// Milliseconds after which a tile that shows nothing says so.
const OVERDUE_MS: u32 = 20_000;

/// The elements on the page, by tile.
#[derive(Default)]
pub struct Playback {
    playing: RefCell<BTreeMap<String, Playing>>,
}

struct Playing {
    element: HtmlMediaElement,
    attached: Option<(MediaStream, Attachment)>,
    _live: EventListener,
    _pauses: Vec<EventListener>,
    _overdue: Timeout,
}

impl Playback {
    /// Takes an element for a tile; `on_pause` hears when it is paused, and when it begins to play.
    pub fn attach(&self, call: Call, key: &str, element: &HtmlMediaElement, on_pause: impl Fn(bool) + Clone + 'static) {
        let pauses = [("pause", true), ("play", false)].map(|(event, paused)| {
            let (on_pause, element) = (on_pause.clone(), element.clone());
            EventListener::new(&element.clone(), event, move |_| {
                // An element that is taken out of the page is paused too, which is nobody's wish.
                if element.is_connected() {
                    on_pause(paused);
                }
            })
        });
        let live = {
            let (key, shown) = (key.to_owned(), call.shown);
            EventListener::new(element, "loadeddata", move |_| {
                shown.try_update(|shown| {
                    shown.overdue.remove(&key);
                    shown.live.insert(key.clone());
                });
            })
        };
        let overdue = {
            let (key, shown) = (key.to_owned(), call.shown);
            Timeout::new(OVERDUE_MS, move || {
                shown.try_update(|shown| {
                    if !shown.live.contains(&key) {
                        shown.overdue.insert(key);
                    }
                });
            })
        };
        let playing = Playing {
            element: element.clone(),
            attached: None,
            _live: live,
            _pauses: pauses.into(),
            _overdue: overdue,
        };
        let before = self.playing.borrow_mut().insert(key.to_owned(), playing);
        drop(before);
    }

    /// Forgets a tile's element.
    pub fn detach(&self, call: Call, key: &str) {
        let gone = self.playing.borrow_mut().remove(key);
        if gone.is_some() {
            call.shown.try_update(|shown| {
                shown.live.remove(key);
                shown.overdue.remove(key);
                shown.blocked.remove(key);
            });
        }
    }

    /// Attaches what has arrived since, and what was replaced.
    pub fn sync(&self, call: Call, room: &Room) {
        let state = room.state().get();
        let shown = call.shown.try_get_untracked().unwrap_or_default();
        for tile in tiles(&state, &shown) {
            let Some(stream) = stream_of(room, &tile) else { continue };
            let element = {
                let playing = self.playing.borrow();
                let Some(playing) = playing.get(tile.key()) else { continue };
                if playing.attached.as_ref().is_some_and(|(attached, _)| *attached == stream) {
                    continue;
                }
                playing.element.clone()
            };
            let Some(attachment) = attach(room, &tile, &element) else { continue };
            // The one before takes its stream off only if it is still on: it is not.
            let before = self
                .playing
                .borrow_mut()
                .get_mut(tile.key())
                .and_then(|playing| playing.attached.replace((stream, attachment)));
            drop(before);
        }
    }

    /// The browser refused to play sound: play without, and offer to turn it on.
    pub fn play_silently(&self, call: Call, key: &str) {
        let element = self.playing.borrow().get(key).map(|playing| playing.element.clone());
        let Some(element) = element else { return };
        if !element.muted() {
            element.set_muted(true);
            play(&element);
            call.shown.try_update(|shown| shown.blocked.insert(key.to_owned()));
        }
    }

    /// Turns a tile's sound on this page off or on.
    pub fn silence(&self, key: &str, silent: bool) {
        if let Some(playing) = self.playing.borrow().get(key) {
            playing.element.set_muted(silent);
        }
    }

    /// Sets how loud a tile is on this page, 0 to 1.
    pub fn set_volume(&self, key: &str, volume: f64) {
        if let Some(playing) = self.playing.borrow().get(key) {
            playing.element.set_volume(volume.clamp(0.0, 1.0));
        }
    }

    /// Plays aloud, inside a click.
    pub fn play_aloud(&self, call: Call, key: &str) {
        let element = self.playing.borrow().get(key).map(|playing| playing.element.clone());
        let Some(element) = element else { return };
        element.set_muted(false);
        play(&element);
        call.shown.try_update(|shown| shown.blocked.remove(key));
    }
}

fn attach(room: &Room, tile: &TileView, element: &HtmlMediaElement) -> Option<Attachment> {
    if tile.local() {
        let mine = room.published().into_iter().find(|mine| tile.publications.first() == Some(&mine.id()))?;
        Some(mine.media().preview(element))
    } else {
        let media = tile.publications.iter().find_map(|id| room.media(id))?;
        Some(media.attach(element))
    }
}

fn stream_of(room: &Room, tile: &TileView) -> Option<MediaStream> {
    if tile.local() {
        let mine = room.published().into_iter().find(|mine| tile.publications.first() == Some(&mine.id()))?;
        Some(mine.media().stream())
    } else {
        tile.publications.iter().find_map(|id| room.media(id)).map(|media| media.stream())
    }
}

/// `play()` whose refusal is told elsewhere.
fn play(element: &HtmlMediaElement) {
    if let Ok(promise) = element.play() {
        leptos::task::spawn_local(async move { drop(wasm_bindgen_futures::JsFuture::from(promise).await) });
    }
}
