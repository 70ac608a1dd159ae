//! Every cause, when it is told, and when it is taken back.

use super::*;
use proptest::prelude::*;

/// Begins a search at 1,000 and feeds it one input each second; what it said, and when.
fn told(relays: bool, relay_only: bool, inputs: &[SearchIn]) -> Vec<(Millis, Option<NoWay>)> {
    let mut search = Search::default();
    let mut said = Vec::new();
    let mut feed = |input, now| {
        let mut out = Vec::new();
        search.handle(input, now, &mut out);
        said.extend(out.into_iter().map(|why| (now, why)));
        search.deadline()
    };
    let mut now = 1_000;
    let mut deadline = feed(SearchIn::Began { relays, relay_only }, now);
    for input in inputs {
        now += 1_000;
        deadline = feed(*input, now);
    }
    if let Some(deadline) = deadline {
        feed(SearchIn::Tick, deadline.max(now));
    }
    said
}

const LATE: Millis = 1_000 + PATIENCE;
const REFUSED: SearchIn = SearchIn::RelayError { code: 401 };
const UNREACHABLE: SearchIn = SearchIn::RelayError { code: 701 };

#[test]
fn each_cause_is_named_once_it_is_late() {
    use SearchIn::{Gathered, Heard, Relayed};
    for (relays, inputs, why) in [
        (false, &[Heard][..], NoWay::NoRelay),
        (false, &[Heard, Gathered], NoWay::NoRelay),
        (true, &[Heard], NoWay::RelayUnreachable),
        (true, &[Heard, UNREACHABLE, Gathered], NoWay::RelayUnreachable),
        (true, &[REFUSED, Gathered, Heard], NoWay::RelayRefused),
        (true, &[Heard, UNREACHABLE, REFUSED], NoWay::RelayRefused),
        (true, &[Heard, SearchIn::RelayError { code: 486 }], NoWay::RelayRefused),
        (true, &[Heard, REFUSED, Relayed, Gathered], NoWay::Blocked),
    ] {
        assert_eq!(told(relays, false, inputs), [(LATE, Some(why))], "{relays} {inputs:?}");
    }
}

#[test]
fn who_may_use_relays_only_is_told_as_soon_as_there_is_none() {
    use SearchIn::{Gathered, Heard, Relayed};
    for (relays, inputs, at, why) in [
        (false, &[Gathered][..], 2_000, NoWay::NoRelay),
        (true, &[REFUSED, Gathered], 3_000, NoWay::RelayRefused),
        (true, &[UNREACHABLE, Gathered], 3_000, NoWay::RelayUnreachable),
        (true, &[Heard], LATE, NoWay::RelayUnreachable),
        (true, &[], LATE, NoWay::RelayUnreachable),
        (true, &[Relayed, Gathered, Heard], LATE, NoWay::Blocked),
    ] {
        assert_eq!(told(relays, true, inputs), [(at, Some(why))], "{relays} {inputs:?}");
    }
}

#[test]
fn of_somebody_who_was_never_heard_nothing_is_said() {
    assert_eq!(told(false, false, &[SearchIn::Gathered]), []);
    assert_eq!(told(true, false, &[REFUSED, SearchIn::Gathered]), []);
}

#[test]
fn who_is_heard_late_is_tried_before_anything_is_said() {
    let mut inputs = vec![SearchIn::Gathered; 13];
    inputs.push(SearchIn::Heard);
    assert_eq!(told(false, false, &inputs), [(15_000 + CHECKS, Some(NoWay::NoRelay))]);
}

#[test]
fn a_way_that_is_found_takes_it_back_and_one_that_is_lost_begins_anew() {
    use SearchIn::{Connected, Gathered, Heard, Lost};
    assert_eq!(told(true, false, &[Heard, REFUSED, Gathered, Connected]), []);
    let found = [Gathered, Connected];
    assert_eq!(told(false, true, &found), [(2_000, Some(NoWay::NoRelay)), (3_000, None)]);
    let lost = [Heard, Gathered, Connected, Lost];
    assert_eq!(told(false, false, &lost), [(5_000 + PATIENCE, Some(NoWay::NoRelay))]);
}

#[test]
fn a_rebuild_goes_on_with_the_same_search() {
    use SearchIn::{Began, Gathered, Heard, Relayed};
    let again = Began { relays: true, relay_only: true };
    // What was told stays until the new connection has something better to say.
    let mended = [REFUSED, Gathered, again, Heard, Relayed];
    assert_eq!(told(true, true, &mended), [(3_000, Some(NoWay::RelayRefused))]);
    let rebuilt = [Heard, Began { relays: false, relay_only: false }, Heard, Gathered];
    assert_eq!(told(false, false, &rebuilt), [(LATE, Some(NoWay::NoRelay))], "the clock does not begin anew");
}

#[test]
fn credentials_are_renewed_when_half_of_their_time_is_over() {
    assert_eq!(renew_in(1_600_000, 1_000_000), 300_000);
    assert_eq!(renew_in(1_000_000, 1_000_000), RENEWAL);
    assert_eq!(renew_in(0, u64::MAX), RENEWAL);
}

#[test]
fn a_relayed_candidate_is_known_by_its_type() {
    assert!(is_relayed("candidate:1 1 udp 2 127.0.0.1 49200 typ relay raddr 127.0.0.1 rport 5 generation 0"));
    assert!(!is_relayed("candidate:1 1 udp 2 10.0.0.1 49200 typ host generation 0"));
    assert!(!is_relayed(""));
}

fn input() -> impl Strategy<Value = SearchIn> {
    prop_oneof![
        (any::<bool>(), any::<bool>()).prop_map(|(relays, relay_only)| SearchIn::Began { relays, relay_only }),
        Just(SearchIn::Heard),
        Just(SearchIn::Relayed),
        any::<u16>().prop_map(|code| SearchIn::RelayError { code }),
        Just(SearchIn::Gathered),
        Just(SearchIn::Connected),
        Just(SearchIn::Lost),
        Just(SearchIn::Tick),
    ]
}

proptest! {
    #[test]
    fn nothing_is_said_twice_or_of_a_way_that_is_there(inputs in prop::collection::vec((input(), 0..20_000_u64), 0..60)) {
        let mut search = Search::default();
        let (mut now, mut last, mut there) = (0, None, true);
        for (input, later) in inputs {
            now += later;
            let mut out = Vec::new();
            search.handle(input, now, &mut out);
            match input {
                SearchIn::Connected => there = true,
                SearchIn::Began { .. } | SearchIn::Lost => there = false,
                _ => {}
            }
            prop_assert!(out.len() <= 1);
            for why in out {
                prop_assert_ne!(why, last);
                last = why;
            }
            prop_assert!(!(there && last.is_some()), "{input:?}");
            prop_assert!(!(there && search.deadline().is_some()));
        }
    }
}
