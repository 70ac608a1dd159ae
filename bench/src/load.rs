//! Many clients that write at an even pace.

use crate::{Result, client::Client, process::Server};
use futures::{StreamExt, TryStreamExt, future::try_join_all, stream};
use std::{
    sync::{PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};
use tokio::time::{MissedTickBehavior, interval_at, sleep};

/// Rooms that are entered at the same time.
const AT_ONCE: usize = 32;

/// Everybody on one server.
pub struct Crowd {
    clients: Vec<Client>,
}

impl Crowd {
    /// Fills so many rooms with two each.
    pub async fn gather(server: &Server, name: &str, rooms: usize) -> Result<Self> {
        let start = Instant::now();
        let pairs = stream::iter(0..rooms).map(|room| async move {
            let name = format!("{name}-{room}");
            Client::pair(server, &name, start).await
        });
        let pairs: Vec<[Client; 2]> = pairs.buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(Self { clients: pairs.into_iter().flatten().collect() })
    }

    /// Has everybody send so many messages a second altogether, spread evenly, and returns how many arrived.
    pub async fn talk(&mut self, per_second: u32, duration: Duration) -> Result<u64> {
        let before = self.arrived();
        let people = u32::try_from(self.clients.len())?;
        let pause = Duration::from_secs(people.into()) / per_second;
        let each = u32::try_from(duration.as_nanos() / pause.as_nanos())?;
        let now = tokio::time::Instant::now();
        let writing = self.clients.iter_mut().zip(0_u32..).map(|(client, number)| async move {
            let mut beat = interval_at(now + pause * number / people, pause);
            beat.set_missed_tick_behavior(MissedTickBehavior::Burst);
            for _ in 0..each {
                beat.tick().await;
                client.signal().await?;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        });
        try_join_all(writing).await?;
        let sent = u64::from(each) * u64::from(people);
        // The last ones are on their way.
        for _ in 0..500 {
            if self.arrived() - before >= sent {
                break;
            }
            sleep(Duration::from_millis(10)).await;
        }
        let arrived = self.arrived() - before;
        if self.clients.iter().any(|client| client.seen.failed.load(Ordering::Relaxed)) || arrived != sent {
            return Err(format!("{arrived} of {sent} messages arrived").into());
        }
        Ok(arrived)
    }

    /// Has the times of messages kept from now on.
    pub fn keep_times(&self) {
        for client in &self.clients {
            client.seen.timing.store(true, Ordering::Relaxed);
        }
    }

    /// The times kept, in microseconds, sorted.
    pub fn times(&self) -> Vec<u32> {
        let of = |client: &Client| client.seen.micros.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut times: Vec<u32> = self.clients.iter().flat_map(of).collect();
        times.sort_unstable();
        times
    }

    fn arrived(&self) -> u64 {
        self.clients.iter().map(|client| client.seen.messages.load(Ordering::Relaxed)).sum()
    }
}
