//! The links of a room: which there are is the server's word, how they are is their supervisors'.

use super::Roster;
use crate::core::event::{Event, LinkPhase, NoWay};
use crate::protocol::{LinkAssignment, LinkId, PeerId};

impl Roster {
    /// The supervisor of the link to `peer` reached `phase`. Of somebody who is not here it says nothing.
    pub fn set_link(&mut self, peer: &PeerId, phase: LinkPhase, out: &mut Vec<Event>) {
        if !self.over && self.other(peer).is_some() {
            self.phases.insert(peer.clone(), phase);
            self.show_phase(peer, out);
        }
    }

    /// The search for a way to `peer` has found out what stands in it, or that nothing does any more.
    pub fn set_no_way(&mut self, peer: &PeerId, why: Option<NoWay>, out: &mut Vec<Event>) {
        if let Some(other) = self.other_mut(peer)
            && std::mem::replace(&mut other.no_way, why) != why
            && let Some(why) = why
        {
            out.push(Event::NoWay { peer: peer.clone(), why });
        }
    }

    pub(super) fn link_up(&mut self, link: LinkAssignment, out: &mut Vec<Event>) {
        let peer = link.peer.clone();
        self.begin(&link);
        self.links.retain(|known| known.peer != peer);
        self.links.push(link);
        self.show_phase(&peer, out);
    }

    pub(super) fn link_down(&mut self, peer: &PeerId, link: LinkId, out: &mut Vec<Event>) {
        self.links.retain(|known| known.peer != *peer || known.link != link);
        self.show_phase(peer, out);
    }

    /// Replaces all links.
    pub(super) fn set_links(&mut self, links: Vec<LinkAssignment>, out: &mut Vec<Event>) {
        for link in &links {
            self.begin(link);
        }
        self.links = links;
        let peers: Vec<PeerId> = self.state.others.iter().map(|other| other.who.peer.clone()).collect();
        for peer in peers {
            self.show_phase(&peer, out);
        }
    }

    /// A new connection takes the place of the old one. If that was being repaired, this is the repair.
    fn begin(&mut self, link: &LinkAssignment) {
        let known = self.links.iter().any(|known| known.peer == link.peer && known.link == link.link);
        let repair = matches!(
            self.phases.get(&link.peer),
            Some(LinkPhase::Interrupted | LinkPhase::Restarting { .. } | LinkPhase::Rebuilding { .. })
        );
        if !known && !repair {
            self.phases.insert(link.peer.clone(), LinkPhase::Connecting);
        }
    }

    pub(super) fn shown_phase(&self, peer: &PeerId) -> LinkPhase {
        if self.links.iter().any(|link| link.peer == *peer) {
            self.phases.get(peer).copied().unwrap_or(LinkPhase::Connecting)
        } else {
            LinkPhase::Closed
        }
    }

    fn show_phase(&mut self, peer: &PeerId, out: &mut Vec<Event>) {
        let link = self.shown_phase(peer);
        if let Some(other) = self.other_mut(peer)
            && std::mem::replace(&mut other.link, link) != link
        {
            out.push(Event::LinkChanged { peer: peer.clone(), link });
        }
    }
}
