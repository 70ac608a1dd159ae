//! A hub with clients around it that behave like the real ones, lose their connections, come back, and complain about
//! every frame that should not have come. No clock, no sockets: time is a number, a socket is one too.

mod client;
mod witness;
mod words;

pub use client::*;
pub use witness::*;
pub use words::*;

use multirtc::core::Machine;
use multirtc::core::hub::{Hub, HubConfig, HubIn, HubOut, PasswordResult, SocketId};
use multirtc::protocol::*;
use std::collections::{BTreeMap, BTreeSet};

pub struct World {
    pub hub: Hub,
    pub now: u64,
    pub clients: Vec<Client>,
    /// What the hasher has to do, if it is not done at once.
    pub jobs: Vec<HubOut>,
    pub hold_jobs: bool,
    pub witness: Witness,
    owners: BTreeMap<SocketId, usize>,
    sockets: u64,
}

impl World {
    pub fn new(seed: u64) -> Self {
        let config = HubConfig { epoch_ms: EPOCH_MS, passwords: true, ..HubConfig::default() };
        Self::with_config(config, seed)
    }

    pub fn with_config(config: HubConfig, seed: u64) -> Self {
        Self {
            hub: Hub::new(config, Box::new(Seed(seed))),
            now: 1_000,
            clients: Vec::new(),
            jobs: Vec::new(),
            hold_jobs: false,
            witness: Witness::default(),
            owners: BTreeMap::new(),
            sockets: 0,
        }
    }

    /// A page that has been opened, not connected.
    pub fn page(&mut self, hello: Hello) -> usize {
        self.clients.push(Client::new(hello));
        self.clients.len() - 1
    }

    /// A page that is connected, in the lobby `lobby`.
    pub fn client(&mut self, name: &str) -> usize {
        let i = self.page(hello(name));
        self.connect(i);
        i
    }

    pub fn peer(&self, i: usize) -> PeerId {
        self.clients[i].peer()
    }

    /// Opens a socket without saying anything.
    pub fn open(&mut self, i: usize) -> SocketId {
        self.sockets += 1;
        let socket = SocketId(self.sockets);
        self.clients[i].socket = Some(socket);
        self.clients[i].welcomed = false;
        self.clients[i].inbox.clear();
        self.owners.insert(socket, i);
        self.step(HubIn::Opened { socket });
        socket
    }

    /// Opens a socket, says hello, and sends again what the hub has not carried out.
    pub fn connect(&mut self, i: usize) {
        let old = self.clients[i].socket;
        self.open(i);
        self.greet(i);
        if let Some(socket) = old.filter(|old| self.owners.remove(old).is_some()) {
            // It belonged to a session that could not be resumed.
            self.step(HubIn::Closed { socket, clean: false });
        }
    }

    /// Says hello on the open socket.
    pub fn greet(&mut self, i: usize) {
        let Some(socket) = self.clients[i].socket else { return };
        let frame = Box::new(self.hello(i));
        self.step(HubIn::Frame { socket, frame, bytes: 600 });
        self.resend(i);
    }

    /// The hello of a client as it stands.
    pub fn hello(&self, i: usize) -> ClientFrame {
        let client = &self.clients[i];
        let resume = client.token.clone().map(|token| Resume { token, last_seen: client.last_seen });
        let hello = Hello { resume, ..client.hello.clone() };
        ClientFrame { n: None, ack: client.last_seen, m: ClientMsg::Hello(hello) }
    }

    /// Sends again what has a number and was not carried out.
    pub fn resend(&mut self, i: usize) {
        if !self.clients[i].welcomed {
            return;
        }
        let done = self.clients[i].done;
        let missing: Vec<_> = self.clients[i].sent.range(done + 1..).map(|(n, m)| (*n, m.clone())).collect();
        for (n, message) in missing {
            self.frame(i, Some(n), message);
        }
    }

    /// A frame of a client that has been welcomed.
    pub fn frame(&mut self, i: usize, n: Option<u32>, m: ClientMsg) {
        if self.clients[i].welcomed {
            self.raw(i, n, m);
        }
    }

    /// A frame as it is, if there is a socket.
    pub fn raw(&mut self, i: usize, n: Option<u32>, m: ClientMsg) {
        let client = &self.clients[i];
        if let Some(socket) = client.socket {
            let frame = ClientFrame { n, ack: client.last_seen, m };
            let bytes = serde_json::to_string(&frame).unwrap().len();
            self.step(HubIn::Frame { socket, frame: Box::new(frame), bytes });
        }
    }

    /// Sends a command; without a socket it is kept until there is one.
    pub fn send(&mut self, i: usize, message: ClientMsg) -> u32 {
        let n = self.clients[i].next;
        self.clients[i].next += 1;
        self.clients[i].sent.insert(n, message.clone());
        self.frame(i, Some(n), message);
        n
    }

    /// Numbers a command that never arrives on the present socket.
    pub fn send_into_the_void(&mut self, i: usize, message: ClientMsg) {
        let client = &mut self.clients[i];
        client.sent.insert(client.next, message);
        client.next += 1;
    }

    /// Sends a command and gives its answer.
    pub fn ask(&mut self, i: usize, message: ClientMsg) -> ServerMsg {
        let n = self.send(i, message);
        let answer = self.clients[i].log.iter().rfind(|frame| frame.re == Some(n));
        answer.unwrap_or_else(|| panic!("command {n} was not answered")).m.clone()
    }

    /// Sends a command that must fail, and gives the code.
    pub fn refused(&mut self, i: usize, message: ClientMsg) -> ErrorCode {
        match self.ask(i, message) {
            ServerMsg::Error(error) => error.code,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// Sends a command that must succeed without an answer.
    pub fn done(&mut self, i: usize, message: ClientMsg) {
        let n = self.send(i, message);
        let answer = self.clients[i].log.iter().rfind(|frame| frame.re == Some(n));
        assert_eq!(answer.map(|frame| &frame.m), None);
    }

    /// What has been read since the last time.
    pub fn take(&mut self, i: usize) -> Vec<ServerMsg> {
        std::mem::take(&mut self.clients[i].log).into_iter().map(|frame| frame.m).collect()
    }

    /// The connection is gone, with everything that was under way.
    pub fn lose(&mut self, i: usize, clean: bool) {
        if let Some(socket) = self.clients[i].socket.take() {
            self.owners.remove(&socket);
            self.clients[i].inbox.clear();
            self.clients[i].welcomed = false;
            self.step(HubIn::Closed { socket, clean });
        }
    }

    /// The page goes and comes back with nothing but its token.
    pub fn reload(&mut self, i: usize) {
        self.lose(i, true);
        let client = &mut self.clients[i];
        client.last_seen = 0;
        client.next = 1;
        client.sent.clear();
        client.rooms.clear();
        client.list = None;
        client.waiting.clear();
        client.knocks.clear();
    }

    /// The page forgets its token too: somebody new.
    pub fn forget(&mut self, i: usize) {
        self.lose(i, false);
        self.clients[i] = Client::new(self.clients[i].hello.clone());
    }

    /// Reads what has waited.
    pub fn catch_up(&mut self, i: usize) {
        self.clients[i].lagging = false;
        let welcomed = self.clients[i].welcomed;
        while let Some(frame) = self.clients[i].inbox.pop_front() {
            self.clients[i].read(frame);
        }
        if !welcomed {
            self.resend(i);
        }
    }

    /// Lets time pass, with a tick whenever the hub asks for one.
    pub fn pass(&mut self, ms: u64) {
        let until = self.now + ms;
        let mut last = None;
        while let Some(at) = self.hub.deadline().filter(|at| *at <= until) {
            assert!(last < Some(at.max(self.now)), "the hub asks for the same moment again");
            self.now = self.now.max(at);
            last = Some(self.now);
            self.step(HubIn::Tick);
        }
        self.now = until;
        self.step(HubIn::Tick);
        // With nothing due within the time between two deliveries, nothing is waiting to be delivered.
        if self.hub.deadline().is_none_or(|at| at > self.now + 200) {
            self.check_lists();
        }
    }

    /// Lists are complete once everything was delivered.
    fn check_lists(&self) {
        for client in self.clients.iter().filter(|client| client.welcomed && !client.lagging) {
            if let Some((filter, rooms)) = &client.list {
                let listed = self.hub.listed(&client.hello.lobby, filter);
                let listed: BTreeMap<_, _> = listed.into_iter().map(|info| (info.room.clone(), info)).collect();
                assert_eq!(*rooms, listed, "a list that is not what it should be");
            }
        }
    }

    /// One input, and everything that must hold after it.
    pub fn step(&mut self, input: HubIn) {
        // What is due happens in a step of its own, so that what happens in this one is its doing.
        if input != HubIn::Tick && self.hub.deadline().is_some_and(|at| at <= self.now) {
            self.step(HubIn::Tick);
        }
        let mut out = Vec::new();
        self.hub.handle(input.clone(), self.now, &mut out);
        self.witness.look(&self.hub, &input, &out, self.now);
        for out in out {
            match out {
                HubOut::Send { socket, frame } => {
                    let Some(i) = self.owners.get(&socket) else { continue };
                    let client = &mut self.clients[*i];
                    client.inbox.push_back(*frame);
                    if !client.lagging {
                        while let Some(frame) = client.inbox.pop_front() {
                            client.read(frame);
                        }
                    }
                }
                job @ (HubOut::HashPassword { .. } | HubOut::VerifyPassword { .. }) => {
                    self.jobs.push(job);
                }
                HubOut::Close { socket, code } => {
                    if let Some(i) = self.owners.remove(&socket) {
                        let client = &mut self.clients[i];
                        client.closed.push(code);
                        if client.socket == Some(socket) {
                            client.socket = None;
                            client.welcomed = false;
                            client.inbox.clear();
                        }
                    }
                }
            }
        }
        if let Err(error) = self.hub.check() {
            panic!("{error}");
        }
        self.check_views();
        while !self.hold_jobs && !self.jobs.is_empty() {
            self.hash(0);
        }
    }

    /// Does one of the hasher's jobs.
    pub fn hash(&mut self, which: usize) {
        let (job, result) = match self.jobs.remove(which) {
            HubOut::HashPassword { job, password } => {
                (job, PasswordResult::Hashed(Secret::new(format!("{HASH}{}", password.expose()))))
            }
            HubOut::VerifyPassword { job, password, hash } => {
                (job, PasswordResult::Matches(hash.expose() == format!("{HASH}{}", password.expose())))
            }
            other => panic!("no job: {other:?}"),
        };
        self.step(HubIn::PasswordResult { job, result });
    }

    fn knocks_of(&self, peer: &PeerId, room: &RoomId) -> BTreeSet<KnockId> {
        let client = self.clients.iter().find(|client| client.peer.as_ref() == Some(peer));
        client.and_then(|client| client.knocks.get(room)).cloned().unwrap_or_default()
    }

    /// Everybody who is up to date sees the same room, and of each link exactly one polite end.
    fn check_views(&self) {
        let mut rooms: BTreeMap<(&LobbyId, &RoomId), Vec<(&PeerId, &View)>> = BTreeMap::new();
        for client in self.clients.iter().filter(|client| client.welcomed && client.inbox.is_empty()) {
            let (Some(peer), false) = (&client.peer, client.lagging) else { continue };
            for (room, view) in &client.rooms {
                rooms.entry((&client.hello.lobby, room)).or_default().push((peer, view));
            }
        }
        for ((lobby, room), views) in rooms {
            let (_, first) = views[0];
            let summary = self.hub.summary(lobby, room).expect("a room with members is there");
            for (i, (me, view)) in views.iter().copied().enumerate() {
                // The mark of being awaited is not shown to the one awaited, and publications not to their sender.
                let shown =
                    |who: &'_ Participant| (who.peer.clone(), who.role, who.joined_seq, who.profile.name.clone());
                let same = first.people.values().map(shown).eq(view.people.values().map(shown));
                assert!(same, "two rosters of {room}: {first:?} and {view:?}");
                assert_eq!((&first.host, first.rev), (&view.host, view.rev), "two states of {room}");
                assert!(view.people.contains_key(me));
                if summary.visibility == Visibility::Listed {
                    assert_eq!(summary.rev, view.rev, "the directory is behind");
                    assert_eq!(usize::from(summary.count), view.people.len());
                    assert_eq!(summary.host, view.host);
                    let told = (summary.rev, summary.count, summary.host.clone());
                    let known = RoomInfo { rev: told.0, count: told.1, host: told.2, ..view.info.clone() };
                    assert_eq!(summary, known, "settings nobody was told of");
                }
                for (other, theirs) in views[..i].iter().copied() {
                    self.check_pair(room, (me, view), (other, theirs));
                }
            }
        }
    }

    /// Two who are up to date agree on everybody else, on who waits at the door, and on the link between them.
    fn check_pair(&self, room: &RoomId, (me, mine): (&PeerId, &View), (other, theirs): (&PeerId, &View)) {
        let third = |who: &&Participant| who.peer != *me && who.peer != *other;
        let same = mine.people.values().filter(third).eq(theirs.people.values().filter(third));
        assert!(same, "two pictures of one person in {room}: {mine:?} and {theirs:?}");
        let keeps = |view: &View, who: &PeerId| view.people[who].role >= Role::Moderator;
        if keeps(mine, me) && keeps(theirs, other) {
            assert_eq!(self.knocks_of(me, room), self.knocks_of(other, room), "two queues at one door");
        }
        let (mine, theirs) = (mine.links.get(other), theirs.links.get(me));
        assert_eq!(mine.map(|link| link.link), theirs.map(|link| link.link), "a link with one end");
        if let (Some(mine), Some(theirs)) = (mine, theirs) {
            assert_ne!(mine.polite.0, theirs.polite.0, "exactly one end is polite");
            assert_eq!(mine.same_engine, theirs.same_engine);
        }
    }
}
