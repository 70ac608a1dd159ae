//! Random clients, sensible and not, against the hub: after every step everything that must hold does.
//!
//! The invariants of the server, by their numbers in the specification (API 4.5), and what checks each after every step:
//! `state` is `Hub::check`, which walks over the hub; `witness` compares every step's rooms before and after it and
//! reads each of its frames (`hub/witness`); `client` is each page, which complains about what it is told.
//!
//! | no. | | checked by |
//! |---|---|---|
//! | 1 | origins are the session's | witness: `check_origin` |
//! | 2 | an id, a session, a socket | state: `check_sessions`; witness: `welcomed` (no id twice in a run) |
//! | 3 | frames reach only whom they may | witness: `check_recipient`; client: of each room it is told of |
//! | 4 | signals over the current link | witness: `check_recipient`, `check_silent`; client |
//! | 5 | links are what the plan demands, one polite end | state: `check_room`; world: `check_pair` |
//! | 6 | capacity | witness: `check_entries`; client: `PeerJoined` |
//! | 7 | one host, or none | state: `check_room` |
//! | 8 | the way in, in its order | witness: `check_entry`, `check_hashing` |
//! | 9 | roles are raised by right | witness: `check_roles`, `check_entry` |
//! | 10 | secrets | witness: `check_secrets`; logs are the server's (it logs no frame) |
//! | 11 | unlisted rooms | state: `check_directory`; witness: `check_directory` |
//! | 12 | `rev` | client: counts its changes; witness: `check_revision`; world: all count the same |
//! | 13 | order | witness: `check_number` (across resumes), one order of members' news per step; client |
//! | 14 | an effect or an error | witness: `check_answers`, `check_refused`, `check_silent` |
//! | 15 | bans | witness: `check_not_banned` |
//! | 16 | bounded work | witness: `check_amount`; `hub_amounts.rs` measures how it grows |
//! | 17 | everything ends | the end of each run |
//! | 18 | bounded state | state: `check_sessions`, `check_room` |
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/steps.rs"]
mod steps;
#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::hub::{HubConfig, HubIn, HubOut, PasswordResult};
use multirtc::protocol::*;
use proptest::collection::vec;
use proptest::prelude::*;
use steps::*;
use world::*;

fn take(world: &mut World, step: Step) {
    match step {
        Step::Say(i, command) => {
            let i = speaker(world, i, &command);
            let message = message(world, i, command);
            world.send(i, message);
        }
        Step::Lost(i, command) => {
            let message = message(world, i, command);
            world.send_into_the_void(i, message);
            world.lose(i, false);
        }
        Step::Again(i, command) => {
            let message = message(world, i, command);
            let before = (world.hub.counts(), world.clients[i].rooms.clone());
            if world.clients[i].socket.is_some() && !world.clients[i].lagging {
                world.frame(i, Some(0), message);
                assert_eq!(before, (world.hub.counts(), world.clients[i].rooms.clone()));
            }
        }
        Step::Unnumbered(i, command) => {
            // What is answered by a number needs one; the rest may come without.
            let message = message(world, i, command);
            if matches!(
                message,
                ClientMsg::Ping { .. }
                    | ClientMsg::Signal { .. }
                    | ClientMsg::SetPresence { .. }
                    | ClientMsg::Publish { .. }
                    | ClientMsg::Say { .. }
                    | ClientMsg::Unknown
            ) {
                world.frame(i, None, message);
            }
        }
        Step::Connect(i) => {
            if world.clients[i].socket.is_none() {
                world.open(i);
                if i < 4 {
                    let socket = world.clients[i].socket.unwrap();
                    let address = [i as u8 / 2; 32];
                    world.step(HubIn::Origin { socket, address, browser: [i as u8; 32] });
                }
                world.greet(i);
            } else if i % 2 == 0 {
                // A second socket for the same session: the first is superseded.
                world.connect(i);
            }
        }
        Step::Lose(i, clean) => world.lose(i, clean),
        Step::Reload(i) => world.reload(i),
        Step::Forget(i) => world.forget(i),
        Step::Lag(i) => world.clients[i].lagging = true,
        Step::CatchUp(i) => world.catch_up(i),
        Step::Silent(i) => {
            if let Some(socket) = world.clients[i].socket {
                world.step(HubIn::Silent { socket });
            }
        }
        Step::Heard(i) => {
            if let Some(socket) = world.clients[i].socket {
                world.step(HubIn::Heard { socket });
            }
        }
        Step::Malformed(i) => {
            if let Some(socket) = world.clients[i].socket {
                world.step(HubIn::Malformed { socket });
            }
        }
        Step::Skip(i) => world.frame(i, Some(1_000_000), ClientMsg::Ping { nonce: 1 }),
        Step::EmptyRoom(r, k) => {
            let create = CreateRoom { room: Some(room(ROOMS[r])), spec: spec_of(k) };
            let _ = world.hub.create_empty_room("lobby".parse().unwrap(), create, world.now);
            world.step(HubIn::Tick);
        }
        Step::Hash(which, done) => {
            let which = which % world.jobs.len().max(1);
            match world.jobs.get(which) {
                None => {}
                Some(_) if done => world.hash(which),
                Some(HubOut::HashPassword { job, .. } | HubOut::VerifyPassword { job, .. }) => {
                    let job = *job;
                    world.jobs.remove(which);
                    world.step(HubIn::PasswordResult { job, result: PasswordResult::Busy });
                }
                Some(other) => panic!("no job: {other:?}"),
            }
        }
        Step::Pass(ms) => world.pass(ms),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, max_shrink_iters: 4_000, ..ProptestConfig::default() })]

    /// At least 50,000 steps in all.
    #[test]
    fn everything_holds_after_every_step(seed in any::<u64>(), steps in vec(step(), 200..220)) {
        let mut config = HubConfig { epoch_ms: EPOCH_MS, passwords: true, ..HubConfig::default() };
        if seed.is_multiple_of(2) {
            config.limits.per.values_mut().for_each(|rate| *rate = Rate { burst: 4, per_minute: 60 });
        }
        let mut world = World::with_config(config, seed);
        world.hold_jobs = true;
        for i in 0..CLIENTS {
            let mut hello = hello(&format!("client {i}"));
            hello.client = ["web 0.1.0 blink", "web 0.1.0 gecko", "tablet"][i % 3].to_owned();
            hello.profile.handle = (i == 5).then(|| "five".parse().unwrap());
            world.page(hello);
            world.connect(i);
        }
        for step in steps {
            take(&mut world, step);
        }
        // Whatever happened, without anybody everything ends.
        for i in 0..CLIENTS {
            world.lose(i, false);
        }
        world.pass(2 * 86_400_000);
        let counts = world.hub.counts();
        prop_assert_eq!((counts.sockets, counts.sessions, counts.rooms, counts.members), (0, 0, 0, 0));
        prop_assert_eq!(multirtc::core::Machine::deadline(&world.hub), None);
    }
}
