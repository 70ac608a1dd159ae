//! Clients, a hub, and a network between them that delays everything and loses sockets.

use crate::chance::Chance;
use multirtc::core::hub::{Hub, HubConfig, HubIn, HubOut, SocketId};
use multirtc::core::roster::Roster;
use multirtc::core::session::{Session, SessionConfig, SessionIn, SessionOut};
use multirtc::core::topology::plans;
use multirtc::core::{Machine, Millis};
use multirtc::protocol::{
    Admission, ClientFrame, ClientMsg, CreateRoom, JoinRoom, OnHostLeft, PeerId, Presence, Privileges, Profile,
    ProfilePatch, ResumeOutcome, Role, RoomDetails, RoomId, RoomSpec, ServerFrame, ServerMsg, Visibility,
};
use std::collections::{BTreeMap, BTreeSet};

const CLIENTS: usize = 3;
/// Milliseconds in which commands are issued and sockets lost, and after which everything has to have settled.
const TROUBLE: Millis = 60_000;
const END: Millis = 120_000;

/// What happens at some time. The client is named by its place, a socket by its number.
enum Happening {
    /// The socket has opened, for both ends.
    Open(usize, SocketId),
    Up(SocketId, Box<ClientFrame>),
    Down(usize, SocketId, Box<ServerFrame>),
    /// The server closed the socket.
    ClosedByServer(usize, SocketId, u16),
    /// The server notices that a socket is gone.
    Noticed(SocketId),
    Lose(usize),
    Act(usize),
    ClientTick(usize),
    HubTick,
}

pub struct Client {
    session: Session,
    roster: Option<Roster>,
    socket: Option<SocketId>,
    /// The network swallows everything, and nobody has noticed.
    swallowed: bool,
    /// When the last frame each way arrives: there is no overtaking.
    last_up: Millis,
    last_down: Millis,
    /// Commands that are answered, with the answers.
    asked: BTreeSet<u64>,
    answered: BTreeMap<u64, ServerMsg>,
    next_token: u64,
    /// The last status set, and those seen of others, both counting up.
    status: u64,
    seen: BTreeMap<PeerId, u64>,
    pub resumed: Vec<ResumeOutcome>,
}

pub struct World {
    now: Millis,
    chance: Chance,
    hub: Hub,
    pub clients: Vec<Client>,
    agenda: BTreeMap<(Millis, u64), Happening>,
    entries: u64,
    sockets: u64,
    pub losses: u64,
}

fn room() -> RoomId {
    "room".parse().unwrap()
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let hub = Hub::new(HubConfig::default(), Box::new(Chance(chance.next())));
        let clients = (0..CLIENTS).map(|place| Client {
            session: Session::new(SessionConfig {
                lobby: "lobby".parse().unwrap(),
                profile: Profile { name: format!("client {place}"), ..Profile::default() },
                auth: None,
                client: "test 0 blink".into(),
                resume: None,
                backoff_seed: chance.next(),
                give_up_after: None,
            }),
            roster: None,
            socket: None,
            swallowed: false,
            last_up: 0,
            last_down: 0,
            asked: BTreeSet::new(),
            answered: BTreeMap::new(),
            next_token: 1,
            status: 0,
            seen: BTreeMap::new(),
            resumed: Vec::new(),
        });
        let clients = clients.collect();
        let agenda = BTreeMap::new();
        let mut world = Self { now: 0, chance, hub, clients, agenda, entries: 0, sockets: 0, losses: 0 };
        for place in 0..CLIENTS {
            world.feed(place, SessionIn::Start);
            world.command(place, enter(), true);
            let mut at = 0;
            while at < TROUBLE {
                at += world.chance.below(2_000);
                world.plan(at, Happening::Act(place));
            }
            // Some losses hit the very first frames.
            let mut at = world.chance.below(500);
            while at < TROUBLE {
                world.plan(at, Happening::Lose(place));
                at += world.chance.below(12_000);
            }
        }
        world
    }

    fn plan(&mut self, at: Millis, happening: Happening) {
        self.entries += 1;
        self.agenda.insert((at, self.entries), happening);
    }

    fn delay(&mut self) -> Millis {
        self.now + 1 + self.chance.below(80)
    }

    pub fn run(&mut self) {
        while let Some(((at, _), happening)) = self.agenda.pop_first() {
            if at > END {
                return;
            }
            self.now = at;
            self.happen(happening);
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Open(place, socket) => {
                if self.clients[place].socket == Some(socket) {
                    self.hub(HubIn::Opened { socket });
                    self.feed(place, SessionIn::Opened);
                }
            }
            Happening::Up(socket, frame) => {
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
            Happening::Noticed(socket) => self.hub(HubIn::Closed { socket, clean: false }),
            Happening::Lose(place) => self.lose(place),
            Happening::Act(place) => self.act(place),
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

    /// The network loses the socket: at once for the client, or swallowing everything until it notices by itself.
    fn lose(&mut self, place: usize) {
        let Some(socket) = self.clients[place].socket else { return };
        self.losses += 1;
        if self.chance.below(4) == 0 {
            self.clients[place].swallowed = true;
            return;
        }
        self.clients[place].socket = None;
        // What is on its way may still arrive, and the server may notice late.
        let at = self.delay() + self.chance.below(5_000);
        self.plan(at, Happening::Noticed(socket));
        self.feed(place, SessionIn::Closed { code: 1006 });
    }

    fn act(&mut self, place: usize) {
        let client = &mut self.clients[place];
        if client.roster.is_none() {
            return;
        }
        client.status += 1;
        let status = client.status.to_string();
        match self.chance.below(3) {
            0 => {
                let patch = ProfilePatch { name: Some(format!("name {status}")), ..ProfilePatch::default() };
                self.command(place, ClientMsg::UpdateProfile { patch }, true);
            }
            1 => self.command(place, ClientMsg::LookupRoom { room: room(), watch: false }, true),
            _ => {}
        }
        let presence = Presence { status, ..Presence::default() };
        self.command(place, ClientMsg::SetPresence { room: room(), presence }, false);
    }

    fn command(&mut self, place: usize, message: ClientMsg, answered: bool) {
        let client = &mut self.clients[place];
        let token = client.next_token;
        client.next_token += 1;
        if answered {
            client.asked.insert(token);
        }
        self.feed(place, SessionIn::Command { token, message: Box::new(message) });
    }

    fn feed(&mut self, place: usize, input: SessionIn) {
        let mut out = Vec::new();
        self.clients[place].session.handle(input, self.now, &mut out);
        for effect in out {
            self.carry_out(place, effect);
        }
        if let Some(deadline) = self.clients[place].session.deadline() {
            self.plan(deadline.max(self.now), Happening::ClientTick(place));
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
                self.plan(at, Happening::Open(place, socket));
            }
            SessionOut::Send(frame) => {
                let client = &self.clients[place];
                let Some(socket) = client.socket else { panic!("sent without a socket") };
                if !client.swallowed {
                    let at = self.delay().max(self.clients[place].last_up);
                    self.clients[place].last_up = at;
                    self.plan(at, Happening::Up(socket, frame));
                }
            }
            SessionOut::Close { .. } => {
                if let Some(socket) = self.clients[place].socket.take() {
                    let at = self.delay().max(self.clients[place].last_up);
                    self.plan(at, Happening::Noticed(socket));
                }
            }
            SessionOut::Welcome(welcome) => {
                let client = &mut self.clients[place];
                let fresh = welcome.resumed == ResumeOutcome::Fresh;
                assert!(!fresh || client.roster.is_none(), "the session was forgotten");
                client.resumed.push(welcome.resumed);
                for snapshot in welcome.rooms {
                    match &mut client.roster {
                        Some(roster) => roster.reset(snapshot, &mut Vec::new()),
                        None => client.roster = Some(Roster::new(snapshot)),
                    }
                }
            }
            SessionOut::Message(message) => self.message(place, &message),
            SessionOut::Reply { token, message } => {
                let client = &mut self.clients[place];
                assert!(client.asked.contains(&token), "{message:?} answers nothing");
                if let ServerMsg::Joined(snapshot) = &*message {
                    client.roster = Some(Roster::new((**snapshot).clone()));
                }
                assert_eq!(client.answered.insert(token, *message), None, "answered twice");
            }
            SessionOut::Failed { token } => panic!("command {token} failed"),
            SessionOut::Ended(why) => panic!("ended: {why:?}"),
            SessionOut::Status(_) | SessionOut::Lost { .. } => {}
        }
    }

    fn message(&mut self, place: usize, message: &ServerMsg) {
        let client = &mut self.clients[place];
        if let ServerMsg::PeerChanged { peer, .. } = message
            && let Ok(status) = peer.presence.status.parse()
        {
            let before = client.seen.insert(peer.peer.clone(), status).unwrap_or_default();
            assert!(before <= status, "status {status} came after {before}");
        }
        if let Some(roster) = &mut client.roster {
            roster.apply(message, &mut Vec::new());
        }
    }

    fn hub(&mut self, input: HubIn) {
        let mut out = Vec::new();
        self.hub.handle(input, self.now, &mut out);
        for effect in out {
            match effect {
                HubOut::Send { socket, frame } => {
                    if let Some(place) = self.place(socket) {
                        let at = self.delay().max(self.clients[place].last_down);
                        self.clients[place].last_down = at;
                        self.plan(at, Happening::Down(place, socket, frame));
                    }
                }
                HubOut::Close { socket, code } => {
                    if let Some(place) = self.place(socket) {
                        let at = self.delay().max(self.clients[place].last_down);
                        self.plan(at, Happening::ClosedByServer(place, socket, code.code()));
                    }
                }
                HubOut::HashPassword { .. } | HubOut::VerifyPassword { .. } => unreachable!("no room has a password"),
            }
        }
        if let Some(deadline) = self.hub.deadline() {
            self.plan(deadline.max(self.now), Happening::HubTick);
        }
    }

    fn place(&self, socket: SocketId) -> Option<usize> {
        self.clients.iter().position(|client| client.socket == Some(socket))
    }

    /// Everybody has every answer, and sees everybody as they last said they are.
    pub fn check_end(&self) {
        assert_eq!(self.hub.counts().sockets, CLIENTS);
        assert_eq!(self.hub.counts().members, CLIENTS);
        let me = |client: &Client| client.roster.as_ref().unwrap().state().me;
        for client in &self.clients {
            let answered: BTreeSet<u64> = client.answered.keys().copied().collect();
            assert_eq!(answered, client.asked);
            let refused = client.answered.values().find(|answer| matches!(answer, ServerMsg::Error(_)));
            assert_eq!(refused, None);
            let state = client.roster.as_ref().unwrap().state();
            assert_eq!(state.others.len(), CLIENTS - 1);
            for other in &self.clients {
                let who = me(other);
                assert_eq!(
                    who.presence.status,
                    if other.status == 0 { String::new() } else { other.status.to_string() }
                );
                if let Some(seen) = state.others.iter().find(|seen| seen.who.peer == who.peer) {
                    assert_eq!((&seen.who.profile, &seen.who.presence), (&who.profile, &who.presence));
                    assert_eq!((seen.who.role, seen.who.joined_seq), (who.role, who.joined_seq));
                }
            }
        }
    }
}

fn enter() -> ClientMsg {
    let spec = RoomSpec {
        plan: plans::conference(),
        visibility: Visibility::Listed,
        capacity: 8,
        admission: Admission::Open,
        guest_role: Role::Speaker,
        password: None,
        on_host_left: OnHostLeft::HandOver,
        empty_ttl_secs: 0,
        details: RoomDetails::default(),
        privileges: Privileges::default(),
    };
    let join = JoinRoom { room: room(), password: None, invite: None, role: None, hosted_by: None, note: None };
    ClientMsg::OpenOrJoin { create: CreateRoom { room: Some(room()), spec }, join }
}
