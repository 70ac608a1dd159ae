//! A client's view of one room: the snapshot it joined with, kept up to date, and the events of every change.

use super::event::{Event, LinkPhase, MediaEnd, PeerState, Quality, RoomState};
use crate::protocol::{Kept, LinkAssignment, PeerId, Publication, PublicationId, RoomSnapshot, Secret, ServerMsg};

/// One room as a client sees it.
#[derive(Debug, Clone)]
pub struct Roster {
    state: RoomState,
    links: Vec<LinkAssignment>,
    kept: Vec<Kept>,
    host_claim: Option<Secret>,
}

impl Roster {
    /// The room of a snapshot. What the snapshot holds counts as joined and announced: it makes no events.
    pub fn new(snapshot: RoomSnapshot) -> Self {
        let RoomSnapshot { info, you, others, links, kept, host_claim } = snapshot;
        let others = others
            .into_iter()
            .map(|who| PeerState {
                who,
                link: LinkPhase::Connecting,
                quality: Quality::Unknown,
                speaking: false,
                started: Default::default(),
            })
            .collect();
        let state = RoomState { info, me: you, others, knocks: Vec::new(), signaling: true };
        Self { state, links, kept, host_claim }
    }

    /// Takes one message of the server. Messages of other rooms, and those that are not about the roster, change
    /// nothing.
    pub fn apply(&mut self, message: &ServerMsg, out: &mut Vec<Event>) {
        let _ = (message, out);
    }

    /// Reconciles with a snapshot taken after a gap, of a resumed or a new session: the events are the differences.
    pub fn reset(&mut self, snapshot: RoomSnapshot, out: &mut Vec<Event>) {
        let _ = (snapshot, out);
    }

    /// The supervisor of the link to `peer` reached `phase`.
    pub fn set_link(&mut self, peer: &PeerId, phase: LinkPhase, out: &mut Vec<Event>) {
        let _ = (peer, phase, out);
    }

    /// First media of a publication is flowing. May come before its announcement; the event then waits for it.
    pub fn media_started(&mut self, publication: &PublicationId, out: &mut Vec<Event>) {
        let _ = (publication, out);
    }

    /// Media of a started publication stopped flowing without a reason, or flows again.
    pub fn media_stalled(&mut self, publication: &PublicationId, stalled: bool, out: &mut Vec<Event>) {
        let _ = (publication, stalled, out);
    }

    /// Media of a publication ended for a reason seen here rather than told by the server.
    pub fn media_ended(&mut self, publication: &PublicationId, why: MediaEnd, out: &mut Vec<Event>) {
        let _ = (publication, why, out);
    }

    /// Somebody started or stopped speaking into a publication.
    pub fn set_speaking(&mut self, publication: &PublicationId, on: bool, out: &mut Vec<Event>) {
        let _ = (publication, on, out);
    }

    /// How well the link to `peer` carries what it should.
    pub fn set_quality(&mut self, peer: &PeerId, quality: Quality) {
        let _ = (peer, quality);
    }

    /// Whether the signaling session is up.
    pub fn set_signaling(&mut self, up: bool) {
        self.state.signaling = up;
    }

    /// What this page publishes, as told to the server.
    pub fn set_my_publications(&mut self, publications: Vec<Publication>) {
        self.state.me.publications = publications;
    }

    /// The room at this moment.
    pub fn state(&self) -> RoomState {
        self.state.clone()
    }

    /// The links the server demands, one per peer.
    pub fn links(&self) -> &[LinkAssignment] {
        &self.links
    }

    /// Messages kept for newcomers, in order, as they were on joining.
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// What takes the room back after a cold start; only its creator's client has one.
    pub fn host_claim(&self) -> Option<&Secret> {
        self.host_claim.as_ref()
    }
}
