//! One signaling session: one socket, and the rooms over it.

use crate::api::lobby::{Lobby, LobbyWatch};
use crate::api::options::{Config, JoinOptions, RoomOptions};
use crate::api::rejoin::rejoin;
use crate::api::room::{Room, RoomInner};
use crate::api::watch::Watch;
use crate::browser::transport::{Duplex, Incoming};
use crate::browser::{clock, connection};
use crate::core::Machine;
use crate::core::event::{Event, SessionEnd, SignalingStatus};
use crate::core::session::{Session, SessionConfig, SessionIn, SessionOut};
use crate::core::supervisor::SupervisorConfig;
use crate::error::{Error, JoinError};
use crate::protocol::{
    ClientMsg, CreateRoom, IceServer, IceServers, JoinRoom, LobbyFilter, PeerId, ProfilePatch, ResumeOutcome, Role,
    RoomId, RoomInfo, RoomSnapshot, ServerFrame, ServerMsg, Welcome,
};
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};
use futures::{FutureExt, StreamExt};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;

/// A connected client: opens, joins and watches rooms.
///
/// Cheap to clone. It reconnects by itself and resumes where it was; calls under way do not notice. When the last
/// clone and the last room of it are dropped, the session ends.
#[derive(Clone)]
pub struct Client(Rc<ClientInner>);

struct ClientInner {
    config: Config,
    session: RefCell<Session>,
    queue: RefCell<VecDeque<SessionIn>>,
    busy: Cell<bool>,
    timer: RefCell<Option<Timeout>>,
    /// Frames for the socket of this generation.
    socket: RefCell<Option<mpsc::UnboundedSender<ToSocket>>>,
    generation: Cell<u64>,
    waiting: RefCell<BTreeMap<u64, Waiting>>,
    next_token: Cell<u64>,
    welcome: RefCell<Option<oneshot::Sender<Result<(), Error>>>>,
    me: RefCell<Option<PeerId>>,
    ice: RefCell<IceServers>,
    status: Watch<SignalingStatus>,
    rooms: RefCell<BTreeMap<RoomId, Weak<RoomInner>>>,
    lobby: Rc<LobbyWatch>,
    lookups: RefCell<Vec<(RoomId, mpsc::UnboundedSender<Option<RoomInfo>>)>>,
    listeners: RefCell<Vec<EventListener>>,
}

enum ToSocket {
    Frame(String),
    Close(u16),
}

/// Who waits for the answer to a command.
enum Waiting {
    Answer(oneshot::Sender<Result<ServerMsg, Error>>),
    Room(oneshot::Sender<Result<Room, JoinError>>, Rejoin),
    /// A room being entered again after its session was lost.
    Again(oneshot::Sender<Result<(), JoinError>>, RoomId),
}

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
        spawn_local(connection::warm_up());
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
            welcome: RefCell::new(welcomed),
            me: RefCell::default(),
            ice: RefCell::new(IceServers { servers: Vec::new(), expires_ms: None }),
            status: Watch::new(SignalingStatus::Connecting),
            rooms: RefCell::default(),
            lobby: Rc::default(),
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
        self.enter(ClientMsg::CreateRoom(create), rejoin).await
    }

    /// Joins a room that is open. Captures nothing, so that joining to watch asks for nothing.
    ///
    /// # Errors
    ///
    /// See [`JoinError`]; a room that is not there is `NotFound` at once, see [`wait_for`](Self::wait_for).
    pub async fn join(&self, room: impl Into<JoinOptions>) -> Result<Room, JoinError> {
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
        let room = self.enter(message, Rejoin { create: Some(create), join: Some(join) }).await?;
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

    async fn enter(&self, message: ClientMsg, rejoin: Rejoin) -> Result<Room, JoinError> {
        let (sender, receiver) = oneshot::channel();
        self.0.command(message, Some(Waiting::Room(sender, rejoin)));
        receiver.await.map_err(|_| JoinError::Other(Error::Offline))?
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
    pub(crate) async fn enter_again(&self, room: &RoomId, message: ClientMsg) -> Result<(), JoinError> {
        let (sender, receiver) = oneshot::channel();
        self.0.command(message, Some(Waiting::Again(sender, room.clone())));
        receiver.await.map_err(|_| JoinError::Other(Error::Offline))?
    }

    pub(crate) fn ice(&self) -> (Vec<IceServer>, bool) {
        let policy = &self.0.config.ice;
        let mut servers = policy.extra_servers.clone();
        if policy.from_server {
            servers.extend(self.0.ice.borrow().servers.iter().cloned());
        }
        (servers, policy.relay_only)
    }

    pub(crate) fn supervision(&self) -> SupervisorConfig {
        let policy = self.0.config.reconnect;
        SupervisorConfig {
            grace: u64::try_from(policy.grace.as_millis()).unwrap_or(u64::MAX),
            ice_restarts: policy.ice_restarts,
            rebuilds: policy.rebuilds,
            ..SupervisorConfig::default()
        }
    }

    pub(crate) fn forget_room(&self, room: &RoomId) {
        self.0.rooms.borrow_mut().remove(room);
    }
}

impl ClientInner {
    /// Feeds the session machine; inputs that come while it is being fed wait their turn.
    fn feed(self: &Rc<Self>, input: SessionIn) {
        self.queue.borrow_mut().push_back(input);
        if self.busy.replace(true) {
            return;
        }
        loop {
            let next = self.queue.borrow_mut().pop_front();
            let Some(input) = next else { break };
            let mut out = Vec::new();
            self.session.borrow_mut().handle(input, clock::now(), &mut out);
            for effect in out {
                self.carry_out(effect);
            }
        }
        self.busy.set(false);
        self.arm();
    }

    fn arm(self: &Rc<Self>) {
        let deadline = self.session.borrow().deadline();
        let timer = deadline.map(|deadline| {
            let wait = u32::try_from(deadline.saturating_sub(clock::now())).unwrap_or(u32::MAX);
            let client = Rc::downgrade(self);
            Timeout::new(wait, move || {
                if let Some(client) = client.upgrade() {
                    client.feed(SessionIn::Tick);
                }
            })
        });
        *self.timer.borrow_mut() = timer;
    }

    fn carry_out(self: &Rc<Self>, effect: SessionOut) {
        match effect {
            SessionOut::Open => self.open(),
            SessionOut::Send(frame) => {
                if let (Some(socket), Ok(text)) = (&*self.socket.borrow(), serde_json::to_string(&*frame)) {
                    drop(socket.unbounded_send(ToSocket::Frame(text)));
                }
            }
            SessionOut::Close { code } => {
                self.generation.set(self.generation.get() + 1);
                if let Some(socket) = self.socket.borrow_mut().take() {
                    drop(socket.unbounded_send(ToSocket::Close(code.code())));
                }
            }
            SessionOut::Status(status) => {
                self.status.set(status);
                if status != SignalingStatus::Online {
                    self.live_rooms().iter().for_each(|room| room.set_signaling(false));
                }
            }
            SessionOut::Welcome(welcome) => self.welcomed(*welcome),
            SessionOut::Message(message) => self.message(&message),
            SessionOut::Reply { token, message } => self.reply(token, *message),
            SessionOut::Failed { token } => self.failed(token),
            SessionOut::Lost { attempt, retry_in_ms } => {
                for room in self.live_rooms() {
                    room.emit([Event::SignalingLost { attempt, retry_in_ms }]);
                }
            }
            SessionOut::Ended(why) => self.ended(why),
        }
    }

    /// Opens a socket and moves frames until it closes or another takes its place.
    fn open(self: &Rc<Self>) {
        let generation = self.generation.get() + 1;
        self.generation.set(generation);
        let (sender, mut outgoing) = mpsc::unbounded();
        *self.socket.borrow_mut() = Some(sender);
        let opening = self.config.transport.open(&self.config.server);
        let client = Rc::downgrade(self);
        spawn_local(async move {
            let tell = |input: SessionIn| match client.upgrade() {
                Some(client) if client.generation.get() == generation => {
                    client.feed(input);
                    true
                }
                _ => false,
            };
            let mut socket: Box<dyn Duplex> = match opening.await {
                Ok(socket) => socket,
                Err(_) => {
                    tell(SessionIn::Closed { code: 1006 });
                    return;
                }
            };
            if !tell(SessionIn::Opened) {
                return;
            }
            loop {
                match select(socket.next(), outgoing.next()).await {
                    Either::Left((Some(Incoming::Text(text)), _)) => {
                        // What this build does not understand is skipped; the next frame's number tells if it mattered.
                        if let Ok(frame) = serde_json::from_str::<ServerFrame>(&text)
                            && !tell(SessionIn::Frame(Box::new(frame)))
                        {
                            return;
                        }
                    }
                    Either::Left((Some(Incoming::Closed { code }), _)) => {
                        tell(SessionIn::Closed { code });
                        return;
                    }
                    Either::Left((None, _)) => {
                        tell(SessionIn::Closed { code: 1006 });
                        return;
                    }
                    Either::Right((Some(ToSocket::Frame(text)), _)) => {
                        if socket.send(text).is_err() {
                            tell(SessionIn::Closed { code: 1006 });
                            return;
                        }
                    }
                    Either::Right((Some(ToSocket::Close(code)), _)) => {
                        socket.close(code);
                        return;
                    }
                    // The client is gone.
                    Either::Right((None, _)) => return,
                }
            }
        });
    }

    fn listen(self: &Rc<Self>) {
        let Some(window) = web_sys::window() else { return };
        let client = Rc::downgrade(self);
        let online = EventListener::new(&window, "online", move |_| {
            if let Some(client) = client.upgrade() {
                client.feed(SessionIn::NetworkChanged);
                client.live_rooms().iter().for_each(|room| room.network_changed());
            }
        });
        self.listeners.borrow_mut().push(online);
        let Some(document) = window.document() else { return };
        let (client, page) = (Rc::downgrade(self), document.clone());
        let visible = EventListener::new(&document, "visibilitychange", move |_| {
            if let Some(client) = client.upgrade() {
                client.feed(SessionIn::Visible(page.visibility_state() == web_sys::VisibilityState::Visible));
            }
        });
        self.listeners.borrow_mut().push(visible);
    }

    fn live_rooms(&self) -> Vec<Rc<RoomInner>> {
        self.rooms.borrow().values().filter_map(Weak::upgrade).collect()
    }

    fn room(&self, id: &RoomId) -> Option<Rc<RoomInner>> {
        self.rooms.borrow().get(id).and_then(Weak::upgrade)
    }

    fn welcomed(self: &Rc<Self>, welcome: Welcome) {
        self.me.replace(Some(welcome.peer.clone()));
        self.ice.replace(welcome.ice.clone());
        if let Some(sender) = self.welcome.borrow_mut().take() {
            drop(sender.send(Ok(())));
        }
        match welcome.resumed {
            ResumeOutcome::Replayed { .. } => {
                for room in self.live_rooms() {
                    room.set_signaling(true);
                }
            }
            ResumeOutcome::Snapshot => {
                for snapshot in welcome.rooms {
                    match self.room(&snapshot.info.room) {
                        Some(room) => room.reset(snapshot),
                        // Nobody here holds that room any more.
                        None => self.post(ClientMsg::LeaveRoom { room: snapshot.info.room }),
                    }
                }
                self.lobby_again();
            }
            ResumeOutcome::Fresh => {
                for room in self.live_rooms() {
                    spawn_local(rejoin(Client(Rc::clone(self)), Rc::downgrade(&room)));
                }
                self.lobby_again();
            }
        }
        for room in self.live_rooms() {
            room.emit([Event::SignalingRestored { how: welcome.resumed }]);
        }
    }

    /// Watches again what the server has forgotten.
    fn lobby_again(self: &Rc<Self>) {
        if self.lobby.is_watched() {
            self.watch_lobby();
        }
        self.lookups.borrow_mut().retain(|(_, sender)| !sender.is_closed());
        let watched: Vec<RoomId> = self.lookups.borrow().iter().map(|(room, _)| room.clone()).collect();
        for room in watched {
            self.post(ClientMsg::LookupRoom { room, watch: true });
        }
    }

    fn message(self: &Rc<Self>, message: &ServerMsg) {
        match message {
            ServerMsg::Lobby { update } => self.lobby.apply(update.clone()),
            ServerMsg::Room { info } => self.found(info.as_ref()),
            ServerMsg::IceServers(servers) => drop(self.ice.replace(servers.clone())),
            ServerMsg::Joined(snapshot) => {
                if let Some(room) = self.room(&snapshot.info.room) {
                    room.reset((**snapshot).clone());
                }
            }
            other => {
                if let Some(room) = room_of_message(other).and_then(|id| self.room(id)) {
                    room.receive(other);
                }
            }
        }
    }

    fn found(&self, info: Option<&RoomInfo>) {
        self.lookups.borrow_mut().retain(|(room, sender)| match info {
            Some(info) if info.room == *room => sender.unbounded_send(Some(info.clone())).is_ok(),
            _ => !sender.is_closed(),
        });
    }

    fn reply(self: &Rc<Self>, token: u64, message: ServerMsg) {
        let waiting = self.waiting.borrow_mut().remove(&token);
        match (waiting, message) {
            (Some(Waiting::Room(sender, rejoin)), ServerMsg::Joined(snapshot)) => {
                drop(sender.send(Ok(self.entered(*snapshot, rejoin))));
            }
            (Some(Waiting::Again(sender, room)), ServerMsg::Joined(snapshot)) => {
                if let Some(room) = self.room(&room) {
                    room.reset(*snapshot);
                }
                drop(sender.send(Ok(())));
            }
            (Some(Waiting::Room(sender, _)), ServerMsg::Error(body)) => drop(sender.send(Err(body.into()))),
            (Some(Waiting::Again(sender, _)), ServerMsg::Error(body)) => drop(sender.send(Err(body.into()))),
            (Some(Waiting::Answer(sender)), ServerMsg::Error(body)) => drop(sender.send(Err(Error::Server(body)))),
            (Some(Waiting::Answer(sender)), message) => {
                // A watched list comes as the answer to watching it.
                if matches!(message, ServerMsg::Lobby { .. }) {
                    self.message(&message);
                }
                drop(sender.send(Ok(message)));
            }
            (None, message @ (ServerMsg::Lobby { .. } | ServerMsg::Room { .. } | ServerMsg::IceServers(_))) => {
                self.message(&message);
            }
            (Some(Waiting::Room(..) | Waiting::Again(..)) | None, _) => {}
        }
    }

    fn entered(self: &Rc<Self>, snapshot: RoomSnapshot, mut rejoin: Rejoin) -> Room {
        let id = snapshot.info.room.clone();
        rejoin.join.get_or_insert_with(|| join_of(id.clone()));
        if let Some(create) = &mut rejoin.create {
            create.room = Some(id.clone());
        }
        let room = Room::enter(Client(Rc::clone(self)), snapshot, rejoin);
        self.rooms.borrow_mut().insert(id, Rc::downgrade(&room.0));
        room
    }

    fn failed(&self, token: u64) {
        match self.waiting.borrow_mut().remove(&token) {
            Some(Waiting::Room(sender, _)) => drop(sender.send(Err(JoinError::Other(Error::Offline)))),
            Some(Waiting::Again(sender, _)) => drop(sender.send(Err(JoinError::Other(Error::Offline)))),
            Some(Waiting::Answer(sender)) => drop(sender.send(Err(Error::Offline))),
            None => {}
        }
    }

    fn ended(self: &Rc<Self>, why: SessionEnd) {
        self.status.set(SignalingStatus::Offline);
        if let Some(sender) = self.welcome.borrow_mut().take() {
            drop(sender.send(Err(Error::Offline)));
        }
        for room in self.live_rooms() {
            room.emit([Event::SignalingEnded { why }]);
        }
    }

    fn command(self: &Rc<Self>, message: ClientMsg, waiting: Option<Waiting>) {
        let token = self.next_token.get();
        self.next_token.set(token + 1);
        if let Some(waiting) = waiting {
            self.waiting.borrow_mut().insert(token, waiting);
        }
        self.feed(SessionIn::Command { token, message: Box::new(message) });
    }

    async fn ask(self: &Rc<Self>, message: ClientMsg) -> Result<ServerMsg, Error> {
        let (sender, receiver) = oneshot::channel();
        self.command(message, Some(Waiting::Answer(sender)));
        receiver.map(|answer| answer.map_err(|_| Error::Offline)).await?
    }

    fn post(self: &Rc<Self>, message: ClientMsg) {
        self.command(message, None);
    }

    fn watch_lobby(self: &Rc<Self>) {
        self.post(ClientMsg::WatchLobby {
            filter: LobbyFilter { tags: std::collections::BTreeSet::new(), text: None, only_joinable: false },
        });
    }
}

impl Drop for ClientInner {
    fn drop(&mut self) {
        let mut out = Vec::new();
        self.session.borrow_mut().handle(SessionIn::Disconnect, clock::now(), &mut out);
        let Some(socket) = self.socket.borrow_mut().take() else { return };
        for effect in out {
            match effect {
                SessionOut::Send(frame) => {
                    if let Ok(text) = serde_json::to_string(&*frame) {
                        drop(socket.unbounded_send(ToSocket::Frame(text)));
                    }
                }
                SessionOut::Close { code } => drop(socket.unbounded_send(ToSocket::Close(code.code()))),
                _ => {}
            }
        }
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

fn room_of_message(message: &ServerMsg) -> Option<&RoomId> {
    match message {
        ServerMsg::PeerJoined { room, .. }
        | ServerMsg::PeerChanged { room, .. }
        | ServerMsg::PeerLeft { room, .. }
        | ServerMsg::RoomChanged { room, .. }
        | ServerMsg::HostChanged { room, .. }
        | ServerMsg::RoomClosed { room, .. }
        | ServerMsg::Ejected { room, .. }
        | ServerMsg::LinkUp { room, .. }
        | ServerMsg::LinkDown { room, .. }
        | ServerMsg::Signal { room, .. }
        | ServerMsg::Relayed { room, .. }
        | ServerMsg::Said { room, .. }
        | ServerMsg::MediaAsked { room, .. }
        | ServerMsg::KnockReceived { room, .. }
        | ServerMsg::KnockWithdrawn { room, .. }
        | ServerMsg::KnockResolved { room, .. } => Some(room),
        _ => None,
    }
}
