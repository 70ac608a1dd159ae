//! Random legal streams of a server, with media coming and going on their own.

use super::server::{Reader, Server, check};
use super::*;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Join {
        publishing: bool,
    },
    Leave(usize, LeaveReason),
    Host(usize),
    Role(usize, Role),
    Name(usize),
    Hand(usize),
    Online(usize, bool),
    Publish(usize, TrackState, TrackState),
    Retrack(usize, TrackState),
    Unpublish(usize),
    Rename(u8),
    Relink(usize, bool),
    Knock,
    Unknock,
    Started(usize),
    StartedEarly,
    Stalled(usize, bool),
    Ended(usize),
    Speaking(usize, bool),
    Link(usize, LinkPhase),
    /// The server's word is lost from here on, until a snapshot comes.
    Gap,
    Snapshot,
}

fn track() -> impl Strategy<Value = TrackState> {
    prop::sample::select(vec![TrackState::Absent, TrackState::Live, TrackState::Muted, TrackState::Paused])
}

fn step() -> impl Strategy<Value = Step> {
    let pick = 0usize..8;
    let why = prop::sample::select(vec![LeaveReason::Left, LeaveReason::TimedOut, LeaveReason::Ejected]);
    let role = prop::sample::select(vec![Role::Viewer, Role::Speaker, Role::Moderator]);
    let phase = prop::sample::select(vec![
        LinkPhase::Connecting,
        LinkPhase::Connected { relayed: false },
        LinkPhase::Interrupted,
        LinkPhase::Rebuilding { attempt: 1 },
        LinkPhase::Failed,
    ]);
    prop_oneof![
        4 => any::<bool>().prop_map(|publishing| Step::Join { publishing }),
        2 => (pick.clone(), why).prop_map(|(who, why)| Step::Leave(who, why)),
        1 => pick.clone().prop_map(Step::Host),
        1 => (pick.clone(), role).prop_map(|(who, role)| Step::Role(who, role)),
        1 => pick.clone().prop_map(Step::Name),
        1 => pick.clone().prop_map(Step::Hand),
        1 => (pick.clone(), any::<bool>()).prop_map(|(who, on)| Step::Online(who, on)),
        4 => (pick.clone(), track(), track()).prop_map(|(who, audio, video)| Step::Publish(who, audio, video)),
        2 => (pick.clone(), track()).prop_map(|(which, audio)| Step::Retrack(which, audio)),
        2 => pick.clone().prop_map(Step::Unpublish),
        1 => any::<u8>().prop_map(Step::Rename),
        1 => (pick.clone(), any::<bool>()).prop_map(|(who, up)| Step::Relink(who, up)),
        1 => Just(Step::Knock),
        1 => Just(Step::Unknock),
        4 => pick.clone().prop_map(Step::Started),
        2 => Just(Step::StartedEarly),
        1 => (pick.clone(), any::<bool>()).prop_map(|(which, on)| Step::Stalled(which, on)),
        1 => pick.clone().prop_map(Step::Ended),
        2 => (pick.clone(), any::<bool>()).prop_map(|(which, on)| Step::Speaking(which, on)),
        2 => (pick, phase).prop_map(|(who, phase)| Step::Link(who, phase)),
        1 => Just(Step::Gap),
        2 => Just(Step::Snapshot),
    ]
}

/// What the server says for a step, if it is one of the server's.
fn serve(server: &mut Server, step: &Step) -> Vec<ServerMsg> {
    if let Step::Join { publishing } = step {
        return server.join(*publishing);
    }
    match step {
        Step::Rename(name) => return server.rename(name.to_string()),
        Step::Knock => return server.knock(),
        Step::Unknock => return server.unknock(),
        _ => {}
    }
    let (Step::Leave(pick, _)
    | Step::Host(pick)
    | Step::Role(pick, _)
    | Step::Name(pick)
    | Step::Hand(pick)
    | Step::Online(pick, _)
    | Step::Publish(pick, ..)
    | Step::Retrack(pick, _)
    | Step::Unpublish(pick)
    | Step::Relink(pick, _)) = step
    else {
        return Vec::new();
    };
    let Some(peer) = server.peer(*pick) else { return Vec::new() };
    let number = server.next();
    match step {
        Step::Leave(_, why) => server.leave(&peer, *why),
        Step::Host(_) => {
            let from = server.snapshot.info.host.clone();
            server.make_host(&peer, HostChange::Transferred, from)
        }
        Step::Role(_, role) => {
            let host = server.snapshot.info.host.as_ref() == Some(&peer);
            server.change(&peer, |who| who.role = if host { Role::Host } else { *role })
        }
        Step::Name(_) => server.change(&peer, |who| who.profile.name = number.to_string()),
        Step::Hand(_) => server.change(&peer, |who| who.presence.hand ^= true),
        Step::Online(_, on) => server.change(&peer, |who| {
            who.online = if *on {
                Online::Connected
            } else {
                Online::Interrupted { since_ms: number, leaving: number.is_multiple_of(2) }
            };
        }),
        Step::Publish(_, audio, video) => {
            server.change(&peer, |who| who.publications.push(publication(&format!("m{number}"), *audio, *video)))
        }
        Step::Retrack(_, audio) => server.change(&peer, |who| {
            if let Some(publication) = who.publications.first_mut() {
                publication.audio = *audio;
            }
        }),
        Step::Unpublish(_) => server.change(&peer, |who| who.publications.truncate(who.publications.len() / 2)),
        Step::Relink(_, up) => server.relink(&peer, *up),
        _ => Vec::new(),
    }
}

/// What this page notices for a step, if it is one of the page's.
fn notice(roster: &mut Roster, server: &Server, step: &Step, out: &mut Vec<Event>) {
    let publications = server.publications();
    let pick = |which: usize| (!publications.is_empty()).then(|| publications[which % publications.len()].clone());
    match step {
        Step::StartedEarly => roster.media_started(&server.future_publication(), out),
        Step::Started(which) => {
            if let Some(id) = pick(*which) {
                roster.media_started(&id, out);
            }
        }
        Step::Stalled(which, on) => {
            if let Some(id) = pick(*which) {
                roster.media_stalled(&id, *on, out);
            }
        }
        Step::Ended(which) => {
            if let Some(id) = pick(*which) {
                roster.media_ended(&id, MediaEnd::SourceEnded, out);
            }
        }
        Step::Speaking(which, on) => {
            if let Some(id) = pick(*which) {
                roster.set_speaking(&id, *on, out);
            }
        }
        Step::Link(who, phase) => {
            if let Some(peer) = server.peer(*who) {
                roster.set_link(&peer, *phase, out);
            }
        }
        _ => {}
    }
}

/// The state without what only counts versions.
fn comparable(mut state: RoomState) -> RoomState {
    state.info.rev = 0;
    state
}

fn same_as(server: &Server, state: &RoomState) -> Result<(), TestCaseError> {
    let others: Vec<_> = state.others.iter().map(|other| other.who.clone()).collect();
    prop_assert_eq!(&others, &server.snapshot.others);
    prop_assert_eq!(&state.me, &server.snapshot.you);
    let info = RoomInfo { rev: state.info.rev, ..server.snapshot.info.clone() };
    prop_assert_eq!(&state.info, &info);
    for other in &state.others {
        let linked = server.snapshot.links.iter().any(|link| link.peer == other.who.peer);
        prop_assert_eq!(linked, other.link != LinkPhase::Closed);
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_a_server_says_the_promises_hold(steps in prop::collection::vec(step(), 0..70), ejected: bool) {
        let mut server = Server::new();
        for _ in 0..2 {
            server.join(true);
        }
        let mut roster = Roster::new(server.snapshot.clone());
        let mut reader = Reader::new(&roster.state());
        let mut gap = false;
        for step in &steps {
            let mut out = Vec::new();
            match step {
                Step::Gap => gap = true,
                Step::Snapshot => {
                    roster.reset(server.snapshot.clone(), &mut out);
                    gap = false;
                }
                step => {
                    for message in serve(&mut server, step) {
                        if !gap {
                            roster.apply(&message, &mut out);
                        }
                    }
                    notice(&mut roster, &server, step, &mut out);
                }
            }
            for event in &out {
                reader.read(event).map_err(TestCaseError::fail)?;
            }
            let state = roster.state();
            check(&state).map_err(TestCaseError::fail)?;
            if !gap {
                same_as(&server, &state)?;
                let mut again = roster.clone();
                let mut differences = Vec::new();
                again.reset(server.snapshot.clone(), &mut differences);
                prop_assert_eq!(differences, []);
                prop_assert_eq!(comparable(again.state()), comparable(state));
            }
        }
        let room = server.snapshot.info.room.clone();
        let end = if ejected {
            ServerMsg::Ejected { room, by: server.snapshot.you.peer.clone(), reason: None, banned_secs: None }
        } else {
            ServerMsg::RoomClosed { room, why: CloseReason::ByHost }
        };
        let mut out = Vec::new();
        roster.apply(&end, &mut out);
        for step in &steps {
            for message in serve(&mut server, step) {
                roster.apply(&message, &mut out);
            }
            notice(&mut roster, &server, step, &mut out);
        }
        roster.reset(server.snapshot.clone(), &mut out);
        prop_assert_eq!(out.len(), 1, "{:?}", out);
        reader.read(&out[0]).map_err(TestCaseError::fail)?;
        check(&roster.state()).map_err(TestCaseError::fail)?;
    }
}
