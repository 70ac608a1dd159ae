//! A room this page is in.

use crate::api::client::{Client, Rejoin};
use crate::api::events::{EventHub, Events};
use crate::api::local_media::LocalMedia;
use crate::api::peer::Peer;
use crate::api::publication::LocalPublication;
use crate::api::remote_media::RemoteMedia;
use crate::api::watch::{Subscription, Watch};
use crate::browser::streams::RemoteStreams;
use crate::core::event::{Event, RoomState};
use crate::core::roster::Roster;
use crate::error::{Error, PublishError};
use crate::protocol::{ClientMsg, PeerId, Presence, PublicationId, RoomId, RoomSnapshot};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

mod conversation;
mod inner;
mod links;
mod moderation;
mod publishing;
mod sending;

pub(crate) use inner::RoomInner;
pub use sending::{Channel, Reliability};

/// A room this page is in: who is there, what they publish, and what this page publishes.
///
/// Cheap to clone. When the last clone is dropped, this page leaves. After leaving, or when the room has ended, every
/// clone answers [`Error::RoomGone`]; joining again makes a new one.
#[derive(Clone)]
pub struct Room(pub(crate) Rc<RoomInner>);

impl Room {
    pub(crate) fn enter(client: Client, snapshot: RoomSnapshot, rejoin: Rejoin) -> Self {
        let roster = Roster::new(snapshot);
        let state = roster.state();
        let inner = Rc::new_cyclic(|this| RoomInner {
            this: this.clone(),
            id: state.info.room.clone(),
            client,
            rejoin: RefCell::new(rejoin),
            roster: RefCell::new(roster),
            state: Watch::new(state),
            reached: Watch::new(false),
            events: EventHub::default(),
            links: RefCell::default(),
            streams: RemoteStreams::default(),
            published: RefCell::default(),
            files: RefCell::default(),
            sampler: RefCell::default(),
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

    /// True from when the browser says for the first time that one of the others is connected.
    ///
    /// The proof of it, [`LinkPhase::Connected`](crate::core::event::LinkPhase::Connected), takes another round trip. A
    /// page that draws its room now, instead of as soon as it is in, shows the first picture sooner: until here the
    /// processor is wanted for agreeing on the call, and the picture itself is on its way.
    pub fn reached(&self) -> Watch<bool> {
        self.0.reached.clone()
    }

    /// Whether the room has been left or has ended.
    pub fn is_gone(&self) -> bool {
        self.0.gone.get()
    }

    /// One of the others.
    pub fn peer(&self, id: &PeerId) -> Option<Peer> {
        let is_here = self.0.state.get().others.iter().any(|other| other.who.peer == *id);
        is_here.then(|| Peer { id: id.clone(), room: Rc::downgrade(&self.0) })
    }
}

impl std::fmt::Debug for Room {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Room").field("id", &self.0.id).field("gone", &self.0.gone.get()).finish_non_exhaustive()
    }
}
