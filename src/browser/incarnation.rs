//! One connection of a link, with the negotiation that decides for it.
//!
//! It is an actor with one queue; it finishes one command, awaiting the browser, before the next.

use super::candidate::{self, Candidate, LocalCandidate};
use super::channels::ChannelEvent;
use super::configuration::ConnectionConfig;
use super::connection::{Connection, ConnectionEvent};
use super::link::Link;
use super::link_owner::{LinkOwner, Outgoing};
use crate::core::data::DataChannel;
use crate::core::encoding::{Encoding, WHOLE_AFTER};
use crate::core::heartbeat::Heartbeat;
use crate::core::negotiation::{NegIn, NegOut, Negotiation};
use crate::core::route::{SearchIn, is_relayed};
use crate::core::sdp::ice_ufrag;
use crate::core::supervisor::{LinkIn, TransportState};
use crate::protocol::{Encode as _, LinkId, PeerId, SignalBody, TrackBinding};
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;
use web_sys::RtcSdpType;

/// Pings whose answer still counts: a round trip may take longer than the second between two of them.
const RECENT_PINGS: u32 = 8;

/// The code of a relay that could not be asked at all.
const UNREACHABLE: u16 = 701;

/// Every so many pings the route is looked at again.
const ROUTE_PINGS: u32 = 8;

/// One connection of a link, with its negotiation.
pub(super) struct Incarnation {
    link: Weak<Link>,
    pub(super) id: LinkId,
    pub(super) connection: Connection,
    negotiation: RefCell<Negotiation>,
    commands: RefCell<VecDeque<NegOut>>,
    running: Cell<bool>,
    /// What the other side said its m-lines carry.
    pub(super) bindings: RefCell<Vec<TrackBinding>>,
    ping: Cell<u32>,
    /// Until pictures are sent whole.
    whole: RefCell<Option<Timeout>>,
    closed: Cell<bool>,
}

impl Incarnation {
    pub(super) fn new(link: &Rc<Link>, id: LinkId, polite: bool, config: &ConnectionConfig<'_>) -> Option<Rc<Self>> {
        // The listeners need the incarnation, which needs the connection: they find it once it is there.
        let slot: Rc<RefCell<Weak<Self>>> = Rc::new(RefCell::new(Weak::new()));
        let find = Rc::clone(&slot);
        let connection = Connection::new(config, move |event| {
            let found = find.borrow().upgrade();
            if let Some(incarnation) = found {
                incarnation.on_event(event);
            }
        })
        .ok()?;
        let incarnation = Rc::new(Self {
            link: Rc::downgrade(link),
            id,
            connection,
            negotiation: RefCell::new(Negotiation::new(polite)),
            commands: RefCell::default(),
            running: Cell::new(false),
            bindings: RefCell::default(),
            ping: Cell::new(0),
            whole: RefCell::default(),
            closed: Cell::new(false),
        });
        *slot.borrow_mut() = Rc::downgrade(&incarnation);
        Some(incarnation)
    }

    /// Ends it now, also for a command that is still being carried out.
    pub(super) fn end(&self) {
        self.closed.set(true);
        *self.whole.borrow_mut() = None;
        self.connection.close();
    }

    /// The first offer's places and extras.
    pub(super) fn make_places(&self, outgoing: &Outgoing) {
        for (video, place) in [(false, &outgoing.audio), (true, &outgoing.video)] {
            if let Some((direction, track)) = place {
                drop(self.connection.add_place(video, *direction, track.as_ref()));
            }
        }
        self.add_extras(outgoing);
    }

    /// Takes over the places of the other side's first offer.
    fn adopt_places(&self, outgoing: &Outgoing) {
        let bindings = self.bindings.borrow().clone();
        for (video, place) in [(false, &outgoing.audio), (true, &outgoing.video)] {
            if let Some((direction, track)) = place {
                self.connection.adopt_place(video, *direction, track.as_ref(), &bindings);
            }
        }
        self.add_extras(outgoing);
    }

    fn add_extras(&self, outgoing: &Outgoing) {
        for (video, encoding) in [(false, outgoing.encodings[0]), (true, outgoing.encodings[1])] {
            if encoding != Encoding::default() {
                self.connection.set_place_encoding(video, encoding);
            }
        }
        for (publication, track, stream, encoding) in &outgoing.extras {
            drop(self.connection.add_extra(publication, track, stream));
            if *encoding != Encoding::default() {
                self.connection.set_extra_encoding(publication, *encoding);
            }
        }
    }

    fn on_event(self: &Rc<Self>, event: ConnectionEvent) {
        let Some(link) = self.link.upgrade() else { return };
        match event {
            ConnectionEvent::NegotiationNeeded => self.negotiate(NegIn::NegotiationNeeded),
            ConnectionEvent::Candidate(LocalCandidate { candidate, mid, mline, ufrag }) => {
                if is_relayed(&candidate) {
                    link.seek(SearchIn::Relayed);
                }
                self.send(SignalBody::Candidate { candidate, mid, mline, ufrag });
            }
            ConnectionEvent::Gathered => link.seek(SearchIn::Gathered),
            ConnectionEvent::RelayError(code) => {
                link.seek(SearchIn::RelayError { code });
                if code != UNREACHABLE {
                    self.with_owner(|owner, _| owner.relay_refused());
                }
            }
            ConnectionEvent::Transport(state) => {
                link.supervise(LinkIn::Transport(state));
                if state == TransportState::Connected {
                    self.with_owner(|owner, _| owner.reached());
                    self.send_whole_later();
                    self.look_at_route();
                }
            }
            ConnectionEvent::TracksChanged => self.tell_tracks(),
            ConnectionEvent::Channel(event) => self.on_channel(&link, event),
        }
    }

    fn on_channel(self: &Rc<Self>, link: &Rc<Link>, event: ChannelEvent) {
        match event {
            ChannelEvent::Open(channel) => {
                if channel == DataChannel::Volatile {
                    self.send_ping();
                }
                if self.connection.channels.are_open() {
                    link.data_opened(self.connection.max_message());
                }
            }
            ChannelEvent::Drained => link.send_data(),
            ChannelEvent::Frame(channel, bytes) => match Heartbeat::decode(&bytes) {
                Some(Heartbeat::Ping(nonce)) => {
                    self.connection.channels.send(DataChannel::Volatile, &Heartbeat::Pong(nonce).encode());
                    link.supervise(LinkIn::Heartbeat);
                }
                // A pong went there and back: both directions carry.
                Some(Heartbeat::Pong(nonce)) if self.ping.get().wrapping_sub(nonce) < RECENT_PINGS => {
                    link.supervise(LinkIn::PongBothWays);
                    // The browser may have found a better way meanwhile.
                    if nonce % ROUTE_PINGS == 0 {
                        self.look_at_route();
                    }
                }
                Some(Heartbeat::Pong(_)) => {}
                None => link.receive_data(channel, &bytes),
            },
        }
    }

    /// Finds out whether the way leads over a relay.
    fn look_at_route(self: &Rc<Self>) {
        let this = Rc::clone(self);
        spawn_local(async move {
            let relayed = this.connection.is_relayed().await;
            if let (Some(relayed), Some(link)) = (relayed, this.link.upgrade())
                && !this.closed.get()
            {
                link.supervise(LinkIn::Relayed(relayed));
            }
        });
    }

    fn send_whole_later(self: &Rc<Self>) {
        let this = Rc::downgrade(self);
        let send_whole = move || {
            if let Some(this) = this.upgrade() {
                this.connection.send_whole();
            }
        };
        let wait = u32::try_from(WHOLE_AFTER.as_millis()).unwrap_or(u32::MAX);
        *self.whole.borrow_mut() = Some(Timeout::new(wait, send_whole));
    }

    pub(super) fn send_ping(&self) {
        self.ping.set(self.ping.get().wrapping_add(1));
        self.connection.channels.send(DataChannel::Volatile, &Heartbeat::Ping(self.ping.get()).encode());
    }

    pub(super) fn receive(self: &Rc<Self>, body: SignalBody) {
        if let (SignalBody::Offer { .. } | SignalBody::Answer { .. }, Some(link)) = (&body, self.link.upgrade()) {
            link.seek(SearchIn::Heard);
        }
        let input = match body {
            SignalBody::Offer { sdp, tracks } => {
                *self.bindings.borrow_mut() = tracks;
                let ufrag = ice_ufrag(&sdp).unwrap_or_default().to_owned();
                NegIn::Offer { sdp, ufrag }
            }
            SignalBody::Answer { sdp, tracks } => {
                *self.bindings.borrow_mut() = tracks;
                let ufrag = ice_ufrag(&sdp).unwrap_or_default().to_owned();
                NegIn::Answer { sdp, ufrag }
            }
            SignalBody::Candidate { candidate, mid, mline, ufrag } => {
                NegIn::Candidate { ufrag, json: Candidate { candidate, mid, mline }.encode() }
            }
            SignalBody::WantTurn => NegIn::WantTurn,
            SignalBody::YourTurn => NegIn::YourTurn,
            SignalBody::PassTurn => NegIn::PassTurn,
            SignalBody::EndOfCandidates { .. } | SignalBody::Unknown => return,
        };
        self.negotiate(input);
    }

    /// Feeds the negotiation and sees to it that its commands are carried out, one after the other.
    pub(super) fn negotiate(self: &Rc<Self>, input: NegIn) {
        let mut out = Vec::new();
        self.negotiation.borrow_mut().handle(input, &mut out);
        self.commands.borrow_mut().extend(out);
        if !self.running.replace(true) {
            let this = Rc::clone(self);
            spawn_local(async move {
                this.run().await;
                this.running.set(false);
            });
        }
    }

    async fn run(self: &Rc<Self>) {
        loop {
            let next = self.commands.borrow_mut().pop_front();
            let Some(command) = next else { return };
            if self.closed.get() {
                return;
            }
            if let Some(done) = self.carry_out(command).await {
                let mut out = Vec::new();
                self.negotiation.borrow_mut().handle(done, &mut out);
                self.commands.borrow_mut().extend(out);
            }
        }
    }

    /// Carries out one command; those the negotiation waits for answer `Done` or `Failed`.
    async fn carry_out(self: &Rc<Self>, command: NegOut) -> Option<NegIn> {
        let outcome = match command {
            NegOut::SetLocal => self.connection.set_local().await.map(Some),
            NegOut::SetRemoteOffer(sdp) => {
                let outcome = self.connection.set_remote(RtcSdpType::Offer, &sdp).await;
                self.tell_tracks();
                outcome.map(|()| None)
            }
            NegOut::SetRemoteAnswer(sdp) => {
                let outcome = self.connection.set_remote(RtcSdpType::Answer, &sdp).await;
                self.tell_tracks();
                outcome.map(|()| None)
            }
            NegOut::AdoptSlots => {
                let owner = self.link.upgrade().and_then(|link| Some((link.owner.upgrade()?, link.peer.clone())));
                if let Some((owner, peer)) = owner {
                    self.adopt_places(&owner.outgoing(&peer));
                }
                self.tell_tracks();
                Ok(None)
            }
            NegOut::AddCandidate(json) => {
                self.add_candidate(&json).await;
                Ok(None)
            }
            NegOut::RestartIce => {
                self.connection.restart_ice();
                Ok(None)
            }
            NegOut::SendOffer(sdp) => return self.send(SignalBody::Offer { sdp, tracks: self.connection.bindings() }),
            NegOut::SendAnswer(sdp) => {
                return self.send(SignalBody::Answer { sdp, tracks: self.connection.bindings() });
            }
            NegOut::SendWantTurn => return self.send(SignalBody::WantTurn),
            NegOut::SendYourTurn => return self.send(SignalBody::YourTurn),
            NegOut::SendPassTurn => return self.send(SignalBody::PassTurn),
            NegOut::Rebuild => {
                if let Some(link) = self.link.upgrade()
                    && let Some(owner) = link.owner.upgrade()
                {
                    owner.request_rebuild(&link.peer, self.id);
                }
                return None;
            }
        };
        Some(outcome.map_or(NegIn::Failed, |local_sdp| NegIn::Done { local_sdp }))
    }

    async fn add_candidate(&self, text: &str) {
        if let Some(candidate) = candidate::read(text) {
            // A candidate that cannot be added is one way less, never a reason to stop.
            drop(self.connection.add_candidate(&candidate).await);
        }
    }

    fn with_owner(&self, tell: impl FnOnce(&dyn LinkOwner, &PeerId)) {
        let link = self.link.upgrade();
        if let Some((link, owner)) = link.and_then(|link| link.owner.upgrade().map(|owner| (link, owner))) {
            tell(&*owner, &link.peer);
        }
    }

    fn send(&self, body: SignalBody) -> Option<NegIn> {
        self.with_owner(|owner, peer| owner.signal(peer, self.id, body));
        None
    }

    fn tell_tracks(&self) {
        self.with_owner(|owner, peer| owner.tracks_changed(peer));
    }
}
