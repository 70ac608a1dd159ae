//! One room at a time, as a page sees it and acts in it.

use super::status::Status;
use super::tiles::{Shown, tiles};
use crate::components::TileElement;
use crate::display::{DeviceState, TileAction, TileDisplay};
use leptos::prelude::*;
use multirtc::core::event::RoomState;
use multirtc::protocol::{LobbyId, Role, RoomId, RoomInfo, RoomPlan};

/// Which devices a page asks for, as far as the room's plan lets the person send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kinds {
    /// A microphone.
    pub audio: bool,
    /// A camera.
    pub video: bool,
}

impl Kinds {
    /// Camera and microphone.
    pub const CAMERA_AND_MICROPHONE: Self = Self { audio: true, video: true };
    /// A microphone alone.
    pub const MICROPHONE: Self = Self { audio: true, video: false };
}

/// What distinguishes one page's rooms from another's.
#[derive(Debug, Clone, PartialEq)]
pub struct CallConfig {
    /// Where the page's rooms are listed.
    pub lobby: LobbyId,
    /// What a room opened here is about.
    pub plan: RoomPlan,
    /// What is captured.
    pub kinds: Kinds,
    /// Most people in a room opened here, host included; `None` is the most its topology carries.
    pub capacity: Option<u16>,
    /// Join the first room of the lobby, without a click, at any time after load.
    pub auto_join: bool,
    /// People who send nothing have a tile too.
    pub everybody: bool,
    /// Pausing the own picture mutes it for everybody, playing it unmutes.
    pub pause_mutes: bool,
}

/// Something a person has to be told, with a code for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Stable, such as `dev_denied`.
    pub code: String,
    /// What happened, whether others are affected, what to do.
    pub text: String,
}

/// One line of a page's event log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Counts from one, for keys.
    pub number: u32,
    /// What happened, in words.
    pub text: String,
    /// The time of day, as the person's browser writes it.
    pub time: String,
}

/// A room that can be entered and left any number of times.
#[derive(Clone, Copy)]
pub struct Call {
    /// Where it stands.
    pub status: RwSignal<Status>,
    /// What went wrong last, until dismissed.
    pub error: RwSignal<Option<Notice>>,
    /// What is worth knowing but stops nothing: a missing camera.
    pub note: RwSignal<Option<Notice>>,
    /// The room, while in one.
    pub room: RwSignal<Option<RoomState>>,
    /// The lobby's other rooms that can be joined, newest first.
    pub rooms: RwSignal<Vec<RoomInfo>>,
    /// What happened, oldest first.
    pub log: RwSignal<Vec<LogLine>>,
    /// The own microphone.
    pub microphone: RwSignal<DeviceState>,
    /// The own camera.
    pub camera: RwSignal<DeviceState>,
    /// How loud the own microphone is in the preview, 0 to 1.
    pub level: RwSignal<f32>,
    /// What this page knows of its tiles.
    pub(super) shown: RwSignal<Shown>,
    #[cfg(feature = "hydrate")]
    engine: StoredValue<super::engine::Engine, LocalStorage>,
}

impl Call {
    /// A call that is not in a room. In the browser it connects to the server at once, so that entering is quick.
    pub fn new(config: CallConfig) -> Self {
        let shown = Shown { everybody: config.everybody, ..Shown::default() };
        #[cfg(feature = "hydrate")]
        return Self::with(shown, super::engine::Engine::new(config));
        #[cfg(not(feature = "hydrate"))]
        Self::with(shown)
    }

    /// A call like this one that is only rehearsed: with nobody, and with what stands in for the server.
    #[cfg(feature = "hydrate")]
    pub fn rehearsal(self, understudy: super::engine::Understudy) -> Option<Self> {
        let engine = self.engine.try_get_value()?.rehearsing(understudy);
        let shown = Shown { everybody: self.shown.try_get_untracked()?.everybody, ..Shown::default() };
        Some(Self::with(shown, engine))
    }

    fn with(shown: Shown, #[cfg(feature = "hydrate")] engine: super::engine::Engine) -> Self {
        let call = Self {
            status: RwSignal::default(),
            error: RwSignal::default(),
            note: RwSignal::default(),
            room: RwSignal::default(),
            rooms: RwSignal::default(),
            log: RwSignal::default(),
            microphone: RwSignal::default(),
            camera: RwSignal::default(),
            level: RwSignal::default(),
            shown: RwSignal::new(shown),
            #[cfg(feature = "hydrate")]
            engine: StoredValue::new_local(engine),
        };
        #[cfg(feature = "hydrate")]
        {
            call.with_engine(|engine| engine.start(call));
            on_cleanup(move || call.with_engine(|engine| engine.stop()));
        }
        call
    }

    /// The tiles as they are drawn, newest first.
    pub fn tiles(self) -> Memo<Vec<TileDisplay>> {
        Memo::new(move |_| {
            let shown = self.shown.read();
            let tiles = self.room.read().as_ref().map(|room| tiles(room, &shown)).unwrap_or_default();
            tiles.into_iter().map(|tile| tile.display).collect()
        })
    }

    /// Whether this page is in a room; told when that changes, not whenever the room does.
    pub fn in_room(self) -> Signal<bool> {
        Memo::new(move |_| self.room.read().is_some()).into()
    }

    /// Whether the buttons that enter a room can be used.
    pub fn can_enter(self) -> Signal<bool> {
        Memo::new(move |_| self.room.read().is_none() && !self.status.get().is_entering()).into()
    }

    /// The same, for code that does not draw.
    #[cfg(feature = "hydrate")]
    pub(super) fn can_enter_untracked(self) -> bool {
        let outside = self.room.try_with_untracked(Option::is_none).unwrap_or_default();
        outside && self.status.try_get_untracked().is_some_and(|status| !status.is_entering())
    }

    /// `none`, `host` or `participant`.
    pub fn role(self) -> Signal<&'static str> {
        Memo::new(move |_| match self.room.read().as_ref().map(|room| room.me.role) {
            None => "none",
            Some(Role::Host) => "host",
            Some(_) => "participant",
        })
        .into()
    }

    /// Opens a room of this name, with this id or one minted by the server.
    pub fn open(self, id: Option<RoomId>, name: String) {
        #[cfg(feature = "hydrate")]
        self.with_engine(|engine| engine.open(id, name));
        #[cfg(not(feature = "hydrate"))]
        drop((id, name));
    }

    /// Joins a room, waiting for it while it is not there.
    pub fn join(self, id: RoomId) {
        #[cfg(feature = "hydrate")]
        self.with_engine(|engine| engine.join(id));
        #[cfg(not(feature = "hydrate"))]
        drop(id);
    }

    /// Joins the first room of the lobby, waiting for one while there is none.
    pub fn join_first(self) {
        #[cfg(feature = "hydrate")]
        self.with_engine(super::engine::Engine::join_first);
    }

    /// Opens the devices that the browser lets this page use without a question, for a preview.
    pub fn preview_allowed(self) {
        #[cfg(feature = "hydrate")]
        self.with_engine(super::engine::Engine::preview_allowed);
    }

    /// Switches every device of the preview off.
    pub fn release_devices(self) {
        #[cfg(feature = "hydrate")]
        self.with_engine(super::engine::Engine::release);
    }

    /// Opens the room if it is not there, joins it if it is, with what the preview has captured.
    pub fn enter(self, id: RoomId, name: String) {
        #[cfg(feature = "hydrate")]
        self.with_engine(|engine| engine.enter(id, name));
        #[cfg(not(feature = "hydrate"))]
        drop((id, name));
    }

    /// Stops waiting or entering.
    pub fn cancel(self) {
        #[cfg(feature = "hydrate")]
        self.with_engine(super::engine::Engine::cancel);
    }

    /// Leaves the room; it lives on for the others.
    pub fn leave(self) {
        #[cfg(feature = "hydrate")]
        self.with_engine(super::engine::Engine::leave);
    }

    /// Ends the room for everybody, as its host.
    pub fn close(self) {
        #[cfg(feature = "hydrate")]
        self.with_engine(super::engine::Engine::close);
    }

    /// Turns the own microphone on or off; in a preview it is opened first.
    pub fn toggle_microphone(self) {
        #[cfg(feature = "hydrate")]
        self.with_engine(super::engine::Engine::toggle_microphone);
    }

    /// Turns the own camera on or off; in a preview it is opened first.
    pub fn toggle_camera(self) {
        #[cfg(feature = "hydrate")]
        self.with_engine(super::engine::Engine::toggle_camera);
    }

    /// Sets how this person is shown to others.
    pub fn set_name(self, name: String) {
        #[cfg(feature = "hydrate")]
        self.with_engine(|engine| engine.set_name(name));
        #[cfg(not(feature = "hydrate"))]
        drop(name);
    }

    /// Does what somebody wants of a tile.
    pub fn act(self, key: &str, action: TileAction) {
        #[cfg(feature = "hydrate")]
        self.with_engine(|engine| engine.act(key, action));
        #[cfg(not(feature = "hydrate"))]
        let _ = (key, action);
    }

    /// Takes the media element of a tile, or hears that it is gone.
    pub fn element(self, element: &TileElement) {
        #[cfg(feature = "hydrate")]
        self.with_engine(|engine| match &element.element {
            Some(media) => engine.attach(&element.stream, media),
            None => engine.detach(&element.stream),
        });
        #[cfg(not(feature = "hydrate"))]
        let _ = element;
    }

    /// Plays the preview of the own camera in an element.
    #[cfg(feature = "hydrate")]
    pub fn attach_preview(self, element: &web_sys::HtmlMediaElement) {
        self.with_engine(|engine| engine.attach_preview(element));
    }

    #[cfg(feature = "hydrate")]
    fn with_engine(self, f: impl FnOnce(&super::engine::Engine)) {
        // A callback may outlive the page; then there is nothing to do.
        let engine = self.engine.try_get_value();
        if let Some(engine) = engine {
            f(&engine);
        }
    }
}
