//! Frames at random, a thousand a second: nobody else notices.

use crate::{
    client::Client,
    garbage::{Dice, commands, random_message},
    process::{self, UNLIMITED, resident},
    world::Pair,
};
use futures::FutureExt;
use multirtc::protocol::*;
use std::{net::SocketAddr, time::Duration, time::Instant};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

/// Between two frames of one who throws them.
const PAUSE: Duration = Duration::from_millis(4);
/// Throwers, 250 a second each.
const THROWERS: u64 = 4;
/// Round trips in one window.
const WINDOW: u32 = 150;
/// What memory may grow by, in KiB, between the first noise and the last.
const SLOPE_KIB: i64 = 4 * 1024;

/// Throws frames at one server or the other for as long as it is told which; comes back when it is shown out.
///
/// Returns how many it threw at the second.
async fn throw(
    servers: [SocketAddr; 2],
    commands: &[serde_json::Value],
    seed: u64,
    target: watch::Receiver<usize>,
) -> u32 {
    let mut dice = Dice(seed);
    let mut clients =
        [Client::hello(servers[0], "noise", "Eve").await, Client::hello(servers[1], "noise", "Eve").await];
    let mut beat = interval(PAUSE);
    beat.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut thrown = [0; 2];
    while target.has_changed().is_ok() {
        beat.tick().await;
        let which = *target.borrow();
        let client = &mut clients[which];
        thrown[which] += 1;
        let message = random_message(commands, thrown[which], &mut dice);
        let mut ended = client.try_send(message).await.is_err();
        while let Some(frame) = client.receive().now_or_never() {
            ended |= frame.is_err();
            if ended {
                break;
            }
        }
        if ended {
            *client = Client::hello(servers[which], "noise", "Eve").await;
        }
    }
    thrown[1]
}

/// The median time of a frame to the hub and its answer back, in microseconds.
async fn round_trip(pair: &mut Pair) -> u128 {
    let mut times = Vec::new();
    for nonce in 0..WINDOW {
        let start = Instant::now();
        pair.a.send_frame(&ClientFrame { n: None, ack: 0, m: ClientMsg::Ping { nonce } }).await;
        assert_eq!(pair.a.next().await.m, ServerMsg::Pong { nonce });
        times.push(start.elapsed().as_micros());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    pair.assert_undisturbed("after a window").await;
    times.sort_unstable();
    times[times.len() / 2]
}

/// Windows without and with noise in turn, and the medians of both.
///
/// The machine is as busy in both: without noise, the frames are thrown at another server.
async fn compare(windows: usize) {
    let (_elsewhere, elsewhere) = process::start(&UNLIMITED).await;
    let (child, address) = process::start(&UNLIMITED).await;
    let mut pair = Pair::meet(address, "noise", "bystanders", 2).await;
    let commands = commands(&pair);
    let (switch, target) = watch::channel(0);
    let throwers: Vec<_> = (0..THROWERS)
        .map(|seed| {
            let (commands, target) = (commands.clone(), target.clone());
            tokio::spawn(async move { throw([elsewhere, address], &commands, seed, target).await })
        })
        .collect();
    let (mut quiet, mut loud, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..windows {
        quiet.push(round_trip(&mut pair).await);
        switch.send(1).unwrap();
        loud.push(round_trip(&mut pair).await);
        switch.send(0).unwrap();
        memory.push(resident(&child));
    }
    drop(switch);
    let mut thrown = 0;
    for thrower in throwers {
        thrown += thrower.await.unwrap();
    }
    assert!(thrown > WINDOW * u32::try_from(windows).unwrap() / 2, "{thrown} frames are no noise");
    let median = |times: &[u128]| {
        let mut times = times.to_vec();
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (idle, busy) = (median(&quiet), median(&loud));
    assert!(busy < 2 * idle, "{busy} us with noise, {idle} us without: {loud:?}, {quiet:?}");
    let grown = memory.last().unwrap() - memory.first().unwrap();
    assert!(grown <= SLOPE_KIB, "{grown} KiB more: {memory:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c28_a_thousand_frames_at_random_a_second_slow_nobody_down() {
    compare(5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes; run by `make soak`"]
async fn c28_noise_for_minutes_slows_nobody_down() {
    compare(200).await;
}
