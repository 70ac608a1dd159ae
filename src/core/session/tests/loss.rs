//! Losing the socket, trying again, and ending.

use super::*;

#[test]
fn a_new_network_is_tried_at_once() {
    let mut bench = Bench::online();
    bench.feed(SessionIn::NetworkChanged);
    bench.feed(SessionIn::NetworkChanged);
    assert_eq!(bench.sent().len(), 1, "the old connection is asked whether it survived");
    bench.pass(5_000);
    assert!(opened(&bench.told()));
    bench.feed(SessionIn::NetworkChanged);
    let told = bench.told();
    assert!(matches!(told[..], [SessionOut::Close { .. }, SessionOut::Open]), "{told:?}");
    for input in [SessionIn::NetworkChanged, SessionIn::Visible(true)] {
        for _ in 0..6 {
            bench.feed(SessionIn::Closed { code: 1006 });
        }
        while !matches!(bench.session.stage, Stage::Waiting { until } if until > bench.now) {
            bench.pass(1);
            bench.feed(SessionIn::Closed { code: 1006 });
        }
        bench.told();
        bench.feed(input);
        assert!(opened(&bench.told()));
    }
}

#[test]
fn a_socket_that_does_not_open_or_a_server_that_does_not_greet_is_given_up() {
    let mut bench = Bench::new(config());
    bench.told();
    bench.pass(10_000);
    let told = bench.told();
    assert!(matches!(told[0], SessionOut::Close { .. }) && opened(&told), "{told:?}");
    bench.feed(SessionIn::Opened);
    bench.told();
    bench.pass(10_000);
    let told = bench.told();
    assert!(matches!(told[0], SessionOut::Close { .. }) && opened(&told), "{told:?}");
}

#[test]
fn a_loss_is_told_with_its_attempts() {
    let mut bench = Bench::online();
    bench.feed(SessionIn::Closed { code: 1006 });
    let first = [
        SessionOut::Status(SignalingStatus::Retrying { attempt: 1 }),
        SessionOut::Lost { attempt: 1, retry_in_ms: 0 },
        SessionOut::Open,
    ];
    assert_eq!(bench.told(), first);
    bench.feed(SessionIn::Closed { code: 1006 });
    let told = bench.told();
    assert!(matches!(told[1], SessionOut::Lost { attempt: 2, retry_in_ms: 0..=500 }), "{told:?}");
}

#[test]
fn a_server_that_closes_again_and_again_is_not_stormed() {
    let mut bench = Bench::online();
    let mut opens = 0;
    let end = bench.now + 60_000;
    while bench.now < end {
        bench.feed(SessionIn::Closed { code: 1006 });
        bench.pass(1);
        if opened(&bench.told()) {
            opens += 1;
            bench.feed(SessionIn::Opened);
            bench.welcome(ResumeOutcome::Snapshot, 0);
        }
    }
    assert!(opens < 60, "{opens} attempts in a minute");
}

#[test]
fn a_server_that_goes_away_is_left_within_the_time_it_gives() {
    let mut bench = Bench::online();
    bench.frame(None, None, 0, ServerMsg::GoingAway { in_ms: 3_000 });
    assert_eq!(bench.told(), []);
    bench.pass(3_000);
    let told = bench.told();
    assert_eq!(told[0], SessionOut::Close { code: CloseCode::Draining });
    assert!(opened(&told), "{told:?}");
    for _ in 0..20 {
        bench.feed(SessionIn::Closed { code: CloseCode::Draining.code() });
        bench.pass(3_000);
        assert!(opened(&bench.told()), "the time it gave is the longest wait");
    }
}

#[test]
fn being_cut_off_for_flooding_is_waited_out_whatever_the_network_does() {
    let mut bench = Bench::online();
    bench.feed(SessionIn::Closed { code: CloseCode::Flooding.code() });
    bench.feed(SessionIn::NetworkChanged);
    bench.feed(SessionIn::Visible(true));
    bench.pass(29_999);
    assert!(!opened(&bench.told()));
    bench.pass(32_000);
    assert!(opened(&bench.told()));
}

#[test]
fn some_close_codes_are_the_end() {
    for (code, why) in [
        (CloseCode::Superseded, SessionEnd::Superseded),
        (CloseCode::Unauthenticated, SessionEnd::Unauthenticated),
        (CloseCode::Version, SessionEnd::Incompatible),
    ] {
        let mut bench = Bench::online();
        bench.command(5, leave());
        bench.told();
        bench.feed(SessionIn::Closed { code: code.code() });
        let end =
            [SessionOut::Failed { token: 5 }, SessionOut::Status(SignalingStatus::Offline), SessionOut::Ended(why)];
        assert_eq!(bench.told(), end);
        bench.command(6, leave());
        assert_eq!(bench.told(), [SessionOut::Failed { token: 6 }]);
        for input in [SessionIn::Start, SessionIn::Opened, SessionIn::NetworkChanged, SessionIn::Disconnect] {
            bench.feed(input);
        }
        bench.pass(100_000);
        assert_eq!(bench.told(), []);
        assert_eq!(bench.session.resume_state(), None);
    }
}

#[test]
fn every_other_close_code_is_come_back_from() {
    for code in [1000, 1001, 1005, 1006, 1011, 1012, 4001, 4008, 4009, 4012, 4999] {
        let mut bench = Bench::online();
        bench.feed(SessionIn::Closed { code });
        bench.pass(5_000);
        assert!(opened(&bench.told()), "{code}");
    }
}

#[test]
fn errors_before_the_welcome_are_understood() {
    let refuse =
        |code, retry_after_ms| ServerMsg::Error(ErrorBody { code, message: String::new(), retry_after_ms, room: None });
    for (code, why) in [
        (ErrorCode::Unauthenticated, SessionEnd::Unauthenticated),
        (ErrorCode::UnsupportedVersion, SessionEnd::Incompatible),
    ] {
        let mut bench = Bench::new(config());
        bench.feed(SessionIn::Opened);
        bench.frame(None, None, 0, refuse(code, None));
        assert_eq!(bench.told().last(), Some(&SessionOut::Ended(why)));
    }
    let mut bench = Bench::new(config());
    bench.feed(SessionIn::Opened);
    bench.told();
    bench.frame(None, None, 0, refuse(ErrorCode::Busy, Some(7_000)));
    bench.pass(6_999);
    assert!(!opened(&bench.told()));
    bench.pass(2_000);
    assert!(opened(&bench.told()));
    bench.feed(SessionIn::Opened);
    bench.frame(None, None, 0, refuse(ErrorCode::ShuttingDown, None));
    bench.told();
    bench.pass(4_000);
    assert!(opened(&bench.told()), "another server may be there at once");
    bench.feed(SessionIn::Opened);
    bench.told();
    let taken = refuse(ErrorCode::HandleTaken, None);
    bench.frame(None, None, 0, taken.clone());
    assert_eq!(bench.told(), [SessionOut::Message(Box::new(taken))]);
}

#[test]
fn giving_up_ends_the_session() {
    let mut bench = Bench::new(SessionConfig { give_up_after: Some(30_000), ..config() });
    bench.command(1, leave());
    bench.feed(SessionIn::Opened);
    bench.welcome(ResumeOutcome::Fresh, 0);
    bench.feed(SessionIn::Visible(false));
    bench.pass(100_000);
    bench.told();
    let lost = bench.now;
    bench.feed(SessionIn::Closed { code: 1006 });
    while bench.session.deadline().is_some() {
        bench.pass(100);
        bench.feed(SessionIn::Closed { code: 1006 });
    }
    assert_eq!(bench.now - lost, 30_000);
    assert_eq!(bench.told().last(), Some(&SessionOut::Ended(SessionEnd::GaveUp)));
}

#[test]
fn disconnecting_says_bye() {
    let mut bench = Bench::online();
    bench.feed(SessionIn::Disconnect);
    let told = bench.told();
    assert!(matches!(&told[0], SessionOut::Send(frame) if frame.m == ClientMsg::Bye && frame.n.is_none()));
    assert_eq!(told[1], SessionOut::Close { code: CloseCode::Normal });
    assert_eq!(told.last(), Some(&SessionOut::Ended(SessionEnd::ByUser)));
    let mut bench = Bench::new(config());
    bench.told();
    bench.feed(SessionIn::Disconnect);
    assert_eq!(bench.told()[0], SessionOut::Close { code: CloseCode::Normal });
}
