//! Coming back after a loss: replayed, with a snapshot, or to a server that has forgotten everything.

use super::model::{World, explore};
use super::*;
use crate::core::topology::plans;
use crate::protocol::{
    Admission, Change, CreateRoom, JoinRoom, LobbyFilter, OnHostLeft, Online, Participant, Presence, Privileges,
    ProfilePatch, Resume, Role, RoomDetails, RoomInfo, RoomSnapshot, RoomSpec, Visibility,
};

fn join(name: &str) -> ClientMsg {
    ClientMsg::JoinRoom(JoinRoom {
        room: room(name),
        password: None,
        invite: None,
        role: None,
        hosted_by: None,
        note: None,
    })
}

fn create(name: Option<&str>) -> ClientMsg {
    ClientMsg::CreateRoom(CreateRoom {
        room: name.map(room),
        spec: RoomSpec {
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
        },
    })
}

fn snapshot(name: &str) -> RoomSnapshot {
    let you = Participant {
        peer: "me".parse().unwrap(),
        profile: Profile::default(),
        role: Role::Host,
        joined_seq: 1,
        presence: Presence::default(),
        online: Online::Connected,
        publications: Vec::new(),
    };
    let info = RoomInfo {
        room: room(name),
        lobby: "lobby".parse().unwrap(),
        host: None,
        plan: plans::conference(),
        visibility: Visibility::Listed,
        capacity: 8,
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
    RoomSnapshot { info, you, others: Vec::new(), links: Vec::new(), kept: Vec::new(), host_claim: None }
}

fn hello_of(sent: &[ClientFrame]) -> &Hello {
    match sent {
        [ClientFrame { m: ClientMsg::Hello(hello), .. }] => hello,
        other => panic!("{other:?}"),
    }
}

#[test]
fn everything_is_replayed_and_resent_once_whatever_is_lost() {
    let states = explore(World::new(3, false)).unwrap();
    assert!(states > 1_000, "{states}");
}

#[test]
fn with_snapshots_every_command_acts_once_and_is_settled_once() {
    let states = explore(World::new(3, true)).unwrap();
    assert!(states > 1_000, "{states}");
}

#[test]
fn a_hello_after_a_loss_names_the_token_and_the_last_frame() {
    let mut bench = Bench::online();
    for n in 1..=4 {
        bench.frame(Some(n), None, 0, ServerMsg::Ok);
    }
    bench.reconnect();
    let sent = bench.sent();
    assert_eq!(hello_of(&sent).resume, Some(Resume { token: Secret::new("token"), last_seen: 4 }));
    assert_eq!(bench.session.resume_state(), hello_of(&sent).resume);
}

#[test]
fn repeated_frames_are_dropped() {
    let mut bench = Bench::online();
    let closed = ServerMsg::RoomClosed { room: room("r"), why: crate::protocol::CloseReason::ByHost };
    bench.frame(Some(1), None, 0, closed.clone());
    bench.told();
    bench.frame(Some(1), None, 0, closed.clone());
    assert_eq!(bench.told(), []);
    bench.frame(Some(2), None, 0, closed.clone());
    assert_eq!(bench.told(), [SessionOut::Message(Box::new(closed))]);
}

#[test]
fn a_missing_frame_is_fetched_by_resuming() {
    let mut bench = Bench::online();
    bench.frame(Some(1), None, 0, ServerMsg::Ok);
    bench.told();
    bench.frame(Some(3), None, 0, ServerMsg::Ok);
    let told = bench.told();
    assert_eq!(told[0], SessionOut::Close { code: CloseCode::HeartbeatMissed });
    assert!(opened(&told), "{told:?}");
    bench.feed(SessionIn::Opened);
    assert_eq!(hello_of(&bench.sent()).resume.as_ref().map(|resume| resume.last_seen), Some(1));
}

#[test]
fn after_a_replay_what_was_not_done_is_sent_again_under_its_number() {
    let mut bench = Bench::online();
    for token in 1..=3 {
        bench.command(token, leave());
    }
    bench.reconnect();
    bench.command(4, leave());
    bench.told();
    bench.welcome(ResumeOutcome::Replayed { from: 1 }, 1);
    let numbers: Vec<_> = bench.sent().into_iter().map(|frame| frame.n).collect();
    assert_eq!(numbers, [Some(2), Some(3), Some(4)]);
    bench.frame(Some(1), Some(1), 1, ServerMsg::Ok);
    assert_eq!(bench.told(), [SessionOut::Reply { token: 1, message: Box::new(ServerMsg::Ok) }]);
}

#[test]
fn a_fresh_session_fails_what_was_sent_and_sends_what_was_not() {
    let mut bench = Bench::online();
    bench.command(1, leave());
    bench.command(2, signal());
    bench.reconnect();
    bench.command(3, leave());
    bench.told();
    bench.welcome(ResumeOutcome::Fresh, 0);
    let told = bench.told();
    assert_eq!(told[0], SessionOut::Status(SignalingStatus::Online));
    assert!(matches!(told[1], SessionOut::Welcome(_)));
    assert_eq!(told[2..4], [SessionOut::Failed { token: 1 }, SessionOut::Failed { token: 2 }]);
    assert_eq!(told[4..], [SessionOut::Send(Box::new(ClientFrame { n: Some(1), ack: 0, m: leave() }))]);
    bench.frame(Some(1), None, 1, ServerMsg::Ok);
    assert_eq!(bench.session.resume_state().map(|resume| resume.last_seen), Some(1), "numbers start over");
}

#[test]
fn after_a_snapshot_numbers_go_on_where_the_server_is() {
    let mut bench = Bench::online();
    bench.frame(Some(1), None, 0, ServerMsg::Ok);
    bench.reconnect();
    bench.told();
    bench.welcome(ResumeOutcome::Snapshot, 9);
    bench.command(1, leave());
    assert_eq!(bench.sent()[0].n, Some(10));
    bench.told();
    bench.frame(Some(40), None, 9, ServerMsg::Ok);
    assert_eq!(bench.told(), [SessionOut::Message(Box::new(ServerMsg::Ok))]);
    bench.frame(Some(42), None, 9, ServerMsg::Ok);
    assert!(matches!(bench.told()[0], SessionOut::Close { .. }), "one gap is allowed, not two");
}

#[test]
fn a_page_that_was_reloaded_takes_its_session_over() {
    let resume = Resume { token: Secret::new("kept"), last_seen: 0 };
    let mut bench = Bench::new(SessionConfig { resume: Some(resume.clone()), ..config() });
    bench.told();
    bench.feed(SessionIn::Opened);
    assert_eq!(hello_of(&bench.sent()).resume, Some(resume));
    bench.welcome(ResumeOutcome::Snapshot, 5);
    bench.told();
    bench.command(1, leave());
    assert_eq!(bench.sent()[0].n, Some(6));
}

#[test]
fn a_snapshot_answers_for_the_answers_that_got_lost() {
    let mut bench = Bench::online();
    bench.command(1, join("in"));
    bench.command(2, join("out"));
    bench.command(3, create(Some("in")));
    bench.command(4, create(None));
    bench.command(5, ClientMsg::LeaveRoom { room: room("out") });
    bench.command(6, ClientMsg::LeaveRoom { room: room("in") });
    let look = ClientMsg::LookupRoom { room: room("r"), watch: true };
    bench.command(7, look.clone());
    let filter = LobbyFilter { tags: Default::default(), text: None, only_joinable: false };
    bench.command(8, ClientMsg::WatchLobby { filter });
    bench.reconnect();
    bench.told();
    let done = Welcome { rooms: vec![snapshot("in")], ..welcome(ResumeOutcome::Snapshot, 7) };
    bench.frame(None, None, 7, ServerMsg::Welcome(Box::new(done)));
    let told = bench.told();
    let joined = Box::new(ServerMsg::Joined(Box::new(snapshot("in"))));
    let settled = [
        SessionOut::Reply { token: 1, message: joined.clone() },
        SessionOut::Failed { token: 2 },
        SessionOut::Reply { token: 3, message: joined },
        SessionOut::Failed { token: 4 },
        SessionOut::Reply { token: 5, message: Box::new(ServerMsg::Ok) },
        SessionOut::Failed { token: 6 },
    ];
    assert_eq!(told[2..8], settled);
    assert_eq!(told[8], SessionOut::Send(Box::new(ClientFrame { n: Some(8), ack: 0, m: look })), "it asks again");
    assert!(matches!(&told[9..], [SessionOut::Send(frame)] if frame.n == Some(9)));
}

#[test]
fn a_command_the_server_choked_on_is_not_sent_again() {
    let mut bench = Bench::online();
    for token in 1..=3 {
        bench.command(token, leave());
    }
    bench.feed(SessionIn::Closed { code: CloseCode::TooBig.code() });
    bench.command(4, leave());
    bench.feed(SessionIn::Opened);
    bench.told();
    bench.welcome(ResumeOutcome::Replayed { from: 1 }, 1);
    let told = bench.told();
    assert_eq!(told[2], SessionOut::Failed { token: 2 });
    let numbers: Vec<_> = told[3..]
        .iter()
        .map(|effect| match effect {
            SessionOut::Send(frame) => frame.n,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(numbers, [Some(2), Some(3)]);
}

#[test]
fn a_token_the_server_rejects_is_not_offered_again() {
    let mut bench = Bench::online();
    bench.reconnect();
    assert!(hello_of(&bench.sent()).resume.is_some());
    let error = ErrorBody { code: ErrorCode::ResumeRejected, message: String::new(), retry_after_ms: None, room: None };
    bench.frame(None, None, 0, ServerMsg::Error(error));
    assert!(hello_of(&bench.sent()).resume.is_none());
}

#[test]
fn the_next_hello_tells_the_profile_as_it_is_by_then() {
    let mut bench = Bench::online();
    let patch = ProfilePatch { name: Some("Grace".into()), avatar: Some(Change::Set("cat".into())), extra: None };
    bench.command(1, ClientMsg::UpdateProfile { patch });
    bench.frame(Some(1), Some(1), 1, ServerMsg::Ok);
    bench.reconnect();
    let sent = bench.sent();
    let profile = &hello_of(&sent).profile;
    assert_eq!((profile.name.as_str(), profile.avatar.as_deref()), ("Grace", Some("cat")));
}
