#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;

fn id(name: &str) -> PublicationId {
    name.parse().unwrap()
}

fn live(name: &str, source: Source, count: u32) -> Live {
    Live { publication: id(name), source, video: source != Source::Microphone, count: f64::from(count) }
}

fn camera(count: u32) -> Live {
    live("camera", Source::Camera, count)
}

fn told(name: &str, stalled: bool) -> StallOut {
    StallOut::Stalled { publication: id(name), stalled }
}

fn ask(name: &str) -> StallOut {
    StallOut::Ask(id(name))
}

/// Takes samples 2 s apart and returns what each brought.
fn play(stalls: &mut Stalls, from: Millis, samples: Vec<Vec<Live>>) -> Vec<Vec<StallOut>> {
    let brought = |(at, live)| {
        let mut out = Vec::new();
        stalls.sample(live, true, from + at as u64 * 2_000, &mut out);
        out
    };
    samples.into_iter().enumerate().map(brought).collect()
}

#[test]
fn what_stands_still_is_told_asked_for_and_then_rebuilt_once() {
    let counts = [1, 9, 9, 9, 9, 9, 9, 9, 9];
    let brought = play(&mut Stalls::default(), 0, counts.map(|count| vec![camera(count)]).to_vec());
    let none = Vec::new;
    let expected = [
        none(),
        none(),
        none(),
        vec![ask("camera"), told("camera", true)],
        none(),
        vec![StallOut::Rebuild],
        none(),
        none(),
        none(),
    ];
    assert_eq!(brought, expected);
}

#[test]
fn what_flows_again_is_told_and_asked_for_when_it_stalls_again() {
    let counts = [9, 9, 9, 10, 11, 11, 11];
    let brought = play(&mut Stalls::default(), 0, counts.map(|count| vec![camera(count)]).to_vec());
    assert_eq!(brought[2], [ask("camera"), told("camera", true)]);
    assert_eq!(brought[4], [told("camera", false)]);
    assert_eq!(brought[6], [ask("camera"), told("camera", true)]);
}

#[test]
fn the_picture_that_the_ask_alone_brings_is_no_cure() {
    let counts = [9, 9, 9, 10, 10, 10];
    let brought = play(&mut Stalls::default(), 0, counts.map(|count| vec![camera(count)]).to_vec());
    assert_eq!(brought[2], [ask("camera"), told("camera", true)]);
    assert_eq!(brought[3..], [vec![], vec![StallOut::Rebuild], vec![]]);
}

#[test]
fn a_new_connection_that_brings_nothing_is_not_mistaken_for_a_cure() {
    let counts = [90, 90, 90, 90, 90, 0, 0, 0, 0, 3, 6];
    let brought = play(&mut Stalls::default(), 0, counts.map(|count| vec![camera(count)]).to_vec());
    assert_eq!(brought[4], [StallOut::Rebuild]);
    assert!(brought[5..10].iter().all(Vec::is_empty), "{brought:?}");
    assert_eq!(brought[10], [told("camera", false)]);
}

#[test]
fn what_may_rest_is_no_reason_for_a_new_connection() {
    for source in [Source::Canvas, Source::Screen, Source::File, Source::Forwarded, Source::Other] {
        let brought = play(&mut Stalls::default(), 0, vec![vec![live("it", source, 5)]; 9]);
        assert_eq!(brought.concat(), [ask("it"), told("it", true)], "{source:?}");
    }
}

#[test]
fn one_new_connection_is_enough_for_everything() {
    let both = vec![camera(1), live("microphone", Source::Microphone, 1)];
    let brought = play(&mut Stalls::default(), 0, vec![both; 6]).concat();
    assert_eq!(brought.iter().filter(|out| **out == StallOut::Rebuild).count(), 1);
    assert!(brought.contains(&told("camera", true)) && brought.contains(&told("microphone", true)));
}

#[test]
fn what_is_muted_or_over_is_not_stalled() {
    let mut stalls = Stalls::default();
    let brought = play(&mut stalls, 0, vec![vec![camera(1)], vec![camera(1)], vec![camera(1)], vec![]]);
    assert_eq!(brought[3], [told("camera", false)]);
    // Live again, it has its time again.
    let brought = play(&mut stalls, 8_000, vec![vec![camera(1)], vec![camera(1)]]);
    assert!(brought.concat().is_empty());
}

#[test]
fn without_a_heartbeat_nothing_is_stalled() {
    let (mut stalls, mut out) = (Stalls::default(), Vec::new());
    for at in 0..10 {
        stalls.sample(vec![camera(1)], false, at * 2_000, &mut out);
    }
    assert!(out.is_empty());
    // Back, it has its time.
    let brought = play(&mut stalls, 20_000, vec![vec![camera(1)], vec![camera(1)]]);
    assert_eq!(brought, [vec![], vec![ask("camera"), told("camera", true)]]);
}

#[test]
fn a_page_that_slept_waits_anew() {
    let (mut stalls, mut out) = (Stalls::default(), Vec::new());
    stalls.sample(vec![camera(1)], true, 0, &mut out);
    stalls.sample(vec![camera(1)], true, 3_600_000, &mut out);
    stalls.sample(vec![camera(1)], true, 3_602_000, &mut out);
    assert!(out.is_empty());
    stalls.sample(vec![camera(1)], true, 3_604_000, &mut out);
    assert!(!out.is_empty());
}

#[test]
fn a_screen_and_its_sound_are_one() {
    let both = |picture: u32, sound: u32| {
        vec![live("screen", Source::Screen, picture), Live { video: false, ..live("screen", Source::Screen, sound) }]
    };
    let counts = [(1, 1), (1, 1), (1, 1), (2, 1), (3, 2), (4, 3)];
    let brought = play(&mut Stalls::default(), 0, counts.map(|(picture, sound)| both(picture, sound)).to_vec());
    assert_eq!(brought[2], [ask("screen"), told("screen", true)]);
    assert!(brought[4].is_empty(), "its sound does not flow yet");
    assert_eq!(brought[5], [told("screen", false)]);
}

proptest! {
    /// What flows in every sample is never stalled; what is told comes in turns; no link is rebuilt twice in a stall.
    #[test]
    fn told_in_turns(steps in prop::collection::vec((0..3u32, any::<bool>(), 0..12_000u64), 1..60)) {
        let (mut stalls, mut now, mut count) = (Stalls::default(), 0, 1);
        let (mut is_stalled, mut rebuilds) = (false, 0);
        for (more, alive, wait) in steps {
            now += wait;
            count += more;
            let mut out = Vec::new();
            stalls.sample(vec![camera(count)], alive, now, &mut out);
            for out in out {
                match out {
                    StallOut::Stalled { stalled, .. } => {
                        prop_assert_ne!(stalled, is_stalled);
                        prop_assert!(!stalled || more == 0);
                        is_stalled = stalled;
                        rebuilds = 0;
                    }
                    StallOut::Rebuild => {
                        rebuilds += 1;
                        prop_assert!(rebuilds <= 1 && more == 0 && alive);
                    }
                    StallOut::Ask(_) => prop_assert!(more == 0 && alive),
                }
            }
        }
    }
}
