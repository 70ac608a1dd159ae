//! A server that keeps a room and says what changes, and a reader that checks what it is told.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// The room as the server has it, seen by its member "me".
#[derive(Debug, Clone)]
pub struct Server {
    pub snapshot: RoomSnapshot,
    pub knocks: Vec<(KnockId, Profile)>,
    next: u64,
}

impl Server {
    pub fn new() -> Self {
        Self { snapshot: snapshot("me", Role::Host), knocks: Vec::new(), next: 1 }
    }

    pub fn next(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn room(&self) -> RoomId {
        self.snapshot.info.room.clone()
    }

    fn settle(&mut self) {
        self.snapshot.info.count = self.snapshot.others.len() as u16 + 1;
        self.snapshot.info.rev += 1;
    }

    pub fn peer(&self, pick: usize) -> Option<PeerId> {
        let others = &self.snapshot.others;
        (!others.is_empty()).then(|| others[pick % others.len()].peer.clone())
    }

    fn other_mut(&mut self, peer: &PeerId) -> &mut Participant {
        self.snapshot.others.iter_mut().find(|other| other.peer == *peer).unwrap()
    }

    pub fn publications(&self) -> Vec<PublicationId> {
        let all = self.snapshot.others.iter().flat_map(|other| &other.publications);
        all.map(|publication| publication.id.clone()).collect()
    }

    /// An id that is announced at the earliest when the next thing is published.
    pub fn future_publication(&self) -> PublicationId {
        id(&format!("m{}", self.next + 1))
    }

    pub fn join(&mut self, publishing: bool) -> Vec<ServerMsg> {
        let number = self.next();
        let mut who = participant(&format!("p{number}"), Role::Speaker, number);
        if publishing {
            let number = self.next();
            who.publications.push(publication(&format!("m{number}"), TrackState::Live, TrackState::Live));
        }
        self.snapshot.others.push(who.clone());
        self.settle();
        let link = self.new_link(&who.peer);
        vec![ServerMsg::PeerJoined { room: self.room(), peer: who }, ServerMsg::LinkUp { room: self.room(), link }]
    }

    fn new_link(&mut self, peer: &PeerId) -> LinkAssignment {
        let link = assignment(peer.as_str(), self.next());
        self.snapshot.links.push(link.clone());
        link
    }

    fn drop_link(&mut self, peer: &PeerId) -> Option<ServerMsg> {
        let at = self.snapshot.links.iter().position(|link| link.peer == *peer)?;
        let link = self.snapshot.links.remove(at).link;
        Some(ServerMsg::LinkDown { room: self.room(), peer: peer.clone(), link })
    }

    pub fn leave(&mut self, peer: &PeerId, why: LeaveReason) -> Vec<ServerMsg> {
        let mut told: Vec<ServerMsg> = self.drop_link(peer).into_iter().collect();
        self.snapshot.others.retain(|other| other.peer != *peer);
        told.push(ServerMsg::PeerLeft { room: self.room(), peer: peer.clone(), why });
        if self.snapshot.info.host.as_ref() == Some(peer) {
            let me = self.snapshot.you.peer.clone();
            told.extend(self.make_host(&me, HostChange::HostLeft, Some(peer.clone())));
        }
        self.settle();
        told
    }

    pub fn make_host(&mut self, to: &PeerId, why: HostChange, from: Option<PeerId>) -> Vec<ServerMsg> {
        let room = self.room();
        let mut told = vec![ServerMsg::HostChanged { room: room.clone(), from, to: Some(to.clone()), why }];
        let others = self.snapshot.others.iter_mut();
        for who in others.chain([&mut self.snapshot.you]) {
            let role = if who.peer == *to { Role::Host } else { who.role.min(Role::Moderator) };
            if std::mem::replace(&mut who.role, role) != role {
                told.push(ServerMsg::PeerChanged { room: room.clone(), peer: who.clone() });
            }
        }
        self.snapshot.info.host = Some(to.clone());
        self.settle();
        told
    }

    pub fn change(&mut self, peer: &PeerId, change: impl FnOnce(&mut Participant)) -> Vec<ServerMsg> {
        let who = self.other_mut(peer);
        change(who);
        let peer = who.clone();
        vec![ServerMsg::PeerChanged { room: self.room(), peer }]
    }

    pub fn rename(&mut self, name: String) -> Vec<ServerMsg> {
        self.snapshot.info.details.name = name;
        self.settle();
        vec![ServerMsg::RoomChanged { room: self.room(), info: self.snapshot.info.clone() }]
    }

    pub fn relink(&mut self, peer: &PeerId, up: bool) -> Vec<ServerMsg> {
        let mut told: Vec<ServerMsg> = self.drop_link(peer).into_iter().collect();
        if up {
            let link = self.new_link(peer);
            told.push(ServerMsg::LinkUp { room: self.room(), link });
        }
        told
    }

    pub fn knock(&mut self) -> Vec<ServerMsg> {
        let knock: KnockId = format!("k{}", self.next()).parse().unwrap();
        self.knocks.push((knock.clone(), Profile::default()));
        vec![ServerMsg::KnockReceived { room: self.room(), knock, profile: Profile::default(), note: None }]
    }

    pub fn unknock(&mut self) -> Vec<ServerMsg> {
        if self.knocks.is_empty() {
            return Vec::new();
        }
        let (knock, _) = self.knocks.remove(0);
        vec![ServerMsg::KnockWithdrawn { room: self.room(), knock }]
    }
}

/// Whoever reads the events, and holds them to what is promised.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    here: BTreeSet<PeerId>,
    announced: BTreeMap<PublicationId, PeerId>,
    started: BTreeSet<PublicationId>,
    ended: BTreeSet<PublicationId>,
    over: bool,
}

impl Reader {
    /// What a first snapshot holds counts as told.
    pub fn new(state: &RoomState) -> Self {
        let mut reader = Self::default();
        reader.here.insert(state.me.peer.clone());
        for other in &state.others {
            reader.here.insert(other.who.peer.clone());
            for publication in &other.who.publications {
                reader.announced.insert(publication.id.clone(), other.who.peer.clone());
            }
            reader.started.extend(other.started.iter().cloned());
        }
        reader
    }

    pub fn read(&mut self, event: &Event) -> Result<(), String> {
        if self.over {
            return Err(format!("{event:?} after the end"));
        }
        let ensure = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("{what}: {event:?}")) };
        match event {
            Event::PeerJoined { peer } => ensure(self.here.insert(peer.clone()), "joined twice")?,
            Event::PeerLeft { peer, .. } => {
                let left: Vec<_> = self.announced.iter().filter(|(_, from)| *from == peer).collect();
                ensure(left.iter().all(|(id, _)| self.ended.contains(*id)), "left before its media ended")?;
                ensure(self.here.remove(peer), "left without being here")?;
            }
            Event::PeerChanged { peer, .. }
            | Event::LinkChanged { peer, .. }
            | Event::MediaAsked { from: peer, .. } => {
                ensure(self.here.contains(peer), "about nobody")?;
            }
            Event::HostChanged { to: Some(peer), .. } => ensure(self.here.contains(peer), "about nobody")?,
            Event::MediaAnnounced { publication, from, .. } => {
                ensure(self.here.contains(from), "about nobody")?;
                let before = self.announced.insert(publication.clone(), from.clone());
                ensure(before.is_none(), "announced twice")?;
            }
            Event::MediaStarted { publication, from } => {
                ensure(self.announced.get(publication) == Some(from), "not announced")?;
                ensure(!self.ended.contains(publication), "ended already")?;
                ensure(self.started.insert(publication.clone()), "started twice")?;
            }
            Event::MediaChanged { publication, .. } | Event::Speaking { publication, on: true, .. } => {
                ensure(self.announced.contains_key(publication), "not announced")?;
                ensure(!self.ended.contains(publication), "ended already")?;
            }
            Event::MediaStalled { publication, .. } => {
                ensure(self.started.contains(publication), "not started")?;
                ensure(!self.ended.contains(publication), "ended already")?;
            }
            Event::MediaEnded { publication, from, .. } => {
                ensure(self.announced.get(publication) == Some(from), "not announced")?;
                ensure(self.ended.insert(publication.clone()), "ended twice")?;
            }
            Event::RoomClosed { .. } | Event::Ejected { .. } => self.over = true,
            _ => {}
        }
        Ok(())
    }
}

/// What must hold of a state at any moment.
pub fn check(state: &RoomState) -> Result<(), String> {
    let ensure = |holds: bool, what: &str| if holds { Ok(()) } else { Err(format!("{what}: {state:?}")) };
    let mut ids = BTreeSet::new();
    let mut publications = BTreeSet::new();
    let everybody = || state.others.iter().map(|other| &other.who).chain([&state.me]);
    for who in everybody() {
        ensure(ids.insert(&who.peer), "somebody is here twice")?;
        ensure(who.publications.iter().all(|publication| publications.insert(&publication.id)), "an id twice")?;
    }
    ensure(state.others.is_sorted_by_key(|other| other.who.joined_seq), "out of order")?;
    ensure(state.info.count as usize == state.others.len() + 1, "a wrong count")?;
    let hosts: Vec<_> = everybody().filter(|who| who.role == Role::Host).map(|who| who.peer.clone()).collect();
    ensure(hosts.as_slice() == state.info.host.as_slice(), "a wrong host")?;
    for other in &state.others {
        let theirs: BTreeSet<_> = other.who.publications.iter().map(|publication| publication.id.clone()).collect();
        ensure(other.started.is_subset(&theirs), "started without being announced")?;
        let audible = other.who.publications.iter().any(|publication| publication.audio == TrackState::Live);
        ensure(!other.speaking || audible, "speaking without a sound")?;
    }
    Ok(())
}
