//! What host and moderators may do, and what is said through the server.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::hub::HubIn;
use multirtc::core::topology::plans;
use multirtc::protocol::*;
use world::*;

/// A host, a moderator, a speaker and a viewer in the room `r`.
fn gathered(spec: RoomSpec) -> (World, [usize; 4]) {
    let mut world = World::new(1);
    let all = ["host", "moderator", "speaker", "viewer"].map(|name| world.client(name));
    snapshot(world.ask(all[0], create("r", spec)));
    snapshot(world.ask(all[1], join("r")));
    snapshot(world.ask(all[2], join("r")));
    let viewer = JoinRoom { role: Some(Role::Viewer), ..asking("r") };
    snapshot(world.ask(all[3], ClientMsg::JoinRoom(viewer)));
    let message = set_role(&world, all[1], Role::Moderator);
    assert_eq!(world.ask(all[0], message), ServerMsg::Ok);
    for i in all {
        world.take(i);
    }
    (world, all)
}

fn set_role(world: &World, of: usize, role: Role) -> ClientMsg {
    ClientMsg::SetRole { room: room("r"), peer: world.peer(of), role }
}

fn eject(world: &World, whom: usize, ban_secs: Option<u32>) -> ClientMsg {
    let reason = Some("too\u{202E} loud\n".to_owned());
    ClientMsg::Eject { room: room("r"), peer: world.peer(whom), reason, ban_secs }
}

fn transfer(world: &World, to: usize) -> ClientMsg {
    ClientMsg::TransferHost { room: room("r"), to: world.peer(to) }
}

fn say(to: Target, keep: bool) -> ClientMsg {
    ClientMsg::Say { room: room("r"), to, topic: "chat".to_owned(), body: "hello".into(), keep }
}

fn ask(to: Target, ask: MediaAsk) -> ClientMsg {
    ClientMsg::AskMedia { room: room("r"), to, ask }
}

fn update(patch: RoomPatch) -> ClientMsg {
    ClientMsg::UpdateRoom { room: room("r"), patch: Box::new(patch) }
}

fn role(world: &World, seen_by: usize, of: usize) -> Role {
    world.clients[seen_by].rooms[&room("r")].people[&world.peer(of)].role
}

fn origin(world: &mut World, i: usize, browser: u8) {
    let socket = world.open(i);
    world.step(HubIn::Origin { socket, address: [1; 32], browser: [browser; 32] });
    world.greet(i);
}

#[test]
fn c15_a_speaker_cannot_do_what_is_the_hosts() {
    let (mut world, [_, moderator, speaker, viewer]) = gathered(conference());
    let commands = [
        eject(&world, viewer, None),
        transfer(&world, speaker),
        set_role(&world, speaker, Role::Moderator),
        ask(Target::Peer(world.peer(viewer)), MediaAsk::LowerHand),
        update(RoomPatch { capacity: Some(3), ..RoomPatch::default() }),
        update(RoomPatch { admission: Some(Admission::Locked), ..RoomPatch::default() }),
        ClientMsg::CloseRoom { room: room("r"), reason: None },
    ];
    let before = world.clients[moderator].rooms.clone();
    for command in commands {
        assert_eq!(world.refused(speaker, command), ErrorCode::Forbidden);
    }
    assert_eq!(world.take(moderator), []);
    assert_eq!(world.clients[moderator].rooms, before);
}

#[test]
fn whoever_is_ejected_is_told_and_may_return_unless_banned() {
    let (mut world, [host, moderator, speaker, viewer]) = gathered(conference());
    let message = eject(&world, speaker, None);
    assert_eq!(world.ask(moderator, message), ServerMsg::Ok);
    let told = world.take(speaker);
    assert_eq!(
        told,
        [ServerMsg::Ejected {
            room: room("r"),
            by: world.peer(moderator),
            reason: Some("too loud".to_owned()),
            banned_secs: None
        }]
    );
    let told = world.take(viewer);
    let gone = world.peer(speaker);
    assert!(
        matches!(&told[..], [ServerMsg::LinkDown { .. }, ServerMsg::PeerLeft { peer, why: LeaveReason::Ejected, .. }]
        if *peer == gone)
    );
    snapshot(world.ask(speaker, join("r")));
    for whom in [host, moderator] {
        let message = eject(&world, whom, None);
        assert_eq!(world.refused(moderator, message), ErrorCode::Forbidden, "not their equals, nor themselves");
    }
    let message = eject(&world, speaker, Some(60));
    assert_eq!(world.ask(host, message), ServerMsg::Ok);
    let ServerMsg::Error(error) = world.ask(speaker, join("r")) else { panic!("banned") };
    assert_eq!((error.code, error.retry_after_ms), (ErrorCode::Banned, Some(60_000)));
    world.pass(60_000);
    snapshot(world.ask(speaker, join("r")));
    let nobody = ClientMsg::Eject { room: room("r"), peer: "nobody".parse().unwrap(), reason: None, ban_secs: None };
    assert_eq!(world.refused(host, nobody), ErrorCode::NoSuchPeer);
}

#[test]
fn c16_a_ban_knows_the_browser_again() {
    let mut world = World::new(1);
    let host = world.client("host");
    world.ask(host, create("r", conference()));
    let pages = [(7, "Eve"), (7, "Eve again"), (8, "somebody else")].map(|(browser, name)| {
        let i = world.page(hello(name));
        origin(&mut world, i, browser);
        i
    });
    snapshot(world.ask(pages[0], join("r")));
    let message = eject(&world, pages[0], Some(600));
    world.ask(host, message);
    world.forget(pages[0]);
    origin(&mut world, pages[0], 7);
    assert_eq!(world.refused(pages[0], join("r")), ErrorCode::Banned, "a new session of the same browser");
    assert_eq!(world.refused(pages[1], join("r")), ErrorCode::Banned);
    snapshot(world.ask(pages[2], join("r")));
}

#[test]
fn roles_change_links_and_publications_with_them() {
    let (mut world, [host, moderator, speaker, viewer]) = gathered(spec(plans::panel()));
    world.done(speaker, ClientMsg::Publish { room: room("r"), publications: vec![camera("s")] });
    let (s, v) = (world.peer(speaker), world.peer(viewer));
    let linked = |world: &World| world.clients[viewer].rooms[&room("r")].links.contains_key(&s);
    assert!(linked(&world));
    let message = set_role(&world, speaker, Role::Viewer);
    assert_eq!(world.ask(moderator, message), ServerMsg::Ok);
    assert!(!linked(&world), "two viewers have nothing to say to each other");
    for i in [host, speaker, viewer] {
        assert_eq!(world.clients[i].rooms[&room("r")].people[&s].publications, []);
    }
    let message = set_role(&world, viewer, Role::Speaker);
    assert_eq!(world.ask(moderator, message), ServerMsg::Ok);
    assert!(linked(&world));
    assert_eq!(world.clients[host].rooms[&room("r")].people[&v].role, Role::Speaker);
    // Oneself: only down.
    let message = set_role(&world, viewer, Role::Viewer);
    assert_eq!(world.ask(viewer, message), ServerMsg::Ok);
    let message = set_role(&world, viewer, Role::Speaker);
    assert_eq!(world.refused(viewer, message), ErrorCode::Forbidden);
    for to in [Role::Viewer, Role::Host] {
        let message = set_role(&world, host, to);
        assert_eq!(world.refused(host, message), ErrorCode::Forbidden, "a room has a host");
    }
}

#[test]
fn a_room_given_away_is_anothers() {
    let (mut world, [host, moderator, speaker, viewer]) = gathered(conference());
    let old_claim = world.clients[host].claims[&room("r")].clone();
    world.lose(viewer, false);
    let message = transfer(&world, viewer);
    assert_eq!(world.refused(host, message), ErrorCode::Forbidden, "to somebody who is there");
    let message = transfer(&world, speaker);
    assert_eq!(world.ask(host, message), ServerMsg::Ok);
    let told = world.take(moderator);
    assert!(told.iter().any(|message| matches!(message, ServerMsg::HostChanged { why: HostChange::Transferred, .. })));
    assert_eq!((role(&world, moderator, host), role(&world, moderator, speaker)), (Role::Moderator, Role::Host));
    let new_claim = world.clients[speaker].claims[&room("r")].clone();
    assert_ne!(new_claim, old_claim);
    // The old claim is void, the new one is not.
    world.ask(host, leave("r"));
    let with = |claim: Secret| ClientMsg::JoinRoom(JoinRoom { invite: Some(claim), ..asking("r") });
    assert_eq!(world.refused(host, with(old_claim)), ErrorCode::InviteInvalid);
    world.ask(speaker, leave("r"));
    assert_eq!(role(&world, moderator, moderator), Role::Host);
    assert_eq!(snapshot(world.ask(speaker, with(new_claim))).you.role, Role::Host);
}

#[test]
fn settings_change_as_a_whole_or_not_at_all() {
    let (mut world, [host, moderator, speaker, viewer]) = gathered(conference());
    let details = RoomDetails { name: "\u{202E}New name".to_owned(), ..RoomDetails::default() };
    let patch = RoomPatch { details: Some(details), capacity: Some(2), ..RoomPatch::default() };
    assert_eq!(world.ask(host, update(patch)), ServerMsg::Ok);
    for i in [host, moderator, speaker, viewer] {
        let told = world.take(i);
        let ServerMsg::RoomChanged { info, .. } = &told[0] else { panic!("{told:?}") };
        assert_eq!((info.details.name.as_str(), info.capacity, info.count), ("New name", 2, 4), "nobody is removed");
    }
    let c = world.client("Cy");
    assert_eq!(world.refused(c, join("r")), ErrorCode::RoomFull);
    let refused = [
        (
            RoomPatch { capacity: Some(0), visibility: Some(Visibility::Unlisted), ..RoomPatch::default() },
            ErrorCode::BadCapacity,
        ),
        (RoomPatch { guest_role: Some(Role::Host), ..RoomPatch::default() }, ErrorCode::BadPlan),
        (
            RoomPatch { plan: Some(RoomPlan { topology: Topology::Sfu, ..plans::panel() }), ..RoomPatch::default() },
            ErrorCode::BadPlan,
        ),
    ];
    for (patch, code) in refused {
        assert_eq!(world.refused(host, update(patch)), code);
    }
    assert_eq!(world.clients[viewer].rooms[&room("r")].info.visibility, Visibility::Listed);
    // Moderators: whom the room admits, and nothing else with it.
    let lock = RoomPatch { admission: Some(Admission::Locked), ..RoomPatch::default() };
    let more = RoomPatch { capacity: Some(8), ..lock.clone() };
    assert_eq!(world.refused(moderator, update(more)), ErrorCode::Forbidden);
    assert_eq!(world.ask(moderator, update(lock)), ServerMsg::Ok);
    assert_eq!(world.refused(c, join("r")), ErrorCode::RoomLocked);
}

#[test]
fn another_plan_changes_only_the_links_it_must() {
    let (mut world, [host, moderator, speaker, viewer]) = gathered(conference());
    world.done(speaker, ClientMsg::Publish { room: room("r"), publications: vec![camera("s")] });
    let before = world.clients[host].rooms[&room("r")].links.clone();
    let star = RoomPlan { topology: Topology::Star, ..plans::conference() };
    assert_eq!(world.ask(host, update(RoomPatch { plan: Some(star), ..RoomPatch::default() })), ServerMsg::Ok);
    assert_eq!(world.clients[host].rooms[&room("r")].links, before, "those with the host stand");
    for i in [moderator, speaker, viewer] {
        let links = &world.clients[i].rooms[&room("r")].links;
        assert_eq!(links.keys().collect::<Vec<_>>(), [&world.peer(host)]);
    }
    let silent = RoomPatch { plan: Some(plans::broadcast()), ..RoomPatch::default() };
    world.ask(host, update(silent));
    let s = world.peer(speaker);
    assert_eq!(world.clients[viewer].rooms[&room("r")].people[&s].publications, [], "not allowed any more");
}

#[test]
fn what_is_said_is_stamped_and_comes_back_as_the_answer() {
    let (mut world, [host, moderator, speaker, viewer]) = gathered(RoomSpec {
        privileges: Privileges { guests_may_message_guests: true, ..Privileges::default() },
        ..conference()
    });
    let said = world.ask(viewer, say(Target::All, false));
    let ServerMsg::Said { from, at_ms, topic, body, .. } = &said else { panic!("{said:?}") };
    assert_eq!((from, *at_ms, topic.as_str()), (&world.peer(viewer), EPOCH_MS + world.now, "chat"));
    assert_eq!(body, "hello");
    for i in [host, moderator, speaker] {
        assert_eq!(world.take(i), std::slice::from_ref(&said));
    }
    let only = Target::Peers([world.peer(speaker), "gone".parse().unwrap()].into());
    world.take(viewer);
    let said = world.ask(host, say(only, false));
    assert_eq!((world.take(speaker), world.take(viewer)), (vec![said], Vec::new()));
    assert_eq!(world.refused(host, say(Target::Peer("gone".parse().unwrap()), false)), ErrorCode::NoSuchPeer);
    let body = "x".repeat(limits::SAY_BYTES).into();
    let large = ClientMsg::Say { room: room("r"), to: Target::All, topic: String::new(), body, keep: false };
    assert_eq!(world.refused(host, large), ErrorCode::TooLarge);
}

#[test]
fn guests_speak_to_the_hosts_only_unless_they_may() {
    let (mut world, [host, moderator, speaker, viewer]) = gathered(conference());
    let ServerMsg::Said { .. } = world.ask(viewer, say(Target::AtLeast(Role::Moderator), false)) else { panic!() };
    assert_eq!((world.take(host).len(), world.take(moderator).len(), world.take(speaker).len()), (1, 1, 0));
    for to in [Target::All, Target::AtLeast(Role::Speaker), Target::Peer(world.peer(speaker))] {
        assert_eq!(world.refused(viewer, say(to, false)), ErrorCode::Forbidden);
    }
    let both = Target::Peers([world.peer(host), world.peer(speaker)].into());
    assert_eq!(world.refused(viewer, say(both, false)), ErrorCode::Forbidden, "not half of it either");
    assert_eq!(world.take(speaker), []);
}

#[test]
fn typing_is_passed_on_without_a_number() {
    let (mut world, [host, _, speaker, _]) = gathered(conference());
    world.take(host);
    world.frame(speaker, None, say(Target::Peer(world.peer(host)), false));
    let heard = std::mem::take(&mut world.clients[host].log);
    assert!(matches!(&heard[..], [ServerFrame { n: None, m: ServerMsg::Said { .. }, .. }]));
    assert_eq!(world.take(speaker), []);
}

#[test]
fn newcomers_hear_what_was_kept() {
    let (mut world, [host, _, speaker, viewer]) = gathered(conference());
    let bodies = |snapshot: RoomSnapshot| snapshot.kept.into_iter().map(|kept| kept.body).collect::<Vec<_>>();
    for k in 0..limits::KEPT_MESSAGES + 5 {
        world.pass(100);
        let body = serde_json::Value::from(k);
        let kept = ClientMsg::Say { room: room("r"), to: Target::All, topic: String::new(), body, keep: true };
        world.ask(host, kept);
    }
    assert_eq!(world.refused(viewer, say(Target::All, true)), ErrorCode::Forbidden);
    let quietly = say(Target::Peer(world.peer(speaker)), true);
    assert_eq!(world.refused(host, quietly), ErrorCode::BadFrame, "what is not for all is not for newcomers");
    let c = world.client("Cy");
    let heard = bodies(snapshot(world.ask(c, join("r"))));
    assert_eq!(heard.len(), limits::KEPT_MESSAGES);
    assert_eq!(heard.last(), Some(&(limits::KEPT_MESSAGES + 4).into()));
    // Bytes are bounded as well.
    for _ in 0..8 {
        world.pass(1_000);
        let body = "x".repeat(limits::SAY_BYTES - 2).into();
        let large = ClientMsg::Say { room: room("r"), to: Target::All, topic: String::new(), body, keep: true };
        world.ask(host, large);
    }
    world.ask(c, leave("r"));
    let heard = bodies(snapshot(world.ask(c, join("r"))));
    assert_eq!(heard.len(), 3, "64 KiB, with what is around them");
}

#[test]
fn asking_for_media_reaches_those_who_may_be_asked() {
    let (mut world, [host, moderator, speaker, viewer]) = gathered(conference());
    world.done(speaker, ClientMsg::Publish { room: room("r"), publications: vec![camera("s")] });
    world.done(host, ClientMsg::Publish { room: room("r"), publications: vec![camera("h")] });
    let take = |world: &mut World, i: usize| -> Vec<MediaAsk> {
        let asked = world.take(i).into_iter();
        asked.filter_map(|m| if let ServerMsg::MediaAsked { ask, .. } = m { Some(ask) } else { None }).collect()
    };
    // Lowering hands: of everybody by the host, of guests by moderators.
    assert_eq!(world.ask(moderator, ask(Target::All, MediaAsk::LowerHand)), ServerMsg::Ok);
    let asked = [host, moderator, speaker, viewer].map(|i| take(&mut world, i).len());
    assert_eq!(asked, [0, 0, 1, 1]);
    assert_eq!(
        world.refused(moderator, ask(Target::Peer(world.peer(host)), MediaAsk::ShareScreen)),
        ErrorCode::Forbidden
    );
    // Muting: only with the privilege, and only whose it is.
    let mute = || MediaAsk::Mute("s".parse().unwrap());
    assert_eq!(world.refused(moderator, ask(Target::All, mute())), ErrorCode::Forbidden);
    assert_eq!(world.ask(host, ask(Target::All, mute())), ServerMsg::Ok);
    let asked = [moderator, speaker, viewer].map(|i| take(&mut world, i));
    assert_eq!(asked, [vec![], vec![mute()], vec![]]);
    let wrong = ask(Target::Peer(world.peer(viewer)), mute());
    assert_eq!(world.refused(host, wrong), ErrorCode::NoSuchPeer, "not theirs to mute");
    assert_eq!(world.ask(moderator, ask(Target::All, MediaAsk::Unmute("h".parse().unwrap()))), ServerMsg::Ok);
    let privileges = Privileges { moderators_may_mute: true, ..Privileges::default() };
    world.ask(host, update(RoomPatch { privileges: Some(privileges), ..RoomPatch::default() }));
    assert_eq!(world.ask(moderator, ask(Target::All, mute())), ServerMsg::Ok);
    let of_host = ask(Target::All, MediaAsk::Mute("h".parse().unwrap()));
    assert_eq!(world.refused(moderator, of_host), ErrorCode::Forbidden);
}

#[test]
fn data_goes_through_the_server_where_the_room_says_so() {
    let through = RoomPlan { data_path: DataPath::Server, ..plans::data_only() };
    let relay = |to: PeerId, bytes: usize| ClientMsg::Relay { room: room("r"), to, lane: 1, frame: "A".repeat(bytes) };
    let (mut world, [host, _, speaker, viewer]) = gathered(spec(through));
    assert!(world.clients[host].rooms[&room("r")].links.is_empty(), "nobody needs a peer connection");
    world.done(speaker, relay(world.peer(host), limits::RELAY_FRAME_BYTES));
    let told = world.take(host);
    assert!(matches!(&told[..], [ServerMsg::Relayed { from, lane: 1, .. }] if *from == world.peer(speaker)));
    assert_eq!(world.take(viewer), []);
    assert_eq!(world.refused(speaker, relay(world.peer(host), limits::RELAY_FRAME_BYTES + 1)), ErrorCode::TooLarge);
    assert_eq!(world.refused(speaker, relay("gone".parse().unwrap(), 4)), ErrorCode::NoSuchPeer);
    let (mut world, [host, _, speaker, _]) = gathered(spec(plans::data_only()));
    assert_eq!(world.refused(speaker, relay(world.peer(host), 4)), ErrorCode::Forbidden);
}
