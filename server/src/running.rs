//! A server from its first request to its last.

use crate::{
    Config, Error, gate, hub_driver::HubDriver, router, services::HubServices, shutdown::Stages, ws::SocketContext,
};
use axum::serve::ListenerExt;
use multirtc::{core::hub::HubIn, protocol::CloseCode};
use std::{future::IntoFuture, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{interval, timeout},
};
use tokio_util::{sync::DropGuard, task::TaskTracker};

/// How long sockets have for their last words.
const SOCKETS_MOST: Duration = Duration::from_secs(6);
/// How long requests that are being answered have.
const REQUESTS_MOST: Duration = Duration::from_secs(3);

/// The way to start a server.
#[derive(Debug)]
pub struct Server;

impl Server {
    /// Starts listening, and everything behind it, on the current Tokio runtime.
    ///
    /// # Errors
    /// [`Error::Bind`] if the address cannot be had, [`Error::Randomness`] if the operating system has none.
    pub async fn bind(config: Config) -> Result<Running, Error> {
        let driver = Arc::new(HubDriver::new(&config)?);
        let listener =
            TcpListener::bind(config.listen).await.map_err(|source| Error::Bind { address: config.listen, source })?;
        let address = listener.local_addr().map_err(|source| Error::Bind { address: config.listen, source })?;

        let stages = Stages::default();
        let tracker = TaskTracker::new();
        let services = Arc::new(HubServices::new(driver.clone(), &config));
        let context = Arc::new(SocketContext::new(&config, driver.clone(), stages.clone(), tracker.clone())?);
        let service = router::router(context.clone(), services).into_make_service_with_connect_info::<SocketAddr>();

        // Signaling is small frames that somebody waits for.
        let listener = listener.tap_io(|stream: &mut TcpStream| {
            let _ = stream.set_nodelay(true);
        });
        let serving = axum::serve(listener, service)
            .with_graceful_shutdown(stages.listener.clone().cancelled_owned())
            .into_future();
        let http = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the listener failed");
            }
        });
        tokio::spawn(stages.listener.clone().run_until_cancelled_owned(driver.clone().follow_deadlines()));
        tokio::spawn(stages.listener.clone().run_until_cancelled_owned(driver.clone().hash_passwords()));
        tokio::spawn(stages.listener.clone().run_until_cancelled_owned(async move {
            let mut minutes = interval(gate::FORGET_EVERY);
            loop {
                minutes.tick().await;
                context.gate.forget_idle();
            }
        }));
        tracing::info!("listening");
        Ok(Running {
            address,
            going_away_ms: config.going_away_ms,
            driver,
            tracker,
            http,
            _ends: [
                stages.draining.clone().drop_guard(),
                stages.sockets.clone().drop_guard(),
                stages.listener.clone().drop_guard(),
            ],
            stages,
        })
    }
}

/// A server that runs; dropping it ends it without waiting for anybody.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    going_away_ms: u32,
    driver: Arc<HubDriver>,
    stages: Stages,
    tracker: TaskTracker,
    http: JoinHandle<()>,
    _ends: [DropGuard; 3],
}

impl Running {
    /// Where it listens; the port is the real one if 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends in order, within ten seconds: probes and upgrades are refused, everybody is told `GoingAway` and then
    /// closed with 4012, requests being answered are finished.
    pub async fn shutdown(mut self) {
        let counts = self.driver.counts();
        tracing::info!(sockets = counts.sockets, rooms = counts.rooms, "draining");
        self.stages.draining.cancel();
        // A failure is logged; sockets are closed all the same.
        let _ = self.driver.handle(HubIn::Drain { in_ms: self.going_away_ms });
        self.stages.sockets.cancel();
        self.tracker.close();
        if timeout(SOCKETS_MOST, self.tracker.wait()).await.is_err() {
            tracing::warn!(
                sockets = self.tracker.len(),
                code = CloseCode::Draining.code(),
                "sockets did not close in time"
            );
        }
        self.stages.listener.cancel();
        if timeout(REQUESTS_MOST, &mut self.http).await.is_err() {
            self.http.abort();
            tracing::warn!("requests did not end in time");
        }
        tracing::info!("stopped");
    }
}
