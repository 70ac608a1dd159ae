//! Drives the session machine: socket, timer, and what the machine wants done.

use super::Rejoin;
use super::ice::Ice;
use super::knocks::Knock;
use crate::api::knock::Entry;
use crate::api::lobby::LobbyWatch;
use crate::api::options::Config;
use crate::api::room::RoomInner;
use crate::api::watch::Watch;
use crate::browser::clock;
use crate::browser::json;
use crate::browser::transport::{Duplex, Incoming};
use crate::core::Machine;
use crate::core::event::{Event, SignalingStatus};
use crate::core::session::{Session, SessionIn, SessionOut};
use crate::error::{Error, JoinError};
use crate::protocol::{Encode, PeerId, RoomId, RoomInfo, ServerFrame, ServerMsg};
use futures::StreamExt;
use futures::channel::{mpsc, oneshot};
use futures::future::{Either, select};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use litemap::LiteMap;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;

/// Shared by every handle of one client.
pub(super) struct ClientInner {
    pub(super) config: Config,
    pub(super) session: RefCell<Session>,
    pub(super) queue: RefCell<VecDeque<SessionIn>>,
    pub(super) busy: Cell<bool>,
    pub(super) timer: RefCell<Option<Timeout>>,
    /// Frames for the socket of this generation.
    pub(super) socket: RefCell<Option<mpsc::UnboundedSender<ToSocket>>>,
    pub(super) generation: Cell<u64>,
    pub(super) waiting: RefCell<LiteMap<u64, Waits>>,
    pub(super) next_token: Cell<u64>,
    pub(super) next_publication: Cell<u32>,
    pub(super) next_transfer: Cell<u32>,
    pub(super) welcome: RefCell<Option<oneshot::Sender<Result<(), Error>>>>,
    pub(super) me: RefCell<Option<PeerId>>,
    pub(super) ice: Ice,
    pub(super) status: Watch<SignalingStatus>,
    pub(super) rooms: RefCell<LiteMap<RoomId, Weak<RoomInner>>>,
    pub(super) lobby: Rc<LobbyWatch>,
    /// In front of which rooms this page waits.
    pub(super) knocks: RefCell<Vec<Knock>>,
    pub(super) lookups: RefCell<Vec<(RoomId, mpsc::UnboundedSender<Option<RoomInfo>>)>>,
    pub(super) listeners: RefCell<Vec<EventListener>>,
}

/// What goes to the task that owns the socket.
pub(super) enum ToSocket {
    Frame(String),
    Close(u16),
}

/// Who waits for the answer to a command.
pub(super) enum Waits {
    Answer(oneshot::Sender<Result<ServerMsg, Error>>),
    Entry(oneshot::Sender<Result<Entry, JoinError>>, Rejoin),
    /// A room being entered again after its session was lost.
    Again(oneshot::Sender<Result<(), JoinError>>),
    /// A knock made again after the connection was lost.
    Knocked(RoomId),
}

impl ClientInner {
    /// Feeds the session machine; inputs that come while it is being fed wait their turn.
    pub(super) fn feed(self: &Rc<Self>, input: SessionIn) {
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

    pub(super) fn arm(self: &Rc<Self>) {
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

    pub(super) fn carry_out(self: &Rc<Self>, effect: SessionOut) {
        match effect {
            SessionOut::Open => self.open(),
            SessionOut::Send(frame) => {
                if let Some(socket) = &*self.socket.borrow() {
                    drop(socket.unbounded_send(ToSocket::Frame(frame.encode())));
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
    pub(super) fn open(self: &Rc<Self>) {
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
                        if let Some(frame) = json::parse(&text).and_then(ServerFrame::of)
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

    pub(super) fn listen(self: &Rc<Self>) {
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
}

impl Drop for ClientInner {
    fn drop(&mut self) {
        let mut out = Vec::new();
        self.session.borrow_mut().handle(SessionIn::Disconnect, clock::now(), &mut out);
        let Some(socket) = self.socket.borrow_mut().take() else { return };
        for effect in out {
            match effect {
                SessionOut::Send(frame) => drop(socket.unbounded_send(ToSocket::Frame(frame.encode()))),
                SessionOut::Close { code } => drop(socket.unbounded_send(ToSocket::Close(code.code()))),
                _ => {}
            }
        }
    }
}
