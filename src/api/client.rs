//! One signaling session: one socket, and the rooms over it.

use crate::api::knock::Entry;
use crate::api::lobby::Lobby;
use crate::api::options::{Config, JoinOptions, RoomOptions};
use crate::api::room::Room;
use crate::api::watch::Watch;
use crate::browser::data::random;
use crate::core::event::{SignalingStatus, TransferId};
use crate::core::session::{Session, SessionConfig, SessionIn};
use crate::core::supervisor::SupervisorConfig;
use crate::error::{Error, JoinError};
use crate::protocol::{
    ClientMsg, CreateRoom, JoinRoom, LobbyFilter, PeerId, ProfilePatch, Role, RoomId, RoomInfo, ServerMsg,
};
use futures::StreamExt;
use futures::channel::{mpsc, oneshot};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

mod answers;
mod ice;
mod knocks;
mod session_driver;

use ice::Ice;
use session_driver::{ClientInner, Waits};

/// A connected client: opens, joins and watches rooms.
///
/// Cheap to clone. It reconnects by itself and resumes where it was; calls under way do not notice. When the last
/// clone and the last room of it are dropped, the session ends.
#[derive(Clone)]
pub struct Client(Rc<ClientInner>);

/// How a room was entered, to enter it again by itself when the server has lost it.
#[derive(Debug, Clone)]
pub(crate) struct Rejoin {
    /// As it was opened, where this page opened it.
    pub create: Option<CreateRoom>,
    /// As it was joined; the bare id where it was not.
    pub join: Option<JoinRoom>,
}

/// Whether a room was opened or was there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It was not there; this person is its host.
    Created,
    /// It was there.
    Joined,
}

impl Client {
    /// Connects, and resolves when the server has welcomed this client.
    ///
    /// Keeps trying while the server cannot be reached, as [`ReconnectPolicy`](crate::ReconnectPolicy) says.
    ///
    /// # Errors
    ///
    /// Only what trying again does not cure: an incompatible version, a refused token, or having given up.
    pub async fn connect(config: Config) -> Result<Self, Error> {
        let (welcomed, welcome) = oneshot::channel();
        let client = Self::start(config, Some(welcomed));
        welcome.await.map_err(|_| Error::Offline)??;
        Ok(client)
    }

    fn start(config: Config, welcomed: Option<oneshot::Sender<Result<(), Error>>>) -> Self {
        let session = Session::new(SessionConfig {
            lobby: config.lobby.clone(),
            profile: config.profile.clone(),
            auth: config.auth.clone(),
            client: format!("web {} {}", env!("CARGO_PKG_VERSION"), engine()),
            resume: None,
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any number will do")]
            backoff_seed: (js_sys::Math::random() * u64::MAX as f64) as u64,
            give_up_after: config
                .reconnect
                .give_up_after
                .map(|limit| u64::try_from(limit.as_millis()).unwrap_or(u64::MAX)),
        });
        let client = Self(Rc::new(ClientInner {
            config,
            session: RefCell::new(session),
            queue: RefCell::default(),
            busy: Cell::new(false),
            timer: RefCell::default(),
            socket: RefCell::default(),
            generation: Cell::new(0),
            waiting: RefCell::default(),
            next_token: Cell::new(1),
            next_publication: Cell::new(0),
            next_transfer: Cell::new(random()),
            welcome: RefCell::new(welcomed),
            me: RefCell::default(),
            ice: Ice::default(),
            status: Watch::new(SignalingStatus::Connecting),
            rooms: RefCell::default(),
            lobby: Rc::default(),
            knocks: RefCell::default(),
            lookups: RefCell::default(),
            listeners: RefCell::default(),
        }));
        client.0.listen();
        client.0.feed(SessionIn::Start);
        client
    }

    /// This client's id, minted by the server; a new one after a session was lost for good.
    pub fn me(&self) -> Option<PeerId> {
        self.0.me.borrow().clone()
    }

    /// Whether the server can be reached.
    pub fn status(&self) -> Watch<SignalingStatus> {
        self.0.status.clone()
    }

    /// Opens a room and becomes its host. Captures nothing.
    ///
    /// # Errors
    ///
    /// `Exists` when the id is taken in the lobby.
    pub async fn create(&self, room: RoomOptions) -> Result<Room, JoinError> {
        let create = room.command();
        let rejoin = Rejoin { create: Some(create.clone()), join: create.room.clone().map(join_of) };
        self.enter(ClientMsg::CreateRoom(create), rejoin).await?.room().await
    }

    /// Joins a room that is open. Captures nothing, so that joining to watch asks for nothing.
    ///
    /// Where somebody has to open, it waits for that; [`knock`](Self::knock) tells the two apart.
    ///
    /// # Errors
    ///
    /// See [`JoinError`]; a room that is not there is `NotFound` at once, see [`wait_for`](Self::wait_for).
    pub async fn join(&self, room: impl Into<JoinOptions>) -> Result<Room, JoinError> {
        self.knock(room).await?.room().await
    }

    /// As [`join`](Self::join), and tells when somebody has to open first: to show that one waits.
    ///
    /// # Errors
    ///
    /// As [`join`](Self::join).
    pub async fn knock(&self, room: impl Into<JoinOptions>) -> Result<Entry, JoinError> {
        let join = room.into().command();
        self.enter(ClientMsg::JoinRoom(join.clone()), Rejoin { create: None, join: Some(join) }).await
    }

    /// Opens the room if it is not there, joins it if it is: one decision of the server, also for two at once.
    ///
    /// # Errors
    ///
    /// See [`JoinError`].
    pub async fn open_or_join(&self, room: RoomOptions) -> Result<(Room, Opened), JoinError> {
        let create = room.command();
        let Some(id) = create.room.clone() else {
            return self.create(room).await.map(|room| (room, Opened::Created));
        };
        let join = JoinRoom { password: create.spec.password.clone(), ..join_of(id) };
        let message = ClientMsg::OpenOrJoin { create: create.clone(), join: join.clone() };
        let room = self.enter(message, Rejoin { create: Some(create), join: Some(join) }).await?.room().await?;
        let opened = if room.state().get().me.role == Role::Host { Opened::Created } else { Opened::Joined };
        Ok((room, opened))
    }

    /// What anybody may know of a room; `None` when there is none of that id.
    ///
    /// # Errors
    ///
    /// The server's refusal, or `Offline`.
    pub async fn lookup(&self, room: &RoomId) -> Result<Option<RoomInfo>, Error> {
        match self.0.ask(ClientMsg::LookupRoom { room: room.clone(), watch: false }).await? {
            ServerMsg::Room { info } => Ok(info),
            _ => Ok(None),
        }
    }

    /// Resolves when a room of that id is there and has a place free. Dropping the future stops waiting.
    pub async fn wait_for(&self, room: &RoomId) -> RoomInfo {
        let (sender, mut found) = mpsc::unbounded();
        self.0.lookups.borrow_mut().push((room.clone(), sender.clone()));
        let first = self.0.ask(ClientMsg::LookupRoom { room: room.clone(), watch: true }).await;
        if let Ok(ServerMsg::Room { info }) = first {
            drop(sender.unbounded_send(info));
        }
        loop {
            match found.next().await {
                Some(Some(info)) if info.count < info.capacity => return info,
                Some(_) => {}
                // This function holds a sender itself.
                None => std::future::pending().await,
            }
        }
    }

    /// The live list of the lobby's rooms, narrowed by a filter. Dropping it stops watching.
    pub fn lobby(&self, filter: LobbyFilter) -> Lobby {
        let (lobby, first) = Lobby::watch(&self.0.lobby, filter);
        if first {
            self.0.watch_lobby();
        }
        let client = Rc::downgrade(&self.0);
        lobby.on_last_drop(move || {
            if let Some(client) = client.upgrade() {
                client.post(ClientMsg::UnwatchLobby);
            }
        })
    }

    /// Changes how this person is shown, in every room.
    ///
    /// # Errors
    ///
    /// The server's refusal, or `Offline`.
    pub async fn update_profile(&self, patch: ProfilePatch) -> Result<(), Error> {
        self.0.ask(ClientMsg::UpdateProfile { patch }).await.map(drop)
    }

    /// Ends the session and leaves every room at once.
    pub fn disconnect(&self) {
        for room in self.0.live_rooms() {
            room.end();
        }
        self.0.feed(SessionIn::Disconnect);
    }

    async fn enter(&self, message: ClientMsg, rejoin: Rejoin) -> Result<Entry, JoinError> {
        let (sender, receiver) = oneshot::channel();
        self.0.command(message, Some(Waits::Entry(sender, rejoin)));
        receiver.await.map_err(|_| JoinError::Other(Error::Offline))?
    }

    pub(crate) fn withdraw(&self, room: &RoomId) {
        self.0.withdraw(room);
    }

    // ---- for rooms ----

    pub(crate) async fn ask(&self, message: ClientMsg) -> Result<ServerMsg, Error> {
        self.0.ask(message).await
    }

    /// Sends a command whose answer nobody waits for.
    pub(crate) fn post(&self, message: ClientMsg) {
        self.0.post(message);
    }

    /// Enters a room anew after the session was lost; the room is reset from what the server answers.
    pub(crate) async fn enter_again(&self, message: ClientMsg) -> Result<(), JoinError> {
        let (sender, receiver) = oneshot::channel();
        self.0.command(message, Some(Waits::Again(sender)));
        receiver.await.map_err(|_| JoinError::Other(Error::Offline))?
    }

    pub(crate) fn supervision(&self) -> SupervisorConfig {
        let policy = self.0.config.reconnect;
        SupervisorConfig {
            grace: u64::try_from(policy.grace.as_millis()).unwrap_or(u64::MAX),
            ice_restarts: policy.ice_restarts,
            rebuilds: policy.rebuilds,
            relay_fallback: self.ice().0.iter().flat_map(|server| &server.urls).any(|url| url.starts_with("turn")),
            ..SupervisorConfig::default()
        }
    }

    /// Counts publications over all rooms, and over all stays in one: an id once ended is never announced again.
    pub(crate) fn next_publication(&self) -> u32 {
        let number = self.0.next_publication.get() + 1;
        self.0.next_publication.set(number);
        number
    }

    /// Counts transfers from any number on: a page loaded anew in the place of this one is not to use its numbers.
    pub(crate) fn next_transfer(&self) -> TransferId {
        let number = self.0.next_transfer.get().wrapping_add(1);
        self.0.next_transfer.set(number);
        TransferId(number)
    }

    pub(crate) fn forget_room(&self, room: &RoomId) {
        self.0.rooms.borrow_mut().remove(room);
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("me", &self.0.me.borrow()).finish_non_exhaustive()
    }
}

/// The browser's engine, as `Hello.client` names it.
fn engine() -> &'static str {
    let agent = web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default();
    if agent.contains("Gecko/") {
        "gecko"
    } else if agent.contains("Chrome/") {
        "blink"
    } else {
        "webkit"
    }
}

/// Joins as anybody would.
pub(crate) fn join_of(room: RoomId) -> JoinRoom {
    JoinRoom { room, password: None, invite: None, role: None, hosted_by: None, note: None }
}
