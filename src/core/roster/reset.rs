//! Bringing a roster up to date with a snapshot taken after a gap.

use super::Roster;
use crate::core::event::Event;
use crate::protocol::{HostChange, LeaveReason, PeerId, Role, RoomSnapshot};

impl Roster {
    /// Reconciles with a snapshot taken after a gap, of a resumed or a new session: the events are the differences.
    ///
    /// Why somebody left meanwhile, and why another is host, nobody told: the reason is `Other`.
    pub fn reset(&mut self, snapshot: RoomSnapshot, out: &mut Vec<Event>) {
        if self.over {
            return;
        }
        let RoomSnapshot { info, you, others, links, kept, host_claim } = snapshot;
        let gone: Vec<PeerId> = self
            .state
            .others
            .iter()
            .map(|other| &other.who.peer)
            .filter(|peer| !others.iter().any(|who| who.peer == **peer))
            .cloned()
            .collect();
        let host = self.state.info.host.clone();
        let hosting = host.as_ref() == Some(&self.state.me.peer);
        for peer in gone {
            self.part(&peer, LeaveReason::Other, out);
        }
        // Another session is another member: who knocked is told anew, to whoever may know it.
        if you.peer != self.state.me.peer || you.role < Role::Moderator {
            let knocks = std::mem::take(&mut self.state.knocks);
            out.extend(knocks.into_iter().map(|(knock, _)| Event::KnockWithdrawn { knock }));
        }
        self.change_me(you, out);
        for who in others {
            self.put(who, out);
        }
        self.set_info(info, out);
        let to = self.state.info.host.clone();
        // The same person under another id is no other host.
        if to != host && !(hosting && to.as_ref() == Some(&self.state.me.peer)) {
            out.push(Event::HostChanged { from: host, to, why: HostChange::Other });
        }
        self.kept = kept;
        self.host_claim = host_claim.or(self.host_claim.take());
        self.set_links(links, out);
    }
}
