#![expect(clippy::unwrap_used, reason = "tests")]

mod explore;
mod model;

use super::{NegIn, NegOut, Negotiation, Sig};
use explore::explore;
use model::{Budget, Step, World};
use proptest::prelude::*;

fn feed(machine: &mut Negotiation, input: NegIn) -> Vec<NegOut> {
    let mut out = Vec::new();
    machine.handle(input, &mut out);
    out
}

fn done(machine: &mut Negotiation) -> Vec<NegOut> {
    feed(machine, NegIn::Done { local_sdp: None })
}

fn described(machine: &mut Negotiation, sdp: &str) -> Vec<NegOut> {
    feed(machine, NegIn::Done { local_sdp: Some(sdp.into()) })
}

fn offer(sdp: &str, ufrag: &str) -> NegIn {
    NegIn::Offer { sdp: sdp.into(), ufrag: ufrag.into() }
}

fn answer(sdp: &str, ufrag: &str) -> NegIn {
    NegIn::Answer { sdp: sdp.into(), ufrag: ufrag.into() }
}

fn candidate(ufrag: Option<&str>, json: &str) -> NegIn {
    NegIn::Candidate { ufrag: ufrag.map(str::to_owned), json: json.into() }
}

/// The impolite side after its first offer was answered.
fn settled_impolite() -> Negotiation {
    let mut machine = Negotiation::new(false);
    assert_eq!(feed(&mut machine, NegIn::NegotiationNeeded), [NegOut::SetLocal]);
    assert_eq!(described(&mut machine, "o"), [NegOut::SendOffer("o".into())]);
    assert_eq!(feed(&mut machine, answer("a", "u1")), [NegOut::SetRemoteAnswer("a".into())]);
    assert_eq!(done(&mut machine), []);
    machine
}

/// The polite side after it answered the first offer.
fn settled_polite() -> Negotiation {
    let mut machine = Negotiation::new(true);
    assert_eq!(feed(&mut machine, NegIn::NegotiationNeeded), [], "the first offer is the other side's");
    assert_eq!(feed(&mut machine, offer("o", "u1")), [NegOut::SetRemoteOffer("o".into())]);
    assert_eq!(done(&mut machine), [NegOut::AdoptSlots]);
    assert_eq!(done(&mut machine), [NegOut::SetLocal]);
    assert_eq!(described(&mut machine, "a"), [NegOut::SendAnswer("a".into())]);
    machine
}

#[test]
fn two_changes_each_end_negotiated_and_offers_never_cross() {
    let budget = Budget { changes: 2, ..Budget::default() };
    let seen = explore(World::new([false, true], budget)).unwrap();
    assert!(seen.ends > 0 && seen.states > 1_000, "{seen:?}");
    assert_eq!(seen.most_collisions, 0);
}

#[test]
fn six_changes_each_do_not_wear_the_turns_out() {
    let budget = Budget { changes: 6, ..Budget::default() };
    let seen = explore(World::new([false, true], budget)).unwrap();
    assert_eq!(seen.most_collisions, 0);
}

#[test]
fn ice_restarts_end_negotiated_too() {
    let budget = Budget { changes: 2, restarts: 1, ..Budget::default() };
    let seen = explore(World::new([false, true], budget)).unwrap();
    assert!(seen.ends > 0, "{seen:?}");
    assert_eq!(seen.most_collisions, 0);
}

#[test]
fn offers_that_cross_after_all_end_negotiated() {
    let budget = Budget { changes: 2, forgeries: 2, ..Budget::default() };
    let seen = explore(World::new([false, true], budget)).unwrap();
    assert!(seen.most_collisions > 0, "the safety net was never needed: {seen:?}");
}

#[test]
fn the_model_finds_that_two_impolite_sides_do_not_end() {
    let budget = Budget { changes: 1, ..Budget::default() };
    explore(World::new([false, false], budget)).unwrap_err();
}

proptest! {
    #[test]
    fn random_runs_with_candidates_end_negotiated(
        choices in prop::collection::vec(any::<prop::sample::Index>(), 400),
        forgeries in 0u8..3,
        restarts in 0u8..2,
    ) {
        let budget = Budget { changes: 4, restarts, candidates: 6, forgeries };
        let mut world = World::new([false, true], budget);
        let mut choices = choices.into_iter();
        loop {
            let steps = world.steps();
            if steps.is_empty() {
                break;
            }
            let step = choices.next().map_or(steps[0], |choice| *choice.get(&steps));
            world.take(step).map_err(TestCaseError::fail)?;
        }
        world.check_end().map_err(TestCaseError::fail)?;
        if forgeries == 0 {
            prop_assert_eq!(world.collisions(), 0);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Both ends change what they send at once, on a connection that stands or is just being made: whatever comes first,
    /// both end stable, with equal tracks, after at most three rounds of offer and answer.
    #[test]
    fn r5_changes_at_once_settle_within_three_rounds(
        choices in prop::collection::vec(any::<u16>(), 80),
        standing: bool,
        changes in 1u8..4,
    ) {
        let budget = Budget { changes, ..Budget::default() };
        let mut world = match standing {
            true => World::standing(budget).map_err(TestCaseError::fail)?,
            false => World::new([false, true], budget),
        };
        for side in [0, 1] {
            for _ in 0..changes {
                world.take(Step::Change(side)).map_err(TestCaseError::fail)?;
            }
        }
        let mut rounds = 0;
        let mut choices = choices.into_iter();
        while let Some(last) = world.steps().len().checked_sub(1) {
            let step = world.steps()[choices.next().map_or(0, usize::from) % (last + 1)];
            rounds += u32::from(world.begins_round(step));
            world.take(step).map_err(TestCaseError::fail)?;
        }
        world.check_end().map_err(TestCaseError::fail)?;
        prop_assert_eq!(world.tracks(0), world.tracks(1));
        prop_assert_eq!(world.collisions(), 0);
        prop_assert!((1..=3).contains(&rounds), "{} rounds", rounds);
    }
}

proptest! {
    #[test]
    fn any_input_in_any_state_is_taken(inputs in prop::collection::vec(any_input(), 0..200), polite: bool) {
        let mut machine = Negotiation::new(polite);
        let mut in_flight = 0;
        for input in inputs {
            if matches!(input, NegIn::Done { .. } | NegIn::Failed) {
                in_flight = 0;
            }
            let out = feed(&mut machine, input);
            in_flight += out.iter().filter(|effect| effect.is_command()).count();
            prop_assert!(in_flight <= 1);
            if out.contains(&NegOut::Rebuild) {
                prop_assert_eq!(out.last(), Some(&NegOut::Rebuild));
                prop_assert_eq!(feed(&mut machine, NegIn::NegotiationNeeded), []);
                return Ok(());
            }
        }
    }
}

fn any_input() -> impl Strategy<Value = NegIn> {
    prop_oneof![
        Just(NegIn::NegotiationNeeded),
        "[a-c]".prop_map(|u| offer("o", &u)),
        "[a-c]".prop_map(|u| answer("a", &u)),
        prop::option::of("[a-c]").prop_map(|u| candidate(u.as_deref(), "c")),
        prop::option::of(Just("local".to_owned())).prop_map(|local_sdp| NegIn::Done { local_sdp }),
        Just(NegIn::Failed),
        Just(NegIn::WantTurn),
        Just(NegIn::YourTurn),
        Just(NegIn::PassTurn),
        Just(NegIn::IceRestartWanted),
    ]
}

#[test]
fn the_polite_side_asks_once_and_waits() {
    let mut machine = settled_polite();
    assert_eq!(feed(&mut machine, NegIn::NegotiationNeeded), [NegOut::SendWantTurn]);
    assert_eq!(feed(&mut machine, NegIn::NegotiationNeeded), []);
    assert_eq!(feed(&mut machine, NegIn::YourTurn), [NegOut::SetLocal]);
    assert_eq!(described(&mut machine, "p"), [NegOut::SendOffer("p".into())]);
    assert_eq!(feed(&mut machine, answer("q", "u1")), [NegOut::SetRemoteAnswer("q".into())]);
    assert_eq!(done(&mut machine), []);
    assert_eq!(feed(&mut machine, NegIn::NegotiationNeeded), [NegOut::SendWantTurn], "the turn went with the offer");
}

#[test]
fn a_turn_that_is_not_needed_any_more_is_passed_back() {
    let mut machine = settled_polite();
    feed(&mut machine, NegIn::NegotiationNeeded);
    feed(&mut machine, offer("o2", "u1"));
    assert_eq!(done(&mut machine), [NegOut::SetLocal], "the slots are adopted once");
    described(&mut machine, "a2");
    assert_eq!(feed(&mut machine, NegIn::YourTurn), [NegOut::SendPassTurn]);
}

#[test]
fn the_impolite_side_grants_a_turn_and_waits_for_it_to_come_back() {
    let mut machine = settled_impolite();
    assert_eq!(feed(&mut machine, NegIn::WantTurn), [NegOut::SendYourTurn]);
    assert_eq!(feed(&mut machine, NegIn::NegotiationNeeded), []);
    assert_eq!(feed(&mut machine, NegIn::PassTurn), [NegOut::SetLocal]);
}

#[test]
fn a_turn_is_granted_only_after_the_pending_offer_is_answered() {
    let mut machine = Negotiation::new(false);
    assert_eq!(feed(&mut machine, NegIn::WantTurn), [], "the first offer comes first");
    feed(&mut machine, NegIn::NegotiationNeeded);
    described(&mut machine, "o");
    feed(&mut machine, answer("a", "u1"));
    assert_eq!(done(&mut machine), [NegOut::SendYourTurn]);
    assert_eq!(feed(&mut machine, offer("p", "u1")), [NegOut::SetRemoteOffer("p".into())]);
    feed(&mut machine, NegIn::NegotiationNeeded);
    assert_eq!(done(&mut machine), [NegOut::SetLocal]);
    assert_eq!(
        described(&mut machine, "q"),
        [NegOut::SendAnswer("q".into())],
        "the browser raises what is still needed"
    );
    assert_eq!(feed(&mut machine, NegIn::NegotiationNeeded), [NegOut::SetLocal], "the turn is back");
}

#[test]
fn an_event_that_outruns_the_report_of_its_command_is_not_lost() {
    let mut machine = settled_impolite();
    feed(&mut machine, NegIn::NegotiationNeeded);
    described(&mut machine, "o2");
    feed(&mut machine, answer("a2", "u1"));
    feed(&mut machine, NegIn::NegotiationNeeded);
    assert_eq!(done(&mut machine), [NegOut::SetLocal]);
}

#[test]
fn answers_that_answer_nothing_are_dropped() {
    let mut machine = settled_impolite();
    assert_eq!(feed(&mut machine, answer("late", "u1")), []);
    assert_eq!(machine.signaling(), Sig::Stable);
}

#[test]
fn candidates_wait_for_the_description_they_belong_to() {
    let mut machine = Negotiation::new(true);
    assert_eq!(feed(&mut machine, candidate(Some("u1"), "early")), []);
    assert_eq!(feed(&mut machine, candidate(Some("u0"), "stale")), []);
    assert_eq!(feed(&mut machine, candidate(None, "unnamed")), []);
    feed(&mut machine, offer("o", "u1"));
    done(&mut machine);
    done(&mut machine);
    let out = described(&mut machine, "a");
    assert_eq!(out, [NegOut::SendAnswer("a".into()), NegOut::AddCandidate("early".into())]);
    assert_eq!(feed(&mut machine, NegIn::Failed), [NegOut::AddCandidate("unnamed".into())], "not fatal");
    assert_eq!(done(&mut machine), []);
    assert_eq!(feed(&mut machine, candidate(Some("u1"), "trickled")), [NegOut::AddCandidate("trickled".into())]);
}

#[test]
fn sixty_four_candidates_are_kept_and_the_oldest_dropped() {
    for busy in [false, true] {
        let mut machine = Negotiation::new(true);
        if busy {
            feed(&mut machine, offer("o", "u1"));
        }
        for number in 0..70 {
            feed(&mut machine, candidate(Some("u1"), &number.to_string()));
        }
        if !busy {
            feed(&mut machine, offer("o", "u1"));
        }
        done(&mut machine);
        done(&mut machine);
        let mut added = Vec::new();
        let mut out = described(&mut machine, "a");
        while let Some(NegOut::AddCandidate(json)) = out.pop() {
            added.push(json);
            out = done(&mut machine);
        }
        let newest: Vec<String> = (6..70).map(|number| number.to_string()).collect();
        assert_eq!(added, newest, "busy: {busy}");
    }
}

#[test]
fn a_description_that_cannot_be_applied_asks_for_a_rebuild_once() {
    let mut machine = settled_impolite();
    feed(&mut machine, NegIn::WantTurn);
    feed(&mut machine, offer("broken", "u1"));
    assert_eq!(feed(&mut machine, NegIn::Failed), [NegOut::Rebuild]);
    assert_eq!(feed(&mut machine, NegIn::Failed), []);
    assert_eq!(feed(&mut machine, NegIn::NegotiationNeeded), []);
}

#[test]
fn a_local_description_without_text_asks_for_a_rebuild() {
    let mut machine = Negotiation::new(false);
    feed(&mut machine, NegIn::NegotiationNeeded);
    assert_eq!(done(&mut machine), [NegOut::Rebuild]);
}

#[test]
fn an_end_that_floods_is_left_for_a_rebuild() {
    let mut machine = Negotiation::new(false);
    feed(&mut machine, NegIn::NegotiationNeeded);
    let out: Vec<NegOut> = (0..100).flat_map(|_| feed(&mut machine, offer("o", "u"))).collect();
    assert_eq!(out, [NegOut::Rebuild]);
}

#[test]
fn the_impolite_side_ignores_a_crossing_offer_and_counts_it() {
    let mut machine = Negotiation::new(false);
    feed(&mut machine, NegIn::NegotiationNeeded);
    described(&mut machine, "o");
    assert_eq!(feed(&mut machine, offer("crossing", "u9")), []);
    assert_eq!(machine.collisions(), 1);
    assert_eq!(feed(&mut machine, candidate(Some("u9"), "c")), [], "its candidates belong to nothing");
    assert_eq!(feed(&mut machine, answer("a", "u1")), [NegOut::SetRemoteAnswer("a".into())]);
}

#[test]
fn the_polite_side_gives_way_to_a_crossing_offer_and_asks_for_a_turn_again() {
    let mut machine = settled_polite();
    feed(&mut machine, NegIn::NegotiationNeeded);
    feed(&mut machine, NegIn::YourTurn);
    described(&mut machine, "mine");
    assert_eq!(feed(&mut machine, offer("theirs", "u1")), [NegOut::SetRemoteOffer("theirs".into())]);
    assert_eq!(machine.collisions(), 1);
    assert_eq!(done(&mut machine), [NegOut::SetLocal]);
    assert_eq!(described(&mut machine, "a"), [NegOut::SendAnswer("a".into())]);
    assert_eq!(feed(&mut machine, NegIn::NegotiationNeeded), [NegOut::SendWantTurn]);
}

#[test]
fn an_ice_restart_waits_for_its_turn_like_any_other_need() {
    let mut machine = settled_polite();
    assert_eq!(feed(&mut machine, NegIn::IceRestartWanted), [NegOut::RestartIce]);
    assert_eq!(feed(&mut machine, NegIn::IceRestartWanted), [], "one command at a time");
    assert_eq!(feed(&mut machine, NegIn::NegotiationNeeded), []);
    assert_eq!(done(&mut machine), [NegOut::RestartIce]);
    assert_eq!(done(&mut machine), [NegOut::SendWantTurn]);
}
