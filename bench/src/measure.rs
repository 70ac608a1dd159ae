//! The three measurements, each of both servers.

use crate::{Result, load::Crowd, process::Server, report::Both};
use std::time::Duration;
use tokio::time::sleep;

/// Rooms of two.
const ROOMS: usize = 100;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(5);
/// Messages a second of all together: below the 60 a second that one end of a link may send.
const FAST: u32 = 8_000;
const CALM: u32 = 2_000;
const CALM_TIME: Duration = Duration::from_secs(10);
/// Rooms of two for sockets that say nothing.
const IDLE_ROOMS: usize = 2_500;
/// Rooms on a server before its memory is looked at: the first sockets also pay for what all share.
const FIRST_ROOMS: usize = 50;

/// How long messages take.
#[derive(Debug, Clone, Copy)]
pub struct Latency {
    pub median_ms: f64,
    pub p99_ms: f64,
}

/// Messages a second of processor time: medians of rounds in turn.
pub async fn cost(ours: &Server, bare: &Server) -> Result<Both<f64>> {
    let mut crowds =
        Both { ours: Crowd::gather(ours, "cost", ROOMS).await?, bare: Crowd::gather(bare, "cost", ROOMS).await? };
    let mut rounds = Both { ours: Vec::new(), bare: Vec::new() };
    for _ in 0..ROUNDS {
        rounds.ours.push(round(ours, &mut crowds.ours).await?);
        rounds.bare.push(round(bare, &mut crowds.bare).await?);
    }
    Ok(rounds.map(median))
}

async fn round(server: &Server, crowd: &mut Crowd) -> Result<f64> {
    crowd.talk(FAST, ROUND / 10).await?;
    let before = server.cpu()?;
    let messages = crowd.talk(FAST, ROUND).await?;
    let spent = server.cpu()?.saturating_sub(before);
    Ok(f64::from(u32::try_from(messages)?) / spent.as_secs_f64())
}

/// How long messages take at a pace that is no trouble, one server after the other.
pub async fn latency(ours: &Server, bare: &Server) -> Result<Both<Latency>> {
    Ok(Both { ours: latency_of(ours).await?, bare: latency_of(bare).await? })
}

async fn latency_of(server: &Server) -> Result<Latency> {
    let mut crowd = Crowd::gather(server, "calm", ROOMS).await?;
    crowd.talk(CALM, CALM_TIME / 10).await?;
    crowd.keep_times();
    crowd.talk(CALM, CALM_TIME).await?;
    let times = crowd.times();
    let at = |hundredths: usize| times.get(times.len() * hundredths / 100).map_or(f64::NAN, |us| f64::from(*us) / 1e3);
    Ok(Latency { median_ms: at(50), p99_ms: at(99) })
}

/// Bytes of memory one more idle socket takes.
pub async fn idle(ours: &Server, bare: &Server) -> Result<Both<f64>> {
    Ok(Both { ours: idle_of(ours).await?, bare: idle_of(bare).await? })
}

async fn idle_of(server: &Server) -> Result<f64> {
    let _first = Crowd::gather(server, "first", FIRST_ROOMS).await?;
    let before = server.resident()?;
    let crowd = Crowd::gather(server, "idle", IDLE_ROOMS).await?;
    // What was needed for entering is given back by then.
    sleep(Duration::from_secs(1)).await;
    let grown = server.resident()? - before;
    drop(crowd);
    Ok(grown / f64::from(2 * u32::try_from(IDLE_ROOMS)?))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
