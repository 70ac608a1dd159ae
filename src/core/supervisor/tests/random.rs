//! Random runs of the supervisor.

use super::super::*;
use proptest::prelude::*;

fn any_input() -> impl Strategy<Value = LinkIn> {
    use TransportState as T;
    let transport =
        prop::sample::select(vec![T::New, T::Connecting, T::Connected, T::Disconnected, T::Failed, T::Closed]);
    prop_oneof![
        4 => Just(LinkIn::Tick),
        4 => Just(LinkIn::Heartbeat),
        2 => Just(LinkIn::PongBothWays),
        2 => transport.prop_map(LinkIn::Transport),
        1 => any::<bool>().prop_map(LinkIn::Relayed),
        1 => Just(LinkIn::RestartFailed),
        1 => Just(LinkIn::Connecting),
        2 => Just(LinkIn::Rebuilt),
        2 => any::<bool>().prop_map(LinkIn::Signaling),
        1 => Just(LinkIn::NetworkChanged),
        1 => Just(LinkIn::Retry),
    ]
}

fn any_config() -> impl Strategy<Value = SupervisorConfig> {
    (any::<bool>(), 0u64..3_000, 0u8..3, 0u8..5, any::<bool>(), any::<bool>()).prop_map(
        |(same_engine, grace, ice_restarts, rebuilds, relay_fallback, heartbeat)| SupervisorConfig {
            same_engine,
            grace,
            ice_restarts,
            rebuilds,
            relay_fallback,
            heartbeat,
        },
    )
}

fn is_recovery(effect: &LinkOut) -> bool {
    matches!(effect, LinkOut::RestartIce | LinkOut::RequestRebuild { .. })
}

proptest! {
    #[test]
    fn any_run_keeps_the_rules_and_ends(
        config in any_config(),
        inputs in prop::collection::vec((any_input(), 0u64..6_000), 0..120),
    ) {
        let mut link = LinkSupervisor::new(config);
        let (mut now, mut signaling, mut told) = (0, true, None);
        let mut last_heard: Option<Millis> = None;
        // Until when a recovery is under way, unless something ends it.
        let mut busy_until = 0;
        let mut out = Vec::new();
        for (input, wait) in inputs {
            // The driver ticks at every deadline; the wait may overshoot it, as timers do.
            now += wait;
            let before = link.phase();
            match input {
                LinkIn::Signaling(up) => signaling = up,
                LinkIn::Heartbeat | LinkIn::PongBothWays => last_heard = Some(now),
                _ => {}
            }
            match input {
                LinkIn::Tick | LinkIn::NetworkChanged | LinkIn::Retry | LinkIn::Relayed(_) | LinkIn::Heartbeat => {}
                _ => busy_until = now,
            }
            out.clear();
            link.handle(input, now, &mut out);
            prop_assert!(link.deadline().is_none_or(|deadline| deadline > now));
            let recoveries = out.iter().filter(|effect| is_recovery(effect)).count();
            prop_assert!(recoveries <= 1, "{:?}", out);
            if recoveries == 1 {
                prop_assert!(signaling, "recovering without signaling");
                prop_assert!(now >= busy_until, "two recoveries at once");
                let repairing = matches!(link.phase(), LinkPhase::Restarting { .. } | LinkPhase::Rebuilding { .. });
                prop_assert!(repairing, "{:?}", link.phase());
                let fine = config.heartbeat && last_heard.is_some_and(|heard| now - heard < SILENCE.min(config.grace));
                if fine && input != LinkIn::Retry {
                    let connected = matches!(before, LinkPhase::Connected { .. });
                    prop_assert!(!connected, "its heartbeat was fine");
                }
                let restart = out.contains(&LinkOut::RestartIce);
                prop_assert!(!restart || config.same_engine);
                busy_until = now + if restart { RESTART } else { REBUILD };
            }
            for effect in &out {
                if let LinkOut::Phase(phase) = effect {
                    prop_assert_ne!(told, Some(*phase), "a phase told twice");
                    told = Some(*phase);
                }
            }
            prop_assert_eq!(told, Some(link.phase()));
        }
        // Silence from now on: it ends in failure, and stays a link that is tried again.
        link.handle(LinkIn::Signaling(true), now, &mut out);
        if !config.heartbeat {
            link.handle(LinkIn::Transport(TransportState::Failed), now, &mut out);
        }
        for _ in 0..200 {
            if link.phase() == LinkPhase::Failed {
                break;
            }
            let deadline = link.deadline();
            prop_assert!(deadline.is_some(), "stuck in {:?}", link.phase());
            now = deadline.unwrap_or(now);
            link.handle(LinkIn::Tick, now, &mut out);
        }
        prop_assert_eq!(link.phase(), LinkPhase::Failed);
        prop_assert!(link.deadline().is_some_and(|deadline| deadline <= now + RETRY));
        link.handle(LinkIn::PongBothWays, now, &mut out);
        link.handle(LinkIn::Transport(TransportState::Connected), now, &mut out);
        let connected = matches!(link.phase(), LinkPhase::Connected { .. });
        prop_assert!(connected, "{:?}", link.phase());
    }
}
