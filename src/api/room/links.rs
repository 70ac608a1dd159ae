//! A room's links: who this page is connected to, and what travels where.

use super::RoomInner;
use crate::browser::bindings::same;
use crate::browser::link::Link;
use crate::browser::link_owner::{LinkOwner, Outgoing};
use crate::core::data::DataOut;
use crate::core::event::{Event, LinkPhase, NoWay};
use crate::core::slots::slot_direction;
use crate::core::supervisor::SupervisorConfig;
use crate::core::topology::{Kind, flow};
use crate::protocol::{ClientMsg, DataPath, Flow, IceServer, LinkAssignment, LinkId, PeerId, SignalBody};
use std::rc::{Rc, Weak};

impl RoomInner {
    pub(super) fn connect_links(self: &Rc<Self>) {
        let links: Vec<LinkAssignment> = self.roster.borrow().links().to_vec();
        for link in &links {
            self.connect_link(link);
        }
    }

    pub(super) fn connect_link(self: &Rc<Self>, assignment: &LinkAssignment) {
        let open = self.links.borrow().get(&assignment.peer).cloned();
        if let Some(open) = open {
            open.connect(assignment);
            return;
        }
        // Without direct data no page opens a channel, and the heartbeat is the transport's word.
        let channels = self.state.get().info.plan.data_path == DataPath::Direct;
        let supervision =
            SupervisorConfig { same_engine: assignment.same_engine, heartbeat: channels, ..self.client.supervision() };
        let owner: Weak<RoomInner> = Rc::downgrade(self);
        let link = Link::new(owner, assignment, supervision, channels);
        self.links.borrow_mut().insert(assignment.peer.clone(), Rc::clone(&link));
        let files = self.files.borrow().clone();
        if let Some(files) = files {
            files.attach(&link);
        }
    }
}

impl RoomInner {
    /// Ends a link that the server took away. One with a newer id stays: a rebuild is a `LinkUp` alone.
    pub(super) fn take_down(&self, peer: &PeerId, link: LinkId) {
        if self.link(peer).is_some_and(|open| open.id() == Some(link)) {
            self.drop_link(peer);
            // Nobody looks for a way any more.
            self.no_way(peer, None);
        }
    }

    /// Nothing goes to that person any more.
    pub(super) fn drop_link(&self, peer: &PeerId) {
        let closed = self.links.borrow_mut().remove(peer);
        drop(closed);
        let files = self.files.borrow().clone();
        if let Some(files) = files {
            files.left(peer);
        }
    }

    /// Has a connection made anew that this side no longer has, or never had.
    pub(super) fn rebuild(self: &Rc<Self>, assignment: &LinkAssignment) {
        self.connect_link(assignment);
        self.request_rebuild(&assignment.peer, assignment.link);
    }
}

impl LinkOwner for RoomInner {
    fn signal(&self, peer: &PeerId, link: LinkId, body: SignalBody) {
        self.client.post(ClientMsg::Signal { room: self.id.clone(), to: peer.clone(), link, body });
    }

    fn request_rebuild(&self, peer: &PeerId, link: LinkId) {
        self.client.post(ClientMsg::RebuildLink { room: self.id.clone(), peer: peer.clone(), link });
    }

    fn phase_changed(&self, peer: &PeerId, phase: LinkPhase) {
        let mut events = Vec::new();
        self.roster.borrow_mut().set_link(peer, phase, &mut events);
        self.emit(events);
    }

    fn reached(&self) {
        self.reached.set(true);
    }

    fn tracks_changed(&self, peer: &PeerId) {
        let Some(link) = self.links.borrow().get(peer).cloned() else { return };
        let who = self.state_now().others.into_iter().find(|other| other.who.peer == *peer);
        let Some(who) = who else { return };
        let (bindings, received) = link.received();
        let found = self.streams.refresh(&who.who, &bindings, &received);
        let mut events = Vec::new();
        for item in found {
            let started = who.started.contains(&item.publication);
            let Some(publication) = who.who.publications.iter().find(|other| other.id == item.publication) else {
                continue;
            };
            if item.flowing && !started {
                self.roster.borrow_mut().media_started(&item.publication, &mut events);
            } else if item.new {
                // A page that already drew it can attach it now.
                events.push(Event::MediaChanged {
                    publication: item.publication.clone(),
                    audio: publication.audio,
                    video: publication.video,
                });
            }
        }
        if !events.is_empty() {
            self.emit(events);
        }
    }

    fn outgoing(&self, peer: &PeerId) -> Outgoing {
        let state = self.state_now();
        let Some(theirs) = state.others.iter().find(|other| other.who.peer == *peer).map(|other| other.who.role) else {
            return Outgoing::default();
        };
        let (plan, mine) = (state.info.plan, state.me.role);
        let published = self.published.borrow();
        let on_place = |kind: Kind| {
            let publication = published.iter().find(|publication| publication.place == Some(kind))?;
            if publication.paused.get() {
                return None;
            }
            let media = publication.media.borrow();
            if kind == Kind::Video { media.video().cloned() } else { media.audio().cloned() }
        };
        let place = |kind: Kind| {
            if flow(&plan, kind) == Flow::Off {
                return None;
            }
            slot_direction(&plan, kind, mine, theirs).map(|direction| (direction, on_place(kind)))
        };
        let mut extras = Vec::new();
        for publication in published.iter().filter(|publication| publication.place.is_none()) {
            let media = publication.media.borrow();
            for track in [media.audio(), media.video()].into_iter().flatten() {
                extras.push((publication.id.clone(), same(track), media.stream(), publication.encoding.get()));
            }
        }
        let encoding = |kind| {
            let on_it = published.iter().find(|publication| publication.place == Some(kind));
            on_it.map(|publication| publication.encoding.get()).unwrap_or_default()
        };
        let encodings = [encoding(Kind::Audio), encoding(Kind::Video)];
        Outgoing { audio: place(Kind::Audio), video: place(Kind::Video), extras, encodings }
    }

    fn data(&self, peer: &PeerId, about: DataOut) {
        if let Some(room) = self.this.upgrade() {
            room.take_data(peer, about);
        }
    }

    fn no_way(&self, peer: &PeerId, why: Option<NoWay>) {
        let mut events = Vec::new();
        self.roster.borrow_mut().set_no_way(peer, why, &mut events);
        self.emit(events);
    }

    fn relay_refused(&self) {
        self.client.relay_refused();
    }

    fn ice(&self) -> (Vec<IceServer>, bool) {
        self.client.ice()
    }
}
