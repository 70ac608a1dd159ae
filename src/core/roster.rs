//! A client's view of one room: the snapshot it joined with, kept up to date, and the events of every change.
//!
//! The server says who is there and what they publish; this page's connections say what arrives. Only together they
//! make `MediaStarted`: a track without an announcement is nobody's, an announcement without a track is not there yet.
//! Whatever comes first waits for the other.

mod link;
mod media;
mod reset;
#[cfg(test)]
mod tests;

use super::event::{Event, LinkPhase, Message, Path, Payload, PeerChange, PeerState, Quality, RoomState};
use super::sorted;
use crate::protocol::{
    HostChange, Kept, KnockId, LeaveReason, LinkAssignment, Participant, PeerId, Publication, Role, RoomInfo,
    RoomSnapshot, Secret, ServerMsg,
};
use litemap::LiteMap;
use media::Media;

/// One room as a client sees it.
#[derive(Debug, Clone)]
pub struct Roster {
    state: RoomState,
    links: Vec<LinkAssignment>,
    /// What the supervisors of links said last. It shows while the server demands the link.
    phases: LiteMap<PeerId, LinkPhase>,
    media: Media,
    kept: Vec<Kept>,
    host_claim: Option<Secret>,
    /// Closed, or ejected from: nothing happens any more.
    over: bool,
}

impl Roster {
    /// The room of a snapshot. What the snapshot holds counts as joined and announced: it makes no events.
    pub fn new(snapshot: RoomSnapshot) -> Self {
        let RoomSnapshot { info, you, others, links, kept, host_claim } = snapshot;
        let state = RoomState { info, me: you, others: Vec::new(), knocks: Vec::new(), signaling: true };
        let mut roster =
            Self { state, links, phases: LiteMap::new(), media: Media::default(), kept, host_claim, over: false };
        let mut unheard = Vec::new();
        for who in others {
            roster.join(who, &mut unheard);
        }
        roster.settle_info();
        roster
    }

    /// Takes one message of the server. Messages of other rooms, and those that are not about the roster, change
    /// nothing.
    pub fn apply(&mut self, message: &ServerMsg, out: &mut Vec<Event>) {
        if self.over || message.room() != Some(&self.state.info.room) {
            return;
        }
        match message.clone() {
            ServerMsg::Joined(snapshot) => self.reset(*snapshot, out),
            ServerMsg::PeerJoined { peer, .. } | ServerMsg::PeerChanged { peer, .. } => self.put(peer, out),
            ServerMsg::PeerLeft { peer, why, .. } => self.part(&peer, why, out),
            ServerMsg::RoomChanged { info, .. } if info.rev >= self.state.info.rev => self.set_info(info, out),
            ServerMsg::HostChanged { from, to, why, .. } => self.change_host(from, to, why, out),
            ServerMsg::RoomClosed { why, .. } => self.finish(Event::RoomClosed { why }, out),
            ServerMsg::Ejected { by, reason, banned_secs, .. } => {
                self.finish(Event::Ejected { by, reason, banned_secs }, out);
            }
            ServerMsg::KnockReceived { knock, profile, note, .. } if !self.is_waiting(&knock) => {
                self.state.knocks.push((knock.clone(), profile.clone()));
                out.push(Event::KnockReceived { knock, profile, note });
            }
            ServerMsg::KnockWithdrawn { knock, .. } | ServerMsg::KnockResolved { knock, .. }
                if self.is_waiting(&knock) =>
            {
                self.state.knocks.retain(|(known, _)| *known != knock);
                out.push(Event::KnockWithdrawn { knock });
            }
            ServerMsg::LinkUp { link, .. } => self.link_up(link, out),
            ServerMsg::LinkDown { peer, link, .. } => self.link_down(&peer, link, out),
            ServerMsg::MediaAsked { from, ask, .. } if self.is_here(&from) => {
                out.push(Event::MediaAsked { from, ask });
            }
            ServerMsg::Said { from, at_ms, to, topic, body, .. } => {
                let body = Payload::Json(body);
                let message = Message { from, path: Path::Server, to, topic, body, at_ms, delay_ms: None };
                out.push(Event::Message(message));
            }
            _ => {}
        }
    }

    /// How well the link to `peer` carries what it should.
    pub fn set_quality(&mut self, peer: &PeerId, quality: Quality) {
        if let Some(other) = self.other_mut(peer) {
            other.quality = quality;
        }
    }

    /// Whether somebody is one of the others.
    pub fn is_there(&self, peer: &PeerId) -> bool {
        self.other(peer).is_some()
    }

    /// Whether the signaling session is up.
    pub fn set_signaling(&mut self, up: bool) {
        self.state.signaling = up;
    }

    /// What this page publishes, as told to the server.
    pub fn set_my_publications(&mut self, publications: Vec<Publication>) {
        self.state.me.publications = publications;
    }

    /// A knock this page has answered; the server tells only the others.
    pub fn answer_knock(&mut self, knock: &KnockId) {
        self.state.knocks.retain(|(known, _)| known != knock);
    }

    /// The room at this moment.
    pub fn state(&self) -> RoomState {
        self.state.clone()
    }

    /// The links the server demands, one per peer.
    pub fn links(&self) -> &[LinkAssignment] {
        &self.links
    }

    /// Messages kept for newcomers, in order, as of the last snapshot.
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// What takes the room back after a cold start; only whoever may do that has one.
    pub fn host_claim(&self) -> Option<&Secret> {
        self.host_claim.as_ref()
    }

    // ---- people ----

    fn is_here(&self, peer: &PeerId) -> bool {
        self.state.me.peer == *peer || self.other(peer).is_some()
    }

    fn is_waiting(&self, knock: &KnockId) -> bool {
        self.state.knocks.iter().any(|(known, _)| known == knock)
    }

    fn other(&self, peer: &PeerId) -> Option<&PeerState> {
        self.state.others.iter().find(|other| other.who.peer == *peer)
    }

    fn other_mut(&mut self, peer: &PeerId) -> Option<&mut PeerState> {
        self.state.others.iter_mut().find(|other| other.who.peer == *peer)
    }

    /// What the server says of somebody, new or known.
    fn put(&mut self, who: Participant, out: &mut Vec<Event>) {
        if who.peer == self.state.me.peer {
            self.change_me(who, out);
        } else if self.other(&who.peer).is_some() {
            self.change(who, out);
        } else {
            self.join(who, out);
            self.settle_info();
        }
    }

    fn join(&mut self, mut who: Participant, out: &mut Vec<Event>) {
        let peer = who.peer.clone();
        out.push(Event::PeerJoined { peer: peer.clone() });
        let publications = std::mem::take(&mut who.publications);
        let link = self.shown_phase(&peer);
        let newcomer = PeerState {
            who,
            link,
            no_way: None,
            quality: Quality::Unknown,
            speaking: false,
            started: Default::default(),
        };
        self.place(newcomer);
        self.set_publications(&peer, publications, out);
    }

    /// Everybody stands in the order they joined.
    fn place(&mut self, other: PeerState) {
        sorted::insert(&mut self.state.others, other, |a, b| a.who.joined_seq < b.who.joined_seq);
    }

    fn change(&mut self, mut who: Participant, out: &mut Vec<Event>) {
        let peer = who.peer.clone();
        let publications = std::mem::take(&mut who.publications);
        let Some(other) = self.other_mut(&peer) else { return };
        who.publications = std::mem::take(&mut other.who.publications);
        let before = std::mem::replace(&mut other.who, who.clone());
        let mut changes = Vec::new();
        tell_changes(&before, &who, &mut changes);
        if before.joined_seq != who.joined_seq
            && let Some(at) = self.state.others.iter().position(|other| other.who.peer == peer)
        {
            let other = self.state.others.remove(at);
            self.place(other);
        }
        self.end_missing(&peer, &publications, out);
        out.append(&mut changes);
        self.set_publications(&peer, publications, out);
    }

    /// What this page publishes is known here before the server says it.
    fn change_me(&mut self, mut who: Participant, out: &mut Vec<Event>) {
        who.publications = std::mem::take(&mut self.state.me.publications);
        let before = std::mem::replace(&mut self.state.me, who);
        tell_changes(&before, &self.state.me, out);
    }

    fn part(&mut self, peer: &PeerId, why: LeaveReason, out: &mut Vec<Event>) {
        if self.other(peer).is_none() {
            return;
        }
        self.end_all(peer, out);
        self.state.others.retain(|other| other.who.peer != *peer);
        self.links.retain(|link| link.peer != *peer);
        self.phases.remove(peer);
        self.settle_info();
        out.push(Event::PeerLeft { peer: peer.clone(), why });
    }

    // ---- the room ----

    fn set_info(&mut self, info: RoomInfo, out: &mut Vec<Event>) {
        let before = std::mem::replace(&mut self.state.info, info);
        self.settle_info();
        // Others say who came and who hosts.
        let same =
            RoomInfo { rev: before.rev, count: before.count, host: before.host.clone(), ..self.state.info.clone() };
        if same != before {
            out.push(Event::RoomChanged);
        }
    }

    /// Keeps what the room says of its members true.
    fn settle_info(&mut self) {
        self.state.info.count = u16::try_from(self.state.others.len() + 1).unwrap_or(u16::MAX);
        if self.state.info.host.as_ref().is_some_and(|host| !self.is_here(host)) {
            self.state.info.host = None;
        }
    }

    fn change_host(&mut self, from: Option<PeerId>, to: Option<PeerId>, why: HostChange, out: &mut Vec<Event>) {
        self.state.info.host.clone_from(&to);
        self.settle_info();
        out.push(Event::HostChanged { from, to: to.clone(), why });
        // There is one host at a time; a lasting other role is told right after.
        let others = self.state.others.iter_mut().map(|other| &mut other.who);
        for who in others.chain([&mut self.state.me]) {
            let role = match (to.as_ref() == Some(&who.peer), who.role) {
                (true, _) => Role::Host,
                (false, Role::Host) => Role::Moderator,
                (false, role) => role,
            };
            if std::mem::replace(&mut who.role, role) != role {
                out.push(Event::PeerChanged { peer: who.peer.clone(), what: PeerChange::Role });
            }
        }
    }

    fn finish(&mut self, last: Event, out: &mut Vec<Event>) {
        self.over = true;
        self.links.clear();
        self.state.knocks.clear();
        for other in &mut self.state.others {
            other.link = LinkPhase::Closed;
            other.speaking = false;
        }
        out.push(last);
    }
}

fn tell_changes(before: &Participant, after: &Participant, out: &mut Vec<Event>) {
    let changes = [
        (before.profile != after.profile, PeerChange::Profile),
        (before.role != after.role, PeerChange::Role),
        (before.presence != after.presence, PeerChange::Presence),
        (before.online != after.online, PeerChange::Online),
    ];
    let changed = changes.into_iter().filter(|(changed, _)| *changed);
    out.extend(changed.map(|(_, what)| Event::PeerChanged { peer: after.peer.clone(), what }));
}
