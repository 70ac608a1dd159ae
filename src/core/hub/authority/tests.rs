//! The table of rights, cell by cell.
#![expect(clippy::panic, reason = "a test ends by panicking")]

use super::*;
use crate::core::topology::plans;
use crate::protocol::{PublicationId, Source, TrackState};

const ACTORS: [Option<Role>; 5] =
    [None, Some(Role::Viewer), Some(Role::Speaker), Some(Role::Moderator), Some(Role::Host)];
const ROLES: [Role; 4] = [Role::Viewer, Role::Speaker, Role::Moderator, Role::Host];

fn rules(plan: RoomPlan, privileged: bool) -> Rules {
    let privileges = Privileges {
        moderators_may_mute: privileged,
        moderators_may_stop: privileged,
        guests_may_record: privileged,
        guests_may_message_guests: privileged,
    };
    Rules { plan, privileges }
}

/// One row: `expected` has a letter for outsider, viewer, speaker, moderator, host. `y` yes, `f` forbidden, `o` not in
/// the room, `a` already in it, `u` not linked.
fn row(rules: &Rules, action: Action, expected: &str) {
    assert_eq!(expected.len(), ACTORS.len());
    for (actor, letter) in ACTORS.into_iter().zip(expected.chars()) {
        let expected = match letter {
            'y' => Ok(()),
            'f' => Err(ErrorCode::Forbidden),
            'o' => Err(ErrorCode::NotInRoom),
            'a' => Err(ErrorCode::AlreadyInRoom),
            'u' => Err(ErrorCode::NotLinked),
            other => panic!("no such letter: {other}"),
        };
        assert_eq!(authorize(rules, actor, action), expected, "{actor:?} {action:?} {rules:?}");
    }
}

fn id() -> PublicationId {
    match "p".parse() {
        Ok(id) => id,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn what_needs_no_rank() {
    for privileged in [true, false] {
        let rules = rules(plans::conference(), privileged);
        row(&rules, Action::Enter, "yaaaa");
        row(&rules, Action::See, "oyyyy");
        row(&rules, Action::OwnState, "oyyyy");
        row(&rules, Action::Signal { linked: true }, "oyyyy");
        row(&rules, Action::Signal { linked: false }, "ouuuu");
        row(&rules, Action::Rebuild { own: true }, "oyyyy");
        row(&rules, Action::Rebuild { own: false }, "offff");
    }
}

#[test]
fn sending_is_by_plan() {
    let publication = |source, audio: bool, video: bool| {
        let state = |on| if on { TrackState::Live } else { TrackState::Absent };
        [Publication { id: id(), source, audio: state(audio), video: state(video), label: String::new() }]
    };
    let camera = publication(Source::Camera, true, true);
    let sound = publication(Source::Microphone, true, false);
    let screen = publication(Source::Screen, true, true);
    let nothing = publication(Source::Other, false, false);
    let talk = RoomPlan { screen: crate::protocol::Flow::HostOnly, ..plans::audio_conference() };
    for (plan, on_camera, on_sound, on_screen, on_nothing) in [
        (plans::conference(), "ofyyy", "ofyyy", "ofyyy", "ofyyy"),
        (plans::audio_conference(), "offff", "ofyyy", "offff", "ofyyy"),
        (plans::broadcast(), "offfy", "offfy", "offfy", "offfy"),
        (plans::presentation(), "offff", "offff", "offfy", "offfy"),
        (plans::collect(), "ofyyf", "ofyyf", "ofyyf", "ofyyf"),
        (plans::panel(), "ofyyy", "ofyyy", "ofyyy", "ofyyy"),
        (plans::data_only(), "offff", "offff", "offff", "offff"),
        (talk, "offff", "ofyyy", "offfy", "ofyyy"),
    ] {
        let rules = rules(plan, false);
        row(&rules, Action::Publish(&camera), on_camera);
        row(&rules, Action::Publish(&sound), on_sound);
        row(&rules, Action::Publish(&screen), on_screen);
        row(&rules, Action::Publish(&nothing), on_nothing);
        row(&rules, Action::Publish(&[]), "oyyyy");
    }
}

#[test]
fn data_goes_through_the_server_where_the_plan_says_so() {
    let through = |plan| RoomPlan { data_path: DataPath::Server, ..plan };
    row(&rules(plans::data_only(), true), Action::Relay, "offff");
    row(&rules(through(plans::data_only()), false), Action::Relay, "oyyyy");
    row(&rules(through(plans::panel()), false), Action::Relay, "ofyyy");
    row(&rules(through(plans::broadcast()), false), Action::Relay, "offff");
}

#[test]
fn saying() {
    for (privileged, to_guests) in [(false, "offyy"), (true, "oyyyy")] {
        let rules = rules(plans::conference(), privileged);
        row(&rules, Action::Say { guests: false }, "oyyyy");
        row(&rules, Action::Say { guests: true }, to_guests);
        row(&rules, Action::Keep, "ofyyy");
    }
}

#[test]
fn asking_for_media() {
    for privileged in [false, true] {
        let rules = rules(plans::conference(), privileged);
        for of in ROLES {
            let on_guests = if of <= Role::Speaker { "offyy" } else { "offfy" };
            for ask in [MediaAsk::StartCamera, MediaAsk::StartMicrophone, MediaAsk::ShareScreen, MediaAsk::LowerHand] {
                row(&rules, Action::Ask { ask: &ask, of }, on_guests);
            }
            let by_privilege = if privileged { on_guests } else { "offfy" };
            row(&rules, Action::Ask { ask: &MediaAsk::Mute(id()), of }, by_privilege);
            row(&rules, Action::Ask { ask: &MediaAsk::Stop(id()), of }, by_privilege);
            row(&rules, Action::Ask { ask: &MediaAsk::Unmute(id()), of }, "offyy");
        }
    }
    let one = Privileges { moderators_may_mute: true, ..Privileges::default() };
    let rules = Rules { plan: plans::conference(), privileges: one };
    row(&rules, Action::Ask { ask: &MediaAsk::Mute(id()), of: Role::Speaker }, "offyy");
    row(&rules, Action::Ask { ask: &MediaAsk::Stop(id()), of: Role::Speaker }, "offfy");
}

#[test]
fn running_the_room() {
    for privileged in [false, true] {
        let rules = rules(plans::conference(), privileged);
        row(&rules, Action::SeeKnocks, "offyy");
        row(&rules, Action::SetAdmission, "offyy");
        row(&rules, Action::SetTerms, "offfy");
        row(&rules, Action::RevokeInvites, "offfy");
        row(&rules, Action::Close, "offfy");
        row(&rules, Action::Transfer { connected: true }, "offfy");
        row(&rules, Action::Transfer { connected: false }, "offff");
        for (grant, expected) in ROLES.into_iter().zip(["offyy", "offyy", "offfy", "offff"]) {
            row(&rules, Action::Admit { grant }, expected);
            row(&rules, Action::Invite { grant }, expected);
        }
        for (of, expected) in ROLES.into_iter().zip(["offyy", "offyy", "offfy", "offfy"]) {
            row(&rules, Action::Eject { own: false, of }, expected);
            row(&rules, Action::Eject { own: true, of }, "offff");
        }
    }
}

#[test]
fn changing_roles() {
    use Role::{Host, Moderator, Speaker, Viewer};
    let rules = rules(plans::conference(), true);
    for from in ROLES {
        for to in ROLES {
            let host = if to <= Moderator { 'y' } else { 'f' };
            let moderator = if from <= Speaker && to <= Speaker { 'y' } else { 'f' };
            row(&rules, Action::SetRole { own: false, from, to }, &format!("off{moderator}{host}"));
        }
    }
    // One's own: only down to viewer, and only for those who have nobody to answer for.
    for (actor, to, allowed) in [
        (Viewer, Viewer, true),
        (Viewer, Speaker, false),
        (Speaker, Viewer, true),
        (Speaker, Moderator, false),
        (Speaker, Host, false),
        (Moderator, Viewer, false),
        (Moderator, Host, false),
        (Host, Viewer, false),
        (Host, Moderator, false),
    ] {
        let answer = authorize(&rules, Some(actor), Action::SetRole { own: true, from: actor, to });
        assert_eq!(answer.is_ok(), allowed, "{actor:?} to {to:?}");
    }
}
