//! The hub and what it needs from the world: a clock, randomness, a timer, and somewhere to put what it says.
//!
//! One lock around a plain value, held for microseconds and never across an await. What the hub says is serialised
//! and queued under a second lock that is taken before the first is released: frames keep their order, and the next
//! input is worked on meanwhile. Passwords are hashed outside of both.

use crate::{
    Config, Error,
    fingerprint::Fingerprint,
    lock,
    outbound::Outbound,
    password_hasher::{PasswordHasher, Task},
    turn::TurnServers,
};
use multirtc::{
    core::{
        Machine, Millis,
        hub::{Entropy, Hub, HubConfig, HubCounts, HubIn, HubOut, PasswordResult, SocketId},
    },
    protocol::{CreateRoom, ErrorBody, LobbyFilter, LobbyId, RoomId, RoomInfo, ServerFrame},
};
use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

/// WebSocket's own code for "something went wrong here" (RFC 6455, 7.4.1).
pub(crate) const INTERNAL_ERROR: u16 = 1011;

/// The hub of this process.
pub(crate) struct HubDriver {
    started: Instant,
    engine: Mutex<Engine>,
    sockets: Mutex<HashMap<SocketId, Arc<Outbound>>>,
    next_socket: AtomicU64,
    hasher: PasswordHasher,
    rearm: Notify,
}

struct Engine {
    hub: Hub,
    armed: Option<Millis>,
}

/// Randomness of the operating system.
struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // It worked at the start. Ids and tokens that can be guessed would be worse than no server.
            tracing::error!(%error, "no randomness from the operating system");
            std::process::abort();
        }
    }
}

/// The hub failed at an input; what it had said until then is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HubFailed;

impl HubDriver {
    /// A hub without rooms, with the clock at zero.
    pub(crate) fn new(config: &Config) -> Result<Self, Error> {
        getrandom::fill(&mut [0; 32]).map_err(Error::Randomness)?;
        Self::with_entropy(config, Box::new(OsEntropy))
    }

    pub(crate) fn with_entropy(config: &Config, entropy: Box<dyn Entropy + Send>) -> Result<Self, Error> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let hub_config = HubConfig {
            epoch_ms: u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX),
            ice: config.ice_servers(),
            relays: TurnServers::configured(config)?,
            limits: config.limits(),
            passwords: true,
            ..HubConfig::default()
        };
        Ok(Self {
            started: Instant::now(),
            engine: Mutex::new(Engine { hub: Hub::new(hub_config, entropy), armed: None }),
            sockets: Mutex::default(),
            next_socket: AtomicU64::new(1),
            hasher: PasswordHasher::default(),
            rearm: Notify::new(),
        })
    }

    /// Makes a new socket known to the hub, and where it came from; its queue is where the hub's frames arrive.
    pub(crate) fn open(&self, from: Fingerprint) -> (SocketId, Arc<Outbound>) {
        let socket = SocketId(self.next_socket.fetch_add(1, Ordering::Relaxed));
        let outbound = Arc::new(Outbound::default());
        lock(&self.sockets).insert(socket, outbound.clone());
        // A failure is logged, and shows with the first frame.
        let _ = self.with_hub(|hub, now, out| {
            hub.handle(HubIn::Opened { socket }, now, out);
            hub.handle(HubIn::Origin { socket, address: from.address, browser: from.browser }, now, out);
        });
        (socket, outbound)
    }

    /// Takes a socket away; nothing is queued for it any more.
    pub(crate) fn close(&self, socket: SocketId, clean: bool) {
        lock(&self.sockets).remove(&socket);
        let _ = self.handle(HubIn::Closed { socket, clean });
    }

    /// Gives the hub one input and carries out what it says.
    ///
    /// # Errors
    /// [`HubFailed`] if it panicked, which is a bug; it goes on with the next input.
    pub(crate) fn handle(&self, input: HubIn) -> Result<(), HubFailed> {
        self.with_hub(|hub, now, out| hub.handle(input, now, out))
    }

    /// Works on the hub under its lock, then queues what it said and arms the timer.
    fn with_hub<T>(&self, work: impl FnOnce(&mut Hub, Millis, &mut Vec<HubOut>) -> T) -> Result<T, HubFailed> {
        let mut out = Vec::new();
        let mut engine = lock(&self.engine);
        // Read under the lock: the hub's time never goes backwards.
        let now = self.now();
        let result = catch_unwind(AssertUnwindSafe(|| work(&mut engine.hub, now, &mut out)));
        let deadline = engine.hub.deadline();
        let rearm = deadline != std::mem::replace(&mut engine.armed, deadline);
        let sockets = lock(&self.sockets);
        drop(engine);
        let turned_away = dispatch(&sockets, &self.hasher, out);
        drop(sockets);
        if rearm {
            self.rearm.notify_one();
        }
        for job in turned_away {
            let _ = self.handle(HubIn::PasswordResult { job, result: PasswordResult::Busy });
        }
        result.map_err(|_| {
            tracing::error!("the hub failed at an input");
            HubFailed
        })
    }

    fn now(&self) -> Millis {
        Millis::try_from(self.started.elapsed().as_millis()).unwrap_or(Millis::MAX)
    }

    /// Ticks the hub whenever it wants to be; never returns.
    pub(crate) async fn follow_deadlines(self: Arc<Self>) {
        loop {
            let armed = lock(&self.engine).armed;
            let Some(deadline) = armed else {
                self.rearm.notified().await;
                continue;
            };
            // At most a thousand ticks a second, whatever the hub asks for.
            let at = (self.started + Duration::from_millis(deadline)).max(Instant::now() + Duration::from_millis(1));
            tokio::select! {
                () = self.rearm.notified() => {}
                () = sleep_until(at) => { let _ = self.handle(HubIn::Tick); }
            }
        }
    }

    /// Hashes and compares the passwords the hub asks about; never returns.
    pub(crate) async fn hash_passwords(self: Arc<Self>) {
        let driver = self.clone();
        let answer = move |job, result| {
            let _ = driver.handle(HubIn::PasswordResult { job, result });
        };
        self.hasher.work(answer).await;
    }

    /// Sockets, sessions, rooms and members now.
    pub(crate) fn counts(&self) -> HubCounts {
        lock(&self.engine).hub.counts()
    }

    /// What an outsider may know of a room.
    pub(crate) fn summary(&self, lobby: &LobbyId, room: &RoomId) -> Option<RoomInfo> {
        lock(&self.engine).hub.summary(lobby, room)
    }

    /// The public rooms of a lobby.
    pub(crate) fn listed(&self, lobby: &LobbyId) -> Vec<RoomInfo> {
        let everything = LobbyFilter { tags: BTreeSet::new(), text: None, only_joinable: false };
        lock(&self.engine).hub.listed(lobby, &everything)
    }

    /// Makes a room nobody is in yet.
    pub(crate) fn create_empty_room(
        &self,
        lobby: LobbyId,
        room: CreateRoom,
    ) -> Result<Result<RoomId, ErrorBody>, HubFailed> {
        self.with_hub(|hub, now, _| hub.create_empty_room(lobby, room, now))
    }
}

impl fmt::Debug for HubDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubDriver").finish_non_exhaustive()
    }
}

/// Passes on what the hub said; returns the passwords nobody has time for.
fn dispatch(sockets: &HashMap<SocketId, Arc<Outbound>>, hasher: &PasswordHasher, out: Vec<HubOut>) -> Vec<u64> {
    let mut turned_away = Vec::new();
    let mut hash = |job, task| {
        if hasher.submit(job, task).is_err() {
            turned_away.push(job);
        }
    };
    for output in out {
        match output {
            HubOut::Send { socket, frame } => {
                let Some(outbound) = sockets.get(&socket) else { continue };
                match serde_json::to_string::<ServerFrame>(&frame) {
                    Ok(text) => outbound.push(text),
                    Err(error) => {
                        tracing::error!(socket.id = socket.0, %error, "a frame could not be serialised");
                        outbound.close(INTERNAL_ERROR);
                    }
                }
            }
            HubOut::Close { socket, code } => {
                if let Some(outbound) = sockets.get(&socket) {
                    outbound.close(code.code());
                }
            }
            HubOut::HashPassword { job, password } => hash(job, Task::Hash { password }),
            HubOut::VerifyPassword { job, password, hash: known } => hash(job, Task::Verify { password, hash: known }),
        }
    }
    turned_away
}

#[cfg(test)]
#[expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
