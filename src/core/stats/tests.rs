use super::*;
use crate::protocol::LinkId;
use proptest::prelude::*;

fn sample(at: u64) -> Sample {
    Sample { at, connection: LinkId(1), alive: true, inbound: Vec::new(), outbound: Vec::new(), route: None }
}

fn inbound(id: &str, bytes: f64, packets: f64) -> Inbound {
    Inbound { id: id.to_owned(), bytes, packets, ..Inbound::default() }
}

/// A second of a call: 100 kbit/s arrive, 200 are sent, 12 pictures, 5 of 50 packets lost.
fn call(second: u32) -> Sample {
    let seconds = f64::from(second);
    let picture = Inbound {
        video: true,
        lost: 5.0 * seconds,
        jitter: 0.004,
        frames: 12.0 * seconds,
        codec: "video/VP8".to_owned(),
        ..inbound("v", 12_500.0 * seconds, 45.0 * seconds)
    };
    let voice = Outbound {
        id: "a".to_owned(),
        bytes: 25_000.0 * seconds,
        codec: "audio/opus".to_owned(),
        limited_by: Limit::Cpu,
        lost_share: 0.02,
        ..Outbound::default()
    };
    let route = Route { rtt: Some(0.035), local: "host".to_owned(), remote: "srflx".to_owned(), ..Route::default() };
    Sample { inbound: vec![picture], outbound: vec![voice], route: Some(route), ..sample(u64::from(second) * 1000) }
}

#[test]
fn two_samples_make_rates() {
    let mut digest = Digest::default();
    let first = digest.take(call(10));
    assert_eq!((first.send_kbps, first.recv_kbps, first.fps), (0.0, 0.0, 0.0));
    let stats = digest.take(call(12));
    let expected = LinkStats {
        rtt_ms: Some(35.0),
        send_kbps: 200.0,
        recv_kbps: 100.0,
        loss: 0.1,
        jitter_ms: 4.0,
        fps: 12.0,
        relayed: false,
        codec_video: "VP8".to_owned(),
        codec_audio: "opus".to_owned(),
        limited_by: Limit::Cpu,
    };
    assert_eq!(stats, expected);
}

#[test]
fn a_rebuilt_connection_begins_anew_though_its_counters_are_higher() {
    let mut digest = Digest::default();
    digest.take(call(1));
    let stats = digest.take(Sample { connection: LinkId(2), ..call(100) });
    assert_eq!((stats.send_kbps, stats.recv_kbps, stats.loss), (0.0, 0.0, 0.02));
    let stats = digest.take(Sample { connection: LinkId(2), ..call(101) });
    assert_eq!((stats.send_kbps, stats.recv_kbps), (200.0, 100.0));
}

#[test]
fn a_counter_that_jumps_back_begins_anew() {
    let mut digest = Digest::default();
    digest.take(call(10));
    let stats = digest.take(Sample { at: 12_000, ..call(3) });
    assert_eq!((stats.send_kbps, stats.recv_kbps, stats.fps, stats.loss), (0.0, 0.0, 0.0, 0.02));
}

#[test]
fn one_stream_that_begins_anew_takes_nothing_from_the_others() {
    let sent = |id: &str, bytes: f64| Outbound { id: id.to_owned(), bytes, ..Outbound::default() };
    let both = |at, old: f64, new: f64| Sample {
        inbound: vec![inbound("a", old, old), inbound("b", new, 0.0)],
        outbound: vec![sent("a", old), sent("b", new)],
        ..sample(at)
    };
    let mut digest = Digest::default();
    digest.take(both(1000, 1000.0, 0.0));
    let stats = digest.take(both(2000, 10.0, 250.0));
    assert_eq!((stats.send_kbps, stats.recv_kbps), (2.0, 2.0));
}

#[test]
fn what_was_not_there_before_makes_no_rate() {
    let mut digest = Digest::default();
    digest.take(Sample { inbound: vec![inbound("old", 1.0, 1.0)], ..sample(1000) });
    let stats =
        digest.take(Sample { inbound: vec![inbound("new", 1e9, 1e6), inbound("old", 251.0, 2.0)], ..sample(2000) });
    assert!((stats.recv_kbps - 2.0).abs() < 1e-6, "{stats:?}");
}

#[test]
fn a_place_that_nothing_goes_through_has_no_codec_and_needs_no_bandwidth() {
    let mut digest = Digest::default();
    for second in 1..4 {
        let idle = Outbound { id: "v".to_owned(), video: true, codec: "video/VP9".to_owned(), ..Outbound::default() };
        let mut sample = Sample { inbound: Vec::new(), ..call(second) };
        sample.outbound.push(idle);
        sample.route.iter_mut().for_each(|route| route.available = Some(50_000.0));
        assert_eq!(digest.take(sample).codec_video, "");
    }
    assert_eq!(digest.quality(), Quality::Good);
}

#[test]
fn either_end_may_be_relayed() {
    for (local, remote, relayed) in [("relay", "host", true), ("host", "relay", true), ("srflx", "prflx", false)] {
        let route = Route { local: local.to_owned(), remote: remote.to_owned(), ..Route::default() };
        assert_eq!(Digest::default().take(Sample { route: Some(route), ..sample(0) }).relayed, relayed);
    }
}

#[test]
fn the_other_sides_reports_tell_the_round_trip_where_the_browser_does_not() {
    let heard = Outbound { rtt: Some(0.2), ..Outbound::default() };
    let stats = Digest::default().take(Sample { outbound: vec![heard], ..sample(0) });
    assert_eq!(stats.rtt_ms, Some(200.0));
}

/// A sample that alone would be of that quality.
fn of(quality: Quality, at: u64) -> Sample {
    let rtt = match quality {
        Quality::Fair => 0.3,
        Quality::Poor => 0.8,
        _ => 0.01,
    };
    let route = Some(Route { rtt: Some(rtt), ..Route::default() });
    Sample { alive: quality != Quality::Lost, route, ..sample(at) }
}

#[test]
fn two_of_three_samples_decide() {
    use Quality::{Fair, Good, Lost, Poor, Unknown};
    let mut digest = Digest::default();
    let story = [
        (Good, Unknown),
        (Good, Good),
        (Poor, Good),
        (Good, Good),
        (Poor, Poor),
        (Fair, Poor),
        (Lost, Poor),
        (Lost, Lost),
        (Good, Lost),
        (Good, Good),
    ];
    for (at, (alone, then)) in story.into_iter().enumerate() {
        digest.take(of(alone, at as u64 * 2000));
        assert_eq!(digest.quality(), then, "after sample {at}");
    }
}

#[test]
fn loss_freezes_and_a_narrow_line_are_noticed() {
    let judged = |change: &dyn Fn(&mut Sample)| {
        let mut digest = Digest::default();
        for second in 1..4 {
            let mut sample = call(second);
            for stream in &mut sample.inbound {
                stream.lost = 0.0;
            }
            change(&mut sample);
            digest.take(sample);
        }
        digest.quality()
    };
    let seconds = |sample: &Sample| sample.at as f64 / 1000.0;
    let narrow = |bits: f64, video: bool| {
        move |sample: &mut Sample| {
            sample.outbound.iter_mut().for_each(|stream| stream.video = video);
            sample.route.iter_mut().for_each(|route| route.available = Some(bits));
        }
    };
    assert_eq!(judged(&|_| ()), Quality::Good);
    assert_eq!(judged(&|sample| sample.outbound[0].lost_share = 0.05), Quality::Fair);
    assert_eq!(judged(&|sample| sample.inbound[0].lost = 45.0 * seconds(sample)), Quality::Poor);
    assert_eq!(judged(&|sample| sample.inbound[0].freezes = seconds(sample)), Quality::Fair);
    assert_eq!(judged(&|sample| sample.inbound[0].freezes = 2.0 * seconds(sample)), Quality::Poor);
    assert_eq!(judged(&narrow(200_000.0, true)), Quality::Fair);
    assert_eq!(judged(&narrow(50_000.0, true)), Quality::Poor);
    // Speech needs no more.
    assert_eq!(judged(&narrow(50_000.0, false)), Quality::Good);
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..1e9f64, -1e3..1e3f64, Just(f64::NAN), Just(f64::INFINITY), Just(f64::MAX)]
}

fn any_sample() -> impl Strategy<Value = Sample> {
    let stream = ("[ab]", any::<bool>(), prop::collection::vec(number(), 6)).prop_map(|(id, video, numbers)| Inbound {
        id,
        video,
        bytes: numbers[0],
        packets: numbers[1],
        lost: numbers[2],
        jitter: numbers[3],
        frames: numbers[4],
        freezes: numbers[5],
        ..Inbound::default()
    });
    let sent = ("[ab]", number(), number(), prop::option::of(number()))
        .prop_map(|(id, bytes, lost_share, rtt)| Outbound { id, bytes, lost_share, rtt, ..Outbound::default() });
    let streams = (prop::collection::vec(stream, 0..3), prop::collection::vec(sent, 0..3));
    (0..10_000u64, 0..2u64, any::<bool>(), streams).prop_map(|(at, connection, alive, (inbound, outbound))| Sample {
        connection: LinkId(connection),
        alive,
        inbound,
        outbound,
        ..sample(at)
    })
}

proptest! {
    /// Whatever a browser counts, no figure is negative, infinite or not a number.
    #[test]
    fn no_figure_is_absurd(samples in prop::collection::vec(any_sample(), 1..20)) {
        let mut digest = Digest::default();
        for sample in samples {
            let stats = digest.take(sample);
            let figures = [stats.send_kbps, stats.recv_kbps, stats.loss, stats.jitter_ms, stats.fps];
            for figure in figures.into_iter().chain(stats.rtt_ms) {
                prop_assert!(figure.is_finite() && figure >= 0.0, "{stats:?}");
            }
            prop_assert!(stats.loss <= 1.0, "{stats:?}");
        }
    }

    /// The rate is never more than what came in all, over the time it came in.
    #[test]
    fn no_rate_is_more_than_was_counted(counters in prop::collection::vec(0.0..1e9f64, 2..20)) {
        let mut digest = Digest::default();
        for (second, bytes) in counters.into_iter().enumerate() {
            let streams = vec![inbound("a", bytes, 0.0)];
            let stats = digest.take(Sample { inbound: streams, ..sample(second as u64 * 1000) });
            prop_assert!(f64::from(stats.recv_kbps) <= bytes * 8.0 / 1000.0 + 1.0);
        }
    }
}
