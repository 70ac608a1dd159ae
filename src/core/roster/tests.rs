#![expect(clippy::unwrap_used, reason = "tests")]

mod random;
mod server;

use super::*;
use crate::core::event::{MediaEnd, NoWay};
use crate::core::topology::plans;
use crate::protocol::{
    Admission, CloseReason, KnockId, LinkId, MediaAsk, MessageId, OnHostLeft, Online, Polite, Presence, Privileges,
    Profile, PublicationId, RoomDetails, RoomId, Source, Target, TrackState, Visibility,
};

fn id(name: &str) -> PublicationId {
    name.parse().unwrap()
}

fn peer(name: &str) -> PeerId {
    name.parse().unwrap()
}

fn room() -> RoomId {
    "room".parse().unwrap()
}

fn publication(name: &str, audio: TrackState, video: TrackState) -> Publication {
    Publication { id: id(name), source: Source::Camera, audio, video, label: String::new() }
}

fn participant(name: &str, role: Role, joined_seq: u64) -> Participant {
    Participant {
        peer: peer(name),
        profile: Profile { name: name.into(), ..Profile::default() },
        role,
        joined_seq,
        presence: Presence::default(),
        online: Online::Connected,
        publications: Vec::new(),
    }
}

fn assignment(name: &str, link: u64) -> LinkAssignment {
    LinkAssignment { peer: peer(name), link: LinkId(link), polite: Polite(true), same_engine: true, upstream: None }
}

fn snapshot(me: &str, role: Role) -> RoomSnapshot {
    let info = RoomInfo {
        room: room(),
        lobby: "lobby".parse().unwrap(),
        host: (role == Role::Host).then(|| peer(me)),
        plan: plans::conference(),
        visibility: Visibility::Listed,
        capacity: 16,
        count: 1,
        admission: Admission::Open,
        guest_role: Role::Speaker,
        has_password: false,
        on_host_left: OnHostLeft::HandOver,
        privileges: Privileges::default(),
        details: RoomDetails::default(),
        created_ms: 0,
        rev: 1,
    };
    let you = participant(me, role, 1);
    RoomSnapshot { info, you, others: Vec::new(), links: Vec::new(), kept: Vec::new(), host_claim: None }
}

/// A room of this page with Ada, who publishes nothing, and a link to her.
fn with_ada() -> Roster {
    let mut snapshot = snapshot("me", Role::Host);
    snapshot.others.push(participant("ada", Role::Speaker, 2));
    snapshot.links.push(assignment("ada", 1));
    Roster::new(snapshot)
}

fn apply(roster: &mut Roster, message: ServerMsg) -> Vec<Event> {
    let mut out = Vec::new();
    roster.apply(&message, &mut out);
    out
}

fn change(roster: &mut Roster, who: Participant) -> Vec<Event> {
    apply(roster, ServerMsg::PeerChanged { room: room(), peer: who })
}

fn ada_publishes(list: Vec<Publication>) -> Participant {
    Participant { publications: list, ..participant("ada", Role::Speaker, 2) }
}

fn camera(name: &str) -> Publication {
    publication(name, TrackState::Live, TrackState::Live)
}

fn announced(name: &str) -> Event {
    Event::MediaAnnounced { publication: id(name), from: peer("ada"), source: Source::Camera }
}

fn started(name: &str) -> Event {
    Event::MediaStarted { publication: id(name), from: peer("ada") }
}

fn ended(name: &str, why: MediaEnd) -> Event {
    Event::MediaEnded { publication: id(name), from: peer("ada"), why }
}

#[test]
fn media_starts_once_it_is_announced_and_flows_in_either_order() {
    let mut roster = with_ada();
    assert_eq!(change(&mut roster, ada_publishes(vec![camera("m1")])), [announced("m1")]);
    let mut out = Vec::new();
    roster.media_started(&id("m1"), &mut out);
    roster.media_started(&id("m1"), &mut out);
    assert_eq!(out, [started("m1")]);
    out.clear();
    roster.media_started(&id("m2"), &mut out);
    assert_eq!(out, [], "a track alone is nobody's");
    let both = vec![camera("m1"), camera("m2")];
    assert_eq!(change(&mut roster, ada_publishes(both)), [announced("m2"), started("m2")]);
    assert_eq!(roster.state().others[0].started.len(), 2);
}

#[test]
fn what_is_muted_when_announced_has_nothing_to_wait_for() {
    let mut roster = with_ada();
    let muted = publication("m1", TrackState::Muted, TrackState::Absent);
    assert_eq!(change(&mut roster, ada_publishes(vec![muted])), [announced("m1"), started("m1")]);
    let paused = publication("m2", TrackState::Live, TrackState::Absent);
    assert_eq!(
        change(&mut roster, ada_publishes(vec![publication("m1", TrackState::Muted, TrackState::Absent), paused])),
        [announced("m2")]
    );
    let mut first = snapshot("me", Role::Host);
    first.others.push(ada_publishes(vec![publication("m3", TrackState::Absent, TrackState::Paused)]));
    assert!(Roster::new(first).state().others[0].started.contains(&id("m3")));
}

#[test]
fn muting_changes_media_and_stops_the_speaking() {
    let mut roster = with_ada();
    change(&mut roster, ada_publishes(vec![camera("m1")]));
    let mut out = Vec::new();
    roster.media_started(&id("m1"), &mut out);
    out.clear();
    for _ in 0..2 {
        roster.set_speaking(&id("m1"), true, &mut out);
    }
    let speaking = |on| Event::Speaking { peer: peer("ada"), publication: id("m1"), on };
    assert_eq!(out, [speaking(true)]);
    assert!(roster.state().others[0].speaking);
    let muted = publication("m1", TrackState::Muted, TrackState::Live);
    let changed = Event::MediaChanged { publication: id("m1"), audio: TrackState::Muted, video: TrackState::Live };
    assert_eq!(change(&mut roster, ada_publishes(vec![muted])), [changed, speaking(false)]);
    assert!(!roster.state().others[0].speaking);
    out.clear();
    roster.set_speaking(&id("m1"), true, &mut out);
    assert_eq!(out, [], "a muted microphone does not speak");
}

#[test]
fn everything_of_somebody_ends_before_they_leave() {
    let mut roster = with_ada();
    change(&mut roster, ada_publishes(vec![camera("m1"), camera("m2")]));
    let out = apply(&mut roster, ServerMsg::PeerLeft { room: room(), peer: peer("ada"), why: LeaveReason::TimedOut });
    let left = Event::PeerLeft { peer: peer("ada"), why: LeaveReason::TimedOut };
    assert_eq!(out, [ended("m1", MediaEnd::PeerLeft), ended("m2", MediaEnd::PeerLeft), left]);
    assert_eq!(roster.state().info.count, 1);
    assert_eq!(roster.links(), []);
}

#[test]
fn media_that_ended_here_does_not_end_again() {
    let mut roster = with_ada();
    change(&mut roster, ada_publishes(vec![camera("m1")]));
    let mut out = Vec::new();
    for why in [MediaEnd::SourceEnded, MediaEnd::LinkFailed] {
        roster.media_ended(&id("m1"), why, &mut out);
    }
    roster.media_started(&id("m1"), &mut out);
    assert_eq!(out, [ended("m1", MediaEnd::SourceEnded)]);
    let muted = publication("m1", TrackState::Muted, TrackState::Muted);
    assert_eq!(change(&mut roster, ada_publishes(vec![muted])), []);
    assert_eq!(change(&mut roster, ada_publishes(Vec::new())), []);
}

#[test]
fn why_media_ended_depends_on_what_the_role_allows() {
    let mut roster = with_ada();
    change(&mut roster, ada_publishes(vec![camera("m1"), camera("m2")]));
    assert_eq!(change(&mut roster, ada_publishes(vec![camera("m2")])), [ended("m1", MediaEnd::Unpublished)]);
    let viewer = participant("ada", Role::Viewer, 2);
    let role = Event::PeerChanged { peer: peer("ada"), what: PeerChange::Role };
    assert_eq!(change(&mut roster, viewer), [ended("m2", MediaEnd::RoleChanged), role]);
}

#[test]
fn an_id_belongs_to_whoever_published_it_first() {
    let mut roster = with_ada();
    roster.set_my_publications(vec![camera("mine")]);
    apply(&mut roster, ServerMsg::PeerJoined { room: room(), peer: participant("bob", Role::Speaker, 3) });
    change(&mut roster, ada_publishes(vec![camera("m1")]));
    let thief = Participant {
        publications: vec![camera("m1"), camera("mine"), camera("m2"), camera("m2")],
        ..participant("bob", Role::Speaker, 3)
    };
    let announced = Event::MediaAnnounced { publication: id("m2"), from: peer("bob"), source: Source::Camera };
    assert_eq!(change(&mut roster, thief), [announced]);
}

#[test]
fn media_stalls_only_once_it_has_started() {
    let mut roster = with_ada();
    change(&mut roster, ada_publishes(vec![camera("m1")]));
    let mut out = Vec::new();
    roster.media_stalled(&id("m1"), true, &mut out);
    roster.media_stalled(&id("unknown"), true, &mut out);
    assert_eq!(out, []);
    roster.media_started(&id("m1"), &mut out);
    out.clear();
    for stalled in [true, true, false, false] {
        roster.media_stalled(&id("m1"), stalled, &mut out);
    }
    let stalled = |stalled| Event::MediaStalled { publication: id("m1"), stalled };
    assert_eq!(out, [stalled(true), stalled(false)]);
}

#[test]
fn what_changed_about_somebody_is_told_one_by_one() {
    let mut roster = with_ada();
    let mut ada = participant("ada", Role::Moderator, 2);
    ada.profile.name = "Ada L.".into();
    ada.presence.hand = true;
    ada.online = Online::Interrupted { since_ms: 5, leaving: false };
    let told = [PeerChange::Profile, PeerChange::Role, PeerChange::Presence, PeerChange::Online];
    let expected = told.map(|what| Event::PeerChanged { peer: peer("ada"), what });
    assert_eq!(change(&mut roster, ada.clone()), expected);
    assert_eq!(change(&mut roster, ada.clone()), []);
    // Whether they left or were cut off is part of it.
    ada.online = Online::Interrupted { since_ms: 5, leaving: true };
    let online = Event::PeerChanged { peer: peer("ada"), what: PeerChange::Online };
    assert_eq!(change(&mut roster, ada.clone()), [online]);
    assert_eq!(roster.state().others[0].who.online, ada.online);
}

#[test]
fn what_this_page_publishes_is_its_own_to_say() {
    let mut roster = with_ada();
    roster.set_my_publications(vec![camera("mine")]);
    let mut me = participant("me", Role::Host, 1);
    me.presence.hand = true;
    let hand = Event::PeerChanged { peer: peer("me"), what: PeerChange::Presence };
    assert_eq!(change(&mut roster, me), [hand]);
    assert_eq!(roster.state().me.publications, [camera("mine")]);
}

#[test]
fn the_host_changes_with_both_roles() {
    let mut roster = with_ada();
    let (from, to, why) = (Some(peer("me")), Some(peer("ada")), HostChange::Transferred);
    let role = |name| Event::PeerChanged { peer: peer(name), what: PeerChange::Role };
    assert_eq!(
        apply(&mut roster, ServerMsg::HostChanged { room: room(), from: from.clone(), to: to.clone(), why }),
        [Event::HostChanged { from, to, why }, role("ada"), role("me")]
    );
    let state = roster.state();
    assert_eq!(state.info.host, Some(peer("ada")));
    assert_eq!((state.me.role, state.others[0].who.role), (Role::Moderator, Role::Host));
}

#[test]
fn a_replaced_link_shows_its_repair_and_a_removed_one_is_closed() {
    let mut roster = with_ada();
    let mut out = Vec::new();
    let connected = LinkPhase::Connected { relayed: false };
    let rebuilding = LinkPhase::Rebuilding { attempt: 1 };
    for phase in [connected, connected, rebuilding] {
        roster.set_link(&peer("ada"), phase, &mut out);
    }
    let told = |link| Event::LinkChanged { peer: peer("ada"), link };
    assert_eq!(out, [told(connected), told(rebuilding)]);
    let down = |link| ServerMsg::LinkDown { room: room(), peer: peer("ada"), link: LinkId(link) };
    let up = |link| ServerMsg::LinkUp { room: room(), link: assignment("ada", link) };
    assert_eq!(apply(&mut roster, up(2)), [], "it is being rebuilt as before");
    assert_eq!(apply(&mut roster, down(1)), [], "of the link before");
    assert_eq!(roster.links(), [assignment("ada", 2)]);
    out.clear();
    roster.set_link(&peer("ada"), connected, &mut out);
    assert_eq!(apply(&mut roster, up(3)), [told(LinkPhase::Connecting)]);
    assert_eq!(roster.links(), [assignment("ada", 3)]);
    roster.set_link(&peer("nobody"), connected, &mut out);
    assert_eq!(out, [told(connected)]);
    assert_eq!(apply(&mut roster, down(3)), [told(LinkPhase::Closed)]);
}

#[test]
fn why_there_is_no_way_is_told_once_and_taken_back_without_a_word() {
    let mut roster = with_ada();
    let mut out = Vec::new();
    for (name, why) in [("ada", Some(NoWay::NoRelay)), ("ada", Some(NoWay::NoRelay)), ("bob", Some(NoWay::Blocked))] {
        roster.set_no_way(&peer(name), why, &mut out);
    }
    assert_eq!(out, [Event::NoWay { peer: peer("ada"), why: NoWay::NoRelay }]);
    assert_eq!(roster.state().others[0].no_way, Some(NoWay::NoRelay));
    let mut again = snapshot("me", Role::Host);
    again.others = vec![roster.state().others[0].who.clone()];
    roster.reset(again, &mut out);
    assert_eq!(roster.state().others[0].no_way, Some(NoWay::NoRelay), "the server knows nothing of it");
    out.clear();
    roster.set_no_way(&peer("ada"), None, &mut out);
    assert_eq!((out.len(), roster.state().others[0].no_way), (0, None));
}

#[test]
fn knocks_come_and_go_once() {
    let mut roster = with_ada();
    let knock: KnockId = "k1".parse().unwrap();
    let received = ServerMsg::KnockReceived {
        room: room(),
        knock: knock.clone(),
        profile: Profile::default(),
        note: Some("hello".into()),
    };
    let told = Event::KnockReceived { knock: knock.clone(), profile: Profile::default(), note: Some("hello".into()) };
    assert_eq!(apply(&mut roster, received.clone()), [told]);
    assert_eq!(apply(&mut roster, received), []);
    assert_eq!(roster.state().knocks.len(), 1);
    let resolved = ServerMsg::KnockResolved { room: room(), knock: knock.clone(), admitted: true };
    assert_eq!(apply(&mut roster, resolved.clone()), [Event::KnockWithdrawn { knock }]);
    assert_eq!(apply(&mut roster, resolved), []);
}

#[test]
fn messages_and_asks_are_passed_on() {
    let mut roster = with_ada();
    let said = ServerMsg::Said {
        room: room(),
        from: peer("ada"),
        id: "x1".parse::<MessageId>().unwrap(),
        at_ms: 9,
        to: Target::All,
        topic: "chat".into(),
        body: "hi".into(),
    };
    let message = Message {
        from: peer("ada"),
        path: Path::Server,
        to: Target::All,
        topic: "chat".into(),
        body: Payload::Json("hi".into()),
        at_ms: 9,
        delay_ms: None,
    };
    assert_eq!(apply(&mut roster, said), [Event::Message(message)]);
    let asked = |from| ServerMsg::MediaAsked { room: room(), from, ask: MediaAsk::StartCamera };
    let told = Event::MediaAsked { from: peer("ada"), ask: MediaAsk::StartCamera };
    assert_eq!(apply(&mut roster, asked(peer("ada"))), [told]);
    assert_eq!(apply(&mut roster, asked(peer("nobody"))), []);
}

#[test]
fn messages_of_other_rooms_change_nothing() {
    let mut roster = with_ada();
    let other: RoomId = "other".parse().unwrap();
    assert_eq!(
        apply(&mut roster, ServerMsg::PeerLeft { room: other.clone(), peer: peer("ada"), why: LeaveReason::Left }),
        []
    );
    assert_eq!(apply(&mut roster, ServerMsg::RoomClosed { room: other, why: CloseReason::ByHost }), []);
    assert_eq!(apply(&mut roster, ServerMsg::Ok), []);
    assert_eq!(roster.state(), with_ada().state());
}

#[test]
fn old_news_of_the_room_are_ignored() {
    let mut roster = with_ada();
    let mut info = roster.state().info;
    info.rev = 9;
    info.details.name = "new".into();
    let news = |info: &RoomInfo| ServerMsg::RoomChanged { room: room(), info: info.clone() };
    assert_eq!(apply(&mut roster, news(&info)), [Event::RoomChanged]);
    assert_eq!(apply(&mut roster, news(&info)), []);
    info.rev = 8;
    info.details.name = "old".into();
    assert_eq!(apply(&mut roster, news(&info)), []);
    assert_eq!(roster.state().info.details.name, "new");
}

#[test]
fn another_session_of_the_same_host_withdraws_the_knocks_and_nothing_else_of_its_own() {
    let mut roster = with_ada();
    let knock: KnockId = "k1".parse().unwrap();
    let profile = Profile::default();
    apply(&mut roster, ServerMsg::KnockReceived { room: room(), knock: knock.clone(), profile, note: None });
    let mut again = snapshot("me-again", Role::Host);
    again.you.profile.name = "me".into();
    again.host_claim = Some(Secret::new("claim"));
    let out = apply(&mut roster, ServerMsg::Joined(Box::new(again)));
    let left = Event::PeerLeft { peer: peer("ada"), why: LeaveReason::Other };
    assert_eq!(out, [left, Event::KnockWithdrawn { knock }]);
    assert_eq!((roster.state().me.peer, roster.state().info.host), (peer("me-again"), Some(peer("me-again"))));
    assert_eq!(roster.host_claim().map(Secret::expose), Some("claim"));
}

#[test]
fn a_snapshot_tells_of_another_host() {
    let mut roster = with_ada();
    let mut later = snapshot("me", Role::Moderator);
    later.others.push(participant("ada", Role::Host, 2));
    later.info.host = Some(peer("ada"));
    later.links.push(assignment("ada", 1));
    let role = |name| Event::PeerChanged { peer: peer(name), what: PeerChange::Role };
    let host = Event::HostChanged { from: Some(peer("me")), to: Some(peer("ada")), why: HostChange::Other };
    assert_eq!(apply(&mut roster, ServerMsg::Joined(Box::new(later))), [role("me"), role("ada"), host]);
}

#[test]
fn who_comes_back_stands_where_they_came_back() {
    let mut first = snapshot("me", Role::Host);
    first.others = vec![participant("a", Role::Speaker, 2), participant("b", Role::Speaker, 3)];
    let mut roster = Roster::new(first);
    let order = |roster: &Roster| -> Vec<String> {
        roster.state().others.iter().map(|other| other.who.peer.to_string()).collect()
    };
    assert_eq!(order(&roster), ["a", "b"]);
    let mut again = snapshot("me", Role::Host);
    again.others = vec![participant("b", Role::Speaker, 3), participant("a", Role::Speaker, 4)];
    roster.reset(again, &mut Vec::new());
    assert_eq!(order(&roster), ["b", "a"]);
}
