//! One incarnation of the `RTCPeerConnection` between two people: places, extra senders, channels, listeners.
//!
//! Follows W3C WebRTC 1.0. It carries out; [`Negotiation`](crate::core::negotiation) decides.

use super::bindings::{PeerConnection, Sender, same};
use super::candidate::LocalCandidate;
use super::channels::{ChannelEvent, Channels};
use super::configuration::{ConnectionConfig, ice_servers, rtc_configuration};
use super::encoding::{self, PlaceEncodings};
use super::outcome::{forget, thrown};
use super::route;
use crate::core::encoding::Encoding;
use crate::core::slots::SlotDirection;
use crate::core::supervisor::TransportState;
use crate::error::Error;
use crate::protocol::{IceServer, PublicationId, TrackBinding};
use gloo_events::EventListener;
use js_sys::{Array, Reflect};
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MediaStream, MediaStreamTrack, RtcIceCandidateInit, RtcPeerConnection, RtcPeerConnectionIceEvent,
    RtcPeerConnectionState, RtcRtpTransceiver, RtcRtpTransceiverDirection, RtcRtpTransceiverInit, RtcSdpType,
    RtcSessionDescriptionInit, RtcTrackEvent,
};

/// What a connection tells the link that owns it.
pub(crate) enum ConnectionEvent {
    NegotiationNeeded,
    Candidate(LocalCandidate),
    /// All candidates of this side are known.
    Gathered,
    /// A relay gave an error, of this code.
    RelayError(u16),
    Transport(TransportState),
    /// A track arrived, or began to carry media.
    TracksChanged,
    Channel(ChannelEvent),
}

/// A place or an extra sender, and what it is for.
struct Extra {
    publication: Option<PublicationId>,
    video: bool,
    transceiver: RtcRtpTransceiver,
}

pub(crate) struct Connection {
    pc: PeerConnection,
    /// Names the stream both places belong to, so that the other side keeps lips and voice together.
    own_stream: MediaStream,
    audio: RefCell<Option<RtcRtpTransceiver>>,
    video: RefCell<Option<RtcRtpTransceiver>>,
    extras: RefCell<Vec<Extra>>,
    pub(super) channels: Channels,
    listeners: RefCell<Vec<EventListener>>,
    encodings: PlaceEncodings,
    closed: Cell<bool>,
}

impl Connection {
    pub fn new(
        config: &ConnectionConfig<'_>,
        on_event: impl Fn(ConnectionEvent) + Clone + 'static,
    ) -> Result<Self, Error> {
        let pc = PeerConnection::new(&rtc_configuration(config)).map_err(thrown)?;
        let own_stream = MediaStream::new().map_err(thrown)?;
        let channels = if config.channels { Channels::open(&pc)? } else { Channels::default() };
        let connection = Self {
            pc,
            own_stream,
            audio: RefCell::default(),
            video: RefCell::default(),
            extras: RefCell::default(),
            channels,
            listeners: RefCell::default(),
            encodings: PlaceEncodings::default(),
            closed: Cell::new(false),
        };
        connection.listen(&on_event);
        Ok(connection)
    }

    fn listen(&self, on_event: &(impl Fn(ConnectionEvent) + Clone + 'static)) {
        let mut listeners = Vec::new();
        let tell = on_event.clone();
        listeners.push(EventListener::new(&self.pc, "negotiationneeded", move |_| {
            tell(ConnectionEvent::NegotiationNeeded);
        }));
        let tell = on_event.clone();
        listeners.push(EventListener::new(&self.pc, "icecandidate", move |event| {
            let Some(event) = event.dyn_ref::<RtcPeerConnectionIceEvent>() else { return };
            let Some(candidate) = event.candidate() else { return tell(ConnectionEvent::Gathered) };
            let text = candidate.candidate();
            if text.is_empty() {
                return;
            }
            let ufrag = Reflect::get(&candidate, &"usernameFragment".into()).ok().and_then(|value| value.as_string());
            tell(ConnectionEvent::Candidate(LocalCandidate {
                candidate: text,
                mid: candidate.sdp_mid(),
                mline: candidate.sdp_m_line_index(),
                ufrag,
            }));
        }));
        let tell = on_event.clone();
        listeners.push(EventListener::new(&self.pc, "icecandidateerror", move |event| {
            if let Some(code) = route::relay_error(event) {
                tell(ConnectionEvent::RelayError(code));
            }
        }));
        let (tell, pc) = (on_event.clone(), self.pc.clone());
        listeners.push(EventListener::new(&self.pc, "connectionstatechange", move |_| {
            tell(ConnectionEvent::Transport(transport_state(pc.connection_state())));
        }));
        let tell = on_event.clone();
        // The listeners of tracks live as long as the tracks' own event targets, in this vector.
        let unmutes: std::rc::Rc<RefCell<Vec<EventListener>>> = std::rc::Rc::default();
        listeners.push(EventListener::new(&self.pc, "track", move |event| {
            let Some(event) = event.dyn_ref::<RtcTrackEvent>() else { return };
            let again = tell.clone();
            let listener = EventListener::new(&event.track(), "unmute", move |_| again(ConnectionEvent::TracksChanged));
            unmutes.borrow_mut().push(listener);
            tell(ConnectionEvent::TracksChanged);
        }));
        let tell = on_event.clone();
        listeners.extend(self.channels.listen(&move |event| tell(ConnectionEvent::Channel(event))));
        *self.listeners.borrow_mut() = listeners;
    }

    /// Makes a place in the first offer; the side that is not polite does this.
    pub fn add_place(
        &self,
        video: bool,
        direction: SlotDirection,
        track: Option<&MediaStreamTrack>,
    ) -> Result<(), Error> {
        let init = RtcRtpTransceiverInit::new();
        init.set_direction(rtc_direction(direction));
        init.set_streams(&Array::of1(&self.own_stream));
        let transceiver = match track {
            Some(track) => self.pc.add_transceiver_with_track(track, &init),
            None => self.pc.add_transceiver_of_kind(if video { "video" } else { "audio" }, &init),
        }
        .map_err(thrown)?;
        self.encodings.apply(video, &transceiver.sender(), track);
        *self.place(video).borrow_mut() = Some(transceiver);
        Ok(())
    }

    /// Takes the place the first offer made; both engines create it as `recvonly`, so its direction is set here,
    /// before the answer.
    pub fn adopt_place(
        &self,
        video: bool,
        direction: SlotDirection,
        track: Option<&MediaStreamTrack>,
        taken_by_extras: &[TrackBinding],
    ) {
        let kind = if video { "video" } else { "audio" };
        let place = self.transceivers().find(|transceiver| {
            let mid = transceiver.mid();
            transceiver.receiver().track().kind() == kind
                && mid.is_some()
                && !taken_by_extras.iter().any(|binding| Some(&binding.mid) == mid.as_ref())
        });
        let Some(place) = place else { return };
        place.set_direction(rtc_direction(direction));
        let sender = place.sender();
        drop(sender.unchecked_ref::<Sender>().set_streams(&self.own_stream));
        if let Some(track) = track {
            forget(sender.replace_track(Some(track)));
        }
        self.encodings.apply(video, &place.sender(), track);
        *self.place(video).borrow_mut() = Some(place);
    }

    /// Sends the camera as large as it is from now on.
    pub fn send_whole(&self) {
        self.encodings.send_whole();
        if let Some(place) = &*self.video.borrow() {
            self.encodings.apply(true, &place.sender(), None);
        }
    }

    /// Changes how a place is encoded, without negotiation.
    pub fn set_place_encoding(&self, video: bool, encoding: Encoding) {
        self.encodings.want(video, encoding);
        if let Some(place) = &*self.place(video).borrow() {
            self.encodings.apply(video, &place.sender(), place.sender().track().as_ref());
        }
    }

    /// Changes how a publication without a place is encoded.
    pub fn set_extra_encoding(&self, publication: &PublicationId, encoding: Encoding) {
        for extra in &*self.extras.borrow() {
            if extra.publication.as_ref() == Some(publication) {
                encoding::apply(&extra.transceiver.sender(), &encoding, extra.video);
            }
        }
    }

    /// Whether the place for a kind is there yet.
    pub fn has_place(&self, video: bool) -> bool {
        self.place(video).borrow().is_some()
    }

    /// Puts a track on a place, or takes it off, without negotiation.
    pub fn set_place_track(&self, video: bool, track: Option<&MediaStreamTrack>) {
        if let Some(place) = &*self.place(video).borrow() {
            forget(place.sender().replace_track(track));
            self.encodings.apply(video, &place.sender(), track);
        }
    }

    /// Changes which way a place carries; a change needs a negotiation, which the browser asks for.
    pub fn set_place_direction(&self, video: bool, direction: SlotDirection) {
        if let Some(place) = &*self.place(video).borrow() {
            let direction = rtc_direction(direction);
            if place.direction() != direction {
                place.set_direction(direction);
            }
        }
    }

    /// Sends a track of a publication that has no place; an unused sender of that kind is taken again first.
    pub fn add_extra(
        &self,
        publication: &PublicationId,
        track: &MediaStreamTrack,
        stream: &MediaStream,
    ) -> Result<(), Error> {
        let video = track.kind() == "video";
        let mut extras = self.extras.borrow_mut();
        if let Some(free) = extras.iter_mut().find(|extra| extra.publication.is_none() && extra.video == video) {
            free.publication = Some(publication.clone());
            let sender = free.transceiver.sender();
            drop(sender.unchecked_ref::<Sender>().set_streams(stream));
            forget(sender.replace_track(Some(track)));
            free.transceiver.set_direction(RtcRtpTransceiverDirection::Sendonly);
            return Ok(());
        }
        let init = RtcRtpTransceiverInit::new();
        init.set_direction(RtcRtpTransceiverDirection::Sendonly);
        init.set_streams(&Array::of1(stream));
        let transceiver = self.pc.add_transceiver_with_track(track, &init).map_err(thrown)?;
        extras.push(Extra { publication: Some(publication.clone()), video, transceiver });
        Ok(())
    }

    /// Puts another track under a publication's extra sender.
    pub fn replace_extra(&self, publication: &PublicationId, video: bool, track: Option<&MediaStreamTrack>) {
        for extra in &*self.extras.borrow() {
            if extra.publication.as_ref() == Some(publication) && extra.video == video {
                forget(extra.transceiver.sender().replace_track(track));
            }
        }
    }

    /// Stops sending a publication; its senders stay, inactive, for the next.
    pub fn remove_extra(&self, publication: &PublicationId) {
        for extra in &mut *self.extras.borrow_mut() {
            if extra.publication.as_ref() == Some(publication) {
                extra.publication = None;
                forget(extra.transceiver.sender().replace_track(None));
                extra.transceiver.set_direction(RtcRtpTransceiverDirection::Inactive);
            }
        }
    }

    /// Which m-line carries which extra publication of this side; known once the local description is set.
    pub fn bindings(&self) -> Vec<TrackBinding> {
        let extras = self.extras.borrow();
        let bound = extras.iter().filter_map(|extra| {
            let publication = extra.publication.clone()?;
            Some(TrackBinding { mid: extra.transceiver.mid()?, publication, video: extra.video })
        });
        bound.collect()
    }

    /// The received tracks: what it belongs to by the other side's bindings, and the track.
    pub fn received(&self, bindings: &[TrackBinding]) -> Vec<Received> {
        let mut received = Vec::new();
        for transceiver in self.transceivers() {
            let Some(mid) = transceiver.mid() else { continue };
            let track = transceiver.receiver().track();
            if let Some(binding) = bindings.iter().find(|binding| binding.mid == mid) {
                received.push(Received { publication: Some(binding.publication.clone()), track });
            } else if self.is_place(&transceiver) {
                received.push(Received { publication: None, track });
            }
        }
        received
    }

    fn is_place(&self, transceiver: &RtcRtpTransceiver) -> bool {
        [&self.audio, &self.video].iter().any(|place| place.borrow().as_ref() == Some(transceiver))
    }

    fn place(&self, video: bool) -> &RefCell<Option<RtcRtpTransceiver>> {
        if video { &self.video } else { &self.audio }
    }

    fn transceivers(&self) -> impl Iterator<Item = RtcRtpTransceiver> + use<> {
        let all = self.pc.get_transceivers();
        (0..all.length()).filter_map(move |at| all.get(at).dyn_into().ok())
    }

    /// Lets the browser make the offer or the answer; returns what it made.
    pub async fn set_local(&self) -> Result<String, Error> {
        let promise = self.pc.set_local_description_implicit().map_err(thrown)?;
        JsFuture::from(promise).await.map_err(thrown)?;
        self.pc.local_description().map(|description| description.sdp()).ok_or(Error::Unsupported("descriptions"))
    }

    pub async fn set_remote(&self, kind: RtcSdpType, sdp: &str) -> Result<(), Error> {
        let description = RtcSessionDescriptionInit::new(kind);
        description.set_sdp(sdp);
        JsFuture::from(self.pc.set_remote_description(&description)).await.map_err(thrown)?;
        Ok(())
    }

    pub async fn add_candidate(&self, init: &RtcIceCandidateInit) -> Result<(), Error> {
        let adding = self.pc.add_ice_candidate_with_opt_rtc_ice_candidate_init(Some(init));
        JsFuture::from(adding).await.map_err(thrown)?;
        Ok(())
    }

    /// Has candidates that are gathered from now on, at the next restart, come from these servers.
    pub fn renew(&self, ice: &[IceServer]) {
        let config = self.pc.get_configuration();
        config.set_ice_servers(&ice_servers(ice));
        drop(self.pc.reconfigure(&config));
    }

    /// Whether the selected way leads over a relay; none while there is no way, or the browser does not say.
    pub async fn is_relayed(&self) -> Option<bool> {
        route::is_relayed(&self.pc).await
    }

    pub fn restart_ice(&self) {
        drop(self.pc.restart_ice());
    }

    pub fn raw(&self) -> RtcPeerConnection {
        same(self.pc.unchecked_ref())
    }

    /// Bytes of the largest message the other side takes, once described (W3C WebRTC 1.0, 6.1; RFC 8841, 6.1).
    pub fn max_message(&self) -> usize {
        let sctp = Reflect::get(&self.pc, &"sctp".into());
        let size =
            sctp.and_then(|sctp| Reflect::get(&sctp, &"maxMessageSize".into())).ok().and_then(|size| size.as_f64());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, infinity too")]
        let size = size.map_or(64 * 1024, |size| size as usize);
        size
    }

    pub fn close(&self) {
        if self.closed.replace(true) {
            return;
        }
        // Before closing: what the browser fires while closing is nobody's any more.
        self.listeners.borrow_mut().clear();
        self.channels.close();
        self.pc.close();
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close();
    }
}

/// A track of the other side. Without a publication it came on a place.
pub(crate) struct Received {
    pub publication: Option<PublicationId>,
    pub track: MediaStreamTrack,
}

const fn rtc_direction(direction: SlotDirection) -> RtcRtpTransceiverDirection {
    match direction {
        SlotDirection::SendRecv => RtcRtpTransceiverDirection::Sendrecv,
        SlotDirection::SendOnly => RtcRtpTransceiverDirection::Sendonly,
        SlotDirection::RecvOnly => RtcRtpTransceiverDirection::Recvonly,
    }
}

fn transport_state(state: RtcPeerConnectionState) -> TransportState {
    match state {
        RtcPeerConnectionState::Connecting => TransportState::Connecting,
        RtcPeerConnectionState::Connected => TransportState::Connected,
        RtcPeerConnectionState::Disconnected => TransportState::Disconnected,
        RtcPeerConnectionState::Failed => TransportState::Failed,
        RtcPeerConnectionState::Closed => TransportState::Closed,
        _ => TransportState::New,
    }
}
