//! Real sessions and rosters against the real hub, over a network that delays everything and loses sockets.
//!
//! One thread, one agenda, time as a number: a run is a list of acts and a seed for the delays, so that what fails
//! shrinks. Frames of one socket keep their order, those of different sockets overtake each other. After every step of
//! the hub its invariants hold ([`Hub::check`](super::hub::Hub)); when everything has settled, every page sees the room
//! as the hub has it, and everything that was said has reached everybody it was meant for, once and in order.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod client;
mod line;
mod network;
mod records;
mod world;

use crate::core::Millis;
use line::{Budget, explore};
use proptest::prelude::*;
use world::World;

pub(super) const CLIENTS: usize = 4;

/// What somebody does, or what happens to them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Act {
    Enter,
    Leave,
    Say,
    /// Sets a status and publishes, or not.
    Change(bool),
    /// The socket is lost, at once for the page; the server may notice late.
    Lose {
        clean: bool,
    },
    /// The network swallows everything, and nobody has noticed.
    Swallow,
    /// No socket opens for so long.
    Unreachable(Millis),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => Just(Act::Enter),
        1 => Just(Act::Leave),
        10 => Just(Act::Say),
        5 => any::<bool>().prop_map(Act::Change),
        4 => prop::bool::weighted(0.2).prop_map(|clean| Act::Lose { clean }),
        2 => Just(Act::Swallow),
        1 => (1_000..70_000u64).prop_map(Act::Unreachable),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_sockets_are_lost_all_see_the_same_room_and_hear_everything_once(
        seed in any::<u64>(),
        acts in prop::collection::vec((0..CLIENTS, act(), 0..2_000u64), 0..80),
    ) {
        let mut world = World::new(seed);
        for place in 0..CLIENTS {
            world.plan_act(place as Millis, place, Act::Enter);
        }
        let mut at = 0;
        for (place, act, gap) in acts {
            at += gap;
            world.plan_act(at, place, act);
        }
        world.settle(at);
        world.check_end();
    }
}

/// Tells a simulation that never meets a resume from one that means something.
#[test]
fn runs_meet_every_way_of_coming_back() {
    let mut met = [0; 3];
    for seed in 0..20 {
        let mut world = World::new(seed);
        for place in 0..CLIENTS {
            world.plan_act(0, place, Act::Enter);
            // Some of them between the welcome and the first frame.
            let at = 120 + (seed * 17 + place as Millis * 29) % 100;
            world.plan_act(at, place, Act::Lose { clean: false });
            for k in 1..6 {
                let at = k * 12_000 + place as Millis * 1_000;
                world.plan_act(at, place, [Act::Say, Act::Swallow, Act::Lose { clean: k == 4 }][(k % 3) as usize]);
                world.plan_act(at + 10, place, Act::Unreachable(if k == 5 { 60_000 } else { 1 }));
            }
        }
        world.settle(70_000);
        world.check_end();
        for (met, seen) in met.iter_mut().zip(world.outcomes()) {
            *met += seen;
        }
    }
    assert!(met.iter().all(|met| *met > 10), "fresh, replayed, with a snapshot: {met:?}");
}

/// Four join a mesh within 50 ms: six links, twelve directed flows, each of which starts exactly once.
#[test]
fn c3_four_who_join_at_once_make_six_links_and_twelve_flows() {
    for seed in 0..200 {
        let mut world = World::new(seed);
        for place in 0..CLIENTS {
            let at = 5_000 + (seed * 7 + place as Millis * 13) % 50;
            world.plan_act(at, place, Act::Enter);
            world.plan_act(at, place, Act::Change(true));
        }
        world.settle(5_050);
        world.check_end();
        assert_eq!(world.links(), 6, "seed {seed}");
        let mut started: Vec<_> = world.clients.iter().flat_map(|client| client.started.iter().cloned()).collect();
        assert_eq!(started.len(), 12, "seed {seed}");
        started.sort();
        started.dedup();
        assert_eq!(started.len(), 12, "seed {seed}: a flow started twice");
    }
}

/// The rules of resuming (API 4.8), on both sides as they are: whatever is said, lost, late and lost again in whatever
/// order, the session goes on, every command acts once, and everything arrives once and in order. With three losses that
/// is the welcome of a resume lost twice, and the third attempt with the token before it, at every moment.
#[test]
fn every_order_of_losses_is_resumed() {
    for (says, events, losses, least) in [(2, 1, 2, 500), (1, 1, 3, 500)] {
        let states = explore(Budget { says, events, losses }).unwrap();
        assert!(states > least, "{states} states of {says} says, {events} events and {losses} losses");
    }
}
