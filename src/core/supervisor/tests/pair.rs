//! Two ends of a link, a server that rebuilds it, and paths that die one way, both ways, for a while or for good.

use super::super::*;
use crate::core::backoff::Backoff;
use std::collections::VecDeque;

const STEP: Millis = 50;
/// Milliseconds a new connection takes once both ends have its id and signaling.
const SETUP: Millis = 400;

struct End {
    link: LinkSupervisor,
    /// The link id this end has a connection for.
    id: u64,
    signaling: bool,
    /// The way to the other end.
    path: bool,
    /// Ids the server has told while signaling was away.
    mail: VecDeque<u64>,
    recoveries: u32,
}

struct World {
    now: Millis,
    ends: [End; 2],
    /// The id the server has, and whether its connection was set up, and died for good.
    id: u64,
    both_since: Millis,
    dead: bool,
}

impl World {
    fn new(same_engine: bool) -> Self {
        let end = || End {
            link: LinkSupervisor::new(SupervisorConfig { same_engine, ..SupervisorConfig::default() }),
            id: 1,
            signaling: true,
            path: true,
            mail: VecDeque::new(),
            recoveries: 0,
        };
        let mut world = Self { now: 0, ends: [end(), end()], id: 1, both_since: 0, dead: false };
        for i in 0..2 {
            world.feed(i, LinkIn::Connecting);
        }
        world
    }

    fn feed(&mut self, i: usize, input: LinkIn) {
        let mut out = Vec::new();
        self.ends[i].link.handle(input, self.now, &mut out);
        for effect in out {
            match effect {
                LinkOut::SendPing if self.carries(i) => {
                    self.feed(1 - i, LinkIn::Heartbeat);
                    if self.carries(1 - i) {
                        self.feed(i, LinkIn::PongBothWays);
                    }
                }
                LinkOut::RestartIce => self.ends[i].recoveries += 1,
                LinkOut::RequestRebuild { .. } => {
                    self.ends[i].recoveries += 1;
                    assert!(self.ends[i].signaling, "asked without signaling");
                    self.rebuild(self.ends[i].id);
                }
                LinkOut::SendPing | LinkOut::Phase(_) => {}
            }
        }
    }

    /// Whether what this end sends arrives.
    fn carries(&self, i: usize) -> bool {
        let set_up = self.ends.iter().all(|end| end.id == self.id) && self.now >= self.both_since + SETUP;
        set_up && !self.dead && self.ends[i].path
    }

    /// The server's rule: a request that names an old id does nothing.
    fn rebuild(&mut self, id: u64) {
        if id == self.id {
            self.id += 1;
            self.dead = false;
            for end in &mut self.ends {
                end.mail.push_back(self.id);
            }
        }
    }

    fn step(&mut self) {
        self.now += STEP;
        for i in 0..2 {
            while self.ends[i].signaling
                && let Some(id) = self.ends[i].mail.pop_front()
            {
                self.ends[i].id = id;
                self.both_since = self.now;
                self.feed(i, LinkIn::Rebuilt);
            }
            if self.ends.iter().any(|end| !end.signaling) && self.now < self.both_since + SETUP {
                self.both_since = self.now;
            }
            if self.ends[i].link.deadline().is_some_and(|deadline| deadline <= self.now) {
                self.feed(i, LinkIn::Tick);
            }
        }
    }

    fn run(&mut self, ms: Millis) {
        for _ in 0..ms / STEP {
            self.step();
        }
    }

    fn signaling(&mut self, i: usize, up: bool) {
        self.ends[i].signaling = up;
        self.feed(i, LinkIn::Signaling(up));
    }

    fn connected(&self) -> bool {
        self.ends.iter().all(|end| matches!(end.link.phase(), LinkPhase::Connected { .. }))
    }

    fn recoveries(&self) -> u32 {
        self.ends.iter().map(|end| end.recoveries).sum()
    }
}

#[test]
fn a_connection_that_dies_is_rebuilt_within_five_seconds() {
    for both_notice in [true, false] {
        let mut world = World::new(false);
        world.run(10_000);
        assert!(world.connected());
        if both_notice {
            world.dead = true;
        } else {
            world.ends[0].path = false;
        }
        world.run(5_100);
        // One way dead: only the end that hears nothing acts, and the new connection is dead one way as well.
        assert_eq!(world.connected(), both_notice);
        world.ends[0].path = true;
        world.run(10_000);
        assert!(world.connected());
    }
}

#[test]
fn a_short_outage_is_sat_out_without_any_repair() {
    let mut world = World::new(true);
    world.run(10_000);
    for end in &mut world.ends {
        end.path = false;
    }
    world.run(2_500);
    for end in &mut world.ends {
        end.path = true;
    }
    world.run(60_000);
    assert!(world.connected());
    assert_eq!(world.recoveries(), 0);
}

#[test]
fn whatever_fails_both_ends_are_connected_again_and_then_left_alone() {
    for seed in 0..300 {
        let mut chance = Backoff::new(seed);
        let mut world = World::new(seed % 2 == 0);
        for _ in 0..12 {
            let end = (chance.jitter(1)) as usize;
            match chance.jitter(5) {
                0 => world.dead = true,
                1 | 2 => world.ends[end].path = !world.ends[end].path,
                3 => world.feed(end, LinkIn::NetworkChanged),
                _ => world.signaling(end, !world.ends[end].signaling),
            }
            let pause = chance.jitter(20_000);
            world.run(pause);
        }
        for i in 0..2 {
            world.ends[i].path = true;
            world.signaling(i, true);
        }
        world.run(RETRY + CONNECT);
        assert!(world.connected(), "seed {seed}: {:?}", world.ends.map(|end| end.link.phase()));
        let before = world.recoveries();
        world.run(120_000);
        assert!(world.connected() && world.recoveries() == before, "seed {seed}: repaired without a need");
    }
}
