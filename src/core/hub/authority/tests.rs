//! The table of rights, cell by cell, in the words and the order of the specification (API 4.4).
#![expect(clippy::panic, reason = "a test ends by panicking")]

use super::*;
use crate::core::topology::plans;
use crate::protocol::{Flow, PublicationId, Source, TrackState};

const ACTORS: [Option<Role>; 5] =
    [None, Some(Role::Viewer), Some(Role::Speaker), Some(Role::Moderator), Some(Role::Host)];
const ROLES: [Role; 4] = [Role::Viewer, Role::Speaker, Role::Moderator, Role::Host];

/// Under which privileges a row of the table holds.
#[derive(Debug, Clone, Copy, PartialEq)]
enum If {
    Always,
    /// With exactly this one, or with all but it.
    With(&'static str),
    Without(&'static str),
}
use If::{Always, With, Without};

const PRIVILEGES: [&str; 4] =
    ["moderators_may_mute", "moderators_may_stop", "guests_may_record", "guests_may_message_guests"];

fn privileges(granted: impl Fn(&str) -> bool) -> Privileges {
    let [mute, stop, record, message] = PRIVILEGES.map(granted);
    Privileges {
        moderators_may_mute: mute,
        moderators_may_stop: stop,
        guests_may_record: record,
        guests_may_message_guests: message,
    }
}

/// Every set of privileges under which a row holds: with nothing else, and with everything else.
fn granted(when: If) -> Vec<Privileges> {
    match when {
        Always => vec![privileges(|_| false), privileges(|_| true)],
        With(one) => vec![privileges(|name| name == one), privileges(|_| true)],
        Without(one) => vec![privileges(|_| false), privileges(|name| name != one)],
    }
}

fn answer(letter: char) -> Result<(), ErrorCode> {
    match letter {
        'y' => Ok(()),
        '-' => Err(ErrorCode::Forbidden),
        'o' => Err(ErrorCode::NotInRoom),
        'a' => Err(ErrorCode::AlreadyInRoom),
        'u' => Err(ErrorCode::NotLinked),
        other => panic!("no such letter: {other}"),
    }
}

/// One row. `expected` has a letter for outsider, viewer, speaker, moderator, host: `y` yes, `-` forbidden, `o` not in
/// the room, `a` already in it, `u` not linked.
fn row(what: &str, rules: &Rules, action: Action, expected: &str) {
    assert_eq!(expected.len(), ACTORS.len());
    for (actor, letter) in ACTORS.into_iter().zip(expected.chars()) {
        assert_eq!(authorize(rules, actor, action), answer(letter), "{what}: {actor:?} {action:?} {rules:?}");
    }
}

fn id() -> PublicationId {
    match "p".parse() {
        Ok(id) => id,
        Err(error) => panic!("{error}"),
    }
}

/// What does not hang on the plan. Looking up and watching the lobby asks for no right, so it has no action.
#[test]
fn the_table() {
    use Action::*;
    use Role::{Host, Moderator, Speaker, Viewer};
    let (mute, unmute, stop) = (MediaAsk::Mute(id()), MediaAsk::Unmute(id()), MediaAsk::Stop(id()));
    let asks = [MediaAsk::StartCamera, MediaAsk::StartMicrophone, MediaAsk::ShareScreen, MediaAsk::LowerHand];
    let mut table: Vec<(&str, If, Action, &str)> = vec![
        //                                                                       outsider, viewer, speaker, moderator, host
        ("join, knock", Always, Enter, "yaaaa"),
        ("see profiles, roster, kept messages", Always, See, "oyyyy"),
        ("publish nothing", Always, Publish(&[]), "oyyyy"),
        ("signal over a common link", Always, Signal { linked: true }, "oyyyy"),
        ("signal without one", Always, Signal { linked: false }, "ouuuu"),
        ("say to host and moderators", Always, Say { guests: false }, "oyyyy"),
        ("say to all or to a guest", With("guests_may_message_guests"), Say { guests: true }, "oyyyy"),
        ("say to all or to a guest", Without("guests_may_message_guests"), Say { guests: true }, "o--yy"),
        ("say and keep", Always, Keep, "o-yyy"),
        ("own profile, own presence", Always, OwnState, "oyyyy"),
        ("ask to mute a viewer", With("moderators_may_mute"), Ask { ask: &mute, of: Viewer }, "o--yy"),
        ("ask to mute a viewer", Without("moderators_may_mute"), Ask { ask: &mute, of: Viewer }, "o---y"),
        ("ask to mute a speaker", With("moderators_may_mute"), Ask { ask: &mute, of: Speaker }, "o--yy"),
        ("ask to mute a speaker", Without("moderators_may_mute"), Ask { ask: &mute, of: Speaker }, "o---y"),
        ("ask to mute a moderator", Always, Ask { ask: &mute, of: Moderator }, "o---y"),
        ("ask to mute the host", Always, Ask { ask: &mute, of: Host }, "o---y"),
        ("ask to stop of a viewer", With("moderators_may_stop"), Ask { ask: &stop, of: Viewer }, "o--yy"),
        ("ask to stop of a viewer", Without("moderators_may_stop"), Ask { ask: &stop, of: Viewer }, "o---y"),
        ("ask to stop of a speaker", With("moderators_may_stop"), Ask { ask: &stop, of: Speaker }, "o--yy"),
        ("ask to stop of a speaker", Without("moderators_may_stop"), Ask { ask: &stop, of: Speaker }, "o---y"),
        ("ask to stop of a moderator", Always, Ask { ask: &stop, of: Moderator }, "o---y"),
        ("ask to stop of the host", Always, Ask { ask: &stop, of: Host }, "o---y"),
        ("see and refuse knocks", Always, SeeKnocks, "o--yy"),
        ("admit as a viewer", Always, Admit { grant: Viewer }, "o--yy"),
        ("admit as a speaker", Always, Admit { grant: Speaker }, "o--yy"),
        ("admit as a moderator", Always, Admit { grant: Moderator }, "o---y"),
        ("admit as the host", Always, Admit { grant: Host }, "o----"),
        ("invite a viewer", Always, Invite { grant: Viewer }, "o--yy"),
        ("invite a speaker", Always, Invite { grant: Speaker }, "o--yy"),
        ("invite a moderator", Always, Invite { grant: Moderator }, "o---y"),
        ("invite a host", Always, Invite { grant: Host }, "o----"),
        ("revoke invites", Always, RevokeInvites, "o---y"),
        ("eject a viewer", Always, Eject { own: false, of: Viewer }, "o--yy"),
        ("eject a speaker", Always, Eject { own: false, of: Speaker }, "o--yy"),
        ("eject a moderator", Always, Eject { own: false, of: Moderator }, "o---y"),
        ("eject the host", Always, Eject { own: false, of: Host }, "o---y"),
        ("update the room: admission", Always, SetAdmission, "o--yy"),
        ("update the room: anything else", Always, SetTerms, "o---y"),
        ("transfer to a connected member", Always, Transfer { connected: true }, "o---y"),
        ("transfer to anybody else", Always, Transfer { connected: false }, "o----"),
        ("close the room", Always, Close, "o---y"),
        ("rebuild an own link", Always, Rebuild { own: true }, "oyyyy"),
        ("rebuild another's link", Always, Rebuild { own: false }, "o----"),
    ];
    for of in ROLES {
        let on_guests = if of <= Speaker { "o--yy" } else { "o---y" };
        table.extend(asks.iter().map(|ask| ("ask to start, share, lower", Always, Ask { ask, of }, on_guests)));
        table.push(("ask to unmute, as a request", Always, Ask { ask: &unmute, of }, "o--yy"));
        table.push(("eject oneself", Always, Eject { own: true, of }, "o----"));
    }
    for (what, when, action, expected) in table {
        for privileges in granted(when) {
            let rules = Rules { plan: plans::conference(), privileges };
            row(what, &rules, action, expected);
        }
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
    let talk = RoomPlan { screen: Flow::HostOnly, ..plans::audio_conference() };
    for (plan, on_camera, on_sound, on_screen, on_nothing) in [
        (plans::conference(), "o-yyy", "o-yyy", "o-yyy", "o-yyy"),
        (plans::audio_conference(), "o----", "o-yyy", "o----", "o-yyy"),
        (plans::broadcast(), "o---y", "o---y", "o---y", "o---y"),
        (plans::presentation(), "o----", "o----", "o---y", "o---y"),
        (plans::collect(), "o-yy-", "o-yy-", "o-yy-", "o-yy-"),
        (plans::panel(), "o-yyy", "o-yyy", "o-yyy", "o-yyy"),
        (plans::data_only(), "o----", "o----", "o----", "o----"),
        (talk, "o----", "o-yyy", "o---y", "o-yyy"),
    ] {
        for privileges in granted(Always) {
            let rules = Rules { plan, privileges };
            row("publish", &rules, Action::Publish(&camera), on_camera);
            row("publish", &rules, Action::Publish(&sound), on_sound);
            row("publish", &rules, Action::Publish(&screen), on_screen);
            row("publish", &rules, Action::Publish(&nothing), on_nothing);
            row("publish", &rules, Action::Publish(&[]), "oyyyy");
        }
    }
}

#[test]
fn data_goes_through_the_server_where_the_plan_says_so() {
    let through = |plan| RoomPlan { data_path: DataPath::Server, ..plan };
    for privileges in granted(Always) {
        let rules = |plan| Rules { plan, privileges };
        row("relay", &rules(plans::data_only()), Action::Relay, "o----");
        row("relay", &rules(through(plans::data_only())), Action::Relay, "oyyyy");
        row("relay", &rules(through(plans::panel())), Action::Relay, "o-yyy");
        row("relay", &rules(through(plans::broadcast())), Action::Relay, "o----");
    }
}

/// Anyone's role by anyone: one's own only down to viewer, and only for those who have nobody to answer for.
#[test]
fn changing_roles() {
    use Role::{Moderator, Speaker, Viewer};
    for privileges in granted(Always) {
        let rules = Rules { plan: plans::conference(), privileges };
        for from in ROLES {
            for to in ROLES {
                let host = if to <= Moderator { 'y' } else { '-' };
                let moderator = if from <= Speaker && to <= Speaker { 'y' } else { '-' };
                row("set a role", &rules, Action::SetRole { own: false, from, to }, &format!("o--{moderator}{host}"));
                let own = authorize(&rules, Some(from), Action::SetRole { own: true, from, to });
                assert_eq!(own.is_ok(), from <= Speaker && to == Viewer, "{from:?} to {to:?}");
            }
        }
    }
}

/// The 66 cells of ANCHORS S9: guest, member, co-host, host; waiting and kicked are outside, as everybody else is.
#[test]
fn s9_the_matrix_of_privileges() {
    let (mute, unmute) = (MediaAsk::Mute(id()), MediaAsk::Unmute(id()));
    let screen = [Publication {
        id: id(),
        source: Source::Screen,
        audio: TrackState::Absent,
        video: TrackState::Live,
        label: String::new(),
    }];
    let of = Role::Speaker;
    let rows: [(&str, Action, &str); 11] = [
        //                                                            guest, member, co-host, host, waiting, kicked
        ("mute", Action::Ask { ask: &mute, of }, "--yyoo"),
        // Never more than a question: the person asked clicks.
        ("unmute", Action::Ask { ask: &unmute, of }, "--yyoo"),
        ("kick", Action::Eject { own: false, of }, "--yyoo"),
        // A ban is a field of the kick.
        ("ban", Action::Eject { own: false, of }, "--yyoo"),
        ("lock", Action::SetAdmission, "--yyoo"),
        ("admit", Action::Admit { grant: Role::Speaker }, "--yyoo"),
        ("end", Action::Close, "---yoo"),
        ("rename", Action::SetTerms, "---yoo"),
        ("share", Action::Publish(&screen), "-yyyoo"),
        // The server sees the mark that one records, which is one's own; who may is for the pages to keep to.
        ("record", Action::OwnState, "yyyyoo"),
        // A second room is a room: whoever is not in it may enter it, whatever they are elsewhere.
        ("break out", Action::Enter, "aaaayy"),
    ];
    let roles = [Some(Role::Viewer), Some(Role::Speaker), Some(Role::Moderator), Some(Role::Host), None, None];
    let rules = Rules { plan: plans::conference(), privileges: privileges(|name| name == "moderators_may_mute") };
    for (what, action, expected) in rows {
        for (role, letter) in roles.into_iter().zip(expected.chars()) {
            assert_eq!(authorize(&rules, role, action), answer(letter), "{role:?} wants to {what}");
        }
    }
}
