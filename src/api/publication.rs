//! What this side publishes.

use crate::api::local_media::{CameraOptions, LocalMedia, MicOptions};
use crate::api::room::RoomInner;
use crate::api::watch::Subscription;
use crate::core::encoding::Encoding;
use crate::core::event::DeviceId;
use crate::core::topology::Kind;
use crate::error::MediaError;
use crate::protocol::{Publication, PublicationId, Source, TrackState};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// One source as it is published in one room.
///
/// Cheap to clone. Dropping it changes nothing: the room publishes until [`unpublish`](Self::unpublish) or the end of
/// the room.
#[derive(Clone)]
pub struct LocalPublication(pub(crate) Rc<PublicationInner>);

pub(crate) struct PublicationInner {
    pub id: PublicationId,
    pub source: Source,
    pub media: RefCell<LocalMedia>,
    /// The standing place it has on every link; without one it travels on senders of its own.
    pub place: Option<Kind>,
    pub room: Weak<RoomInner>,
    pub muted: Cell<bool>,
    pub paused: Cell<bool>,
    pub encoding: Cell<Encoding>,
    /// Watches for the source to end by itself.
    pub ending: RefCell<Option<Subscription>>,
}

impl PublicationInner {
    pub fn describe(&self) -> Publication {
        let media = self.media.borrow();
        let (audio, video) = media.track_states();
        let state = |state| match state {
            TrackState::Absent => TrackState::Absent,
            _ if self.paused.get() => TrackState::Paused,
            TrackState::Live | TrackState::Muted if self.muted.get() => TrackState::Muted,
            other => other,
        };
        Publication {
            id: self.id.clone(),
            source: self.source,
            audio: state(audio),
            video: state(video),
            label: String::new(),
        }
    }
}

impl LocalPublication {
    /// Its id, the same for everybody and for its whole life.
    pub fn id(&self) -> PublicationId {
        self.0.id.clone()
    }

    /// What kind of source it is.
    pub fn source(&self) -> Source {
        self.0.source
    }

    /// The source under it now.
    pub fn media(&self) -> LocalMedia {
        self.0.media.borrow().clone()
    }

    /// Whether it is muted.
    pub fn is_muted(&self) -> bool {
        self.0.muted.get()
    }

    /// Mutes or unmutes at once; the device stays open, and everybody in the room is told.
    ///
    /// A muted microphone sends silence, a muted camera black. A receiving browser is told nothing by that (W3C
    /// WebRTC), which is why the state goes through the room.
    pub fn set_muted(&self, muted: bool) {
        self.0.muted.set(muted);
        self.0.media.borrow().set_enabled(!muted);
        if let Some(room) = self.0.room.upgrade() {
            room.announce_publications();
        }
    }

    /// Changes what it may take of the way to each receiver, now and on later connections; nothing is negotiated.
    pub fn set_encoding(&self, encoding: Encoding) {
        self.0.encoding.set(encoding);
        let links = self.0.room.upgrade().map(|room| room.all_links()).unwrap_or_default();
        for link in links {
            link.update_outgoing(|connection| match self.0.place {
                Some(kind) => connection.set_place_encoding(kind == Kind::Video, encoding),
                None => connection.set_extra_encoding(&self.0.id, encoding),
            });
        }
    }

    /// What it may take.
    pub fn encoding(&self) -> Encoding {
        self.0.encoding.get()
    }

    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        self.0.paused.get()
    }

    /// Takes it off the wire and releases the device, so that its light goes out; [`replace`](Self::replace) with a
    /// new capture goes on, under the same id.
    pub fn pause(&self) {
        // Its end is meant; it must not end the publication.
        let ending = self.0.ending.borrow_mut().take();
        drop(ending);
        self.0.paused.set(true);
        self.0.media.borrow().stop();
        if let Some(room) = self.0.room.upgrade() {
            room.replace_tracks(&self.0);
            room.announce_publications();
        }
    }

    /// Puts another source under it: no negotiation, the same id, and viewers see no end.
    ///
    /// # Errors
    ///
    /// `Ended` when the room is gone or the new source has ended already.
    pub fn replace(&self, media: LocalMedia) -> Result<(), MediaError> {
        let room = self.0.room.upgrade().ok_or(MediaError::Ended)?;
        if media.ended().get() {
            return Err(MediaError::Ended);
        }
        media.set_enabled(!self.0.muted.get());
        self.0.paused.set(false);
        let before = self.0.media.replace(media);
        room.watch_ending(&self.0);
        room.replace_tracks(&self.0);
        drop(before);
        room.announce_publications();
        Ok(())
    }

    /// Goes on with another device of its kind; until that runs, and if it does not, with the one it has.
    ///
    /// # Errors
    ///
    /// What capturing says; `Unsupported` for what is neither a camera nor a microphone.
    pub async fn switch_device(&self, device: &DeviceId) -> Result<(), MediaError> {
        let device = Some(device.clone());
        let media = match self.source() {
            Source::Camera => LocalMedia::camera(CameraOptions { device, ..CameraOptions::default() }).await?,
            Source::Microphone => LocalMedia::microphone(MicOptions { device, ..MicOptions::default() }).await?,
            _ => return Err(MediaError::Unsupported("other devices for this source")),
        };
        self.replace(media)
    }

    /// Stops publishing and gives back the capture, still running.
    pub fn unpublish(self) -> LocalMedia {
        if let Some(room) = self.0.room.upgrade() {
            room.unpublish(&self.0.id);
        }
        self.0.media.borrow().clone()
    }
}
