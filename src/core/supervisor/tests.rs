mod pair;
mod random;

use super::*;

/// A supervisor with a clock, and what it told since it was last asked.
struct Bench {
    link: LinkSupervisor,
    now: Millis,
    out: Vec<LinkOut>,
}

impl Bench {
    fn new(config: SupervisorConfig) -> Self {
        let mut bench = Self { link: LinkSupervisor::new(config), now: 100_000, out: Vec::new() };
        bench.feed(LinkIn::Connecting);
        bench
    }

    fn mixed() -> Self {
        Self::new(SupervisorConfig::default())
    }

    fn same_engine() -> Self {
        Self::new(SupervisorConfig { same_engine: true, ..SupervisorConfig::default() })
    }

    fn connected(mut self) -> Self {
        self.feed(LinkIn::PongBothWays);
        self.told();
        self
    }

    fn feed(&mut self, input: LinkIn) {
        self.link.handle(input, self.now, &mut self.out);
    }

    /// Lets time pass, with a tick at every deadline.
    fn pass(&mut self, ms: Millis) {
        let end = self.now + ms;
        while let Some(deadline) = self.link.deadline().filter(|deadline| *deadline <= end) {
            assert!(deadline > self.now, "a deadline that has passed");
            self.now = deadline;
            self.feed(LinkIn::Tick);
        }
        self.now = end;
    }

    /// Lets time pass with a heartbeat every second.
    fn pass_with_heartbeat(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.pass(1_000);
            self.feed(LinkIn::Heartbeat);
        }
    }

    /// Everything told but pings.
    fn told(&mut self) -> Vec<LinkOut> {
        std::mem::take(&mut self.out).into_iter().filter(|effect| *effect != LinkOut::SendPing).collect()
    }

    fn pings(&mut self) -> usize {
        std::mem::take(&mut self.out).into_iter().filter(|effect| *effect == LinkOut::SendPing).count()
    }
}

const CONNECTED: LinkOut = LinkOut::Phase(LinkPhase::Connected { relayed: false });
const INTERRUPTED: LinkOut = LinkOut::Phase(LinkPhase::Interrupted);
const REQUEST: LinkOut = LinkOut::RequestRebuild { relay_only: false };
const FAILED: LinkOut = LinkOut::Phase(LinkPhase::Failed);

fn rebuilding(attempt: u8) -> LinkOut {
    LinkOut::Phase(LinkPhase::Rebuilding { attempt })
}

#[test]
fn a_link_is_connected_by_an_answered_ping_and_by_nothing_else() {
    let mut bench = Bench::mixed();
    bench.feed(LinkIn::Transport(TransportState::Connected));
    bench.feed(LinkIn::Heartbeat);
    assert_eq!(bench.told(), [LinkOut::Phase(LinkPhase::Connecting)]);
    bench.feed(LinkIn::PongBothWays);
    assert_eq!(bench.told(), [CONNECTED]);
}

#[test]
fn pings_are_asked_for_each_second() {
    let mut bench = Bench::mixed().connected();
    bench.pings();
    bench.pass_with_heartbeat(10);
    assert_eq!(bench.pings(), 10);
}

#[test]
fn three_seconds_of_silence_are_an_interruption_whatever_the_transport_says() {
    let mut bench = Bench::mixed().connected();
    bench.pass_with_heartbeat(60);
    bench.pass(2_999);
    assert_eq!(bench.told(), []);
    bench.feed(LinkIn::Transport(TransportState::Connected));
    bench.pass(1);
    assert_eq!(bench.told(), [INTERRUPTED]);
}

#[test]
fn a_heartbeat_within_the_grace_is_the_end_of_it() {
    let mut bench = Bench::mixed().connected();
    bench.feed(LinkIn::Transport(TransportState::Disconnected));
    assert_eq!(bench.told(), [INTERRUPTED]);
    bench.pass(1_400);
    bench.feed(LinkIn::Heartbeat);
    bench.pass(2_000);
    assert_eq!(bench.told(), [CONNECTED]);
}

#[test]
fn a_transport_that_fails_while_heartbeats_come_is_not_repaired() {
    let mut bench = Bench::mixed().connected();
    for state in [TransportState::Disconnected, TransportState::Failed, TransportState::Closed] {
        bench.feed(LinkIn::Transport(state));
        bench.pass_with_heartbeat(20);
    }
    let told = bench.told();
    assert!(!told.contains(&REQUEST), "{told:?}");
    assert_eq!(told.last(), Some(&CONNECTED));
}

#[test]
fn mixed_engines_are_rebuilt_at_once_after_the_grace() {
    let mut bench = Bench::mixed().connected();
    bench.pass(3_000 + 1_500);
    assert_eq!(bench.told(), [INTERRUPTED, REQUEST, rebuilding(1)]);
    bench.pass(400);
    bench.feed(LinkIn::Rebuilt);
    bench.pass(400);
    bench.feed(LinkIn::Heartbeat);
    assert_eq!(bench.told(), []);
    bench.feed(LinkIn::PongBothWays);
    assert_eq!(bench.told(), [CONNECTED]);
}

#[test]
fn the_same_engine_is_restarted_once_and_then_rebuilt() {
    let mut bench = Bench::same_engine().connected();
    bench.pass(4_500);
    assert_eq!(bench.told(), [INTERRUPTED, LinkOut::RestartIce, LinkOut::Phase(LinkPhase::Restarting { attempt: 1 })]);
    bench.feed(LinkIn::Heartbeat);
    bench.pass(2_999);
    assert_eq!(bench.told(), [], "one direction alone is not enough after a restart");
    bench.pass(1);
    assert_eq!(bench.told(), [REQUEST, rebuilding(1)]);
}

#[test]
fn a_restart_that_cannot_be_negotiated_is_not_waited_for() {
    let mut bench = Bench::same_engine().connected();
    bench.pass(4_500);
    bench.told();
    bench.feed(LinkIn::RestartFailed);
    assert_eq!(bench.told(), [REQUEST, rebuilding(1)]);
}

#[test]
fn a_restart_that_works_ends_the_interruption_and_the_next_one_starts_over() {
    let mut bench = Bench::same_engine().connected();
    for _ in 0..2 {
        bench.pass(4_500);
        bench.feed(LinkIn::PongBothWays);
        assert_eq!(
            bench.told(),
            [INTERRUPTED, LinkOut::RestartIce, LinkOut::Phase(LinkPhase::Restarting { attempt: 1 }), CONNECTED]
        );
    }
}

#[test]
fn three_rebuilds_after_0_2_and_5_seconds_the_third_over_relays_then_failed() {
    let mut bench = Bench::mixed().connected();
    bench.pass(4_500);
    assert_eq!(bench.told(), [INTERRUPTED, REQUEST, rebuilding(1)]);
    bench.feed(LinkIn::Rebuilt);
    bench.pass(8_000);
    assert_eq!(bench.told(), [rebuilding(2)]);
    bench.pass(2_000);
    assert_eq!(bench.told(), [REQUEST]);
    bench.feed(LinkIn::Rebuilt);
    bench.pass(8_000);
    assert_eq!(bench.told(), [rebuilding(3)]);
    bench.pass(5_000);
    assert_eq!(bench.told(), [LinkOut::RequestRebuild { relay_only: true }]);
    bench.feed(LinkIn::Rebuilt);
    bench.pass(8_000);
    assert_eq!(bench.told(), [FAILED]);
}

#[test]
fn without_a_relay_no_rebuild_insists_on_one() {
    let mut bench = Bench::new(SupervisorConfig { relay_fallback: false, ..SupervisorConfig::default() }).connected();
    bench.pass(120_000);
    let told = bench.told();
    assert!(told.contains(&REQUEST));
    assert!(!told.contains(&LinkOut::RequestRebuild { relay_only: true }));
}

#[test]
fn a_rebuilt_connection_that_the_browser_gives_up_is_not_waited_for() {
    let mut bench = Bench::mixed().connected();
    bench.pass(4_500);
    bench.feed(LinkIn::Transport(TransportState::Failed));
    bench.pass(100);
    assert_eq!(bench.told(), [INTERRUPTED, REQUEST, rebuilding(1)], "that was the old connection");
    bench.feed(LinkIn::Rebuilt);
    bench.feed(LinkIn::Transport(TransportState::Failed));
    assert_eq!(bench.told(), [rebuilding(2)]);
}

#[test]
fn a_first_connection_has_fifteen_seconds() {
    let mut bench = Bench::mixed();
    bench.pass(14_999);
    assert_eq!(bench.told(), [LinkOut::Phase(LinkPhase::Connecting)]);
    bench.pass(1);
    assert_eq!(bench.told(), [REQUEST, rebuilding(1)]);
}

#[test]
fn a_first_connection_that_the_browser_gives_up_is_rebuilt_even_between_equals() {
    let mut bench = Bench::same_engine();
    bench.told();
    bench.feed(LinkIn::Transport(TransportState::Failed));
    assert_eq!(bench.told(), [REQUEST, rebuilding(1)]);
}

#[test]
fn a_failed_link_is_retried_each_minute_on_a_new_network_and_on_request() {
    let fail = || {
        let mut bench = Bench::mixed().connected();
        while bench.link.phase() != LinkPhase::Failed {
            bench.pass(1_000);
        }
        bench.told();
        bench
    };
    let mut bench = fail();
    bench.pass(60_000);
    assert_eq!(bench.told()[..2], [REQUEST, rebuilding(1)]);
    for input in [LinkIn::NetworkChanged, LinkIn::Retry] {
        let mut bench = fail();
        bench.feed(input);
        assert_eq!(bench.told(), [REQUEST, rebuilding(1)]);
        bench.feed(input);
        assert_eq!(bench.told(), [], "one recovery at a time");
    }
    let mut bench = fail();
    bench.feed(LinkIn::Signaling(false));
    bench.pass(600_000);
    bench.feed(LinkIn::Retry);
    assert_eq!(bench.told(), []);
    bench.feed(LinkIn::Signaling(true));
    assert_eq!(bench.told(), [REQUEST, rebuilding(1)]);
}

#[test]
fn a_request_of_the_person_cuts_grace_and_pauses_short() {
    let mut bench = Bench::mixed().connected();
    bench.pass(3_000);
    bench.feed(LinkIn::Retry);
    assert_eq!(bench.told(), [INTERRUPTED, REQUEST, rebuilding(1)]);
    bench.pass(8_000);
    bench.feed(LinkIn::Retry);
    assert_eq!(bench.told(), [rebuilding(2), REQUEST]);
}

#[test]
fn a_connected_link_is_left_alone_by_new_networks_and_requests() {
    let mut bench = Bench::mixed().connected();
    bench.feed(LinkIn::NetworkChanged);
    bench.feed(LinkIn::Retry);
    assert_eq!(bench.told(), []);
}

#[test]
fn without_signaling_nothing_is_tried_and_nothing_counted() {
    for mut bench in [Bench::mixed().connected(), Bench::same_engine().connected()] {
        bench.feed(LinkIn::Signaling(false));
        bench.pass(300_000);
        assert_eq!(bench.told(), [INTERRUPTED]);
        bench.feed(LinkIn::Signaling(true));
        let told = bench.told();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(matches!(told[0], REQUEST | LinkOut::RestartIce), "{told:?}");
    }
}

#[test]
fn a_recovery_cut_off_by_signaling_is_not_counted() {
    let mut bench = Bench::mixed().connected();
    bench.pass(4_500);
    bench.told();
    for rebuilt in [false, true] {
        if rebuilt {
            bench.feed(LinkIn::Rebuilt);
        }
        bench.feed(LinkIn::Signaling(false));
        bench.pass(60_000);
        assert_eq!(bench.told(), [INTERRUPTED]);
        bench.feed(LinkIn::Signaling(true));
        assert_eq!(bench.told(), [REQUEST, rebuilding(1)]);
    }
    let mut bench = Bench::same_engine().connected();
    bench.pass(4_500);
    bench.feed(LinkIn::Signaling(false));
    bench.told();
    bench.feed(LinkIn::Signaling(true));
    assert_eq!(bench.told(), [LinkOut::RestartIce, LinkOut::Phase(LinkPhase::Restarting { attempt: 1 })]);
}

#[test]
fn a_first_connection_waits_for_signaling() {
    let mut bench = Bench::mixed();
    bench.feed(LinkIn::Signaling(false));
    bench.pass(100_000);
    bench.feed(LinkIn::Signaling(true));
    bench.pass(14_999);
    assert_eq!(bench.told(), [LinkOut::Phase(LinkPhase::Connecting)]);
}

#[test]
fn the_end_that_noticed_nothing_is_corrected() {
    let mut bench = Bench::mixed().connected();
    bench.feed(LinkIn::Rebuilt);
    assert_eq!(bench.told(), [rebuilding(1)]);
    bench.feed(LinkIn::PongBothWays);
    assert_eq!(bench.told(), [CONNECTED]);
}

#[test]
fn a_failed_end_answers_to_an_end_that_has_found_a_way() {
    let mut bench = Bench::mixed().connected();
    while bench.link.phase() != LinkPhase::Failed {
        bench.pass(1_000);
    }
    bench.pass(10_000);
    bench.pings();
    bench.feed(LinkIn::Heartbeat);
    bench.feed(LinkIn::Heartbeat);
    assert_eq!(bench.pings(), 1);
    bench.feed(LinkIn::PongBothWays);
    assert_eq!(bench.told(), [CONNECTED]);
}

#[test]
fn whether_a_link_is_relayed_is_told_when_it_changes() {
    let mut bench = Bench::mixed().connected();
    for _ in 0..2 {
        bench.feed(LinkIn::Relayed(true));
    }
    assert_eq!(bench.told(), [LinkOut::Phase(LinkPhase::Connected { relayed: true })]);
}

#[test]
fn without_heartbeat_channels_the_transport_is_believed() {
    let mut bench = Bench::new(SupervisorConfig { heartbeat: false, ..SupervisorConfig::default() });
    bench.feed(LinkIn::PongBothWays);
    assert_eq!(bench.told(), [LinkOut::Phase(LinkPhase::Connecting)]);
    bench.feed(LinkIn::Transport(TransportState::Connected));
    bench.pass(3_600_000);
    assert_eq!(bench.out, [CONNECTED], "neither pings nor silence");
    bench.told();
    bench.feed(LinkIn::Transport(TransportState::Disconnected));
    bench.pass(1_499);
    bench.feed(LinkIn::Transport(TransportState::Connected));
    assert_eq!(bench.told(), [INTERRUPTED, CONNECTED]);
    bench.feed(LinkIn::Transport(TransportState::Failed));
    bench.pass(1_500);
    assert_eq!(bench.told(), [INTERRUPTED, REQUEST, rebuilding(1)]);
    bench.feed(LinkIn::Rebuilt);
    bench.feed(LinkIn::Transport(TransportState::Connected));
    assert_eq!(bench.told(), [CONNECTED]);
}

#[test]
fn a_closed_link_is_silent() {
    let mut bench = Bench::mixed().connected();
    bench.feed(LinkIn::Closed);
    assert_eq!(bench.told(), [LinkOut::Phase(LinkPhase::Closed)]);
    for input in [LinkIn::PongBothWays, LinkIn::Rebuilt, LinkIn::Retry, LinkIn::Tick] {
        bench.feed(input);
    }
    assert_eq!(bench.told(), []);
    assert_eq!(bench.link.deadline(), None);
}
