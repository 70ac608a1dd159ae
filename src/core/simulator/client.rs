//! One page: a session, a roster, and what it has to show for it.

use super::records::{Records, lobby, room};
use crate::core::Millis;
use crate::core::event::{Event, Payload};
use crate::core::hub::{Portrait, SocketId};
use crate::core::roster::Roster;
use crate::core::session::{Session, SessionConfig};
use crate::protocol::*;
use std::collections::{BTreeMap, BTreeSet};

pub(super) struct Client {
    pub(super) session: Session,
    pub(super) roster: Option<Roster>,
    pub(super) peer: Option<PeerId>,
    pub(super) socket: Option<SocketId>,
    /// The network swallows everything, and nobody has noticed.
    pub(super) swallowed: bool,
    pub(super) unreachable_until: Millis,
    /// When the last frame each way arrives: on one socket there is no overtaking.
    pub(super) last_up: Millis,
    pub(super) last_down: Millis,
    pub(super) wants_in: bool,
    /// Commands that are answered, by token, until they are.
    pub(super) asked: BTreeMap<u64, ClientMsg>,
    pub(super) answered: BTreeSet<u64>,
    pub(super) next_token: u64,
    pub(super) changes: u64,
    /// What it has heard in the present session, and from where on it must not miss anything.
    pub(super) heard: Vec<u64>,
    pub(super) forgiven: usize,
    pub(super) started: Vec<(PeerId, PublicationId)>,
    pub(super) outcomes: Vec<ResumeOutcome>,
}

impl Client {
    pub(super) fn new(place: usize, backoff_seed: u64) -> Self {
        Self {
            session: Session::new(SessionConfig {
                lobby: lobby(),
                profile: Profile { name: format!("client {place}"), ..Profile::default() },
                auth: None,
                client: "test 0 blink".into(),
                resume: None,
                backoff_seed,
                give_up_after: None,
            }),
            roster: None,
            peer: None,
            socket: None,
            swallowed: false,
            unreachable_until: 0,
            last_up: 0,
            last_down: 0,
            wants_in: false,
            asked: BTreeMap::new(),
            answered: BTreeSet::new(),
            next_token: 1,
            changes: 0,
            heard: Vec::new(),
            forgiven: 0,
            started: Vec::new(),
            outcomes: Vec::new(),
        }
    }

    pub(super) fn welcomed(&mut self, welcome: Welcome) {
        self.outcomes.push(welcome.resumed);
        if welcome.resumed == ResumeOutcome::Fresh {
            assert_ne!(self.peer.as_ref(), Some(&welcome.peer), "an id used twice");
            self.roster = None;
            self.heard.clear();
        } else {
            assert_eq!(self.peer.as_ref(), Some(&welcome.peer), "resumed as somebody else");
        }
        self.peer = Some(welcome.peer);
        if !matches!(welcome.resumed, ResumeOutcome::Replayed { .. }) {
            self.roster = match (welcome.rooms.into_iter().next(), self.roster.take()) {
                (None, _) => None,
                (Some(snapshot), None) => Some(Roster::new(snapshot)),
                (Some(snapshot), Some(mut roster)) => {
                    self.tell(&mut roster, |roster, out| roster.reset(snapshot, out));
                    Some(roster)
                }
            };
        }
    }

    /// An answer comes once, and only to what was asked.
    pub(super) fn replied(&mut self, token: u64, message: Option<&ServerMsg>) {
        let command = self.asked.remove(&token).unwrap_or_else(|| panic!("{message:?} answers nothing"));
        assert!(self.answered.insert(token), "answered twice");
        match (command, message) {
            (_, Some(joined @ ServerMsg::Joined(_))) => self.hear(joined),
            (ClientMsg::LeaveRoom { .. }, Some(ServerMsg::Ok)) => self.roster = None,
            (ClientMsg::Say { body, .. }, Some(ServerMsg::Said { body: said, .. })) => assert_eq!(body, *said),
            (_, None | Some(ServerMsg::Ok)) => {}
            (_, Some(ServerMsg::Error(error))) => {
                let raced =
                    [ErrorCode::AlreadyInRoom, ErrorCode::NotInRoom, ErrorCode::RoomNotFound, ErrorCode::RoomClosed];
                assert!(raced.contains(&error.code), "{error:?}");
            }
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn hear(&mut self, message: &ServerMsg) {
        match message {
            ServerMsg::Joined(snapshot) if self.roster.is_none() => {
                self.roster = Some(Roster::new((**snapshot).clone()));
            }
            ServerMsg::RoomClosed { .. } | ServerMsg::Ejected { .. } => self.roster = None,
            message => {
                let Some(mut roster) = self.roster.take() else { return };
                self.tell(&mut roster, |roster, out| roster.apply(message, out));
                self.roster = Some(roster);
            }
        }
        // The connections bring what is published as soon as it may be there, again and again.
        if let Some(mut roster) = self.roster.take() {
            let publications: Vec<PublicationId> = roster.state().others.iter().flat_map(|o| ids(&o.who)).collect();
            for publication in &publications {
                self.tell(&mut roster, |roster, out| roster.media_started(publication, out));
            }
            self.roster = Some(roster);
        }
    }

    fn tell(&mut self, roster: &mut Roster, speak: impl FnOnce(&mut Roster, &mut Vec<Event>)) {
        let mut out = Vec::new();
        speak(roster, &mut out);
        let me = roster.state().me.peer;
        for event in out {
            match event {
                Event::Message(message) => {
                    let Payload::Json(body) = message.body else { panic!("not over the server") };
                    self.heard.push(body.as_u64().unwrap());
                }
                Event::MediaStarted { publication, .. } => self.started.push((me.clone(), publication)),
                _ => {}
            }
        }
    }

    /// What this page shows is the room as the hub has it: nobody who is gone, nobody twice, the links that are.
    pub(super) fn check_end(&self, room: Option<&Portrait>, records: &Records) {
        assert!(self.asked.is_empty(), "unanswered: {:?}", self.asked);
        let peer = self.peer.as_ref().unwrap();
        records.check(peer, &self.heard, self.forgiven);
        let me = room.and_then(|room| room.members.iter().find(|member| member.peer == *peer));
        assert_eq!(me.is_some(), self.roster.is_some(), "{peer} in the room, and on its page");
        let (Some(me), Some(room), Some(roster)) = (me, room, &self.roster) else { return };
        let state = roster.state();
        assert_eq!((state.me.role, state.me.joined_seq), (me.role, me.joined_seq));
        assert_eq!(state.me.presence, me.presence);
        assert_eq!((&state.info.host, state.info.count), (&room.info.host, room.info.count));
        let seen: BTreeMap<_, _> = state.others.iter().map(|other| (&other.who.peer, &other.who)).collect();
        assert_eq!(seen.len(), state.others.len(), "somebody twice");
        let there = room.members.iter().filter(|member| member.peer != *peer);
        let there: BTreeMap<_, _> = there.map(|member| (&member.peer, member)).collect();
        assert_eq!(seen, there, "another room on the page of {peer}");
        let links: BTreeMap<_, _> = roster.links().iter().map(|link| (&link.peer, link.link)).collect();
        let seq = |peer: &PeerId| room.members.iter().find(|member| member.peer == *peer).map(|who| who.joined_seq);
        let ends = |other: u64| (other.min(me.joined_seq), other.max(me.joined_seq));
        for (other, link) in &links {
            assert!(room.links.contains(&(ends(seq(other).unwrap()), *link)), "a link that is not: {link:?}");
        }
        let mine = room.links.iter().filter(|((a, b), _)| [*a, *b].contains(&me.joined_seq));
        assert_eq!(links.len(), mine.count());
    }
}

fn ids(who: &Participant) -> Vec<PublicationId> {
    who.publications.iter().map(|publication| publication.id.clone()).collect()
}

/// The command to come in with.
pub(super) fn enter() -> ClientMsg {
    let free = Privileges { guests_may_message_guests: true, ..Privileges::default() };
    let spec = RoomSpec { capacity: 8, privileges: free, ..RoomSpec::new(crate::core::topology::plans::conference()) };
    let join = JoinRoom { room: room(), password: None, invite: None, role: None, hosted_by: None, note: None };
    ClientMsg::OpenOrJoin { create: CreateRoom { room: Some(room()), spec }, join }
}
