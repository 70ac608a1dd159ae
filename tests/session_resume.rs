//! Clients against the real hub over a network that loses sockets: nothing is lost, nothing happens twice.
//!
//! Time is simulated, chance is seeded; a failure names its seed.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "session/chance.rs"]
mod chance;
#[path = "session/world.rs"]
mod world;

use multirtc::protocol::ResumeOutcome;
use world::World;

#[test]
fn whatever_sockets_are_lost_everything_arrives_once_and_in_order() {
    let (mut losses, mut replayed, mut snapshots) = (0, 0, 0);
    for seed in 0..150 {
        let outcome = std::panic::catch_unwind(|| {
            let mut world = World::new(seed);
            world.run();
            world.check_end();
            world
        });
        let Ok(world) = outcome else { panic!("seed {seed}") };
        losses += world.losses;
        for outcome in world.clients.iter().flat_map(|client| &client.resumed) {
            match outcome {
                ResumeOutcome::Replayed { .. } => replayed += 1,
                ResumeOutcome::Snapshot => snapshots += 1,
                ResumeOutcome::Fresh => {}
            }
        }
    }
    assert!(losses > 1_000 && replayed > 1_000 && snapshots > 10, "{losses} losses, {replayed}, {snapshots}");
}
