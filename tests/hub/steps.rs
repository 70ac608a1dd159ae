//! What random clients do: steps that shrink to nothing, and the messages they become when they are taken.

use crate::world::*;
use multirtc::core::topology::plans;
use multirtc::protocol::*;
use proptest::prelude::*;

pub const CLIENTS: usize = 6;
const ADMISSIONS: [Admission; 4] = [Admission::Open, Admission::Knock, Admission::InviteOnly, Admission::Locked];
pub const ROOMS: [&str; 3] = ["red", "green", "blue"];

/// One random step; numbers are resolved against what is there when it is taken.
#[derive(Debug, Clone)]
pub enum Step {
    Say(usize, Command),
    /// Numbered, and lost on the way.
    Lost(usize, Command),
    /// Sent again though it was carried out.
    Again(usize, Command),
    Unnumbered(usize, Command),
    Connect(usize),
    Lose(usize, bool),
    Reload(usize),
    Forget(usize),
    Lag(usize),
    CatchUp(usize),
    Silent(usize),
    Heard(usize),
    Malformed(usize),
    Skip(usize),
    EmptyRoom(usize, u8),
    /// The hasher does one of its jobs, or says that it cannot.
    Hash(usize, bool),
    Pass(u64),
}

#[derive(Debug, Clone)]
pub enum Command {
    Create(usize, u8),
    Join(usize, u8),
    OpenOrJoin(usize, u8),
    Profile(u8),
    Cancel(usize),
    Lookup(usize, bool),
    Watch(bool),
    Unwatch,
    Ping,
    Bye,
    Newer,
    HelloAgain,
    /// With what to come in by, for those who are nowhere.
    Inside(usize, u8, Inside),
}

/// What is meant for those inside a room.
#[derive(Debug, Clone)]
pub enum Inside {
    Leave,
    Close,
    Publish(u8),
    Presence(bool),
    Signal(usize, i8),
    Rebuild(usize, i8),
    Update(u8),
    Eject(usize, u8),
    SetRole(usize, u8),
    Transfer(usize),
    Ask(usize, u8),
    Say(usize, u8),
    Resolve(u8),
    Invite(u8),
    Revoke,
}

fn command() -> impl Strategy<Value = Command> {
    let room = || 0..ROOMS.len();
    prop_oneof![
        2 => (room(), any::<u8>()).prop_map(|(r, k)| Command::Create(r, k)),
        8 => (room(), any::<u8>()).prop_map(|(r, k)| Command::Join(r, k)),
        8 => (room(), any::<u8>()).prop_map(|(r, k)| Command::OpenOrJoin(r, k)),
        40 => (room(), any::<u8>(), in_room()).prop_map(|(r, k, command)| Command::Inside(r, k, command)),
        1 => any::<u8>().prop_map(Command::Profile),
        1 => room().prop_map(Command::Cancel),
        1 => (room(), any::<bool>()).prop_map(|(r, w)| Command::Lookup(r, w)),
        1 => any::<bool>().prop_map(Command::Watch),
        1 => Just(Command::Unwatch),
        1 => Just(Command::Ping),
        1 => Just(Command::Bye),
        1 => Just(Command::Newer),
        1 => Just(Command::HelloAgain),
    ]
}

fn in_room() -> impl Strategy<Value = Inside> {
    let other = || 0..CLIENTS;
    prop_oneof![
        3 => Just(Inside::Leave),
        1 => Just(Inside::Close),
        8 => any::<u8>().prop_map(Inside::Publish),
        2 => any::<bool>().prop_map(Inside::Presence),
        5 => (other(), -1..2_i8).prop_map(|(to, off)| Inside::Signal(to, off)),
        4 => (other(), -1..2_i8).prop_map(|(to, off)| Inside::Rebuild(to, off)),
        5 => any::<u8>().prop_map(Inside::Update),
        2 => (other(), any::<u8>()).prop_map(|(to, k)| Inside::Eject(to, k)),
        5 => (other(), any::<u8>()).prop_map(|(to, k)| Inside::SetRole(to, k)),
        2 => other().prop_map(Inside::Transfer),
        2 => (other(), any::<u8>()).prop_map(|(to, k)| Inside::Ask(to, k)),
        3 => (other(), any::<u8>()).prop_map(|(to, k)| Inside::Say(to, k)),
        6 => any::<u8>().prop_map(Inside::Resolve),
        2 => any::<u8>().prop_map(Inside::Invite),
        1 => Just(Inside::Revoke),
    ]
}

pub fn step() -> impl Strategy<Value = Step> {
    let who = || 0..CLIENTS;
    prop_oneof![
        // First, so that what does not matter shrinks to it.
        1 => Just(Step::Pass(0)),
        60 => (who(), command()).prop_map(|(i, c)| Step::Say(i, c)),
        2 => (who(), command()).prop_map(|(i, c)| Step::Lost(i, c)),
        1 => (who(), command()).prop_map(|(i, c)| Step::Again(i, c)),
        1 => (who(), command()).prop_map(|(i, c)| Step::Unnumbered(i, c)),
        16 => who().prop_map(Step::Connect),
        2 => (who(), any::<bool>()).prop_map(|(i, clean)| Step::Lose(i, clean)),
        1 => who().prop_map(Step::Reload),
        1 => who().prop_map(Step::Forget),
        2 => who().prop_map(Step::Lag),
        6 => who().prop_map(Step::CatchUp),
        1 => who().prop_map(Step::Silent),
        1 => who().prop_map(Step::Heard),
        1 => who().prop_map(Step::Malformed),
        1 => who().prop_map(Step::Skip),
        1 => (0..ROOMS.len(), any::<u8>()).prop_map(|(r, k)| Step::EmptyRoom(r, k)),
        8 => (0..4_usize, prop::bool::weighted(0.95)).prop_map(|(which, done)| Step::Hash(which, done)),
        4 => (0..300_u64).prop_map(Step::Pass),
        2 => (300..8_000_u64).prop_map(Step::Pass),
        1 => (8_000..130_000_u64).prop_map(Step::Pass),
    ]
}

/// A room out of a number: every plan, policy and size, sensible or not.
pub fn spec_of(k: u8) -> RoomSpec {
    let plan = match k % 8 {
        0 | 7 => plans::conference(),
        1 => plans::broadcast(),
        2 => plans::collect(),
        3 => plans::panel(),
        4 => plans::data_only(),
        5 => plans::audio_conference(),
        _ => RoomPlan { topology: Topology::Star, ..plans::conference() },
    };
    let mut spec = spec(plan);
    spec.capacity = [8, 8, 6, 8, 3, 2, 8, 1, 60, 0][usize::from(k / 8) % 10];
    spec.on_host_left = match k / 3 % 5 {
        0 => OnHostLeft::Close,
        1 => OnHostLeft::CloseAfter { secs: 20 },
        _ => OnHostLeft::HandOver,
    };
    spec.empty_ttl_secs = [0, 0, 30, u32::MAX][usize::from(k / 5) % 4];
    spec.visibility = if k.is_multiple_of(3) { Visibility::Unlisted } else { Visibility::Listed };
    spec.admission = match k % 11 {
        3 | 5 => Admission::Knock,
        6 => Admission::InviteOnly,
        _ => Admission::Open,
    };
    spec.password = (k % 13 == 7).then(|| password("tea"));
    match k {
        250 => spec.admission = Admission::Locked,
        253 => spec.guest_role = Role::Host,
        254 => spec.guest_role = Role::Moderator,
        255 => spec.plan.topology = Topology::Tree { fanout: 0 },
        _ => {}
    }
    spec
}

fn patch_of(k: u8) -> RoomPatch {
    let spec = spec_of(k.rotate_left(3));
    let mut patch = RoomPatch::default();
    match k % 8 {
        7 => patch.password = Some([Change::Set(password("tea")), Change::Clear][usize::from(k / 8) % 2].clone()),
        0 => patch.plan = Some(spec.plan),
        1 => patch.capacity = Some(spec.capacity),
        2 => patch.visibility = Some(spec.visibility),
        3 => patch.admission = Some(ADMISSIONS[usize::from(k / 7) % 4]),
        4 if k > 100 => patch.plan = Some(spec.plan),
        4 => patch.on_host_left = Some(spec.on_host_left),
        5 => patch.details = Some(RoomDetails { name: format!("room {k}"), ..RoomDetails::default() }),
        _ => {
            (patch.plan, patch.capacity, patch.guest_role) = (Some(spec.plan), Some(8), Some(spec.guest_role));
            patch.privileges = Some(Privileges { guests_may_message_guests: true, ..Privileges::default() });
        }
    }
    patch
}

fn asking_of(world: &World, i: usize, r: usize, k: u8) -> JoinRoom {
    let mut join = asking(ROOMS[r]);
    join.role = [None, None, Some(Role::Viewer), Some(Role::Host)][usize::from(k) % 4];
    join.invite = match k % 7 {
        0 => world.clients[i].claims.get(&join.room).cloned(),
        1 => Some(Secret::new("nonsense")),
        2 | 3 => {
            let invites = world.clients.iter().flat_map(|client| &client.invites);
            let here: Vec<_> = invites.filter(|(room, _)| *room == join.room).collect();
            here.get(usize::from(k / 7) % here.len().max(1)).map(|(_, invite)| invite.clone())
        }
        _ => None,
    };
    join.password =
        [Some(password("tea")), Some(password("tea")), Some(password("wrong")), None][usize::from(k / 4) % 4].clone();
    join.hosted_by = (k == 77).then(|| "nobody".parse().unwrap());
    join
}

/// A room the client is in, if there is one; and now and then just any.
fn inside(world: &World, i: usize, r: usize) -> RoomId {
    let rooms: Vec<_> = world.clients[i].rooms.keys().collect();
    match rooms.get(r) {
        Some(room) => (*room).clone(),
        None if r + 1 < ROOMS.len() && !rooms.is_empty() => rooms[0].clone(),
        None => room(ROOMS[r]),
    }
}

/// Somebody in that room, if the client knows anybody there; otherwise just anybody.
fn somebody(world: &World, i: usize, room: &RoomId, to: usize) -> PeerId {
    let known = world.clients[i].rooms.get(room).and_then(|view| view.people.keys().nth(to));
    let any = || world.clients[to].peer.clone().unwrap_or_else(|| "nobody".parse().unwrap());
    known.cloned().unwrap_or_else(any)
}

fn link(world: &World, i: usize, room: &RoomId, peer: &PeerId, off: i8) -> LinkId {
    let link = world.clients[i].rooms.get(room).and_then(|view| view.links.get(peer));
    LinkId(link.map_or(1, |link| link.link.0).saturating_add_signed(off.into()))
}

fn target(peer: PeerId, k: u8) -> Target {
    match k % 5 {
        0 | 4 => Target::All,
        1 => Target::Peer(peer),
        2 => Target::Peers([peer, "nobody".parse().unwrap()].into()),
        _ => Target::AtLeast(Role::Moderator),
    }
}

fn publications(i: usize, k: u8) -> Vec<Publication> {
    let many = [1, 2, 1, 3, 1, 2, 1, 1, 9, 0][usize::from(k) % 10];
    let mut list: Vec<_> = (0..many).map(|id| camera(&format!("c{i}-{id}"))).collect();
    if k > 240 {
        list.push(camera("c0-0"));
    }
    if k % 7 == 1 {
        list.iter_mut().for_each(|publication| publication.source = Source::Screen);
    }
    if k % 7 == 2 {
        list.iter_mut().for_each(|publication| publication.video = TrackState::Absent);
    }
    list
}

fn profile(k: u8) -> ProfilePatch {
    let name = if k == 0 { "x".repeat(5_000) } else { format!("name {k}\u{202E}") };
    let avatar = (k == 1).then(|| Change::Set("y".repeat(5_000)));
    ProfilePatch { name: Some(name), avatar, extra: None }
}

pub fn message(world: &World, i: usize, command: Command) -> ClientMsg {
    let at = |r: usize| room(ROOMS[r]);
    match command {
        Command::Create(r, k) => ClientMsg::CreateRoom(CreateRoom { room: (k != 9).then(|| at(r)), spec: spec_of(k) }),
        Command::Join(r, k) => ClientMsg::JoinRoom(asking_of(world, i, r, k)),
        Command::OpenOrJoin(r, k) => {
            let room = [Some(at(r)), Some(at(r)), None, Some(at(0))][usize::from(k) % 4].clone();
            let create = CreateRoom { room, spec: spec_of(k) };
            ClientMsg::OpenOrJoin { create, join: asking_of(world, i, r, k) }
        }
        Command::Profile(k) => ClientMsg::UpdateProfile { patch: profile(k) },
        Command::Cancel(r) => {
            let knock = world.clients[i].waiting.values().nth(r).map(|(knock, _)| knock.clone());
            ClientMsg::CancelKnock { knock: knock.unwrap_or_else(|| "none".parse().unwrap()) }
        }
        Command::Lookup(r, watch) => ClientMsg::LookupRoom { room: at(r), watch },
        Command::Watch(only_joinable) => ClientMsg::WatchLobby { filter: LobbyFilter { only_joinable, ..filter() } },
        Command::Unwatch => ClientMsg::UnwatchLobby,
        Command::Ping => ClientMsg::Ping { nonce: 7 },
        Command::Bye => ClientMsg::Bye,
        Command::Newer => ClientMsg::Unknown,
        Command::HelloAgain => ClientMsg::Hello(hello("again")),
        Command::Inside(r, k, _) if world.clients[i].rooms.is_empty() && r + 1 < ROOMS.len() => {
            let create = CreateRoom { room: Some(at(r)), spec: spec_of(k) };
            ClientMsg::OpenOrJoin { create, join: asking_of(world, i, r, k) }
        }
        Command::Inside(r, _, command) => {
            let room = inside(world, i, r);
            said_inside(world, i, room, command)
        }
    }
}

fn said_inside(world: &World, i: usize, room: RoomId, command: Inside) -> ClientMsg {
    let other = |to: usize| somebody(world, i, &room, to);
    match command {
        Inside::Leave => ClientMsg::LeaveRoom { room },
        Inside::Close => ClientMsg::CloseRoom { room, reason: None },
        Inside::Publish(k) => ClientMsg::Publish { room, publications: publications(i, k) },
        Inside::Presence(hand) => ClientMsg::SetPresence { room, presence: Presence { hand, ..Presence::default() } },
        Inside::Signal(to, off) => {
            let body = match off {
                0 => SignalBody::Offer { sdp: "v=0".to_owned(), tracks: Vec::new() },
                _ => SignalBody::WantTurn,
            };
            let to = other(to);
            ClientMsg::Signal { link: link(world, i, &room, &to, off), room, to, body }
        }
        Inside::Rebuild(to, off) => {
            let peer = other(to);
            ClientMsg::RebuildLink { link: link(world, i, &room, &peer, off), room, peer }
        }
        Inside::Update(k) => ClientMsg::UpdateRoom { room, patch: Box::new(patch_of(k)) },
        Inside::Eject(to, k) => {
            let ban_secs = [None, Some(0), Some(30)][usize::from(k) % 3];
            ClientMsg::Eject { peer: other(to), room, reason: None, ban_secs }
        }
        Inside::SetRole(to, k) => {
            let role = [Role::Viewer, Role::Speaker, Role::Moderator, Role::Host][usize::from(k) % 4];
            ClientMsg::SetRole { peer: other(to), room, role }
        }
        Inside::Transfer(to) => ClientMsg::TransferHost { to: other(to), room },
        Inside::Ask(to, k) => {
            let ask = match k % 3 {
                0 => MediaAsk::Mute("c0-0".parse().unwrap()),
                1 => MediaAsk::Stop(format!("c{to}-0").parse().unwrap()),
                _ => MediaAsk::LowerHand,
            };
            ClientMsg::AskMedia { to: target(other(to), k), room, ask }
        }
        Inside::Say(to, k) => {
            let body = if k == 200 { "x".repeat(limits::SAY_BYTES).into() } else { k.into() };
            let to = target(other(to), k);
            ClientMsg::Say { room, keep: k.is_multiple_of(4), to, topic: "chat".to_owned(), body }
        }
        Inside::Resolve(k) => {
            let knocks = world.clients[i].knocks.get(&room).into_iter().flatten();
            let knock = knocks.last().cloned().unwrap_or_else(|| "none".parse().unwrap());
            let role = [Role::Viewer, Role::Speaker, Role::Speaker, Role::Moderator][usize::from(k) % 4];
            let decision = match k % 6 {
                4 => KnockDecision::Deny,
                5 => KnockDecision::DenyAndBlock { secs: 20 },
                _ => KnockDecision::Admit { role },
            };
            ClientMsg::ResolveKnock { room, knock, decision }
        }
        Inside::Invite(k) => {
            let role = [Role::Viewer, Role::Speaker, Role::Moderator, Role::Host][usize::from(k) % 4];
            ClientMsg::CreateInvite { room, role, uses: u16::from(k % 4), ttl_secs: 20 }
        }
        Inside::Revoke => ClientMsg::RevokeInvites { room },
    }
}

/// Of what only hosts may do, half is said by one.
pub fn speaker(world: &World, i: usize, command: &Command) -> usize {
    let Command::Inside(r, _, inside) = command else { return i };
    let by_host = match inside {
        Inside::Update(k) | Inside::Eject(_, k) | Inside::SetRole(_, k) | Inside::Ask(_, k) | Inside::Invite(k) => {
            k % 2 == 0
        }
        Inside::Transfer(to) => to % 2 == 0,
        Inside::Resolve(k) => k % 4 != 3,
        _ => false,
    };
    let hosts = |client: &Client| client.rooms.values().any(|view| view.host.is_some() && view.host == client.peer);
    let mut hosts = world.clients.iter().enumerate().filter(|(_, client)| hosts(client)).map(|(i, _)| i);
    if by_host { hosts.nth(*r).unwrap_or(i) } else { i }
}
