//! What happens in a room, and the ways out of it.

use crate::display::TileAction;
use crate::model::call::{Call, LogLine, Notice};
use crate::model::route_words::{self, no_way};
use crate::model::status::Status;
use crate::model::tiles::{display_name, tiles};
use leptos::prelude::*;
use leptos::task::spawn_local;
use multirtc::Room;
use multirtc::core::event::{Event, LinkPhase, PeerChange};
use multirtc::protocol::{PublicationId, Role, Source, TrackState};
use std::collections::BTreeSet;

use super::Engine;

impl Engine {
    pub(super) fn on_event(&self, event: &Event) {
        let (Some(call), Some(room)) = (self.0.call.get(), self.0.room.borrow().clone()) else { return };
        match event {
            Event::RoomClosed { .. } => {
                self.let_go();
                call.status.try_set(Status::SessionClosed);
                return;
            }
            Event::Ejected { .. } => {
                self.let_go();
                call.status.try_set(Status::Ejected);
                return;
            }
            Event::SignalingEnded { .. } => {
                self.let_go();
                call.status.try_set(Status::Failed);
                let text = "The server does not know this page any more. Reload it to go on.".to_owned();
                call.error.try_set(Some(Notice { code: "sig_rejected".to_owned(), text }));
                return;
            }
            Event::SignalingRestored { .. } => {
                // What the page says and what it shows change together.
                self.draw(call, &room);
                call.status.try_set(Status::Connected);
            }
            Event::PlaybackBlocked { publication } => {
                let state = room.state().get();
                let shown = call.shown.try_get_untracked().unwrap_or_default();
                if let Some(tile) = tiles(&state, &shown).iter().find(|tile| tile.publications.contains(publication)) {
                    self.0.playback.play_silently(call, tile.key());
                }
            }
            Event::MediaChanged { publication, audio, video } => {
                self.log_mute(&room, publication, (*audio, *video));
            }
            Event::MediaEnded { .. } => self.tell_devices(),
            Event::PeerChanged { peer, what: PeerChange::Online } => self.online_changed(&room, peer),
            Event::NoWay { peer, why } => {
                let others = room.state().get().others;
                if let Some(other) = others.iter().find(|other| other.who.peer == *peer) {
                    call.error.try_set(Some(no_way(&display_name(&other.who), *why)));
                }
            }
            Event::LinkChanged { link: LinkPhase::Connected { .. }, .. } => way_found(call, &room),
            Event::PeerLeft { peer, .. } => {
                call.shown.try_update(|shown| shown.departed.remove(peer));
                way_found(call, &room);
            }
            _ => {}
        }
        self.0.playback.sync(call, &room);
    }

    pub(super) fn log_mute(&self, room: &Room, id: &PublicationId, now: (TrackState, TrackState)) {
        let state = room.state().get();
        let owner = state.others.iter().find(|peer| peer.who.publications.iter().any(|other| other.id == *id));
        let Some(owner) = owner else { return };
        let before = self.0.states.borrow_mut().insert(id.clone(), now).unwrap_or((TrackState::Live, TrackState::Live));
        let name = display_name(&owner.who);
        for (what, before, now) in [("sound", before.0, now.0), ("picture", before.1, now.1)] {
            self.log_change(&name, what, before, now);
        }
    }

    pub(super) fn log_change(&self, name: &str, what: &str, before: TrackState, now: TrackState) {
        let muted = |state| matches!(state, TrackState::Muted | TrackState::Paused);
        if muted(before) != muted(now) {
            let verb = if muted(now) { "muted" } else { "unmuted" };
            self.log(format!("{name} {verb} their {what}"));
        }
    }

    pub(super) fn log(&self, text: String) {
        let Some(call) = self.0.call.get() else { return };
        let time = String::from(js_sys::Date::new_0().to_locale_time_string("default"));
        call.log.try_update(|log| {
            let number = log.last().map_or(1, |line| line.number + 1);
            log.push(LogLine { number, text, time });
        });
    }

    pub fn leave(&self) {
        let (Some(call), Some(room)) = (self.0.call.get(), self.0.room.borrow().clone()) else { return };
        self.0.left.borrow_mut().insert(room.id());
        self.let_go();
        call.status.set(Status::Left);
        spawn_local(async move { drop(room.leave().await) });
    }

    pub fn close(&self) {
        let (Some(call), Some(room)) = (self.0.call.get(), self.0.room.borrow().clone()) else { return };
        self.0.left.borrow_mut().insert(room.id());
        let hosted = room.state().get().me.role == Role::Host;
        self.let_go();
        call.status.set(if hosted { Status::SessionClosed } else { Status::Left });
        // Closed by somebody who does not host it, a room is left.
        spawn_local(async move { drop(if hosted { room.close().await } else { room.leave().await }) });
    }

    /// Lets go of the room and of the devices.
    pub(super) fn let_go(&self) {
        let room = self.0.room.borrow_mut().take();
        let in_room = std::mem::take(&mut *self.0.in_room.borrow_mut());
        drop(in_room);
        drop(room);
        self.0.states.borrow_mut().clear();
        self.release();
        if let Some(call) = self.0.call.get() {
            call.room.try_set(None);
        }
    }

    /// Switches every device off that no room uses.
    pub fn release(&self) {
        let devices = (self.0.camera.borrow_mut().take(), self.0.microphone.borrow_mut().take());
        drop(devices);
        self.tell_devices();
    }

    /// Does what somebody wants of a tile.
    pub fn act(&self, key: &str, action: TileAction) {
        let (Some(call), Some(room)) = (self.0.call.get(), self.0.room.borrow().clone()) else { return };
        let shown = call.shown.try_get_untracked().unwrap_or_default();
        let tile = tiles(&room.state().get(), &shown).into_iter().find(|tile| tile.key() == key);
        let Some(tile) = tile else { return };
        let marked = |set: &mut BTreeSet<String>, on: bool| {
            if on { set.insert(key.to_owned()) } else { set.remove(key) }
        };
        match action {
            TileAction::MuteAudio(_) if tile.local() => self.toggle(Source::Microphone),
            TileAction::MuteVideo(_) if tile.local() => self.toggle(Source::Camera),
            TileAction::MuteAudio(off) => {
                self.0.playback.silence(key, off);
                call.shown.try_update(|shown| marked(&mut shown.silenced, off));
            }
            TileAction::MuteVideo(off) => drop(call.shown.try_update(|shown| marked(&mut shown.hidden, off))),
            TileAction::Volume(volume) => self.0.playback.set_volume(key, volume.into()),
            TileAction::Retry => {
                call.shown.try_update(|shown| shown.overdue.remove(key));
                drop(room.peer(&tile.peer).map(|peer| peer.retry()));
            }
            TileAction::Hear => self.0.playback.play_aloud(call, key),
            TileAction::Stop if tile.local() => {
                for publication in room.published() {
                    if tile.publications.contains(&publication.id()) {
                        publication.unpublish().stop();
                    }
                }
                self.tell_devices();
            }
            // The page offers no control for the others.
            _ => {}
        }
    }

    pub fn attach(&self, key: &str, element: &web_sys::HtmlMediaElement) {
        let Some(call) = self.0.call.get() else { return };
        let (engine, tile) = (self.clone(), key.to_owned());
        self.0.playback.attach(call, key, element, move |paused| engine.paused(&tile, paused));
        let room = self.0.room.borrow().clone();
        if let Some(room) = room {
            self.0.playback.sync(call, &room);
        }
    }

    /// The element of a tile was paused, or begins to play: by itself at first, or because somebody wants it to.
    ///
    /// Only what a pause has muted plays itself loose again.
    fn paused(&self, key: &str, paused: bool) {
        let Some(room) = self.0.room.borrow().clone().filter(|_| self.0.config.pause_mutes) else { return };
        let mine = room.published().into_iter().find(|mine| mine.source() == Source::Camera);
        let own = format!("{}-person", room.state().get().me.peer);
        let Some(mine) = mine.filter(|mine| own == key && mine.is_muted() != paused) else { return };
        if paused || self.0.muted_by_pause.get() {
            self.toggle(mine.source());
            self.0.muted_by_pause.set(paused);
        }
    }

    pub fn detach(&self, key: &str) {
        if let Some(call) = self.0.call.get() {
            self.0.playback.detach(call, key);
        }
    }

    pub fn attach_preview(&self, element: &web_sys::HtmlMediaElement) {
        element.set_muted(true);
        *self.0.preview.borrow_mut() = Some(element.clone());
        self.tell_devices();
    }
}

/// Takes back that somebody cannot be reached, once everybody can.
fn way_found(call: Call, room: &Room) {
    let told =
        call.error.try_with_untracked(|error| error.as_ref().is_some_and(|error| error.code == route_words::CODE));
    if told == Some(true) && room.state().get().others.iter().all(|other| other.no_way.is_none()) {
        call.error.try_set(None);
    }
}
