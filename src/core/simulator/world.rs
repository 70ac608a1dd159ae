//! The hub, the clients, and what goes on between them.

use super::client::{Client, enter};
use super::network::{Agenda, Chance, Happening};
use super::records::{Records, Saying, room};
use super::{Act, CLIENTS};
use crate::core::hub::{Hub, HubConfig, HubIn, HubOut, Portrait, SocketId};
use crate::core::session::{SessionIn, SessionOut};
use crate::core::{Machine, Millis};
use crate::protocol::*;
use std::collections::BTreeMap;

/// Milliseconds after the last act by which everything has settled: the longest absence, a backoff, a window.
const SETTLED: Millis = 200_000;

pub(super) struct World {
    now: Millis,
    chance: Chance,
    hub: Hub,
    pub(super) clients: Vec<Client>,
    agenda: Agenda,
    sockets: u64,
    records: Records,
    said: u64,
    /// Which session speaks over a socket, as the hub has told.
    owners: BTreeMap<SocketId, PeerId>,
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let mut config = HubConfig::default();
        // How often one may do what is another test's.
        config.limits.per.clear();
        let hub = Hub::new(config, Box::new(Chance(chance.next())));
        let clients = (0..CLIENTS).map(|place| Client::new(place, chance.next())).collect();
        let mut world = Self {
            now: 0,
            chance,
            hub,
            clients,
            agenda: Agenda::default(),
            sockets: 0,
            records: Records::default(),
            said: 0,
            owners: BTreeMap::new(),
        };
        for place in 0..CLIENTS {
            world.feed(place, SessionIn::Start);
        }
        world
    }

    pub(super) fn plan_act(&mut self, at: Millis, place: usize, act: Act) {
        self.agenda.add(at, Happening::Act(place, act));
    }

    /// Runs until long after the last act.
    pub(super) fn settle(&mut self, last: Millis) {
        while let Some((at, happening)) = self.agenda.next(last + SETTLED) {
            self.now = at;
            self.happen(happening);
        }
    }

    /// How often sessions began, went on, and went on with a snapshot.
    pub(super) fn outcomes(&self) -> [usize; 3] {
        let all = || self.clients.iter().flat_map(|client| client.outcomes.iter().skip(1));
        let count = |fits: fn(&&ResumeOutcome) -> bool| all().filter(fits).count();
        [
            count(|outcome| matches!(outcome, ResumeOutcome::Fresh)),
            count(|outcome| matches!(outcome, ResumeOutcome::Replayed { .. })),
            count(|outcome| matches!(outcome, ResumeOutcome::Snapshot)),
        ]
    }

    pub(super) fn links(&self) -> usize {
        self.room().map_or(0, |room| room.links.len())
    }

    pub(super) fn check_end(&self) {
        assert_eq!(self.hub.counts().sockets, CLIENTS, "everybody is connected");
        assert_eq!(self.hub.counts().sessions, CLIENTS, "nobody is there twice");
        let room = self.room();
        for client in &self.clients {
            client.check_end(room.as_ref(), &self.records);
        }
        let inside = self.clients.iter().filter(|client| client.roster.is_some()).count();
        assert_eq!(room.map_or(0, |room| room.members.len()), inside, "a ghost");
    }

    fn room(&self) -> Option<Portrait> {
        self.hub.portraits().into_iter().find(|room| room.open)
    }

    /// Frames take their time, and others of the same socket do not overtake them.
    fn delay(&mut self) -> Millis {
        self.now + 1 + self.chance.below(80)
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Open(place, socket) => {
                let client = &self.clients[place];
                if client.socket == Some(socket) && client.unreachable_until <= self.now {
                    self.hub(HubIn::Opened { socket });
                    self.feed(place, SessionIn::Opened);
                }
            }
            Happening::Up(socket, frame) => {
                self.record(socket, &frame.m);
                let bytes = serde_json::to_vec(&frame).unwrap().len();
                self.hub(HubIn::Frame { socket, frame, bytes });
            }
            Happening::Down(place, socket, frame) => {
                if self.clients[place].socket == Some(socket) && !self.clients[place].swallowed {
                    self.feed(place, SessionIn::Frame(frame));
                }
            }
            Happening::ClosedByServer(place, socket, code) => {
                if self.clients[place].socket == Some(socket) && !self.clients[place].swallowed {
                    self.clients[place].socket = None;
                    self.feed(place, SessionIn::Closed { code });
                }
            }
            Happening::Noticed { socket, clean } => {
                self.owners.remove(&socket);
                self.hub(HubIn::Closed { socket, clean });
            }
            Happening::Act(place, act) => self.act(place, act),
            Happening::ClientTick(place) => {
                if self.clients[place].session.deadline().is_some_and(|deadline| deadline <= self.now) {
                    self.feed(place, SessionIn::Tick);
                }
            }
            Happening::HubTick => {
                if self.hub.deadline().is_some_and(|deadline| deadline <= self.now) {
                    self.hub(HubIn::Tick);
                }
            }
        }
    }

    fn act(&mut self, place: usize, act: Act) {
        match act {
            Act::Enter => {
                self.clients[place].wants_in = true;
                self.command(place, enter());
            }
            Act::Leave => {
                self.clients[place].wants_in = false;
                self.command(place, ClientMsg::LeaveRoom { room: room() });
            }
            Act::Say => {
                self.said += 1;
                let (room, topic, body) = (room(), String::new(), self.said.into());
                self.command(place, ClientMsg::Say { room, to: Target::All, topic, body, keep: false });
            }
            Act::Change(publishes) => {
                let client = &mut self.clients[place];
                client.changes += 1;
                let presence = Presence { status: client.changes.to_string(), ..Presence::default() };
                let publication = Publication {
                    id: format!("camera-{place}").parse().unwrap(),
                    source: Source::Camera,
                    audio: TrackState::Live,
                    video: TrackState::Live,
                    label: String::new(),
                };
                let publications = publishes.then_some(publication).into_iter().collect();
                self.command(place, ClientMsg::SetPresence { room: room(), presence });
                self.command(place, ClientMsg::Publish { room: room(), publications });
            }
            Act::Lose { clean } => self.lose(place, clean),
            Act::Swallow => self.clients[place].swallowed = self.clients[place].socket.is_some(),
            Act::Unreachable(ms) => self.clients[place].unreachable_until = self.now + ms,
        }
    }

    fn lose(&mut self, place: usize, clean: bool) {
        let Some(socket) = self.clients[place].socket.take() else { return };
        // What is on its way may still arrive, and the server may notice late.
        let at = self.delay().max(self.clients[place].last_up) + self.chance.below(if clean { 1 } else { 5_000 });
        self.agenda.add(at, Happening::Noticed { socket, clean });
        self.feed(place, SessionIn::Closed { code: 1006 });
    }

    fn command(&mut self, place: usize, message: ClientMsg) {
        let client = &mut self.clients[place];
        let token = client.next_token;
        client.next_token += 1;
        if !matches!(message, ClientMsg::SetPresence { .. } | ClientMsg::Publish { .. }) {
            client.asked.insert(token, message.clone());
        }
        self.feed(place, SessionIn::Command { token, message: Box::new(message) });
    }

    fn feed(&mut self, place: usize, input: SessionIn) {
        let mut out = Vec::new();
        self.clients[place].session.handle(input, self.now, &mut out);
        // A page whose session is over comes back into its room by itself; not before all that is due has been sent.
        let over = |effect: &SessionOut| match effect {
            SessionOut::Welcome(welcome) => welcome.resumed == ResumeOutcome::Fresh,
            _ => false,
        };
        let comes_back = self.clients[place].peer.is_some() && out.iter().any(over);
        for effect in out {
            self.carry_out(place, effect);
        }
        if comes_back && self.clients[place].wants_in {
            self.command(place, enter());
        }
        if let Some(deadline) = self.clients[place].session.deadline() {
            self.agenda.add(deadline.max(self.now), Happening::ClientTick(place));
        }
    }

    fn carry_out(&mut self, place: usize, effect: SessionOut) {
        match effect {
            SessionOut::Open => {
                self.sockets += 1;
                let socket = SocketId(self.sockets);
                let at = self.delay();
                let client = &mut self.clients[place];
                assert_eq!(client.socket, None, "two sockets at once");
                client.socket = Some(socket);
                client.swallowed = false;
                (client.last_up, client.last_down) = (at, at);
                self.agenda.add(at, Happening::Open(place, socket));
            }
            SessionOut::Send(frame) => {
                let Some(socket) = self.clients[place].socket else { panic!("sent without a socket") };
                if !self.clients[place].swallowed {
                    let at = self.delay().max(self.clients[place].last_up);
                    self.clients[place].last_up = at;
                    self.agenda.add(at, Happening::Up(socket, frame));
                }
            }
            SessionOut::Close { .. } => {
                if let Some(socket) = self.clients[place].socket.take() {
                    let at = self.delay().max(self.clients[place].last_up);
                    self.agenda.add(at, Happening::Noticed { socket, clean: false });
                }
            }
            SessionOut::Welcome(welcome) => self.clients[place].welcomed(*welcome),
            SessionOut::Message(message) => self.clients[place].hear(&message),
            SessionOut::Reply { token, message } => {
                if self.clients[place].asked.contains_key(&token) {
                    self.clients[place].replied(token, Some(&message));
                }
            }
            SessionOut::Failed { token } => {
                if self.clients[place].asked.contains_key(&token) {
                    self.clients[place].replied(token, None);
                }
            }
            SessionOut::Ended(why) => panic!("ended: {why:?}"),
            SessionOut::Status(_) | SessionOut::Lost { .. } => {}
        }
    }

    /// Notes what is about to be said to whom; whether the hub carries it out shows in the answer to the sender.
    fn record(&mut self, socket: SocketId, message: &ClientMsg) {
        let (ClientMsg::Say { body, .. }, Some(peer)) = (message, self.owners.get(&socket)) else { return };
        let number = body.as_u64().unwrap();
        let Some(room) = self.room() else { return };
        let inside = room.members.iter().any(|member| member.peer == *peer);
        if inside && !self.records.sayings.iter().any(|saying| saying.number == number) {
            let others = room.members.iter().map(|member| &member.peer).filter(|other| *other != peer);
            self.records.sayings.push(Saying { number, audience: others.cloned().collect() });
        }
    }

    fn hub(&mut self, input: HubIn) {
        let mut out = Vec::new();
        self.hub.handle(input, self.now, &mut out);
        if let Err(broken) = self.hub.check() {
            panic!("{broken}");
        }
        for effect in out {
            match effect {
                HubOut::Send { socket, frame } => {
                    let place = self.clients.iter().position(|client| client.socket == Some(socket));
                    if let ServerMsg::Welcome(welcome) = &frame.m {
                        self.owners.retain(|_, owner| *owner != welcome.peer);
                        self.owners.insert(socket, welcome.peer.clone());
                        // What was on its way before a snapshot is not sent again.
                        let same = |client: &Client| client.peer.as_ref() == Some(&welcome.peer);
                        let whose = self.clients.iter().position(same).or(place);
                        if let (Some(whose), ResumeOutcome::Fresh | ResumeOutcome::Snapshot) = (whose, welcome.resumed)
                        {
                            self.clients[whose].forgiven = self.records.sayings.len();
                        }
                    }
                    let Some(place) = place else { continue };
                    let at = self.delay().max(self.clients[place].last_down);
                    self.clients[place].last_down = at;
                    self.agenda.add(at, Happening::Down(place, socket, frame));
                }
                HubOut::Close { socket, code } => {
                    self.owners.remove(&socket);
                    let Some(place) = self.clients.iter().position(|client| client.socket == Some(socket)) else {
                        continue;
                    };
                    let at = self.delay().max(self.clients[place].last_down);
                    self.agenda.add(at, Happening::ClosedByServer(place, socket, code.code()));
                }
                HubOut::HashPassword { .. } | HubOut::VerifyPassword { .. } => unreachable!("no room has a password"),
            }
        }
        if let Some(deadline) = self.hub.deadline() {
            self.agenda.add(deadline.max(self.now), Happening::HubTick);
        }
    }
}
