//! Random inputs.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn any_input() -> impl Strategy<Value = SessionIn> {
    let frame = (prop::option::of(1u32..6), prop::option::of(1u32..4), 0u32..4, any_message())
        .prop_map(|(n, re, ack, m)| SessionIn::Frame(Box::new(ServerFrame { n, re, ack, m })));
    let code = prop::sample::select(vec![1000, 1001, 1006, 1009, 4001, 4008, 4009, 4012, 4029]);
    prop_oneof![
        4 => Just(SessionIn::Tick),
        4 => Just(SessionIn::Opened),
        8 => frame,
        2 => code.prop_map(|code| SessionIn::Closed { code }),
        4 => any::<bool>().prop_map(|silent| SessionIn::Command {
            token: 0,
            message: Box::new(if silent { signal() } else { leave() }),
        }),
        1 => Just(SessionIn::Volatile(Box::new(signal()))),
        1 => Just(SessionIn::NetworkChanged),
        1 => any::<bool>().prop_map(SessionIn::Visible),
    ]
}

fn any_message() -> impl Strategy<Value = ServerMsg> {
    let resumed = prop_oneof![
        Just(ResumeOutcome::Fresh),
        Just(ResumeOutcome::Snapshot),
        (1u32..4).prop_map(|from| ResumeOutcome::Replayed { from }),
    ];
    let error = prop::sample::select(vec![ErrorCode::Busy, ErrorCode::ResumeRejected, ErrorCode::HandleTaken]);
    prop_oneof![
        4 => Just(ServerMsg::Ok),
        4 => (resumed, 0u32..4).prop_map(|(resumed, done)| ServerMsg::Welcome(Box::new(welcome(resumed, done)))),
        1 => (0u32..5_000).prop_map(|in_ms| ServerMsg::GoingAway { in_ms }),
        1 => Just(ServerMsg::Pong { nonce: 1 }),
        1 => error.prop_map(|code| ServerMsg::Error(ErrorBody {
            code,
            message: String::new(),
            retry_after_ms: None,
            room: None,
        })),
        1 => Just(ServerMsg::Unknown),
    ]
}

proptest! {
    #[test]
    fn any_input_in_any_state_is_taken(
        inputs in prop::collection::vec((any_input(), 0u64..8_000), 0..200),
        give_up_after in prop::option::of(0u64..60_000),
    ) {
        let mut bench = Bench::new(SessionConfig { give_up_after, ..config() });
        let (mut issued, mut settled, mut socket, mut ended) = (0, BTreeSet::new(), true, false);
        for (mut input, wait) in inputs {
            bench.now += wait;
            bench.told();
            match &mut input {
                SessionIn::Command { token, .. } => {
                    issued += 1;
                    *token = issued;
                }
                // Only an open socket speaks.
                SessionIn::Opened | SessionIn::Frame(_) | SessionIn::Closed { .. } if !socket => continue,
                SessionIn::Closed { .. } => socket = false,
                _ => {}
            }
            bench.feed(input);
            prop_assert!(bench.session.deadline().is_none_or(|deadline| deadline > bench.now));
            for effect in bench.told() {
                prop_assert!(!ended || matches!(effect, SessionOut::Failed { .. }), "{:?} after the end", effect);
                match effect {
                    SessionOut::Ended(_) => ended = true,
                    SessionOut::Open => {
                        prop_assert!(!socket, "a second socket");
                        socket = true;
                    }
                    SessionOut::Close { .. } => {
                        prop_assert!(socket, "nothing to close");
                        socket = false;
                    }
                    SessionOut::Send(_) => prop_assert!(socket, "nothing to send over"),
                    SessionOut::Reply { token, .. } | SessionOut::Failed { token } => {
                        prop_assert!((1..=issued).contains(&token) && settled.insert(token), "{token} settled twice");
                    }
                    _ => {}
                }
            }
        }
    }
}
