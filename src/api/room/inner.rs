//! What a room holds, and how the server's messages change it.

use crate::api::client::{Client, Rejoin};
use crate::api::events::EventHub;
use crate::api::files::RoomFiles;
use crate::api::publication::{LocalPublication, PublicationInner};
use crate::api::statistics::Sampler;
use crate::api::watch::Watch;
use crate::browser::link::Link;
use crate::browser::link_owner::LinkOwner;
use crate::browser::streams::RemoteStreams;
use crate::core::event::{Event, Quality, RoomState};
use crate::core::roster::Roster;
use crate::core::supervisor::LinkIn;
use crate::error::Error;
use crate::protocol::{
    ClientMsg, CloseReason, LinkAssignment, MediaAsk, PeerId, PublicationId, ResumeOutcome, RoomId, RoomSnapshot,
    ServerMsg,
};
use litemap::LiteMap;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Shared by every handle of one room.
pub(crate) struct RoomInner {
    pub(super) this: Weak<RoomInner>,
    pub(super) id: RoomId,
    pub(super) client: Client,
    pub(super) rejoin: RefCell<Rejoin>,
    pub(super) roster: RefCell<Roster>,
    pub(super) state: Watch<RoomState>,
    /// The browser has said of one of the links that it is connected.
    pub(super) reached: Watch<bool>,
    pub(super) events: EventHub,
    pub(super) links: RefCell<LiteMap<PeerId, Rc<Link>>>,
    pub(super) streams: RemoteStreams,
    pub(super) published: RefCell<Vec<Rc<PublicationInner>>>,
    pub(crate) files: RefCell<Option<Rc<dyn RoomFiles>>>,
    pub(crate) sampler: RefCell<Option<Rc<Sampler>>>,
    pub(super) gone: Cell<bool>,
}

impl RoomInner {
    pub fn id(&self) -> &RoomId {
        &self.id
    }

    pub fn rejoin(&self) -> Rejoin {
        self.rejoin.borrow().clone()
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Tells an event that changes no state.
    pub fn tell(&self, event: &Event) {
        self.events.emit(event);
    }

    /// The ways to all the others.
    pub fn all_links(&self) -> Vec<Rc<Link>> {
        self.links.borrow().values().cloned().collect()
    }

    /// The way to somebody.
    pub fn link(&self, peer: &PeerId) -> Option<Rc<Link>> {
        self.links.borrow().get(peer).cloned()
    }

    pub(super) fn here(&self) -> Result<(), Error> {
        if self.gone.get() { Err(Error::RoomGone) } else { Ok(()) }
    }

    pub fn is_gone(&self) -> bool {
        self.gone.get()
    }

    /// Whether somebody is one of the others here.
    pub fn is_member(&self, peer: &PeerId) -> bool {
        self.roster.borrow().is_there(peer)
    }

    /// Something of somebody stands still, or flows again.
    pub fn media_stalled(&self, publication: &PublicationId, stalled: bool) {
        let mut events = Vec::new();
        self.roster.borrow_mut().media_stalled(publication, stalled, &mut events);
        self.emit(events);
    }

    /// Shows how well the way to somebody does.
    pub fn set_quality(&self, peer: &PeerId, quality: Quality) {
        self.roster.borrow_mut().set_quality(peer, quality);
        self.publish_state();
    }

    /// Takes a message of the server about this room.
    pub fn receive(self: &Rc<Self>, message: &ServerMsg) {
        if self.gone.get() {
            return;
        }
        if let ServerMsg::Signal { from, link, body, .. } = message {
            let to = self.links.borrow().get(from).cloned();
            if let Some(to) = to {
                to.receive(*link, body.clone());
            }
            return;
        }
        let mut events = Vec::new();
        self.roster.borrow_mut().apply(message, &mut events);
        match message {
            ServerMsg::LinkUp { link, .. } => self.connect_link(link),
            ServerMsg::LinkDown { peer, link, .. } => self.take_down(peer, *link),
            ServerMsg::PeerLeft { peer, .. } => {
                self.drop_link(peer);
                self.streams.forget(peer);
            }
            ServerMsg::PeerChanged { .. } | ServerMsg::HostChanged { .. } | ServerMsg::RoomChanged { .. } => {
                self.drop_forbidden();
            }
            ServerMsg::MediaAsked { ask, .. } => self.obey(ask),
            _ => {}
        }
        let over = events.iter().any(|event| matches!(event, Event::RoomClosed { .. } | Event::Ejected { .. }));
        self.emit(events);
        if over {
            self.end();
        }
        if let ServerMsg::PeerChanged { peer, .. } | ServerMsg::PeerJoined { peer, .. } = message {
            self.tracks_changed(&peer.peer);
        }
    }

    /// Does what the server lets nobody ask who may not have it done; everything else is for the person.
    fn obey(&self, ask: &MediaAsk) {
        let (MediaAsk::Mute(id) | MediaAsk::Stop(id)) = ask else { return };
        let own = self.published.borrow().iter().find(|own| own.id == *id).cloned().map(LocalPublication);
        match (own, ask) {
            (Some(own), MediaAsk::Mute(_)) => own.set_muted(true),
            (Some(own), _) => own.unpublish().stop(),
            (None, _) => {}
        }
    }

    /// Takes the whole room anew: `again` after a session was resumed, otherwise after it was begun anew.
    pub fn reset(self: &Rc<Self>, snapshot: RoomSnapshot, again: bool) {
        if self.gone.get() {
            return;
        }
        let mut events = Vec::new();
        self.roster.borrow_mut().reset(snapshot, &mut events);
        let links: Vec<LinkAssignment> = self.roster.borrow().links().to_vec();
        let stale: Vec<PeerId> = {
            let open = self.links.borrow();
            open.keys().filter(|peer| !links.iter().any(|link| link.peer == **peer)).cloned().collect()
        };
        stale.iter().for_each(|peer| self.drop_link(peer));
        for link in &links {
            let known = self.links.borrow().get(&link.peer).and_then(|open| open.id());
            match known {
                Some(id) if id == link.link => {}
                // Its offer may have been lost with the session: only a new connection is sure to come about.
                _ if again => self.rebuild(link),
                _ => self.connect_link(link),
            }
        }
        let here: Vec<PeerId> = self.roster.borrow().state().others.iter().map(|peer| peer.who.peer.clone()).collect();
        self.emit(events);
        for peer in here {
            self.tracks_changed(&peer);
        }
        self.announce_publications();
        self.set_signaling(true);
    }

    /// Whether the server can be reached.
    pub fn set_signaling(self: &Rc<Self>, on: bool) {
        self.roster.borrow_mut().set_signaling(on);
        self.publish_state();
        for link in self.all_links() {
            link.supervise(LinkIn::Signaling(on));
        }
    }

    /// The server is back, and this page is in the room as far as the server knows.
    pub fn restored(&self, how: ResumeOutcome) {
        self.emit([Event::SignalingRestored { how }]);
    }

    /// The network came back, or another one.
    pub fn network_changed(&self) {
        for link in self.all_links() {
            link.supervise(LinkIn::NetworkChanged);
        }
    }

    /// State first, then the events about it.
    pub fn emit(&self, events: impl IntoIterator<Item = Event>) {
        self.publish_state();
        for event in events {
            self.events.emit(&event);
        }
    }

    pub(super) fn publish_state(&self) {
        let state = self.roster.borrow().state();
        self.state.set(state);
    }

    /// Ends this handle: links, senders, events. The captures live on with whoever holds them.
    pub fn end(&self) {
        if self.gone.replace(true) {
            return;
        }
        let links = std::mem::take(&mut *self.links.borrow_mut());
        drop(links);
        let files = self.files.take();
        if let Some(files) = files {
            files.end();
        }
        let published = std::mem::take(&mut *self.published.borrow_mut());
        drop(published);
        self.events.end();
        self.client.forget_room(&self.id);
    }

    /// The room as it was when the session was lost.
    pub fn state_before(&self) -> RoomState {
        self.state.get()
    }

    /// The room is gone with the server that knew it.
    pub fn lost(&self) {
        self.emit([Event::RoomClosed { why: CloseReason::Other }]);
        self.end();
    }

    pub(super) fn state_now(&self) -> RoomState {
        self.roster.borrow().state()
    }
}

impl Drop for RoomInner {
    fn drop(&mut self) {
        if !self.gone.get() {
            self.end();
            self.client.post(ClientMsg::LeaveRoom { room: self.id.clone() });
        }
    }
}
