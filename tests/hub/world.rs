//! A hub with clients around it that behave like the real ones, lose their connections, come back, and complain about
//! every frame that should not have come. No clock, no sockets: time is a number, a socket is one too.

use multirtc::core::Machine;
use multirtc::core::hub::{Entropy, Hub, HubConfig, HubIn, HubOut, PasswordResult, SocketId};
use multirtc::core::topology::plans;
use multirtc::protocol::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Wall clock at monotonic 0.
pub const EPOCH_MS: u64 = 1_700_000_000_000;
/// What a hash of a password begins with, and every password ends with: neither may ever be in a frame.
pub const HASH: &str = "$hashed$";
pub const PASSWORD: &str = "-sesame";

/// SplitMix64: small, seeded, good enough for ids that must differ.
pub struct Seed(pub u64);

impl Seed {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

impl Entropy for Seed {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = (self.next() >> 32) as u8;
        }
    }
}

/// What a client knows of a room from the frames it got, and from nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Apart from host, count and revision as it was last told.
    pub info: RoomInfo,
    pub host: Option<PeerId>,
    pub rev: u64,
    pub people: BTreeMap<PeerId, Participant>,
    pub links: BTreeMap<PeerId, LinkAssignment>,
}

impl View {
    fn of(snapshot: &RoomSnapshot) -> Self {
        let everybody = snapshot.others.iter().chain([&snapshot.you]);
        Self {
            info: snapshot.info.clone(),
            host: snapshot.info.host.clone(),
            rev: snapshot.info.rev,
            people: everybody.map(|who| (who.peer.clone(), who.clone())).collect(),
            links: snapshot.links.iter().map(|link| (link.peer.clone(), link.clone())).collect(),
        }
    }
}

/// One page.
pub struct Client {
    pub hello: Hello,
    pub socket: Option<SocketId>,
    pub peer: Option<PeerId>,
    pub token: Option<Secret>,
    /// Whether what arrives is read, or waits (and is lost with the socket).
    pub lagging: bool,
    pub rooms: BTreeMap<RoomId, View>,
    pub claims: BTreeMap<RoomId, Secret>,
    /// In front of which rooms it waits, under what id, and whether it was let in.
    pub waiting: BTreeMap<RoomId, (KnockId, bool)>,
    /// Who waits in front of the rooms it keeps.
    pub knocks: BTreeMap<RoomId, BTreeSet<KnockId>>,
    /// Invites it was given.
    pub invites: Vec<(RoomId, Secret)>,
    /// The page may have forgotten what it asked for.
    vague: bool,
    /// The rooms of the lobby, while they are followed.
    pub list: Option<(LobbyFilter, BTreeMap<RoomId, RoomInfo>)>,
    /// Messages read since somebody last looked.
    pub log: Vec<ServerFrame>,
    pub welcomes: Vec<Welcome>,
    pub closed: Vec<CloseCode>,
    /// On the present socket.
    welcomed: bool,
    inbox: VecDeque<ServerFrame>,
    last_seen: u32,
    any_number: bool,
    next: u32,
    done: u32,
    sent: BTreeMap<u32, ClientMsg>,
}

impl Client {
    fn new(hello: Hello) -> Self {
        Self {
            hello,
            socket: None,
            peer: None,
            token: None,
            lagging: false,
            rooms: BTreeMap::new(),
            claims: BTreeMap::new(),
            waiting: BTreeMap::new(),
            knocks: BTreeMap::new(),
            invites: Vec::new(),
            vague: false,
            list: None,
            log: Vec::new(),
            welcomes: Vec::new(),
            closed: Vec::new(),
            welcomed: false,
            inbox: VecDeque::new(),
            last_seen: 0,
            any_number: false,
            next: 1,
            done: 0,
            sent: BTreeMap::new(),
        }
    }

    pub fn peer(&self) -> PeerId {
        self.peer.clone().unwrap()
    }

    fn read(&mut self, frame: ServerFrame) {
        if self.welcomed || matches!(frame.m, ServerMsg::Welcome(_)) {
            assert!(frame.ack >= self.done || !self.welcomed, "acknowledgement went back");
            self.done = frame.ack;
        }
        if let Some(n) = frame.n {
            assert!(
                self.any_number || n == self.last_seen + 1,
                "frame {n} after {}: {:?} {:?}",
                self.last_seen,
                frame.m,
                self.welcomes.last().map(|w| w.resumed)
            );
            self.any_number = false;
            self.last_seen = n;
        }
        let asked = frame.re.and_then(|re| self.sent.remove(&re));
        assert!(asked.is_some() || frame.re.is_none() || self.vague, "nobody asked {:?}", frame.re);
        self.note(&frame.m, asked.as_ref());
        self.log.push(frame);
    }

    fn view(&mut self, room: &RoomId, why: &ServerMsg) -> &mut View {
        self.rooms.get_mut(room).unwrap_or_else(|| panic!("told of {room} without being in it: {why:?}"))
    }

    fn note(&mut self, message: &ServerMsg, asked: Option<&ClientMsg>) {
        match message {
            ServerMsg::Welcome(welcome) => self.begin(welcome),
            ServerMsg::Joined(snapshot) => {
                let room = &snapshot.info.room;
                let let_in = self.waiting.remove(room).is_some_and(|(_, admitted)| admitted);
                let known = self.rooms.contains_key(room);
                if asked.is_none() && (known || !(let_in || self.vague)) {
                    // A new host gets a claim: nothing else may be news.
                    let before = self.view(&snapshot.info.room, message);
                    assert_eq!((before.rev, &before.links), (snapshot.info.rev, &View::of(snapshot).links));
                    assert!(snapshot.host_claim.is_some());
                }
                self.enter(snapshot);
            }
            ServerMsg::Ok => match asked {
                Some(ClientMsg::LeaveRoom { room }) => assert!(self.rooms.remove(room).is_some()),
                Some(ClientMsg::UnwatchLobby) => self.list = None,
                Some(ClientMsg::CancelKnock { knock }) => self.waiting.retain(|_, (id, _)| id != knock),
                Some(ClientMsg::ResolveKnock { room, knock, .. }) => {
                    self.knocks.entry(room.clone()).or_default().remove(knock);
                }
                _ => {}
            },
            ServerMsg::PeerJoined { room, peer } => {
                let me = self.peer();
                let view = self.view(room, message);
                view.rev += 1;
                assert_ne!(peer.peer, me);
                assert!(view.people.insert(peer.peer.clone(), peer.clone()).is_none(), "joined twice");
                assert!(view.people.len() <= usize::from(view.info.capacity), "entered a full room");
            }
            ServerMsg::PeerChanged { room, peer } => {
                let old = self.view(room, message).people.insert(peer.peer.clone(), peer.clone());
                let old = old.expect("a change of somebody unknown");
                assert_eq!(old.joined_seq, peer.joined_seq);
                assert_eq!(old.role == Role::Host, peer.role == Role::Host, "hosts are made by HostChanged only");
                if self.peer.as_ref() == Some(&peer.peer) && peer.role < Role::Moderator {
                    self.knocks.remove(room);
                }
            }
            ServerMsg::PeerLeft { room, peer, .. } => {
                let view = self.view(room, message);
                view.rev += 1;
                assert!(view.people.remove(peer).is_some(), "left twice");
                assert!(!view.links.contains_key(peer), "left with a link up");
                if view.host.as_ref() == Some(peer) {
                    view.host = None;
                }
            }
            ServerMsg::HostChanged { room, from, to, .. } => {
                let view = self.view(room, message);
                view.rev += 1;
                view.host.clone_from(to);
                if let Some(old) = from.as_ref().and_then(|from| view.people.get_mut(from)) {
                    old.role = Role::Moderator;
                }
                if let Some(to) = to {
                    view.people.get_mut(to).expect("an unknown host").role = Role::Host;
                }
            }
            ServerMsg::RoomChanged { room, info } => {
                let view = self.view(room, message);
                view.rev += 1;
                assert_eq!(view.rev, info.rev);
                assert_eq!(view.host, info.host);
                assert_eq!(view.people.len(), usize::from(info.count));
                view.info = info.clone();
            }
            ServerMsg::RoomClosed { room, .. } | ServerMsg::Ejected { room, .. } => {
                self.view(room, message);
                self.rooms.remove(room);
            }
            ServerMsg::LinkUp { room, link } => {
                let view = self.view(room, message);
                assert!(view.people.contains_key(&link.peer), "a link to somebody unknown");
                assert!(view.links.insert(link.peer.clone(), link.clone()).is_none(), "linked twice");
            }
            ServerMsg::LinkDown { room, peer, link } => {
                let down = self.view(room, message).links.remove(peer).expect("no such link");
                assert_eq!(down.link, *link);
            }
            ServerMsg::Signal { room, from, link, .. } => {
                let current = &self.view(room, message).links[from];
                assert_eq!(current.link, *link, "a signal of another link");
            }
            ServerMsg::Said { room, from, to, .. } => {
                let me = self.peer();
                let view = self.view(room, message);
                let meant = match to {
                    Target::All => true,
                    Target::Peer(peer) => *peer == me,
                    Target::Peers(peers) => peers.contains(&me),
                    Target::AtLeast(role) => view.people[&me].role >= *role,
                };
                assert!(meant || *from == me, "overheard");
                assert!(view.people.contains_key(from), "said by nobody");
            }
            ServerMsg::Waiting { room, knock, position } => {
                assert!(*position > 0 && !self.rooms.contains_key(room));
                assert!(matches!(asked, Some(ClientMsg::JoinRoom(_) | ClientMsg::OpenOrJoin { .. })));
                assert!(self.waiting.insert(room.clone(), (knock.clone(), false)).is_none() || self.vague);
            }
            ServerMsg::KnockResolved { room, knock, admitted } => match self.waiting.remove(room) {
                Some((id, _)) if id == *knock => {
                    if *admitted {
                        self.waiting.insert(room.clone(), (id, true));
                    }
                }
                other => assert!(self.vague, "a knock of somebody else: {other:?}"),
            },
            ServerMsg::KnockReceived { room, knock, .. } => {
                self.assert_keeper(room, message);
                self.knocks.entry(room.clone()).or_default().insert(knock.clone());
            }
            ServerMsg::KnockWithdrawn { room, knock } => {
                self.assert_keeper(room, message);
                self.knocks.entry(room.clone()).or_default().remove(knock);
            }
            ServerMsg::Invite { room, invite, .. } => {
                assert!(matches!(asked, Some(ClientMsg::CreateInvite { .. })));
                self.invites.push((room.clone(), invite.clone()));
            }
            ServerMsg::MediaAsked { room, from, .. } | ServerMsg::Relayed { room, from, .. } => {
                assert!(self.view(room, message).people.contains_key(from));
            }
            ServerMsg::Lobby { update } => self.follow(update, asked),
            ServerMsg::Error(_)
            | ServerMsg::Pong { .. }
            | ServerMsg::IceServers(_)
            | ServerMsg::GoingAway { .. }
            | ServerMsg::Room { .. } => {}
            other => panic!("not expected: {other:?}"),
        }
    }

    fn assert_keeper(&mut self, room: &RoomId, message: &ServerMsg) {
        let me = self.peer();
        assert!(self.view(room, message).people[&me].role >= Role::Moderator, "told of knocks without being a keeper");
    }

    fn follow(&mut self, update: &LobbyUpdate, asked: Option<&ClientMsg>) {
        let before = self.list.take();
        let filter = match (asked, &before) {
            (Some(ClientMsg::WatchLobby { filter }), _) => filter.clone(),
            (_, Some((filter, _))) => filter.clone(),
            // The page was reloaded and does not know any more that it asked.
            (_, None) => return,
        };
        let mut rooms = before.map(|(_, rooms)| rooms).unwrap_or_default();
        match update {
            LobbyUpdate::Snapshot { rooms: all, .. } => {
                rooms = all.iter().map(|info| (info.room.clone(), info.clone())).collect();
            }
            LobbyUpdate::Upsert { info } => {
                rooms.insert(info.room.clone(), (**info).clone());
            }
            LobbyUpdate::Remove { room } => assert!(rooms.remove(room).is_some(), "removed without being listed"),
        }
        self.list = Some((filter, rooms));
    }

    fn enter(&mut self, snapshot: &RoomSnapshot) {
        let room = snapshot.info.room.clone();
        assert_eq!(Some(&snapshot.you.peer), self.peer.as_ref());
        assert_eq!(usize::from(snapshot.info.count), snapshot.others.len() + 1);
        if let Some(claim) = &snapshot.host_claim {
            self.claims.insert(room.clone(), claim.clone());
        }
        self.knocks.remove(&room);
        self.rooms.insert(room, View::of(snapshot));
    }

    fn begin(&mut self, welcome: &Welcome) {
        assert!(!self.welcomed, "welcomed twice on one socket");
        self.welcomed = true;
        match welcome.resumed {
            ResumeOutcome::Fresh => {
                assert_ne!(Some(&welcome.peer), self.peer.as_ref(), "an id used twice");
                self.last_seen = 0;
                self.next = 1;
                self.sent.clear();
                self.rooms.clear();
                self.list = None;
                self.waiting.clear();
                self.vague = false;
                self.any_number = false;
            }
            ResumeOutcome::Replayed { from } => {
                assert_eq!(Some(&welcome.peer), self.peer.as_ref());
                assert_eq!(from, self.last_seen + 1);
            }
            ResumeOutcome::Snapshot => {
                assert_eq!(Some(&welcome.peer), self.peer.as_ref());
                self.any_number = true;
                self.vague = true;
                self.knocks.clear();
                self.rooms.clear();
                for snapshot in &welcome.rooms {
                    self.enter(snapshot);
                }
                // What was asked about the list may have been answered with what is lost.
                let about_lists = |m: &ClientMsg| matches!(m, ClientMsg::WatchLobby { .. } | ClientMsg::UnwatchLobby);
                if self.sent.values().any(about_lists) {
                    self.list = None;
                }
                self.sent.retain(|n, _| *n > welcome.commands_done);
                self.next = self.next.max(welcome.commands_done + 1);
            }
        }
        self.peer = Some(welcome.peer.clone());
        self.token = Some(welcome.resume_token.clone());
        self.done = welcome.commands_done;
        self.welcomes.push(welcome.clone());
    }
}

pub struct World {
    pub hub: Hub,
    pub now: u64,
    pub clients: Vec<Client>,
    /// What the hasher has to do, if it is not done at once.
    pub jobs: Vec<HubOut>,
    pub hold_jobs: bool,
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
        let client = &self.clients[i];
        let Some(socket) = client.socket else { return };
        let resume = client.token.clone().map(|token| Resume { token, last_seen: client.last_seen });
        let hello = Hello { resume, ..client.hello.clone() };
        let frame = Box::new(ClientFrame { n: None, ack: client.last_seen, m: ClientMsg::Hello(hello) });
        self.step(HubIn::Frame { socket, frame, bytes: 600 });
        self.resend(i);
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
        if ms >= 200 {
            self.check_lists();
        }
    }

    /// Lists are complete a moment after a change.
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
        let mut out = Vec::new();
        self.hub.handle(input, self.now, &mut out);
        for out in out {
            match out {
                HubOut::Send { socket, frame } => {
                    let Some(i) = self.owners.get(&socket) else { continue };
                    let client = &mut self.clients[*i];
                    let text = serde_json::to_string(&frame).unwrap();
                    assert!(!text.contains(HASH) && !text.contains(PASSWORD), "a secret got out: {text}");
                    client.inbox.push_back(*frame);
                    if !client.lagging {
                        while let Some(frame) = client.inbox.pop_front() {
                            client.read(frame);
                        }
                    }
                }
                job @ (HubOut::HashPassword { .. } | HubOut::VerifyPassword { .. }) => self.jobs.push(job),
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
            for (me, view) in views.iter().copied() {
                // The mark of being awaited is not shown to the one awaited, and publications not to their sender.
                let shown = |view: &View| -> BTreeMap<PeerId, (Role, Profile, u64)> {
                    let one = |who: &Participant| (who.role, who.profile.clone(), who.joined_seq);
                    view.people.iter().map(|(peer, who)| (peer.clone(), one(who))).collect()
                };
                assert_eq!(shown(first), shown(view), "two rosters of {room}");
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
                for (other, theirs) in views.iter().copied() {
                    let third = |view: &View| -> Vec<Participant> {
                        let third = view.people.values().filter(|who| who.peer != *me && who.peer != *other);
                        third.cloned().collect()
                    };
                    assert_eq!(third(view), third(theirs), "two pictures of one person");
                    let keeps = |view: &View, who: &PeerId| view.people[who].role >= Role::Moderator;
                    if keeps(view, me) && keeps(theirs, other) {
                        assert_eq!(self.knocks_of(me, room), self.knocks_of(other, room), "two queues at one door");
                    }
                    let (mine, theirs) = (view.links.get(other), theirs.links.get(me));
                    assert_eq!(mine.map(|link| link.link), theirs.map(|link| link.link), "a link with one end");
                    if let (Some(mine), Some(theirs)) = (mine, theirs) {
                        assert_ne!(mine.polite.0, theirs.polite.0, "exactly one end is polite");
                        assert_eq!(mine.same_engine, theirs.same_engine);
                    }
                }
            }
        }
    }
}

pub fn hello(name: &str) -> Hello {
    Hello {
        version: VERSION,
        features: BTreeSet::new(),
        client: "web 0.1.0 blink".to_owned(),
        lobby: "lobby".parse().unwrap(),
        profile: Profile { name: name.to_owned(), ..Profile::default() },
        auth: None,
        resume: None,
    }
}

pub fn room(name: &str) -> RoomId {
    name.parse().unwrap()
}

pub fn spec(plan: RoomPlan) -> RoomSpec {
    RoomSpec {
        plan,
        visibility: Visibility::Listed,
        capacity: 8,
        admission: Admission::Open,
        guest_role: multirtc::core::hub::default_guest_role(&plan),
        password: None,
        on_host_left: multirtc::core::hub::default_on_host_left(&plan),
        empty_ttl_secs: 0,
        details: RoomDetails::default(),
        privileges: Privileges::default(),
    }
}

pub fn conference() -> RoomSpec {
    spec(plans::conference())
}

pub fn password(word: &str) -> Secret {
    Secret::new(format!("{word}{PASSWORD}"))
}

pub fn create(name: &str, spec: RoomSpec) -> ClientMsg {
    ClientMsg::CreateRoom(CreateRoom { room: Some(room(name)), spec })
}

pub fn asking(name: &str) -> JoinRoom {
    JoinRoom { room: room(name), password: None, invite: None, role: None, hosted_by: None, note: None }
}

pub fn join(name: &str) -> ClientMsg {
    ClientMsg::JoinRoom(asking(name))
}

pub fn open_or_join(name: &str, spec: RoomSpec) -> ClientMsg {
    ClientMsg::OpenOrJoin { create: CreateRoom { room: Some(room(name)), spec }, join: asking(name) }
}

pub fn leave(name: &str) -> ClientMsg {
    ClientMsg::LeaveRoom { room: room(name) }
}

pub fn camera(id: &str) -> Publication {
    Publication {
        id: id.parse().unwrap(),
        source: Source::Camera,
        audio: TrackState::Live,
        video: TrackState::Live,
        label: String::new(),
    }
}

pub fn filter() -> LobbyFilter {
    LobbyFilter { tags: BTreeSet::new(), text: None, only_joinable: false }
}

pub fn snapshot(answer: ServerMsg) -> RoomSnapshot {
    match answer {
        ServerMsg::Joined(snapshot) => *snapshot,
        other => panic!("not joined: {other:?}"),
    }
}
