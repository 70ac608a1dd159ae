//! What a link needs of the room it is in.

use crate::core::data::DataOut;
use crate::core::encoding::Encoding;
use crate::core::event::{LinkPhase, NoWay};
use crate::core::slots::SlotDirection;
use crate::protocol::{IceServer, LinkId, PeerId, PublicationId, SignalBody};
use web_sys::{MediaStream, MediaStreamTrack};

/// The room, as a link sees it.
pub(crate) trait LinkOwner {
    fn signal(&self, peer: &PeerId, link: LinkId, body: SignalBody);
    fn request_rebuild(&self, peer: &PeerId, link: LinkId);
    fn phase_changed(&self, peer: &PeerId, phase: LinkPhase);
    fn tracks_changed(&self, peer: &PeerId);
    /// The browser says that a connection is there.
    fn reached(&self);
    /// What to send to this person now, in this order: microphone place, camera place, extras.
    fn outgoing(&self, peer: &PeerId) -> Outgoing;
    /// Something about messages or files.
    fn data(&self, peer: &PeerId, about: DataOut);
    /// Why there is no way to this person, or none if there is one now.
    fn no_way(&self, peer: &PeerId, why: Option<NoWay>);
    /// A relay refused the credentials; perhaps they have run out.
    fn relay_refused(&self);
    fn ice(&self) -> (Vec<IceServer>, bool);
}

/// What one side sends, and where it may.
#[derive(Default)]
pub(crate) struct Outgoing {
    pub audio: Option<(SlotDirection, Option<MediaStreamTrack>)>,
    pub video: Option<(SlotDirection, Option<MediaStreamTrack>)>,
    pub extras: Vec<(PublicationId, MediaStreamTrack, MediaStream, Encoding)>,
    /// What the places may take: audio, video.
    pub encodings: [Encoding; 2],
}
