//! One page: what it was told, and what it complains about.

use multirtc::core::hub::SocketId;
use multirtc::protocol::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

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
    pub(super) vague: bool,
    /// The rooms of the lobby, while they are followed.
    pub list: Option<(LobbyFilter, BTreeMap<RoomId, RoomInfo>)>,
    /// Messages read since somebody last looked.
    pub log: Vec<ServerFrame>,
    pub welcomes: Vec<Welcome>,
    pub closed: Vec<CloseCode>,
    /// On the present socket.
    pub(super) welcomed: bool,
    pub(super) inbox: VecDeque<ServerFrame>,
    pub(super) last_seen: u32,
    pub(super) any_number: bool,
    pub(super) next: u32,
    pub(super) done: u32,
    pub(super) sent: BTreeMap<u32, ClientMsg>,
}

impl Client {
    pub(super) fn new(hello: Hello) -> Self {
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

    pub(super) fn read(&mut self, frame: ServerFrame) {
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
                let before = view.links.insert(link.peer.clone(), link.clone());
                assert!(before.is_none_or(|before| before.link < link.link), "linked twice");
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
                let due = matches!(asked, Some(ClientMsg::JoinRoom(_) | ClientMsg::OpenOrJoin { .. }));
                assert!(due || asked.is_none() && self.vague);
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
                assert!(matches!(asked, Some(ClientMsg::CreateInvite { .. })) || asked.is_none() && self.vague);
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
