//! Random clients, sensible and not, against the hub: after every step everything that must hold does.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::hub::HubIn;
use multirtc::core::topology::plans;
use multirtc::protocol::*;
use proptest::collection::vec;
use proptest::prelude::*;
use world::*;

const CLIENTS: usize = 6;
const ROOMS: [&str; 3] = ["red", "green", "blue"];

/// One random step; numbers are resolved against what is there when it is taken.
#[derive(Debug, Clone)]
enum Step {
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
    Pass(u64),
}

#[derive(Debug, Clone)]
enum Command {
    Create(usize, u8),
    Join(usize, u8),
    OpenOrJoin(usize, u8),
    Leave(usize),
    Close(usize),
    Profile(u8),
    Publish(usize, u8),
    Presence(usize, bool),
    Signal(usize, usize, i8),
    Rebuild(usize, usize, i8),
    Update(usize, u8),
    Eject(usize, usize, u8),
    SetRole(usize, usize, u8),
    Transfer(usize, usize),
    Ask(usize, usize, u8),
    Say(usize, usize, u8),
    Lookup(usize, bool),
    Watch(bool),
    Unwatch,
    Ping,
    Bye,
    Unbuilt(u8),
    HelloAgain,
}

fn command() -> impl Strategy<Value = Command> {
    let room = || 0..ROOMS.len();
    prop_oneof![
        3 => (room(), any::<u8>()).prop_map(|(r, k)| Command::Create(r, k)),
        6 => (room(), any::<u8>()).prop_map(|(r, k)| Command::Join(r, k)),
        6 => (room(), any::<u8>()).prop_map(|(r, k)| Command::OpenOrJoin(r, k)),
        3 => room().prop_map(Command::Leave),
        1 => room().prop_map(Command::Close),
        1 => any::<u8>().prop_map(Command::Profile),
        3 => (room(), any::<u8>()).prop_map(|(r, k)| Command::Publish(r, k)),
        1 => (room(), any::<bool>()).prop_map(|(r, b)| Command::Presence(r, b)),
        4 => (room(), 0..CLIENTS, -1..2_i8).prop_map(|(r, to, off)| Command::Signal(r, to, off)),
        3 => (room(), 0..CLIENTS, -1..2_i8).prop_map(|(r, to, off)| Command::Rebuild(r, to, off)),
        2 => (room(), any::<u8>()).prop_map(|(r, k)| Command::Update(r, k)),
        1 => (room(), 0..CLIENTS, any::<u8>()).prop_map(|(r, to, k)| Command::Eject(r, to, k)),
        3 => (room(), 0..CLIENTS, any::<u8>()).prop_map(|(r, to, k)| Command::SetRole(r, to, k)),
        1 => (room(), 0..CLIENTS).prop_map(|(r, to)| Command::Transfer(r, to)),
        1 => (room(), 0..CLIENTS, any::<u8>()).prop_map(|(r, to, k)| Command::Ask(r, to, k)),
        2 => (room(), 0..CLIENTS, any::<u8>()).prop_map(|(r, to, k)| Command::Say(r, to, k)),
        1 => (room(), any::<bool>()).prop_map(|(r, w)| Command::Lookup(r, w)),
        1 => any::<bool>().prop_map(Command::Watch),
        1 => Just(Command::Unwatch),
        1 => Just(Command::Ping),
        1 => Just(Command::Bye),
        1 => any::<u8>().prop_map(Command::Unbuilt),
        1 => Just(Command::HelloAgain),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let who = || 0..CLIENTS;
    prop_oneof![
        // First, so that what does not matter shrinks to it.
        1 => Just(Step::Pass(0)),
        30 => (who(), command()).prop_map(|(i, c)| Step::Say(i, c)),
        2 => (who(), command()).prop_map(|(i, c)| Step::Lost(i, c)),
        1 => (who(), command()).prop_map(|(i, c)| Step::Again(i, c)),
        1 => (who(), command()).prop_map(|(i, c)| Step::Unnumbered(i, c)),
        6 => who().prop_map(Step::Connect),
        2 => (who(), any::<bool>()).prop_map(|(i, clean)| Step::Lose(i, clean)),
        1 => who().prop_map(Step::Reload),
        1 => who().prop_map(Step::Forget),
        2 => who().prop_map(Step::Lag),
        3 => who().prop_map(Step::CatchUp),
        1 => who().prop_map(Step::Silent),
        1 => who().prop_map(Step::Heard),
        1 => who().prop_map(Step::Malformed),
        1 => who().prop_map(Step::Skip),
        1 => (0..ROOMS.len(), any::<u8>()).prop_map(|(r, k)| Step::EmptyRoom(r, k)),
        3 => prop_oneof![0..300_u64, 300..8_000_u64, 8_000..130_000_u64].prop_map(Step::Pass),
    ]
}

/// A room out of a number: every plan, policy and size, sensible or not.
fn spec_of(k: u8) -> RoomSpec {
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
    spec.capacity = [8, 2, 3, 1, 0, 60][usize::from(k / 8) % 6];
    spec.on_host_left = match k / 3 % 5 {
        0 => OnHostLeft::Close,
        1 => OnHostLeft::CloseAfter { secs: 20 },
        _ => OnHostLeft::HandOver,
    };
    spec.empty_ttl_secs = [0, 0, 30, u32::MAX][usize::from(k / 5) % 4];
    spec.visibility = if k.is_multiple_of(3) { Visibility::Unlisted } else { Visibility::Listed };
    match k {
        250 => spec.admission = Admission::Locked,
        251 => spec.admission = Admission::Knock,
        252 => spec.password = Some(Secret::new("tea")),
        253 => spec.guest_role = Role::Host,
        254 => spec.guest_role = Role::Moderator,
        255 => spec.plan.topology = Topology::Tree { fanout: 0 },
        _ => {}
    }
    spec
}

fn patch_of(k: u8) -> RoomPatch {
    let spec = spec_of(k);
    let mut patch = RoomPatch::default();
    match k % 7 {
        0 => patch.plan = Some(spec.plan),
        1 => patch.capacity = Some(spec.capacity),
        2 => patch.visibility = Some(spec.visibility),
        3 => patch.admission = Some([Admission::Open, Admission::Locked][usize::from(k / 7) % 2]),
        4 => patch.on_host_left = Some(spec.on_host_left),
        5 => patch.details = Some(RoomDetails { name: format!("room {k}"), ..RoomDetails::default() }),
        _ => {
            (patch.plan, patch.capacity, patch.guest_role) = (Some(spec.plan), Some(8), Some(spec.guest_role));
            patch.privileges = Some(Privileges { guests_may_message_guests: true, ..Privileges::default() });
        }
    }
    patch
}

fn target(world: &World, to: usize, k: u8) -> Target {
    let peer = world.clients[to].peer.clone().unwrap_or_else(|| "nobody".parse().unwrap());
    match k % 5 {
        0 | 4 => Target::All,
        1 => Target::Peer(peer),
        2 => Target::Peers([peer, "nobody".parse().unwrap()].into()),
        _ => Target::AtLeast(Role::Moderator),
    }
}

fn asking_of(world: &World, i: usize, r: usize, k: u8) -> JoinRoom {
    let mut join = asking(ROOMS[r]);
    join.role = [None, None, Some(Role::Viewer), Some(Role::Host)][usize::from(k) % 4];
    join.invite = match k % 7 {
        0 => world.clients[i].claims.get(&join.room).cloned(),
        1 => Some(Secret::new("nonsense")),
        _ => None,
    };
    join.hosted_by = (k == 77).then(|| "nobody".parse().unwrap());
    join
}

/// Half of what only hosts may do is said by one.
fn speaker(world: &World, i: usize, command: &Command) -> usize {
    let (r, k) = match *command {
        Command::Update(r, k) | Command::Eject(r, _, k) | Command::SetRole(r, _, k) | Command::Ask(r, _, k) => (r, k),
        Command::Transfer(r, to) => (r, to as u8),
        _ => return i,
    };
    let host = world.clients.iter().find_map(|client| client.rooms.get(&room(ROOMS[r]))?.host.clone());
    let hosts = world.clients.iter().position(|client| client.peer.is_some() && client.peer == host);
    hosts.filter(|_| k % 2 == 0).unwrap_or(i)
}

fn message(world: &World, i: usize, command: Command) -> ClientMsg {
    let at = |r: usize| room(ROOMS[r]);
    let other = |to: usize| world.clients[to].peer.clone().unwrap_or_else(|| "nobody".parse().unwrap());
    let link = |r: usize, to: usize, off: i8| {
        let link = world.clients[i].rooms.get(&at(r)).and_then(|view| view.links.get(&other(to)));
        LinkId(link.map_or(1, |link| link.link.0).saturating_add_signed(off.into()))
    };
    match command {
        Command::Create(r, k) => ClientMsg::CreateRoom(CreateRoom { room: (k != 9).then(|| at(r)), spec: spec_of(k) }),
        Command::Join(r, k) => ClientMsg::JoinRoom(asking_of(world, i, r, k)),
        Command::OpenOrJoin(r, k) => {
            let room = [Some(at(r)), Some(at(r)), None, Some(at(0))][usize::from(k) % 4].clone();
            let create = CreateRoom { room, spec: spec_of(k) };
            ClientMsg::OpenOrJoin { create, join: asking_of(world, i, r, k) }
        }
        Command::Leave(r) => ClientMsg::LeaveRoom { room: at(r) },
        Command::Close(r) => ClientMsg::CloseRoom { room: at(r), reason: None },
        Command::Profile(k) => {
            let name = if k == 0 { "x".repeat(5_000) } else { format!("name {k}\u{202E}") };
            let avatar = (k == 1).then(|| Change::Set("y".repeat(5_000)));
            ClientMsg::UpdateProfile { patch: ProfilePatch { name: Some(name), avatar, extra: None } }
        }
        Command::Publish(r, k) => {
            let mut list: Vec<_> = (0..k % 10).map(|id| camera(&format!("c{i}-{id}"))).collect();
            if k > 240 {
                list.push(camera("c0-0"));
            }
            if k % 5 == 1 {
                list.iter_mut().for_each(|publication| publication.source = Source::Screen);
            }
            if k % 5 == 2 {
                list.iter_mut().for_each(|publication| publication.video = TrackState::Absent);
            }
            ClientMsg::Publish { room: at(r), publications: list }
        }
        Command::Presence(r, hand) => {
            ClientMsg::SetPresence { room: at(r), presence: Presence { hand, ..Presence::default() } }
        }
        Command::Signal(r, to, off) => {
            let body = match off {
                0 => SignalBody::Offer { sdp: "v=0".to_owned(), tracks: Vec::new() },
                _ => SignalBody::WantTurn,
            };
            ClientMsg::Signal { room: at(r), to: other(to), link: link(r, to, off), body }
        }
        Command::Rebuild(r, to, off) => ClientMsg::RebuildLink { room: at(r), peer: other(to), link: link(r, to, off) },
        Command::Update(r, k) => ClientMsg::UpdateRoom { room: at(r), patch: Box::new(patch_of(k)) },
        Command::Eject(r, to, k) => {
            let ban_secs = [None, Some(0), Some(30)][usize::from(k) % 3];
            ClientMsg::Eject { room: at(r), peer: other(to), reason: None, ban_secs }
        }
        Command::SetRole(r, to, k) => {
            let role = [Role::Viewer, Role::Speaker, Role::Moderator, Role::Host][usize::from(k) % 4];
            ClientMsg::SetRole { room: at(r), peer: other(to), role }
        }
        Command::Transfer(r, to) => ClientMsg::TransferHost { room: at(r), to: other(to) },
        Command::Ask(r, to, k) => {
            let ask = match k % 3 {
                0 => MediaAsk::Mute("c0-0".parse().unwrap()),
                1 => MediaAsk::Stop(format!("c{to}-0").parse().unwrap()),
                _ => MediaAsk::LowerHand,
            };
            ClientMsg::AskMedia { room: at(r), to: target(world, to, k), ask }
        }
        Command::Say(r, to, k) => {
            let body = if k == 200 { "x".repeat(limits::SAY_BYTES).into() } else { k.into() };
            let to = target(world, to, k);
            ClientMsg::Say { room: at(r), keep: k.is_multiple_of(4), to, topic: "chat".to_owned(), body }
        }
        Command::Lookup(r, watch) => ClientMsg::LookupRoom { room: at(r), watch },
        Command::Watch(only_joinable) => ClientMsg::WatchLobby { filter: LobbyFilter { only_joinable, ..filter() } },
        Command::Unwatch => ClientMsg::UnwatchLobby,
        Command::Ping => ClientMsg::Ping { nonce: 7 },
        Command::Bye => ClientMsg::Bye,
        Command::Unbuilt(k) => match k % 3 {
            0 => ClientMsg::RevokeInvites { room: at(0) },
            1 => ClientMsg::Unknown,
            _ => ClientMsg::CancelKnock { knock: "none".parse().unwrap() },
        },
        Command::HelloAgain => ClientMsg::Hello(hello("again")),
    }
}

fn take(world: &mut World, step: Step) {
    match step {
        Step::Say(i, command) => {
            let i = speaker(world, i, &command);
            let message = message(world, i, command);
            world.send(i, message);
        }
        Step::Lost(i, command) => {
            let message = message(world, i, command);
            world.send_into_the_void(i, message);
            world.lose(i, false);
        }
        Step::Again(i, command) => {
            let message = message(world, i, command);
            let before = (world.hub.counts(), world.clients[i].rooms.clone());
            if world.clients[i].socket.is_some() && !world.clients[i].lagging {
                world.frame(i, Some(0), message);
                assert_eq!(before, (world.hub.counts(), world.clients[i].rooms.clone()));
            }
        }
        Step::Unnumbered(i, command) => {
            // What is answered by a number needs one; the rest may come without.
            let message = message(world, i, command);
            if matches!(
                message,
                ClientMsg::Ping { .. }
                    | ClientMsg::Signal { .. }
                    | ClientMsg::SetPresence { .. }
                    | ClientMsg::Publish { .. }
                    | ClientMsg::Say { .. }
                    | ClientMsg::Unknown
            ) {
                world.frame(i, None, message);
            }
        }
        Step::Connect(i) => {
            if world.clients[i].socket.is_none() {
                world.connect(i);
            } else if i % 2 == 0 {
                // A second socket for the same session: the first is superseded.
                world.connect(i);
            }
        }
        Step::Lose(i, clean) => world.lose(i, clean),
        Step::Reload(i) => world.reload(i),
        Step::Forget(i) => world.forget(i),
        Step::Lag(i) => world.clients[i].lagging = true,
        Step::CatchUp(i) => world.catch_up(i),
        Step::Silent(i) => {
            if let Some(socket) = world.clients[i].socket {
                world.step(HubIn::Silent { socket });
            }
        }
        Step::Heard(i) => {
            if let Some(socket) = world.clients[i].socket {
                world.step(HubIn::Heard { socket });
            }
        }
        Step::Malformed(i) => {
            if let Some(socket) = world.clients[i].socket {
                world.step(HubIn::Malformed { socket });
            }
        }
        Step::Skip(i) => world.frame(i, Some(1_000_000), ClientMsg::Ping { nonce: 1 }),
        Step::EmptyRoom(r, k) => {
            let create = CreateRoom { room: Some(room(ROOMS[r])), spec: spec_of(k) };
            let _ = world.hub.create_empty_room("lobby".parse().unwrap(), create, world.now);
            world.step(HubIn::Tick);
        }
        Step::Pass(ms) => world.pass(ms),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, max_shrink_iters: 4_000, ..ProptestConfig::default() })]

    /// At least 20,000 steps in all.
    #[test]
    fn everything_holds_after_every_step(seed in any::<u64>(), steps in vec(step(), 200..320)) {
        let mut world = World::new(seed);
        for i in 0..CLIENTS {
            let mut hello = hello(&format!("client {i}"));
            hello.client = ["web 0.1.0 blink", "web 0.1.0 gecko", "tablet"][i % 3].to_owned();
            hello.profile.handle = (i == 5).then(|| "five".parse().unwrap());
            world.page(hello);
            world.connect(i);
        }
        for step in steps {
            take(&mut world, step);
        }
        // Whatever happened, without anybody everything ends.
        for i in 0..CLIENTS {
            world.lose(i, false);
        }
        world.pass(2 * 86_400_000);
        let counts = world.hub.counts();
        prop_assert_eq!((counts.sockets, counts.sessions, counts.rooms, counts.members), (0, 0, 0, 0));
        prop_assert_eq!(multirtc::core::Machine::deadline(&world.hub), None);
    }
}
