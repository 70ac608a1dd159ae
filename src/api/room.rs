//! A room this page is in.

use crate::api::client::{Client, Rejoin};
use crate::api::events::{EventHub, Events};
use crate::api::local_media::LocalMedia;
use crate::api::publication::{LocalPublication, PublicationInner};
use crate::api::remote_media::RemoteMedia;
use crate::api::watch::{Subscription, Watch};
use crate::browser::link::{Link, LinkOwner, Outgoing};
use crate::browser::streams::RemoteStreams;
use crate::core::event::{Event, LinkPhase, MediaEnd, RoomState};
use crate::core::roster::Roster;
use crate::core::slots::slot_direction;
use crate::core::supervisor::{LinkIn, SupervisorConfig};
use crate::core::topology::{Kind, flow, may_send};
use crate::error::{Error, PublishError};
use crate::protocol::{
    ClientMsg, CloseReason, DataPath, Flow, IceServer, LinkAssignment, LinkId, PeerId, Presence, PublicationId, RoomId,
    RoomSnapshot, ServerMsg, SignalBody, Source, TrackState,
};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

/// A room this page is in: who is there, what they publish, and what this page publishes.
///
/// Cheap to clone. When the last clone is dropped, this page leaves. After leaving, or when the room has ended, every
/// clone answers [`Error::RoomGone`]; joining again makes a new one.
#[derive(Clone)]
pub struct Room(pub(crate) Rc<RoomInner>);

pub(crate) struct RoomInner {
    id: RoomId,
    client: Client,
    rejoin: RefCell<Rejoin>,
    roster: RefCell<Roster>,
    state: Watch<RoomState>,
    events: EventHub,
    links: RefCell<BTreeMap<PeerId, Rc<Link>>>,
    streams: RemoteStreams,
    published: RefCell<Vec<Rc<PublicationInner>>>,
    next_publication: Cell<u32>,
    gone: Cell<bool>,
}

impl Room {
    pub(crate) fn enter(client: Client, snapshot: RoomSnapshot, rejoin: Rejoin) -> Self {
        let roster = Roster::new(snapshot);
        let state = roster.state();
        let inner = Rc::new(RoomInner {
            id: state.info.room.clone(),
            client,
            rejoin: RefCell::new(rejoin),
            roster: RefCell::new(roster),
            state: Watch::new(state),
            events: EventHub::default(),
            links: RefCell::default(),
            streams: RemoteStreams::default(),
            published: RefCell::default(),
            next_publication: Cell::new(1),
            gone: Cell::new(false),
        });
        inner.connect_links();
        Self(inner)
    }

    /// Its id in the lobby.
    pub fn id(&self) -> RoomId {
        self.0.id.clone()
    }

    /// Everything about it at this moment, and whenever it changes: what a page draws.
    pub fn state(&self) -> Watch<RoomState> {
        self.0.state.clone()
    }

    /// What happens in it, from now on: what a page notifies of.
    pub fn events(&self) -> Events {
        self.0.events.events()
    }

    /// Calls `f` with each event until the subscription is dropped.
    pub fn on(&self, f: impl FnMut(&Event) + 'static) -> Subscription {
        self.0.events.on(f)
    }

    /// What somebody else publishes, once it has begun to arrive.
    pub fn media(&self, id: &PublicationId) -> Option<RemoteMedia> {
        let stream = self.0.streams.get(id)?;
        let (room, id) = (Rc::downgrade(&self.0), id.clone());
        let blocked = Rc::new(move || {
            if let Some(room) = room.upgrade() {
                room.emit([Event::PlaybackBlocked { publication: id.clone() }]);
            }
        });
        Some(RemoteMedia { stream, blocked })
    }

    /// Sends a source to everybody whom the room's plan lets have it, now and later.
    ///
    /// # Errors
    ///
    /// `NotAllowed` when the plan does not let this person's role send that kind; nothing is negotiated then.
    pub async fn publish(&self, media: LocalMedia) -> Result<LocalPublication, PublishError> {
        self.0.publish(media)
    }

    /// What this page publishes here.
    pub fn published(&self) -> Vec<LocalPublication> {
        self.0.published.borrow().iter().cloned().map(LocalPublication).collect()
    }

    /// Mutes or unmutes everything this page publishes here.
    pub fn mute_all(&self, muted: bool) {
        for publication in self.published() {
            publication.set_muted(muted);
        }
    }

    /// What others see beside the name: away, hand raised, recording, a status.
    ///
    /// # Errors
    ///
    /// `RoomGone` after the room.
    pub fn set_presence(&self, presence: Presence) -> Result<(), Error> {
        self.0.here()?;
        self.0.client.post(ClientMsg::SetPresence { room: self.0.id.clone(), presence });
        Ok(())
    }

    /// Leaves; the room lives on for the others.
    ///
    /// # Errors
    ///
    /// `RoomGone` when there was nothing to leave any more.
    pub async fn leave(self) -> Result<(), Error> {
        self.0.here()?;
        self.0.end();
        self.0.client.ask(ClientMsg::LeaveRoom { room: self.0.id.clone() }).await.map(drop)
    }

    /// Ends the room for everybody; for its host only.
    ///
    /// # Errors
    ///
    /// The server's refusal when this person is not the host; the room is left in no case.
    pub async fn close(self) -> Result<(), Error> {
        self.0.here()?;
        let closed = self.0.client.ask(ClientMsg::CloseRoom { room: self.0.id.clone(), reason: None }).await;
        if closed.is_ok() {
            self.0.end();
        }
        closed.map(drop)
    }

    /// Whether the room has been left or has ended.
    pub fn is_gone(&self) -> bool {
        self.0.gone.get()
    }

    /// Tries the way to somebody again now, after it failed.
    ///
    /// # Errors
    ///
    /// `NoSuchPeer` when there is no way to that person.
    pub fn retry(&self, peer: &PeerId) -> Result<(), Error> {
        let link = self.0.links.borrow().get(peer).cloned().ok_or(Error::NoSuchPeer)?;
        link.supervise(LinkIn::Retry);
        Ok(())
    }
}

impl RoomInner {
    pub fn id(&self) -> &RoomId {
        &self.id
    }

    pub fn rejoin(&self) -> Rejoin {
        self.rejoin.borrow().clone()
    }

    fn here(&self) -> Result<(), Error> {
        if self.gone.get() { Err(Error::RoomGone) } else { Ok(()) }
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
            ServerMsg::LinkDown { peer, link, .. } => {
                let current = self.links.borrow().get(peer).is_some_and(|open| open.id() == Some(*link));
                if current {
                    let closed = self.links.borrow_mut().remove(peer);
                    drop(closed);
                }
            }
            ServerMsg::PeerLeft { peer, .. } => {
                let closed = self.links.borrow_mut().remove(peer);
                drop(closed);
                self.streams.forget(peer);
            }
            ServerMsg::PeerChanged { .. } | ServerMsg::HostChanged { .. } | ServerMsg::RoomChanged { .. } => {
                self.drop_forbidden();
            }
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

    /// Takes the whole room anew, after a session was resumed or begun again.
    pub fn reset(self: &Rc<Self>, snapshot: RoomSnapshot) {
        if self.gone.get() {
            return;
        }
        let mut events = Vec::new();
        self.roster.borrow_mut().reset(snapshot, &mut events);
        let links: Vec<LinkAssignment> = self.roster.borrow().links().to_vec();
        let stale: Vec<Rc<Link>> = {
            let mut open = self.links.borrow_mut();
            let stale: Vec<PeerId> =
                open.keys().filter(|peer| !links.iter().any(|link| link.peer == **peer)).cloned().collect();
            stale.iter().filter_map(|peer| open.remove(peer)).collect()
        };
        drop(stale);
        for link in &links {
            let known = self.links.borrow().get(&link.peer).and_then(|open| open.id());
            match known {
                Some(id) if id == link.link => {}
                // The other end may have been talking to a connection that is no more.
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
        let links: Vec<_> = self.links.borrow().values().cloned().collect();
        for link in links {
            link.supervise(LinkIn::Signaling(on));
        }
    }

    /// The network came back, or another one.
    pub fn network_changed(&self) {
        let links: Vec<_> = self.links.borrow().values().cloned().collect();
        for link in links {
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

    fn publish_state(&self) {
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
        let published = std::mem::take(&mut *self.published.borrow_mut());
        drop(published);
        self.events.end();
        self.client.forget_room(&self.id);
    }

    // ---- links ----

    fn connect_links(self: &Rc<Self>) {
        let links: Vec<LinkAssignment> = self.roster.borrow().links().to_vec();
        for link in &links {
            self.connect_link(link);
        }
    }

    fn connect_link(self: &Rc<Self>, assignment: &LinkAssignment) {
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
        self.links.borrow_mut().insert(assignment.peer.clone(), link);
    }

    // ---- publishing ----

    fn publish(self: &Rc<Self>, media: LocalMedia) -> Result<LocalPublication, PublishError> {
        self.here()?;
        let (source, plan, role) = {
            let state = self.state.get();
            (media.source(), state.info.plan, state.me.role)
        };
        for kind in kinds(&media) {
            if !may_send(&plan, kind, role) {
                return Err(PublishError::NotAllowed { kind });
            }
        }
        let place = match source {
            Source::Microphone => Some(Kind::Audio),
            Source::Camera => Some(Kind::Video),
            _ => None,
        }
        .filter(|place| !self.published.borrow().iter().any(|other| other.place == Some(*place)));
        let id = self.mint()?;
        let publication = Rc::new(PublicationInner {
            id: id.clone(),
            source,
            place,
            room: Rc::downgrade(self),
            muted: Cell::new(false),
            ending: RefCell::default(),
            media: RefCell::new(media.clone()),
        });
        let (audio, video) = media.track_states();
        publication.muted.set([audio, video].contains(&TrackState::Muted));
        self.published.borrow_mut().push(Rc::clone(&publication));
        let links: Vec<_> = self.links.borrow().values().cloned().collect();
        for link in links {
            link.update_outgoing(|connection| match place {
                Some(kind) => {
                    let track = if kind == Kind::Video { media.video() } else { media.audio() };
                    connection.set_place_track(kind == Kind::Video, track);
                }
                None => {
                    for track in [media.audio(), media.video()].into_iter().flatten() {
                        drop(connection.add_extra(&id, track, &media.stream()));
                    }
                }
            });
        }
        self.watch_ending(&publication);
        self.announce_publications();
        Ok(LocalPublication(publication))
    }

    fn mint(&self) -> Result<PublicationId, PublishError> {
        let number = self.next_publication.get();
        self.next_publication.set(number + 1);
        let me = self.state.get().me.peer;
        let short: String = me.as_str().chars().take(20).collect();
        format!("{short}-{number}").parse().map_err(|_| PublishError::Other(Error::Unsupported("that many sources")))
    }

    /// Ends the publication when its source ends by itself.
    pub fn watch_ending(self: &Rc<Self>, publication: &Rc<PublicationInner>) {
        let (room, id) = (Rc::downgrade(self), publication.id.clone());
        let mut first = true;
        let ended = publication.media.borrow().ended();
        let subscription = ended.subscribe(move |ended| {
            let was_first = std::mem::take(&mut first);
            if *ended
                && !was_first
                && let Some(room) = room.upgrade()
            {
                let from = room.state.get().me.peer;
                room.unpublish(&id);
                room.emit([Event::MediaEnded { publication: id.clone(), from, why: MediaEnd::SourceEnded }]);
            }
        });
        let before = publication.ending.replace(Some(subscription));
        drop(before);
    }

    /// Puts the publication's present tracks under its senders.
    pub fn replace_tracks(&self, publication: &PublicationInner) {
        let media = publication.media.borrow().clone();
        let links: Vec<_> = self.links.borrow().values().cloned().collect();
        for link in links {
            link.update_outgoing(|connection| match publication.place {
                Some(Kind::Video) => connection.set_place_track(true, media.video()),
                Some(_) => connection.set_place_track(false, media.audio()),
                None => {
                    connection.replace_extra(&publication.id, false, media.audio());
                    connection.replace_extra(&publication.id, true, media.video());
                }
            });
        }
    }

    pub fn unpublish(&self, id: &PublicationId) {
        let gone = {
            let mut published = self.published.borrow_mut();
            published.iter().position(|publication| publication.id == *id).map(|at| published.remove(at))
        };
        let Some(gone) = gone else { return };
        let links: Vec<_> = self.links.borrow().values().cloned().collect();
        for link in links {
            link.update_outgoing(|connection| match gone.place {
                Some(kind) => connection.set_place_track(kind == Kind::Video, None),
                None => connection.remove_extra(id),
            });
        }
        self.announce_publications();
    }

    /// Tells the room what this page publishes.
    pub fn announce_publications(&self) {
        if self.gone.get() {
            return;
        }
        let publications: Vec<_> = self.published.borrow().iter().map(|publication| publication.describe()).collect();
        self.roster.borrow_mut().set_my_publications(publications.clone());
        self.publish_state();
        self.client.post(ClientMsg::Publish { room: self.id.clone(), publications });
    }

    /// Takes back what a lowered role or a changed plan no longer allows, and turns the places accordingly.
    fn drop_forbidden(&self) {
        let state = self.state_now();
        let forbidden: Vec<PublicationId> = self
            .published
            .borrow()
            .iter()
            .filter(|publication| {
                let media = publication.media.borrow();
                kinds(&media).into_iter().any(|kind| !may_send(&state.info.plan, kind, state.me.role))
            })
            .map(|publication| publication.id.clone())
            .collect();
        for id in forbidden {
            self.unpublish(&id);
        }
        let links: Vec<_> = self.links.borrow().iter().map(|(peer, link)| (peer.clone(), Rc::clone(link))).collect();
        for (peer, link) in links {
            let Some(theirs) = state.others.iter().find(|other| other.who.peer == peer).map(|other| other.who.role)
            else {
                continue;
            };
            link.update_outgoing(|connection| {
                for (video, kind) in [(false, Kind::Audio), (true, Kind::Video)] {
                    if let Some(direction) = slot_direction(&state.info.plan, kind, state.me.role, theirs)
                        && connection.has_place(video)
                    {
                        connection.set_place_direction(video, direction);
                    }
                }
            });
        }
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

    fn state_now(&self) -> RoomState {
        self.roster.borrow().state()
    }
}

/// What a source needs leave to send.
fn kinds(media: &LocalMedia) -> Vec<Kind> {
    if media.source() == Source::Screen {
        return vec![Kind::Screen];
    }
    let (audio, video) = media.track_states();
    let mut kinds = Vec::new();
    if audio != TrackState::Absent {
        kinds.push(Kind::Audio);
    }
    if video != TrackState::Absent {
        kinds.push(Kind::Video);
    }
    kinds
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
                extras.push((publication.id.clone(), track.clone(), media.stream()));
            }
        }
        Outgoing { audio: place(Kind::Audio), video: place(Kind::Video), extras }
    }

    fn ice(&self) -> (Vec<IceServer>, bool) {
        self.client.ice()
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

impl std::fmt::Debug for Room {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Room").field("id", &self.0.id).field("gone", &self.0.gone.get()).finish_non_exhaustive()
    }
}
