//! What the server's messages mean for rooms, lists and waiting calls.

use super::knocks::Knocker;
use super::session_driver::{ClientInner, Waits};
use super::{Client, Rejoin, join_of};
use crate::api::knock::Entry;
use crate::api::rejoin::rejoin;
use crate::api::room::{Room, RoomInner};
use crate::core::event::{Event, SessionEnd, SignalingStatus};
use crate::core::session::SessionIn;
use crate::error::{Error, JoinError};
use crate::protocol::{ClientMsg, LobbyFilter, ResumeOutcome, RoomId, RoomInfo, RoomSnapshot, ServerMsg, Welcome};
use futures::FutureExt;
use futures::channel::oneshot;
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;

impl ClientInner {
    pub(super) fn live_rooms(&self) -> Vec<Rc<RoomInner>> {
        self.rooms.borrow().values().filter_map(Weak::upgrade).collect()
    }

    pub(super) fn room(&self, id: &RoomId) -> Option<Rc<RoomInner>> {
        self.rooms.borrow().get(id).and_then(Weak::upgrade)
    }

    pub(super) fn welcomed(self: &Rc<Self>, welcome: Welcome) {
        self.me.replace(Some(welcome.peer.clone()));
        self.ice.set_clock(welcome.now_ms);
        self.set_ice(welcome.ice.clone());
        if let Some(sender) = self.welcome.borrow_mut().take() {
            drop(sender.send(Ok(())));
        }
        match welcome.resumed {
            ResumeOutcome::Replayed { .. } => {
                for room in self.live_rooms() {
                    room.set_signaling(true);
                    room.restored(welcome.resumed);
                }
            }
            ResumeOutcome::Snapshot => {
                for room in self.live_rooms() {
                    // It has ended meanwhile, or gone on without this person, and the word of it was lost.
                    let known = welcome.rooms.iter().any(|snapshot| snapshot.info.room == *room.id());
                    if !known && !self.waits_at(room.id()) {
                        room.lost();
                    }
                }
                for snapshot in welcome.rooms {
                    // Somebody may have opened a door meanwhile.
                    let Some(snapshot) = self.let_in(Box::new(snapshot)) else { continue };
                    match self.room(&snapshot.info.room) {
                        Some(room) => {
                            room.reset(*snapshot, true);
                            room.restored(welcome.resumed);
                        }
                        // The answer to entering it was lost, and comes next.
                        None if self.is_entering(&snapshot.info.room) => {}
                        None => self.not_held(snapshot.info.room),
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
        self.knock_again(welcome.resumed);
    }

    /// Watches again what the server has forgotten.
    pub(super) fn lobby_again(self: &Rc<Self>) {
        if self.lobby.is_watched() {
            self.watch_lobby();
        }
        self.lookups.borrow_mut().retain(|(_, sender)| !sender.is_closed());
        let watched: Vec<RoomId> = self.lookups.borrow().iter().map(|(room, _)| room.clone()).collect();
        for room in watched {
            self.post(ClientMsg::LookupRoom { room, watch: true });
        }
    }

    pub(super) fn message(self: &Rc<Self>, message: &ServerMsg) {
        match message {
            ServerMsg::Lobby { update } => self.lobby.apply(update.clone()),
            ServerMsg::Room { info } => self.found(info.as_ref()),
            ServerMsg::IceServers(servers) => self.set_ice(servers.clone()),
            ServerMsg::Joined(snapshot) => {
                if let Some(snapshot) = self.let_in(snapshot.clone()) {
                    match self.room(&snapshot.info.room) {
                        Some(room) => room.reset(*snapshot, true),
                        None => self.not_held(snapshot.info.room),
                    }
                }
            }
            ServerMsg::KnockResolved { room, knock, admitted } if self.is_own_knock(room, knock) => {
                // Who was let in is brought in by the server.
                if !admitted {
                    self.turned_away(room, JoinError::Denied);
                }
            }
            other => {
                if let Some(room) = other.room().and_then(|id| self.room(id)) {
                    room.receive(other);
                }
            }
        }
    }

    pub(super) fn found(&self, info: Option<&RoomInfo>) {
        self.lookups.borrow_mut().retain(|(room, sender)| match info {
            Some(info) if info.room == *room => sender.unbounded_send(Some(info.clone())).is_ok(),
            _ => !sender.is_closed(),
        });
    }

    pub(super) fn reply(self: &Rc<Self>, token: u64, message: ServerMsg) {
        let waiting = self.waiting.borrow_mut().remove(&token);
        match (waiting, message) {
            (Some(Waits::Entry(sender, rejoin)), ServerMsg::Joined(snapshot)) => {
                drop(sender.send(Ok(Entry::Joined(self.entered(*snapshot, rejoin)))));
            }
            (Some(Waits::Entry(sender, rejoin)), ServerMsg::Waiting { room, knock, position }) => {
                let waiting = self.wait_in_front(room, knock, position, rejoin);
                drop(sender.send(Ok(Entry::Waiting(waiting))));
            }
            (Some(Waits::Again(sender)), ServerMsg::Joined(snapshot)) => self.entered_again(*snapshot, sender),
            (Some(Waits::Again(sender)), ServerMsg::Waiting { room, knock, .. }) => {
                self.keep_knock(room, knock, Knocker::Member(sender));
            }
            (Some(Waits::Knocked(_)), message @ ServerMsg::Joined(_)) => self.message(&message),
            (Some(Waits::Knocked(room)), ServerMsg::Waiting { knock, .. }) => self.knocked_again(&room, Ok(knock)),
            (Some(Waits::Knocked(room)), ServerMsg::Error(body)) => self.knocked_again(&room, Err(body)),
            (Some(Waits::Entry(sender, _)), ServerMsg::Error(body)) => drop(sender.send(Err(body.into()))),
            (Some(Waits::Again(sender)), ServerMsg::Error(body)) => drop(sender.send(Err(body.into()))),
            (Some(Waits::Answer(sender)), ServerMsg::Error(body)) => drop(sender.send(Err(Error::Server(body)))),
            (Some(Waits::Answer(sender)), message) => {
                // A watched list comes as the answer to watching it.
                if matches!(message, ServerMsg::Lobby { .. }) {
                    self.message(&message);
                }
                drop(sender.send(Ok(message)));
            }
            (None, message @ (ServerMsg::Lobby { .. } | ServerMsg::Room { .. } | ServerMsg::IceServers(_))) => {
                self.message(&message);
            }
            (Some(_) | None, _) => {}
        }
    }

    /// Nobody in this page is in that room any more.
    fn not_held(self: &Rc<Self>, room: RoomId) {
        self.post(ClientMsg::LeaveRoom { room });
    }

    /// Whether a command to enter that room has not been answered.
    fn is_entering(&self, room: &RoomId) -> bool {
        self.waiting
            .borrow()
            .values()
            .any(|waits| matches!(waits, Waits::Entry(_, Rejoin { join: Some(join), .. }) if join.room == *room))
    }

    /// The room is known to the server again.
    pub(super) fn entered_again(
        self: &Rc<Self>,
        snapshot: RoomSnapshot,
        entering: oneshot::Sender<Result<(), JoinError>>,
    ) {
        match self.room(&snapshot.info.room) {
            Some(room) => {
                room.reset(snapshot, false);
                room.restored(ResumeOutcome::Fresh);
            }
            None => self.not_held(snapshot.info.room),
        }
        drop(entering.send(Ok(())));
    }

    pub(super) fn entered(self: &Rc<Self>, snapshot: RoomSnapshot, mut rejoin: Rejoin) -> Room {
        let id = snapshot.info.room.clone();
        rejoin.join.get_or_insert_with(|| join_of(id.clone()));
        if let Some(create) = &mut rejoin.create {
            create.room = Some(id.clone());
        }
        let room = Room::enter(Client(Rc::clone(self)), snapshot, rejoin);
        self.rooms.borrow_mut().insert(id, Rc::downgrade(&room.0));
        room
    }

    pub(super) fn failed(&self, token: u64) {
        match self.waiting.borrow_mut().remove(&token) {
            Some(Waits::Entry(sender, _)) => drop(sender.send(Err(JoinError::Other(Error::Offline)))),
            Some(Waits::Again(sender)) => drop(sender.send(Err(JoinError::Other(Error::Offline)))),
            Some(Waits::Answer(sender)) => drop(sender.send(Err(Error::Offline))),
            // It is made again after the next welcome.
            Some(Waits::Knocked(_)) | None => {}
        }
    }

    pub(super) fn ended(self: &Rc<Self>, why: SessionEnd) {
        self.status.set(SignalingStatus::Offline);
        if let Some(sender) = self.welcome.borrow_mut().take() {
            drop(sender.send(Err(Error::Offline)));
        }
        self.no_answers();
        for room in self.live_rooms() {
            room.emit([Event::SignalingEnded { why }]);
        }
    }

    pub(super) fn command(self: &Rc<Self>, message: ClientMsg, waiting: Option<Waits>) {
        let token = self.next_token.get();
        self.next_token.set(token + 1);
        if let Some(waiting) = waiting {
            self.waiting.borrow_mut().insert(token, waiting);
        }
        self.feed(SessionIn::Command { token, message: Box::new(message) });
    }

    pub(super) async fn ask(self: &Rc<Self>, message: ClientMsg) -> Result<ServerMsg, Error> {
        let (sender, receiver) = oneshot::channel();
        self.command(message, Some(Waits::Answer(sender)));
        receiver.map(|answer| answer.map_err(|_| Error::Offline)).await?
    }

    pub(super) fn post(self: &Rc<Self>, message: ClientMsg) {
        self.command(message, None);
    }

    pub(super) fn watch_lobby(self: &Rc<Self>) {
        self.post(ClientMsg::WatchLobby {
            filter: LobbyFilter { tags: std::collections::BTreeSet::new(), text: None, only_joinable: false },
        });
    }
}
