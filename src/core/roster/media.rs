//! Publications: announced by the server, started and ended by what arrives.

use super::Roster;
use crate::core::event::{Event, MediaEnd};
use crate::core::topology::{Kind, may_send};
use crate::protocol::{PeerId, Publication, PublicationId, Role, RoomPlan, Source, TrackState};
use std::collections::{BTreeSet, VecDeque};

/// Starts that wait for their announcement; above it the oldest are dropped.
const EARLY: usize = 64;

/// What is known of publications beyond what the server says.
#[derive(Debug, Clone, Default)]
pub(super) struct Media {
    /// Started before they were announced.
    early: VecDeque<PublicationId>,
    /// Ended here while the server still lists them.
    ended: BTreeSet<PublicationId>,
    stalled: BTreeSet<PublicationId>,
    speaking: BTreeSet<PublicationId>,
}

impl Roster {
    /// First media of a publication is flowing. May come before its announcement; the event then waits for it.
    pub fn media_started(&mut self, publication: &PublicationId, out: &mut Vec<Event>) {
        if self.over || self.is_mine(publication) {
            return;
        }
        if let Some(from) = self.owner(publication) {
            self.start(&from, publication, out);
        } else if !self.media.early.contains(publication) {
            if self.media.early.len() >= EARLY {
                self.media.early.pop_front();
            }
            self.media.early.push_back(publication.clone());
        }
    }

    /// Media of a started publication stopped flowing without a reason, or flows again.
    pub fn media_stalled(&mut self, publication: &PublicationId, stalled: bool, out: &mut Vec<Event>) {
        let started = self.state.others.iter().any(|other| other.started.contains(publication));
        let news = match stalled {
            true => !self.over && started && self.media.stalled.insert(publication.clone()),
            false => !self.over && self.media.stalled.remove(publication),
        };
        if news {
            out.push(Event::MediaStalled { publication: publication.clone(), stalled });
        }
    }

    /// Media of a publication ended for a reason seen here rather than told by the server.
    pub fn media_ended(&mut self, publication: &PublicationId, why: MediaEnd, out: &mut Vec<Event>) {
        self.media.early.retain(|early| early != publication);
        if self.over {
            return;
        }
        if let Some(from) = self.owner(publication) {
            self.end(&from, publication, why, out);
            self.media.ended.insert(publication.clone());
        }
    }

    /// Somebody started or stopped speaking into a publication, this page's own included.
    pub fn set_speaking(&mut self, publication: &PublicationId, on: bool, out: &mut Vec<Event>) {
        let owner = if self.is_mine(publication) { Some(self.state.me.peer.clone()) } else { self.owner(publication) };
        let Some(peer) = owner.filter(|_| !self.over) else { return };
        let audible = self.publication(publication).is_some_and(|of| of.audio == TrackState::Live)
            && !self.media.ended.contains(publication);
        let news = match on && audible {
            true => self.media.speaking.insert(publication.clone()),
            false => self.media.speaking.remove(publication),
        };
        if news {
            out.push(Event::Speaking { peer: peer.clone(), publication: publication.clone(), on: on && audible });
        }
        let speaking = &self.media.speaking;
        if let Some(other) = self.state.others.iter_mut().find(|other| other.who.peer == peer) {
            other.speaking = other.who.publications.iter().any(|publication| speaking.contains(&publication.id));
        }
    }

    fn is_mine(&self, id: &PublicationId) -> bool {
        self.state.me.publications.iter().any(|publication| publication.id == *id)
    }

    /// Which other participant publishes it.
    fn owner(&self, id: &PublicationId) -> Option<PeerId> {
        let mut others = self.state.others.iter();
        let owner = others.find(|other| other.who.publications.iter().any(|publication| publication.id == *id));
        owner.map(|owner| owner.who.peer.clone())
    }

    fn publication(&self, id: &PublicationId) -> Option<&Publication> {
        let others = self.state.others.iter().map(|other| &other.who);
        let mut all = others.chain([&self.state.me]).flat_map(|who| &who.publications);
        all.find(|publication| publication.id == *id)
    }

    fn start(&mut self, from: &PeerId, id: &PublicationId, out: &mut Vec<Event>) {
        if self.media.ended.contains(id) {
            return;
        }
        if let Some(other) = self.other_mut(from)
            && other.started.insert(id.clone())
        {
            out.push(Event::MediaStarted { publication: id.clone(), from: from.clone() });
        }
    }

    /// Says once that it ended, whoever noticed.
    fn end(&mut self, from: &PeerId, id: &PublicationId, why: MediaEnd, out: &mut Vec<Event>) {
        self.set_speaking(id, false, out);
        self.media.stalled.remove(id);
        if let Some(other) = self.other_mut(from) {
            other.started.remove(id);
        }
        if !self.media.ended.contains(id) {
            out.push(Event::MediaEnded { publication: id.clone(), from: from.clone(), why });
        }
    }

    fn withdraw(&mut self, from: &PeerId, id: &PublicationId, why: MediaEnd, out: &mut Vec<Event>) {
        self.end(from, id, why, out);
        self.media.ended.remove(id);
    }

    /// Ends everything of somebody who leaves.
    pub(super) fn end_all(&mut self, peer: &PeerId, out: &mut Vec<Event>) {
        let ids = self.ids_of(peer);
        for id in ids {
            self.withdraw(peer, &id, MediaEnd::PeerLeft, out);
        }
    }

    /// Ends what is not in the new list.
    pub(super) fn end_missing(&mut self, peer: &PeerId, next: &[Publication], out: &mut Vec<Event>) {
        let Some(other) = self.other(peer) else { return };
        let (plan, role) = (self.state.info.plan, other.who.role);
        let gone: Vec<Publication> = other
            .who
            .publications
            .iter()
            .filter(|publication| !next.iter().any(|kept| kept.id == publication.id))
            .cloned()
            .collect();
        for publication in gone {
            let allowed = may_publish(&plan, role, &publication);
            let why = if allowed { MediaEnd::Unpublished } else { MediaEnd::RoleChanged };
            self.withdraw(peer, &publication.id, why, out);
            if let Some(other) = self.other_mut(peer) {
                other.who.publications.retain(|kept| kept.id != publication.id);
            }
        }
    }

    /// Takes the list the server gives for somebody, after what is missing in it was ended.
    pub(super) fn set_publications(&mut self, peer: &PeerId, list: Vec<Publication>, out: &mut Vec<Event>) {
        let before = self.other(peer).map_or_else(Vec::new, |other| other.who.publications.clone());
        let list = self.of_their_own(peer, list);
        if let Some(other) = self.other_mut(peer) {
            other.who.publications.clone_from(&list);
        }
        for Publication { id, source, audio, video, .. } in list {
            match before.iter().find(|known| known.id == id) {
                None => {
                    out.push(Event::MediaAnnounced { publication: id.clone(), from: peer.clone(), source });
                }
                Some(known) if self.media.ended.contains(&id) || (known.audio, known.video) == (audio, video) => {}
                Some(_) => {
                    out.push(Event::MediaChanged { publication: id.clone(), audio, video });
                    if audio != TrackState::Live {
                        self.set_speaking(&id, false, out);
                    }
                }
            }
            let early = self.media.early.iter().position(|early| *early == id);
            // With nothing to arrive there is nothing to wait for.
            let silent = audio != TrackState::Live && video != TrackState::Live;
            if early.and_then(|early| self.media.early.remove(early)).is_some() || silent {
                self.start(peer, &id, out);
            }
        }
    }

    /// An id belongs to whoever published it first.
    fn of_their_own(&self, peer: &PeerId, list: Vec<Publication>) -> Vec<Publication> {
        let mut seen = BTreeSet::new();
        let taken = |id: &PublicationId| self.is_mine(id) || self.owner(id).is_some_and(|owner| owner != *peer);
        list.into_iter().filter(|publication| !taken(&publication.id) && seen.insert(publication.id.clone())).collect()
    }

    fn ids_of(&self, peer: &PeerId) -> Vec<PublicationId> {
        let publications = self.other(peer).map(|other| other.who.publications.iter());
        publications.into_iter().flatten().map(|publication| publication.id.clone()).collect()
    }
}

/// Whether the plan lets that role publish such a thing. A screen is one kind, its sound included.
fn may_publish(plan: &RoomPlan, role: Role, publication: &Publication) -> bool {
    let may = |kind| may_send(plan, kind, role);
    if publication.source == Source::Screen {
        return may(Kind::Screen);
    }
    (publication.audio == TrackState::Absent || may(Kind::Audio))
        && (publication.video == TrackState::Absent || may(Kind::Video))
}
