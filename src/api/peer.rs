//! One of the others, and the way to them.

use crate::api::room::RoomInner;
use crate::browser::link::Link;
use crate::browser::link_owner::LinkOwner as _;
use crate::core::event::PeerState;
use crate::core::supervisor::LinkIn;
use crate::error::Error;
use crate::protocol::PeerId;
use std::rc::{Rc, Weak};
use web_sys::RtcPeerConnection;

/// A handle on one of the others in a room. Cheap to clone; it keeps nobody there.
#[derive(Clone)]
pub struct Peer {
    pub(crate) id: PeerId,
    pub(crate) room: Weak<RoomInner>,
}

impl Peer {
    /// Their id.
    pub fn id(&self) -> &PeerId {
        &self.id
    }

    /// Who they are and how the way to them stands; `None` once they have left.
    pub fn state(&self) -> Option<PeerState> {
        let state = self.room.upgrade()?.state_before();
        state.others.into_iter().find(|other| other.who.peer == self.id)
    }

    /// Has the connection with them made anew. What is under way goes on over the new one.
    ///
    /// The library does so by itself when it is needed; this is for a button, and for tests.
    ///
    /// # Errors
    ///
    /// `NoSuchPeer` when there is no way to that person.
    pub fn restart(&self) -> Result<(), Error> {
        let (room, link) = self.link()?;
        let id = link.id().ok_or(Error::NoSuchPeer)?;
        room.request_rebuild(&self.id, id);
        Ok(())
    }

    /// Tries the way to them again now, after it failed.
    ///
    /// # Errors
    ///
    /// `NoSuchPeer` when there is no way to that person.
    pub fn retry(&self) -> Result<(), Error> {
        self.link()?.1.supervise(LinkIn::Retry);
        Ok(())
    }

    /// The connection that carries the link now, for diagnostics and experiments. Negotiating on it is unsupported.
    pub fn raw(&self) -> Option<RtcPeerConnection> {
        self.link().ok()?.1.raw()
    }

    fn link(&self) -> Result<(Rc<RoomInner>, Rc<Link>), Error> {
        let room = self.room.upgrade().ok_or(Error::RoomGone)?;
        let link = room.link(&self.id).ok_or(Error::NoSuchPeer)?;
        Ok((room, link))
    }
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Peer").field("id", &self.id).finish_non_exhaustive()
    }
}
