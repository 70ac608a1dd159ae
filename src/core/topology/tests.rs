#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use super::*;
use crate::protocol::Flow::{Everyone, GuestsOnly, HostOnly, Off};
use Role::{Host, Moderator, Speaker, Viewer};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Pairs of positions, lower one first.
type Edges = BTreeSet<(usize, usize)>;

fn edges(plan: &RoomPlan, roles: &[Role]) -> Edges {
    let peers: Vec<PeerId> = (0..roles.len()).map(|i| format!("p{i}").parse().unwrap()).collect();
    let members: Vec<Member<'_>> = peers.iter().zip(roles).map(|(peer, role)| Member { peer, role: *role }).collect();
    let mut found = Edges::new();
    for (i, a) in members.iter().enumerate() {
        for (j, b) in members.iter().enumerate() {
            assert_eq!(should_connect(plan, a, b), should_connect(plan, b, a), "asymmetric: {i} {j}");
            if i < j && should_connect(plan, a, b) {
                found.insert((i, j));
            }
        }
        assert!(!should_connect(plan, a, a), "{i} is linked to itself");
    }
    found
}

fn complete(members: usize) -> Edges {
    (0..members).flat_map(|i| (i + 1..members).map(move |j| (i, j))).collect()
}

/// The host is at position 0.
fn star(members: usize) -> Edges {
    (1..members).map(|guest| (0, guest)).collect()
}

fn mesh_of(audio: Flow, video: Flow, screen: Flow, data: Flow) -> RoomPlan {
    RoomPlan { topology: Topology::Mesh, audio, video, screen, data, data_path: DataPath::Direct }
}

const CALL: [Role; 4] = [Host, Speaker, Speaker, Speaker];
const AUDIENCE: [Role; 4] = [Host, Viewer, Viewer, Viewer];

#[test]
fn audio_and_video_for_all_is_a_complete_graph() {
    assert_eq!(edges(&plans::conference(), &CALL), complete(4));
    assert_eq!(edges(&plans::conference(), &[Host, Moderator, Speaker, Moderator]), complete(4));
    assert_eq!(edges(&mesh_of(Everyone, Everyone, Off, Off), &CALL), complete(4));
}

#[test]
fn everything_at_once_is_the_same_complete_graph() {
    assert_eq!(edges(&mesh_of(Everyone, Everyone, Everyone, Everyone), &CALL), complete(4));
}

#[test]
fn audio_alone_is_a_complete_graph() {
    assert_eq!(edges(&plans::audio_conference(), &CALL), complete(4));
    assert_eq!(edges(&mesh_of(Everyone, Off, Off, Off), &CALL), complete(4));
}

#[test]
fn one_way_audio_and_video_links_the_host_with_each_viewer() {
    assert_eq!(edges(&plans::broadcast(), &AUDIENCE), star(4));
}

#[test]
fn one_way_screen_links_the_host_with_each_viewer() {
    assert_eq!(edges(&plans::presentation(), &AUDIENCE), star(4));
}

#[test]
fn one_to_many_is_a_star_both_ways() {
    let plan = RoomPlan { topology: Topology::Star, ..mesh_of(Everyone, Everyone, Off, Off) };
    assert_eq!(edges(&plan, &CALL), star(4));
    assert_eq!(edges(&plan, &[Host, Moderator, Moderator, Viewer]), star(4));
    assert!(may_send(&plan, Kind::Video, Host) && may_send(&plan, Kind::Video, Speaker));
}

#[test]
fn a_host_who_only_listens_is_the_centre_of_a_star_inwards() {
    let plan = plans::collect();
    assert_eq!(edges(&plan, &CALL), star(4));
    assert!(may_send(&plan, Kind::Video, Speaker) && !may_send(&plan, Kind::Video, Host));
    // Whoever cannot send has nothing to say to a host who sends nothing.
    assert_eq!(edges(&plan, &[Host, Viewer, Speaker, Viewer]), Edges::from([(0, 2)]));
}

#[test]
fn one_way_screen_with_two_way_audio_is_a_complete_graph() {
    let plan = mesh_of(Everyone, Off, HostOnly, Off);
    assert_eq!(edges(&plan, &CALL), complete(4));
    assert!(may_send(&plan, Kind::Screen, Host) && !may_send(&plan, Kind::Screen, Moderator));
}

#[test]
fn several_broadcasters_are_linked_with_each_other_and_each_viewer_and_viewers_are_not() {
    let expected = Edges::from([(0, 1), (0, 2), (0, 3), (0, 4), (1, 2), (1, 3), (1, 4), (2, 3), (2, 4)]);
    assert_eq!(edges(&plans::panel(), &[Host, Speaker, Moderator, Viewer, Viewer]), expected);
}

#[test]
fn data_alone_is_a_complete_graph_viewers_included() {
    assert_eq!(edges(&plans::data_only(), &CALL), complete(4));
    assert_eq!(edges(&plans::data_only(), &AUDIENCE), complete(4));
}

#[test]
fn one_to_one_is_one_edge() {
    assert_eq!(edges(&plans::conference(), &[Host, Speaker]), complete(2));
    assert_eq!(complete(2), Edges::from([(0, 1)]));
    assert_eq!(edges(&plans::conference(), &[Host]), Edges::new());
}

#[test]
fn a_room_on_hold_has_the_links_of_its_plan() {
    // Being on hold is a state of publications (paused), not of the plan: links are there for when it ends.
    assert_eq!(edges(&plans::conference(), &CALL), complete(4));
}

#[test]
fn two_hosts_at_once_would_still_be_linked_in_a_star() {
    // Not a state of a room, but the rule must not depend on that.
    assert_eq!(edges(&plans::broadcast(), &[Host, Host, Viewer]), Edges::from([(0, 1), (0, 2), (1, 2)]));
}

#[test]
fn data_through_the_server_links_nobody() {
    let through_server = RoomPlan { data_path: DataPath::Server, ..plans::data_only() };
    assert_eq!(edges(&through_server, &CALL), Edges::new());
    let media_beside = RoomPlan { data_path: DataPath::Server, ..plans::conference() };
    assert_eq!(edges(&media_beside, &CALL), complete(4));
    assert_eq!(edges(&media_beside, &AUDIENCE), star(4));
}

#[test]
fn a_plan_that_allows_nothing_links_nobody() {
    assert_eq!(edges(&mesh_of(Off, Off, Off, Off), &CALL), Edges::new());
}

#[test]
fn trees_and_media_servers_get_their_links_assigned() {
    for topology in [Topology::Tree { fanout: 2 }, Topology::Sfu] {
        assert_eq!(edges(&RoomPlan { topology, ..plans::conference() }, &CALL), Edges::new());
    }
}

#[test]
fn who_may_send_what() {
    let roles = [Viewer, Speaker, Moderator, Host];
    let table = [
        (Off, Kind::Audio, [false; 4]),
        (Off, Kind::Data, [false; 4]),
        (HostOnly, Kind::Video, [false, false, false, true]),
        (HostOnly, Kind::Data, [false, false, false, true]),
        (GuestsOnly, Kind::Screen, [false, true, true, false]),
        (GuestsOnly, Kind::Data, [false, true, true, false]),
        (Flow::Speakers, Kind::Audio, [false, true, true, true]),
        (Flow::Speakers, Kind::Data, [false, true, true, true]),
        (Everyone, Kind::Audio, [false, true, true, true]),
        (Everyone, Kind::Video, [false, true, true, true]),
        (Everyone, Kind::Screen, [false, true, true, true]),
        (Everyone, Kind::Data, [true; 4]),
    ];
    for (rule, kind, expected) in table {
        let plan = mesh_of(rule, rule, rule, rule);
        assert_eq!(roles.map(|role| may_send(&plan, kind, role)), expected, "{rule:?} {kind:?}");
    }
}

#[test]
fn each_kind_follows_its_own_rule() {
    let plan = mesh_of(Off, HostOnly, GuestsOnly, Everyone);
    assert_eq!(Kind::ALL.map(|kind| flow(&plan, kind)), [Off, HostOnly, GuestsOnly, Everyone]);
}

#[test]
fn a_room_whose_only_source_is_the_host_ends_with_them_and_guests_view() {
    for plan in [plans::broadcast(), plans::presentation(), mesh_of(Off, Off, Off, Off)] {
        assert_eq!(default_on_host_left(&plan), OnHostLeft::Close, "{plan:?}");
        assert_eq!(default_guest_role(&plan), Viewer, "{plan:?}");
    }
}

#[test]
fn a_room_with_other_sources_is_handed_over_and_guests_speak() {
    let chat_beside = RoomPlan { data: Everyone, ..plans::broadcast() };
    let relayed = RoomPlan { data_path: DataPath::Server, ..chat_beside };
    for plan in [
        plans::conference(),
        plans::audio_conference(),
        plans::collect(),
        plans::panel(),
        plans::data_only(),
        chat_beside,
        relayed,
    ] {
        assert_eq!(default_on_host_left(&plan), OnHostLeft::HandOver, "{plan:?}");
        assert_eq!(default_guest_role(&plan), Speaker, "{plan:?}");
    }
}

#[test]
fn capacity_follows_what_has_to_be_uploaded() {
    let light_star = RoomPlan { topology: Topology::Star, ..mesh_of(HostOnly, Off, Off, Off) };
    let tree = RoomPlan { topology: Topology::Tree { fanout: 3 }, ..plans::broadcast() };
    let sfu = RoomPlan { topology: Topology::Sfu, ..plans::audio_conference() };
    let table = [
        (plans::conference(), 16),
        (plans::panel(), 16),
        (mesh_of(Everyone, Off, HostOnly, Off), 16),
        (plans::broadcast(), 20),
        (plans::presentation(), 20),
        (plans::collect(), 20),
        (plans::audio_conference(), 50),
        (plans::data_only(), 50),
        (light_star, 50),
        (tree, 500),
        (sfu, 200),
    ];
    for (plan, expected) in table {
        assert_eq!(max_capacity(&plan), expected, "{plan:?}");
    }
}

#[test]
fn a_new_spec_has_the_defaults_of_its_plan() {
    let spec = RoomSpec::new(plans::broadcast());
    assert_eq!(
        spec,
        RoomSpec {
            plan: plans::broadcast(),
            visibility: Visibility::Listed,
            capacity: 20,
            admission: Admission::Open,
            guest_role: Viewer,
            password: None,
            on_host_left: OnHostLeft::Close,
            empty_ttl_secs: 0,
            details: RoomDetails::default(),
            privileges: Privileges::default(),
        }
    );
    let spec = RoomSpec::new(plans::conference());
    assert_eq!((spec.capacity, spec.guest_role, spec.on_host_left), (16, Speaker, OnHostLeft::HandOver));
}

fn any_plan() -> impl Strategy<Value = RoomPlan> {
    let rule = || prop_oneof![Just(Off), Just(HostOnly), Just(GuestsOnly), Just(Flow::Speakers), Just(Everyone)];
    let topology = prop_oneof![Just(Topology::Mesh), Just(Topology::Star)];
    let path = prop_oneof![Just(DataPath::Direct), Just(DataPath::Server)];
    (topology, rule(), rule(), rule(), rule(), path).prop_map(|(topology, audio, video, screen, data, data_path)| {
        RoomPlan { topology, audio, video, screen, data, data_path }
    })
}

proptest! {
    #[test]
    fn a_link_exists_exactly_where_something_can_be_sent_over_it(
        plan in any_plan(),
        guests in prop::collection::vec(prop_oneof![Just(Viewer), Just(Speaker), Just(Moderator)], 0..5),
    ) {
        let roles: Vec<Role> = [Host].into_iter().chain(guests).collect();
        let direct = |role| {
            Kind::ALL.into_iter().any(|kind| {
                may_send(&plan, kind, role) && (kind != Kind::Data || plan.data_path == DataPath::Direct)
            })
        };
        let expected: Edges = complete(roles.len())
            .into_iter()
            .filter(|(a, b)| (plan.topology == Topology::Mesh || *a == 0) && (direct(roles[*a]) || direct(roles[*b])))
            .collect();
        prop_assert_eq!(edges(&plan, &roles), expected);
    }

    #[test]
    fn a_star_is_part_of_the_mesh_of_the_same_rules(plan in any_plan()) {
        let roles = [Host, Moderator, Speaker, Viewer];
        let mesh = edges(&RoomPlan { topology: Topology::Mesh, ..plan }, &roles);
        let star = edges(&RoomPlan { topology: Topology::Star, ..plan }, &roles);
        prop_assert!(star.is_subset(&mesh));
    }
}
