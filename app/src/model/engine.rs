//! The engine behind a [`Call`]: what its buttons do, step by step.

use super::call::{Call, CallConfig, Kinds, LogLine, Notice};
use super::media_words;
use super::playback::Playback;
use super::status::Status;
use super::tiles::{TileView, display_name, tiles};
use futures::FutureExt;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::*;
use leptos::task::spawn_local;
use multirtc::core::event::{Event, SignalingStatus};
use multirtc::core::topology::{Kind, may_send};
use multirtc::protocol::{
    LobbyFilter, Profile, ProfilePatch, PublicationId, Role, RoomId, RoomInfo, RoomPlan, Source, TrackState,
};
use multirtc::{
    CameraOptions, Captured, Client, Config, Error, JoinError, Lobby, LocalMedia, LocalPublication, MediaError,
    MicOptions, Room, RoomOptions, Subscription, joinable,
};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

type Connecting = Shared<LocalBoxFuture<'static, Result<Client, Error>>>;

/// One page's client, room and devices. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

struct Inner {
    config: CallConfig,
    call: Cell<Option<Call>>,
    connecting: RefCell<Option<Connecting>>,
    lobby: RefCell<Option<Lobby>>,
    watching: RefCell<Vec<Subscription>>,
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
}

impl Engine {
    pub fn new(config: CallConfig) -> Self {
        Self(Rc::new(Inner {
            config,
            call: Cell::new(None),
            connecting: RefCell::default(),
            lobby: RefCell::default(),
            watching: RefCell::default(),
            room: RefCell::default(),
            in_room: RefCell::default(),
            camera: RefCell::default(),
            microphone: RefCell::default(),
            attempt: Cell::new(0),
            left: RefCell::default(),
            states: RefCell::default(),
            playback: Playback::default(),
            name: RefCell::default(),
        }))
    }

    /// Connects and watches the lobby, so that whatever is clicked later starts from there.
    pub fn start(&self, call: Call) {
        self.0.call.set(Some(call));
        let profile = Profile { name: self.0.name.borrow().clone(), ..Profile::default() };
        let config = Config::new("/ws", self.0.config.lobby.clone()).profile(profile);
        let connecting = Client::connect(config).boxed_local().shared();
        *self.0.connecting.borrow_mut() = Some(connecting.clone());
        let engine = self.clone();
        spawn_local(async move {
            if let Ok(client) = connecting.await {
                engine.connected(&client);
            }
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
    }

    fn connected(&self, client: &Client) {
        let Some(call) = self.0.call.get() else { return };
        let lobby = client.lobby(LobbyFilter { tags: BTreeSet::new(), text: None, only_joinable: false });
        let engine = self.clone();
        let listed = lobby.rooms().subscribe(move |rooms| engine.listed(rooms));
        *self.0.lobby.borrow_mut() = Some(lobby);
        let status = client.status().subscribe(move |status| {
            let Some(now) = call.status.try_get_untracked() else { return };
            match status {
                SignalingStatus::Online if now == Status::Disconnected => {
                    let in_room = call.room.try_with_untracked(Option::is_some).unwrap_or_default();
                    call.status.try_set(if in_room { Status::Connected } else { Status::Idle });
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
    fn listed(&self, rooms: &[RoomInfo]) {
        let Some(call) = self.0.call.get() else { return };
        let open: Vec<RoomInfo> = rooms.iter().filter(|info| joinable(info)).cloned().collect();
        let first = open.iter().find(|info| !self.0.left.borrow().contains(&info.room)).cloned();
        call.rooms.try_set(open);
        let idle = call.can_enter_untracked();
        if self.0.config.auto_join
            && idle
            && let Some(first) = first
        {
            self.join(first.room);
        }
    }

    // ---- ways in ----

    pub fn open(&self, id: Option<RoomId>, name: String) {
        let Some((call, attempt)) = self.begin() else { return };
        let kinds = allowed(self.0.config.kinds, &self.0.config.plan, Role::Host);
        // Asked for at once, inside the click.
        let capturing = self.capture(kinds);
        let engine = self.clone();
        spawn_local(async move {
            let Some(()) = engine.captured(capturing.await, kinds, attempt) else { return };
            call.status.try_set(Status::Connecting);
            let Some(client) = engine.client().await else { return };
            let mut options = RoomOptions::new().plan(engine.0.config.plan).name(name_or_anonymous(&name));
            if let Some(id) = id {
                options = options.id(id);
            }
            if let Some(capacity) = engine.0.config.capacity {
                options = options.capacity(capacity);
            }
            let outcome = client.create(options).await;
            engine.entered(outcome, attempt).await;
        });
    }

    pub fn join(&self, id: RoomId) {
        let Some((call, attempt)) = self.begin() else { return };
        self.0.left.borrow_mut().remove(&id);
        let engine = self.clone();
        spawn_local(async move {
            call.status.try_set(Status::DetectingRoomPresence);
            let Some(client) = engine.client().await else { return };
            let info = match client.lookup(&id).await {
                Ok(Some(info)) => info,
                Ok(None) => {
                    if !engine.current(attempt) {
                        return;
                    }
                    call.status.try_set(Status::RoomNotAvailable);
                    client.wait_for(&id).await
                }
                Err(error) => return engine.fail(attempt, &JoinError::Other(error)),
            };
            engine.join_found(&client, info, attempt).await;
        });
    }

    pub fn join_first(&self) {
        let Some((call, attempt)) = self.begin() else { return };
        let engine = self.clone();
        spawn_local(async move {
            call.status.try_set(Status::DetectingRoomPresence);
            let Some(client) = engine.client().await else { return };
            let there = call.rooms.try_with_untracked(|rooms| !rooms.is_empty()).unwrap_or_default();
            if !there {
                call.status.try_set(Status::RoomNotAvailable);
            }
            let lobby = client.lobby(LobbyFilter { tags: BTreeSet::new(), text: None, only_joinable: true });
            let info = lobby.next_open().await;
            drop(lobby);
            engine.join_found(&client, info, attempt).await;
        });
    }

    /// From knowing that the room is there to being in it. The camera is asked for here and not before.
    async fn join_found(&self, client: &Client, info: RoomInfo, attempt: u64) {
        let Some(call) = self.0.call.get().filter(|_| self.current(attempt)) else { return };
        if info.count >= info.capacity {
            return self.fail(attempt, &JoinError::Full);
        }
        call.status.try_set(Status::RoomAvailable);
        let kinds = allowed(self.0.config.kinds, &info.plan, info.guest_role);
        let captured = self.capture(kinds).await;
        let Some(()) = self.captured(captured, kinds, attempt) else { return };
        call.status.try_set(Status::Connecting);
        let outcome = client.join(info.room).await;
        self.entered(outcome, attempt).await;
    }

    pub fn enter(&self, id: RoomId, name: String) {
        let Some((call, attempt)) = self.begin() else { return };
        let engine = self.clone();
        spawn_local(async move {
            call.status.try_set(Status::Connecting);
            let Some(client) = engine.client().await else { return };
            let mut options = RoomOptions::new().id(id).plan(engine.0.config.plan).name(name).unlisted();
            if let Some(capacity) = engine.0.config.capacity {
                options = options.capacity(capacity);
            }
            let outcome = client.open_or_join(options).await.map(|(room, _)| room);
            engine.entered(outcome, attempt).await;
        });
    }

    pub fn cancel(&self) {
        let Some(call) = self.0.call.get() else { return };
        if call.status.get_untracked().is_entering() {
            self.0.attempt.set(self.0.attempt.get() + 1);
            self.release();
            call.status.set(Status::Idle);
        }
    }

    /// Begins a way in, unless the page is in a room or on another way already.
    fn begin(&self) -> Option<(Call, u64)> {
        let call = self.0.call.get()?;
        if !call.can_enter_untracked() {
            return None;
        }
        call.error.set(None);
        call.note.set(None);
        // Before anything awaits: a second click finds the page on its way.
        call.status.set(Status::DetectingRoomPresence);
        let attempt = self.0.attempt.get() + 1;
        self.0.attempt.set(attempt);
        Some((call, attempt))
    }

    fn current(&self, attempt: u64) -> bool {
        self.0.attempt.get() == attempt
    }

    async fn client(&self) -> Option<Client> {
        let connecting = self.0.connecting.borrow().clone()?;
        match connecting.await {
            Ok(client) => Some(client),
            Err(error) => {
                self.fail(self.0.attempt.get(), &JoinError::Other(error));
                None
            }
        }
    }

    fn capture(&self, kinds: Kinds) -> LocalBoxFuture<'static, Captured> {
        if let Some(call) = self.0.call.get()
            && kinds != Kinds::default()
        {
            call.status.try_set(Status::FetchingUserMedia);
        }
        match (kinds.video, kinds.audio) {
            (true, true) => LocalMedia::best_effort(CameraOptions::default(), MicOptions::default()).boxed_local(),
            (true, false) => alone(Source::Camera, LocalMedia::camera(CameraOptions::default())).boxed_local(),
            (false, true) => alone(Source::Microphone, LocalMedia::microphone(MicOptions::default())).boxed_local(),
            (false, false) => futures::future::ready(Captured::default()).boxed_local(),
        }
    }

    /// Keeps what was captured; `None` when that is not enough to go on.
    fn captured(&self, got: Captured, wanted: Kinds, attempt: u64) -> Option<()> {
        let call = self.0.call.get().filter(|_| self.current(attempt))?;
        if wanted == Kinds::default() {
            return Some(());
        }
        if got.camera.is_none() && got.microphone.is_none() {
            if let Some((source, error)) = got.problems.first() {
                call.error.try_set(Some(media_words::refused(*source, error)));
            }
            call.status.try_set(Status::Failed);
            return None;
        }
        if let Some((source, error)) = got.problems.first() {
            call.note.try_set(Some(media_words::missing(*source, error)));
        }
        *self.0.camera.borrow_mut() = got.camera;
        *self.0.microphone.borrow_mut() = got.microphone;
        self.tell_devices();
        call.status.try_set(Status::UserMediaFetched);
        Some(())
    }

    async fn entered(&self, outcome: Result<Room, JoinError>, attempt: u64) {
        let room = match outcome {
            // The page has gone elsewhere meanwhile: dropping the room leaves it.
            Ok(_) if !self.current(attempt) => return,
            Ok(room) => room,
            Err(error) => return self.fail(attempt, &error),
        };
        let Some(call) = self.0.call.get() else { return };
        *self.0.room.borrow_mut() = Some(room.clone());
        let state = room.state().subscribe(move |state| drop(call.room.try_set(Some(state.clone()))));
        let engine = self.clone();
        let events = room.on(move |event| engine.on_event(event));
        *self.0.in_room.borrow_mut() = vec![state, events];
        call.status.try_set(Status::Connected);
        let sources: Vec<LocalMedia> =
            [&self.0.camera, &self.0.microphone].into_iter().filter_map(|media| media.borrow().clone()).collect();
        for media in sources {
            if let Err(error) = room.publish(media).await {
                let code = "publish_refused".to_owned();
                call.error.try_set(Some(Notice { code, text: format!("You cannot send that here: {error}.") }));
            }
        }
        self.tell_devices();
        self.0.playback.sync(call, &room);
    }

    fn fail(&self, attempt: u64, error: &JoinError) {
        let Some(call) = self.0.call.get().filter(|_| self.current(attempt)) else { return };
        self.release();
        let (status, code, text) = join_words(error);
        call.error.try_set(Some(Notice { code: code.to_owned(), text }));
        call.status.try_set(status);
    }

    // ---- in the room ----

    fn on_event(&self, event: &Event) {
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
            Event::SignalingRestored { .. } => drop(call.status.try_set(Status::Connected)),
            Event::PlaybackBlocked { publication } => {
                let state = room.state().get();
                let shown = call.shown.try_get_untracked().unwrap_or_default();
                if let Some(tile) = tiles(&state, &shown).iter().find(|tile| tile.publications.contains(publication)) {
                    self.0.playback.play_silently(call, &tile.key);
                }
            }
            Event::MediaChanged { publication, audio, video } => {
                self.log_mute(&room, publication, (*audio, *video));
            }
            Event::MediaEnded { .. } => self.tell_devices(),
            _ => {}
        }
        self.0.playback.sync(call, &room);
    }

    fn log_mute(&self, room: &Room, id: &PublicationId, now: (TrackState, TrackState)) {
        let state = room.state().get();
        let owner = state.others.iter().find(|peer| peer.who.publications.iter().any(|other| other.id == *id));
        let Some(owner) = owner else { return };
        let before = self.0.states.borrow_mut().insert(id.clone(), now).unwrap_or((TrackState::Live, TrackState::Live));
        let name = display_name(&owner.who);
        for (what, before, now) in [("sound", before.0, now.0), ("picture", before.1, now.1)] {
            self.log_change(&name, what, before, now);
        }
    }

    fn log_change(&self, name: &str, what: &str, before: TrackState, now: TrackState) {
        let muted = |state| matches!(state, TrackState::Muted | TrackState::Paused);
        if muted(before) != muted(now) {
            let verb = if muted(now) { "muted" } else { "unmuted" };
            self.log(format!("{name} {verb} their {what}"));
        }
    }

    fn log(&self, text: String) {
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
    fn let_go(&self) {
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

    fn release(&self) {
        let devices = (self.0.camera.borrow_mut().take(), self.0.microphone.borrow_mut().take());
        drop(devices);
        self.tell_devices();
    }

    // ---- devices ----

    pub fn toggle_microphone(&self) {
        self.toggle(Source::Microphone);
    }

    pub fn toggle_camera(&self) {
        self.toggle(Source::Camera);
    }

    fn toggle(&self, source: Source) {
        let Some(call) = self.0.call.get() else { return };
        if let Some(publication) = self.published(source) {
            let before = publication.media().ended().get();
            if source == Source::Camera && self.0.config.everybody {
                // A camera that is off is off: its light too.
                if before || publication.is_paused() {
                    return self.open_device(call, source);
                }
                publication.pause();
            } else {
                publication.set_muted(!publication.is_muted());
                let what = if source == Source::Camera { "picture" } else { "sound" };
                let verb = if publication.is_muted() { "muted" } else { "unmuted" };
                self.log(format!("You {verb} your {what}"));
            }
            return self.tell_devices();
        }
        let device = self.device(source);
        let open = device.borrow_mut().take();
        if open.is_some() {
            drop(open);
            return self.tell_devices();
        }
        self.open_device(call, source);
    }

    fn open_device(&self, call: Call, source: Source) {
        let opening: LocalBoxFuture<'static, Result<LocalMedia, MediaError>> = match source {
            Source::Camera => LocalMedia::camera(CameraOptions::default()).boxed_local(),
            _ => LocalMedia::microphone(MicOptions::default()).boxed_local(),
        };
        let engine = self.clone();
        spawn_local(async move {
            match opening.await {
                Ok(media) => engine.opened(call, source, media).await,
                Err(error) => drop(call.error.try_set(Some(media_words::refused(source, &error)))),
            }
        });
    }

    async fn opened(&self, call: Call, source: Source, media: LocalMedia) {
        call.error.try_set(None);
        *self.device(source).borrow_mut() = Some(media.clone());
        let room = self.0.room.borrow().clone();
        if let Some(room) = room {
            match self.published(source) {
                Some(publication) => drop(publication.replace(media)),
                None => drop(room.publish(media).await),
            }
            self.0.playback.sync(call, &room);
        }
        self.tell_devices();
    }

    fn device(&self, source: Source) -> &RefCell<Option<LocalMedia>> {
        if source == Source::Camera { &self.0.camera } else { &self.0.microphone }
    }

    fn published(&self, source: Source) -> Option<LocalPublication> {
        let room = self.0.room.borrow().clone()?;
        room.published().into_iter().find(|publication| publication.source() == source)
    }

    /// Brings the device signals up to date: on, off, or not there.
    fn tell_devices(&self) {
        let Some(call) = self.0.call.get() else { return };
        for (source, signal) in [(Source::Microphone, call.microphone_on), (Source::Camera, call.camera_on)] {
            let on = match self.published(source) {
                Some(publication) => Some(!publication.is_muted() && !publication.is_paused()),
                None => self.device(source).borrow().as_ref().map(|_| true),
            };
            signal.try_set(on);
        }
    }

    pub fn set_name(&self, name: String) {
        *self.0.name.borrow_mut() = name.clone();
        let engine = self.clone();
        spawn_local(async move {
            if let Some(client) = engine.client().await {
                let patch = ProfilePatch { name: Some(name), ..ProfilePatch::default() };
                drop(client.update_profile(patch).await);
            }
        });
    }

    // ---- tiles ----

    pub fn retry(&self, tile: &TileView) {
        let room = self.0.room.borrow().clone();
        if let (Some(call), Some(room)) = (self.0.call.get(), room) {
            call.shown.try_update(|shown| shown.overdue.remove(&tile.key));
            drop(room.retry(&tile.peer));
        }
    }

    pub fn attach(&self, key: &str, element: &web_sys::HtmlMediaElement) {
        let Some(call) = self.0.call.get() else { return };
        self.0.playback.attach(call, key, element);
        let room = self.0.room.borrow().clone();
        if let Some(room) = room {
            self.0.playback.sync(call, &room);
        }
    }

    pub fn detach(&self, key: &str) {
        if let Some(call) = self.0.call.get() {
            self.0.playback.detach(call, key);
        }
    }

    pub fn unblock(&self, key: &str) {
        if let Some(call) = self.0.call.get() {
            self.0.playback.play_aloud(call, key);
        }
    }

    pub fn attach_preview(&self, element: &web_sys::HtmlMediaElement) {
        element.set_muted(true);
        element.set_src_object(self.0.camera.borrow().as_ref().map(LocalMedia::stream).as_ref());
    }
}

/// What of `kinds` the plan lets a role send.
fn allowed(kinds: Kinds, plan: &RoomPlan, role: Role) -> Kinds {
    Kinds {
        audio: kinds.audio && may_send(plan, Kind::Audio, role),
        video: kinds.video && may_send(plan, Kind::Video, role),
    }
}

async fn alone(source: Source, opening: impl Future<Output = Result<LocalMedia, MediaError>>) -> Captured {
    match opening.await {
        Ok(media) if source == Source::Camera => Captured { camera: Some(media), ..Captured::default() },
        Ok(media) => Captured { microphone: Some(media), ..Captured::default() },
        Err(error) => Captured { problems: vec![(source, error)], ..Captured::default() },
    }
}

fn name_or_anonymous(name: &str) -> &str {
    let name = name.trim();
    if name.is_empty() { "Anonymous" } else { name }
}

fn join_words(error: &JoinError) -> (Status, &'static str, String) {
    let (status, code, text) = match error {
        JoinError::NotFound => {
            (Status::Failed, "room_not_found", "That room is not open any more. Choose another, or open one.")
        }
        JoinError::Exists => {
            (Status::Failed, "room_exists", "A room of that name is open already. You can join it instead.")
        }
        JoinError::Full => (Status::RoomFull, "room_full", "The room is full. Try again when somebody has left."),
        JoinError::Locked => (Status::Failed, "room_locked", "The host has locked the room. Ask them to let you in."),
        JoinError::RateLimited { .. } => {
            (Status::Failed, "sig_rate", "That was too often in a short time. Wait a moment, then try again.")
        }
        JoinError::Other(Error::Offline) => {
            (Status::Failed, "sig_unreachable", "The server cannot be reached. Check your network, then try again.")
        }
        JoinError::Other(Error::Server(body)) => {
            return (Status::Failed, body.code.as_str(), body.code.sentence().to_owned());
        }
        other => return (Status::Failed, "room_denied", format!("You cannot enter: {other}.")),
    };
    (status, code, text.to_owned())
}
