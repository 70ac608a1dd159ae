//! `GET /ws`: who gets a socket.

use crate::{
    Config,
    client_address::{ClientAddress, Network},
    config::Heartbeat,
    gate::Gate,
    hub_driver::HubDriver,
    origin::OriginPolicy,
    shutdown::Stages,
    socket,
};
use axum::{
    Router,
    extract::{ConnectInfo, State, WebSocketUpgrade},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use multirtc::protocol::{SUBPROTOCOL, limits};
use std::{net::SocketAddr, sync::Arc};
use tokio_util::task::TaskTracker;

/// Bytes a socket's read buffer starts with: most frames fit, and idle sockets stay small.
const READ_BUFFER_BYTES: usize = 4 * 1024;
/// Bytes gathered before writing; the end of the queue always writes.
const WRITE_BUFFER_BYTES: usize = 16 * 1024;

/// What all sockets share.
pub(crate) struct SocketContext {
    pub(crate) driver: Arc<HubDriver>,
    pub(crate) gate: Gate,
    pub(crate) origins: OriginPolicy,
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) heartbeat: Heartbeat,
    pub(crate) frames_per_second: u32,
    pub(crate) stages: Stages,
    pub(crate) tracker: TaskTracker,
}

impl SocketContext {
    pub(crate) fn new(config: &Config, driver: Arc<HubDriver>, stages: Stages, tracker: TaskTracker) -> Self {
        Self {
            driver,
            gate: Gate::new(config.sockets_per_address, config.upgrades_per_minute, config.posts_per_minute),
            origins: OriginPolicy::new(config.allow_origins.clone(), config.public_origin.clone()),
            trusted_proxies: config.trusted_proxies.clone(),
            heartbeat: config.heartbeat,
            frames_per_second: config.frames_per_second,
            stages,
            tracker,
        }
    }
}

/// The route.
pub(crate) fn router(context: Arc<SocketContext>) -> Router {
    Router::new().route("/ws", any(upgrade)).with_state(context)
}

/// Upgrades a page of ours that speaks our protocol from an address that has room for one more.
async fn upgrade(
    State(context): State<Arc<SocketContext>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if context.stages.draining.is_cancelled() {
        let retry_after = [(header::RETRY_AFTER, "1")];
        return (StatusCode::SERVICE_UNAVAILABLE, retry_after, "this server is shutting down").into_response();
    }
    if !context.origins.admits(&headers) {
        return (StatusCode::FORBIDDEN, "pages of this origin may not connect").into_response();
    }
    let upgrade = upgrade.protocols([SUBPROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        return (StatusCode::BAD_REQUEST, "ask for the subprotocol mc.v1.json").into_response();
    }
    let seat = match context.gate.enter(ClientAddress::of(peer.ip(), &headers, &context.trusted_proxies)) {
        Ok(seat) => seat,
        Err(refusal) => return refusal.into_response(),
    };
    // Taken now, so that a shutdown between here and the first frame waits for this socket too.
    let tracked = context.tracker.token();
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_frame_size(limits::FRAME_HARD_BYTES)
        .max_message_size(limits::FRAME_HARD_BYTES)
        .on_upgrade(async move |stream| {
            socket::serve(stream, &context).await;
            drop((seat, tracked));
        })
}
