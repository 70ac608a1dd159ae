//! The engine behind a [`Call`]: what its buttons do, step by step.

use super::call::{Call, CallConfig};
use super::playback::Playback;
use super::status::Status;
use crate::display::DeviceState;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use multirtc::core::event::SignalingStatus;
use multirtc::protocol::{LobbyFilter, Profile, PublicationId, RoomId, Source, TrackState};
use multirtc::{Client, Config, Error, LevelMeter, Lobby, LocalMedia, Room, Subscription, joinable};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

mod departures;
mod devices;
mod drawing;
mod entering;
mod in_room;

/// Milliseconds for which changes of the list are gathered while the page is on its way into a room, or in one.
const LISTED_MS: u32 = 500;

type Connecting = Shared<LocalBoxFuture<'static, Result<Client, Error>>>;

/// One page's client, room and devices. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

/// What stands in for the server and the camera while a call is only rehearsed.
pub struct Understudy {
    /// Has what stands in for the server reached instead of it.
    pub server: fn(Config) -> Config,
    /// What stands in for the camera.
    pub camera: Option<LocalMedia>,
}

struct Inner {
    config: CallConfig,
    understudy: Option<Understudy>,
    call: Cell<Option<Call>>,
    connecting: RefCell<Option<Connecting>>,
    lobby: RefCell<Option<Lobby>>,
    watching: RefCell<Vec<Subscription>>,
    /// The list is drawn when this is over.
    listing: RefCell<Option<Timeout>>,
    room: RefCell<Option<Room>>,
    in_room: RefCell<Vec<Subscription>>,
    camera: RefCell<Option<LocalMedia>>,
    microphone: RefCell<Option<LocalMedia>>,
    /// Counts ways in; one that is no longer the newest stops at its next step.
    attempt: Cell<u64>,
    /// Rooms left on purpose: not joined again by themselves.
    left: RefCell<BTreeSet<RoomId>>,
    states: RefCell<BTreeMap<PublicationId, (TrackState, TrackState)>>,
    playback: Playback,
    name: RefCell<String>,
    /// Why a device is not there.
    problems: RefCell<[DeviceState; 2]>,
    meter: RefCell<Option<(LevelMeter, Subscription)>>,
    preview: RefCell<Option<web_sys::HtmlMediaElement>>,
    /// The own camera is muted because its picture was paused.
    muted_by_pause: Cell<bool>,
    /// The browser lets this page use its devices without a question.
    permitted: Cell<bool>,
}

impl Engine {
    pub fn new(config: CallConfig) -> Self {
        Self::with(config, None)
    }

    /// The engine of a call with the same configuration that is only rehearsed.
    pub fn rehearsing(&self, understudy: Understudy) -> Self {
        Self::with(self.0.config.clone(), Some(understudy))
    }

    fn with(config: CallConfig, understudy: Option<Understudy>) -> Self {
        Self(Rc::new(Inner {
            config,
            understudy,
            call: Cell::new(None),
            connecting: RefCell::default(),
            lobby: RefCell::default(),
            watching: RefCell::default(),
            listing: RefCell::default(),
            room: RefCell::default(),
            in_room: RefCell::default(),
            camera: RefCell::default(),
            microphone: RefCell::default(),
            attempt: Cell::new(0),
            left: RefCell::default(),
            states: RefCell::default(),
            playback: Playback::default(),
            name: RefCell::default(),
            problems: RefCell::default(),
            meter: RefCell::default(),
            preview: RefCell::default(),
            muted_by_pause: Cell::new(false),
            permitted: Cell::new(false),
        }))
    }

    /// Connects and watches the lobby, so that whatever is clicked later starts from there.
    pub fn start(&self, call: Call) {
        self.0.call.set(Some(call));
        let profile = Profile { name: self.0.name.borrow().clone(), ..Profile::default() };
        let mut config = Config::new("/ws", self.0.config.lobby.clone()).profile(profile);
        if let Some(understudy) = &self.0.understudy {
            config = (understudy.server)(config);
        }
        let connecting = Client::connect(config).boxed_local().shared();
        *self.0.connecting.borrow_mut() = Some(connecting.clone());
        let engine = self.clone();
        spawn_local(async move {
            if let Ok(client) = connecting.await {
                engine.connected(&client);
            }
            let rehearsed = engine.0.understudy.is_some();
            let microphone = rehearsed || !engine.0.config.kinds.audio || LocalMedia::allowed(Source::Microphone).await;
            let camera = rehearsed || !engine.0.config.kinds.video || LocalMedia::allowed(Source::Camera).await;
            engine.0.permitted.set(microphone && camera);
        });
    }

    /// Leaves everything: the page is going.
    pub fn stop(&self) {
        self.0.attempt.set(self.0.attempt.get() + 1);
        self.0.call.set(None);
        let watching = std::mem::take(&mut *self.0.watching.borrow_mut());
        drop(watching);
        self.let_go();
        let lobby = self.0.lobby.borrow_mut().take();
        drop(lobby);
        let connecting = self.0.connecting.borrow_mut().take();
        drop(connecting);
        self.0.listing.borrow_mut().take();
    }

    pub(super) fn connected(&self, client: &Client) {
        let Some(call) = self.0.call.get() else { return };
        let lobby = client.lobby(LobbyFilter { tags: BTreeSet::new(), text: None, only_joinable: false });
        let (engine, rooms) = (self.clone(), lobby.rooms());
        *self.0.lobby.borrow_mut() = Some(lobby);
        let listed = rooms.subscribe(move |_| engine.listed());
        let engine = self.clone();
        let status = client.status().subscribe(move |status| {
            let Some(now) = call.status.try_get_untracked() else { return };
            match status {
                // In a room, the room says when it is back.
                SignalingStatus::Online if now == Status::Disconnected && engine.0.room.borrow().is_none() => {
                    call.status.try_set(Status::Idle);
                }
                SignalingStatus::Retrying { .. } | SignalingStatus::Offline
                    if matches!(now, Status::Idle | Status::Connected | Status::Left | Status::SessionClosed) =>
                {
                    call.status.try_set(Status::Disconnected);
                }
                _ => {}
            }
        });
        self.0.watching.borrow_mut().extend([listed, status]);
    }

    /// The lobby's rooms have changed.
    fn listed(&self) {
        let Some(call) = self.0.call.get() else { return };
        if call.can_enter_untracked() {
            return self.list(call);
        }
        if self.0.listing.borrow().is_none() {
            let engine = self.clone();
            let list = move || {
                let done = engine.0.listing.borrow_mut().take();
                drop(done);
                engine.list(call);
            };
            *self.0.listing.borrow_mut() = Some(Timeout::new(LISTED_MS, list));
        }
    }

    /// Lists the rooms that can be entered, and enters the first where the page is made for that.
    fn list(&self, call: Call) {
        let rooms = self.0.lobby.borrow().as_ref().map(|lobby| lobby.rooms().get());
        if let Some(rooms) = rooms {
            call.rooms.try_set(rooms.into_iter().filter(joinable).collect());
        }
        if self.0.config.auto_join && call.can_enter_untracked() {
            let left = self.0.left.borrow();
            let rooms = call.rooms.try_get_untracked().unwrap_or_default();
            let first = rooms.into_iter().find(|info| !left.contains(&info.room));
            drop(left);
            if let Some(first) = first {
                self.join(first.room);
            }
        }
    }
}
