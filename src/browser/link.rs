//! One link: the way to one other person, over as many connections as it takes.
//!
//! The supervisor decides: it lives as long as the link, and has a new [`Incarnation`] made where one is beyond repair.

use super::clock;
use super::configuration::ConnectionConfig;
use super::connection::{Connection, Received};
use super::data::{Waiting, random};
use super::incarnation::Incarnation;
use super::link_owner::LinkOwner;
use crate::core::Machine;
use crate::core::data::DataLink;
use crate::core::event::LinkPhase;
use crate::core::negotiation::NegIn;
use crate::core::route::{Search, SearchIn};
use crate::core::supervisor::{LinkIn, LinkOut, LinkSupervisor, SupervisorConfig, TransportState};
use crate::protocol::{LinkAssignment, LinkId, PeerId, SignalBody, TrackBinding};
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use web_sys::RtcPeerConnection;

/// The way to one person.
pub(crate) struct Link {
    pub(super) owner: Weak<dyn LinkOwner>,
    pub(super) peer: PeerId,
    supervisor: RefCell<LinkSupervisor>,
    search: RefCell<Search>,
    timer: RefCell<Option<Timeout>>,
    incarnation: RefCell<Option<Rc<Incarnation>>>,
    relay_next: Cell<bool>,
    channels: bool,
    pub(super) data: RefCell<DataLink>,
    /// Messages that had no room yet, each with whoever waits for it to have some.
    pub(super) waiting: RefCell<VecDeque<Waiting>>,
}

impl Link {
    pub fn new(
        owner: Weak<dyn LinkOwner>,
        assignment: &LinkAssignment,
        supervision: SupervisorConfig,
        channels: bool,
    ) -> Rc<Self> {
        let link = Rc::new(Self {
            owner,
            peer: assignment.peer.clone(),
            supervisor: RefCell::new(LinkSupervisor::new(supervision)),
            search: RefCell::default(),
            timer: RefCell::default(),
            incarnation: RefCell::default(),
            relay_next: Cell::new(false),
            channels,
            data: RefCell::new(DataLink::new(random())),
            waiting: RefCell::default(),
        });
        link.connect(assignment);
        link
    }

    /// Makes the connection of an assignment, in place of the one before.
    pub fn connect(self: &Rc<Self>, assignment: &LinkAssignment) {
        let Some(owner) = self.owner.upgrade() else { return };
        if self.supervisor.borrow().phase() == LinkPhase::Closed {
            // Ended for what the other side sent.
            return;
        }
        let before = self.incarnation.borrow_mut().take();
        let rebuilt = before.is_some();
        if let Some(before) = before {
            before.end();
            self.data.borrow_mut().closed();
        }
        let (ice, relay_only) = owner.ice();
        let config =
            ConnectionConfig { ice: &ice, relay_only: relay_only || self.relay_next.take(), channels: self.channels };
        self.seek(SearchIn::Began { relays: config.relays(), relay_only: config.relay_only });
        let polite = assignment.polite.0;
        let made = Incarnation::new(self, assignment.link, polite, &config);
        let Some(incarnation) = made else {
            self.supervise(LinkIn::Transport(TransportState::Failed));
            return;
        };
        *self.incarnation.borrow_mut() = Some(Rc::clone(&incarnation));
        self.supervise(if rebuilt { LinkIn::Rebuilt } else { LinkIn::Connecting });
        if !polite {
            incarnation.make_places(&owner.outgoing(&self.peer));
            // The browser's own event comes a task later, and not at all once the offer is being made.
            incarnation.negotiate(NegIn::NegotiationNeeded);
        }
    }

    /// The other end.
    pub fn peer(&self) -> &PeerId {
        &self.peer
    }

    /// The id of the current connection.
    pub fn id(&self) -> Option<LinkId> {
        self.incarnation.borrow().as_ref().map(|incarnation| incarnation.id)
    }

    /// Connected, or sure to be soon: it was, and is being repaired.
    pub(super) fn is_reachable(&self) -> bool {
        let phase = self.supervisor.borrow().phase();
        !matches!(phase, LinkPhase::Connecting | LinkPhase::Failed | LinkPhase::Closed)
    }

    /// The other end is heard.
    pub(super) fn is_connected(&self) -> bool {
        matches!(self.supervisor.borrow().phase(), LinkPhase::Connected { .. })
    }

    /// The connection itself.
    pub fn raw(&self) -> Option<RtcPeerConnection> {
        Some(self.current()?.connection.raw())
    }

    /// Takes a message of the other end; one of another connection is dropped.
    pub fn receive(&self, link: LinkId, body: SignalBody) {
        let Some(incarnation) = self.current().filter(|incarnation| incarnation.id == link) else { return };
        incarnation.receive(body);
    }

    /// Lays what is sent on the connection after a change.
    pub fn update_outgoing(&self, change: impl FnOnce(&Connection)) {
        if let Some(incarnation) = self.current() {
            change(&incarnation.connection);
        }
    }

    /// What was received, by the other side's bindings.
    pub fn received(&self) -> (Vec<TrackBinding>, Vec<Received>) {
        self.current().map_or_else(Default::default, |incarnation| {
            let bindings = incarnation.bindings.borrow().clone();
            let received = incarnation.connection.received(&bindings);
            (bindings, received)
        })
    }

    /// Tells the supervisor something and carries out what it wants.
    pub fn supervise(self: &Rc<Self>, input: LinkIn) {
        let mut out = Vec::new();
        self.supervisor.borrow_mut().handle(input, clock::now(), &mut out);
        self.arm();
        for effect in out {
            let Some(owner) = self.owner.upgrade() else { return };
            match effect {
                LinkOut::Phase(phase) => {
                    if phase == LinkPhase::Closed {
                        self.end();
                    }
                    if phase == LinkPhase::Failed {
                        self.waiting.borrow_mut().clear();
                    }
                    owner.phase_changed(&self.peer, phase);
                    match phase {
                        LinkPhase::Connected { .. } => self.seek(SearchIn::Connected),
                        LinkPhase::Interrupted => self.seek(SearchIn::Lost),
                        _ => {}
                    }
                }
                LinkOut::SendPing => {
                    if let Some(incarnation) = self.current() {
                        incarnation.send_ping();
                    }
                    // Once a second is often enough to notice that a file stands still.
                    self.with_data(|_, _, _| ());
                }
                LinkOut::RestartIce => {
                    if let Some(incarnation) = self.current() {
                        // The credentials it was made with may have run out.
                        incarnation.connection.renew(&owner.ice().0);
                        incarnation.negotiate(NegIn::IceRestartWanted);
                    }
                }
                LinkOut::RequestRebuild { relay_only } => {
                    self.relay_next.set(relay_only);
                    if let Some(id) = self.id() {
                        owner.request_rebuild(&self.peer, id);
                    }
                }
            }
        }
    }

    /// Tells the search for a way something, and the room what it makes of it.
    pub fn seek(self: &Rc<Self>, input: SearchIn) {
        let mut out = Vec::new();
        self.search.borrow_mut().handle(input, clock::now(), &mut out);
        self.arm();
        for why in out {
            if let Some(owner) = self.owner.upgrade() {
                owner.no_way(&self.peer, why);
            }
        }
    }

    fn arm(self: &Rc<Self>) {
        let deadlines = [self.supervisor.borrow().deadline(), self.search.borrow().deadline()];
        let deadline = deadlines.into_iter().flatten().min();
        *self.timer.borrow_mut() = deadline.map(|deadline| {
            let wait = u32::try_from(deadline.saturating_sub(clock::now())).unwrap_or(u32::MAX);
            let link = Rc::downgrade(self);
            Timeout::new(wait, move || {
                if let Some(link) = link.upgrade() {
                    link.supervise(LinkIn::Tick);
                    link.seek(SearchIn::Tick);
                }
            })
        });
    }

    pub(super) fn current(&self) -> Option<Rc<Incarnation>> {
        self.incarnation.borrow().clone()
    }
}

impl Link {
    fn end(&self) {
        let incarnation = self.incarnation.borrow_mut().take();
        if let Some(incarnation) = incarnation {
            incarnation.end();
        }
        self.data.borrow_mut().closed();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.end();
    }
}
