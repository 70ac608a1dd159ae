//! What the server's messages mean for rooms, lists and waiting calls.

use super::session_driver::{ClientInner, Waiting};
use super::{Client, Rejoin, join_of};
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
        self.ice.replace(welcome.ice.clone());
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
                    if !welcome.rooms.iter().any(|snapshot| snapshot.info.room == *room.id()) {
                        room.lost();
                    }
                }
                for snapshot in welcome.rooms {
                    match self.room(&snapshot.info.room) {
                        Some(room) => {
                            room.reset(snapshot, true);
                            room.restored(welcome.resumed);
                        }
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
            ServerMsg::IceServers(servers) => drop(self.ice.replace(servers.clone())),
            ServerMsg::Joined(snapshot) => {
                if let Some(room) = self.room(&snapshot.info.room) {
                    room.reset((**snapshot).clone(), true);
                }
            }
            other => {
                if let Some(room) = room_of_message(other).and_then(|id| self.room(id)) {
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
            (Some(Waiting::Room(sender, rejoin)), ServerMsg::Joined(snapshot)) => {
                drop(sender.send(Ok(self.entered(*snapshot, rejoin))));
            }
            (Some(Waiting::Again(sender, room)), ServerMsg::Joined(snapshot)) => {
                if let Some(room) = self.room(&room) {
                    room.reset(*snapshot, false);
                    room.restored(ResumeOutcome::Fresh);
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
            Some(Waiting::Room(sender, _)) => drop(sender.send(Err(JoinError::Other(Error::Offline)))),
            Some(Waiting::Again(sender, _)) => drop(sender.send(Err(JoinError::Other(Error::Offline)))),
            Some(Waiting::Answer(sender)) => drop(sender.send(Err(Error::Offline))),
            None => {}
        }
    }

    pub(super) fn ended(self: &Rc<Self>, why: SessionEnd) {
        self.status.set(SignalingStatus::Offline);
        if let Some(sender) = self.welcome.borrow_mut().take() {
            drop(sender.send(Err(Error::Offline)));
        }
        for room in self.live_rooms() {
            room.emit([Event::SignalingEnded { why }]);
        }
    }

    pub(super) fn command(self: &Rc<Self>, message: ClientMsg, waiting: Option<Waiting>) {
        let token = self.next_token.get();
        self.next_token.set(token + 1);
        if let Some(waiting) = waiting {
            self.waiting.borrow_mut().insert(token, waiting);
        }
        self.feed(SessionIn::Command { token, message: Box::new(message) });
    }

    pub(super) async fn ask(self: &Rc<Self>, message: ClientMsg) -> Result<ServerMsg, Error> {
        let (sender, receiver) = oneshot::channel();
        self.command(message, Some(Waiting::Answer(sender)));
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
