//! `GET /ws`: who gets a socket.

use crate::{
    Config, Error,
    client_address::{ClientAddress, Network},
    config::Heartbeat,
    fingerprint::Fingerprints,
    gate::Gate,
    hub_driver::HubDriver,
    origin::OriginPolicy,
    shutdown::Stages,
    socket,
};
use axum::{
    Router,
    extract::{ConnectInfo, State, WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, StatusCode, header},
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
    pub(crate) fingerprints: Fingerprints,
    pub(crate) origins: OriginPolicy,
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) heartbeat: Heartbeat,
    pub(crate) frames_per_second: u32,
    pub(crate) stages: Stages,
    pub(crate) tracker: TaskTracker,
}

impl SocketContext {
    /// # Errors
    /// [`Error::Randomness`] if the operating system has none.
    pub(crate) fn new(
        config: &Config,
        driver: Arc<HubDriver>,
        stages: Stages,
        tracker: TaskTracker,
    ) -> Result<Self, Error> {
        Ok(Self {
            driver,
            fingerprints: Fingerprints::new()?,
            gate: Gate::new(config.sockets_per_address, config.upgrades_per_minute, config.posts_per_minute),
            origins: OriginPolicy::new(config.allow_origins.clone(), config.public_origin.clone()),
            trusted_proxies: config.trusted_proxies.clone(),
            heartbeat: config.heartbeat,
            frames_per_second: config.frames_per_second,
            stages,
            tracker,
        })
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
    let address = ClientAddress::of(peer.ip(), &headers, &context.trusted_proxies);
    let user_agent = headers.get(header::USER_AGENT).map_or(&[][..], HeaderValue::as_bytes);
    let from = context.fingerprints.of(address, user_agent);
    let seat = match context.gate.enter(address) {
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
            socket::serve(stream, from, &context).await;
            drop((seat, tracked));
        })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use futures::{SinkExt, StreamExt};
    use multirtc::core::hub::Entropy;
    use std::sync::atomic::{AtomicBool, Ordering};
    use tokio::net::{TcpListener, TcpStream};
    use tokio_tungstenite::{
        MaybeTlsStream, WebSocketStream, connect_async,
        tungstenite::{Message, client::IntoClientRequest},
    };

    const HELLO: &str = r#"{"m":{"t":"hello","version":{"major":1,"minor":0},"features":[],"client":"test",
        "lobby":"demo","profile":{"name":"Ada","handle":null,"avatar":null,"extra":{}},"auth":null,"resume":null}}"#;

    struct Faulty(Arc<AtomicBool>);

    impl Entropy for Faulty {
        fn fill(&mut self, bytes: &mut [u8]) {
            assert!(!self.0.load(Ordering::Relaxed), "a fault for the test");
            getrandom::fill(bytes).unwrap();
        }
    }

    type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

    async fn connect(address: SocketAddr) -> Socket {
        let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
        request.headers_mut().insert(header::ORIGIN, format!("http://{address}").parse().unwrap());
        request.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL.parse().unwrap());
        connect_async(request).await.unwrap().0
    }

    async fn ask(socket: &mut Socket, text: &str) -> Message {
        socket.send(Message::text(text)).await.unwrap();
        socket.next().await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn r14_a_panic_in_the_hub_closes_the_socket_that_caused_it() {
        let fault = Arc::new(AtomicBool::new(false));
        let config = Config::default();
        let driver = Arc::new(HubDriver::with_entropy(&config, Box::new(Faulty(fault.clone()))).unwrap());
        let context = SocketContext::new(&config, driver, Stages::default(), TaskTracker::new()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = router(Arc::new(context)).into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, service).await });

        let mut bystander = connect(address).await;
        assert!(ask(&mut bystander, HELLO).await.to_text().unwrap().contains("welcome"));
        let mut unlucky = connect(address).await;
        fault.store(true, Ordering::Relaxed);
        let code = match ask(&mut unlucky, HELLO).await {
            Message::Close(frame) => frame.map(|frame| u16::from(frame.code)),
            _ => None,
        };
        assert_eq!(code, Some(1011));
        fault.store(false, Ordering::Relaxed);
        let pong = ask(&mut bystander, r#"{"m":{"t":"ping","nonce":3}}"#).await;
        assert!(pong.to_text().unwrap().contains(r#""nonce":3"#));
        let mut newcomer = connect(address).await;
        assert!(ask(&mut newcomer, HELLO).await.to_text().unwrap().contains("welcome"));
        serving.abort();
    }
}
