//! One WebSocket from upgrade to close: frames in, queue out, heartbeat, limits.
//!
//! Everything about it runs in its own task. Four futures race: reading, writing, the heartbeat, and reasons to cut;
//! whichever ends first decides the close code, and a write that hangs is dropped with the rest.

use crate::{
    config::Heartbeat,
    fingerprint::Fingerprint,
    frame_budget::{FrameBudget, PAUSE, Verdict},
    hub_driver::{HubDriver, INTERNAL_ERROR},
    outbound::{Outbound, Parcel},
    ws::SocketContext,
};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures::{
    FutureExt, SinkExt, StreamExt,
    stream::{FuturesUnordered, SplitSink, SplitStream},
};
use multirtc::{
    core::hub::{HubIn, SocketId},
    protocol::{ClientFrame, CloseCode},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite;

/// How long a closing socket has for its close frame, and then for the answer.
const FAREWELL_MOST: Duration = Duration::from_secs(2);
/// How long what is queued may take to be written when the server stops.
const FLUSH_MOST: Duration = Duration::from_secs(1);

/// Why a socket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The other side closed it in order, or as an answer to us.
    Closed { clean: bool },
    /// The connection is gone.
    Lost,
    /// We close it; reading goes on until the answer.
    Close(u16),
    /// We close it, and nothing that comes can be understood any more.
    CloseUnread(u16),
}

/// The hub's knowledge of a socket; ends with it, however that happens.
struct Connection<'a> {
    driver: &'a HubDriver,
    socket: SocketId,
    outbound: Arc<Outbound>,
    clean: bool,
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        self.driver.close(self.socket, self.clean);
    }
}

/// When the other side was last heard of.
struct Pulse {
    opened: Instant,
    heard_ms: AtomicU64,
    silent: AtomicBool,
}

/// Serves a socket until it is closed.
pub(crate) async fn serve(stream: WebSocket, from: Fingerprint, context: &SocketContext) {
    let (mut sink, mut stream) = stream.split();
    let (socket, outbound) = context.driver.open(from);
    let mut connection = Connection { driver: &context.driver, socket, outbound, clean: false };
    let pulse = Pulse { opened: Instant::now(), heard_ms: AtomicU64::new(0), silent: AtomicBool::new(false) };
    tracing::debug!(socket.id = socket.0, "socket opened");

    let overflow = connection.outbound.overflow().map(|()| End::Close(CloseCode::TooSlow.code()));
    // Each is asked only when it has something to say: what is to be written is no reason to look for what can be read.
    let mut futures = FuturesUnordered::from_iter([
        receive(&mut stream, &connection, &pulse, context.frames_per_second).boxed(),
        transmit(&mut sink, &connection.outbound).boxed(),
        watch(&pulse, context.heartbeat, &connection).boxed(),
        overflow.boxed(),
        drain(context, &connection.outbound).boxed(),
    ]);
    let end = futures.next().await.unwrap_or(End::Lost);
    drop(futures);

    tracing::debug!(socket.id = socket.0, ?end, "socket ended");
    connection.clean = matches!(end, End::Closed { clean: true });
    // Others learn it now, not after the farewell.
    drop(connection);
    say_farewell(end, &mut sink, &mut stream).await;
}

async fn receive(
    stream: &mut SplitStream<WebSocket>,
    connection: &Connection<'_>,
    pulse: &Pulse,
    frames_per_second: u32,
) -> End {
    let socket = connection.socket;
    let mut budget = FrameBudget::new(frames_per_second, Instant::now());
    while let Some(message) = stream.next().await {
        if pulse.beat() && connection.driver.handle(HubIn::Heard { socket }).is_err() {
            return End::Close(INTERNAL_ERROR);
        }
        let input = match message {
            Ok(Message::Text(text)) => Some(match ClientFrame::read(&text) {
                Ok(frame) => HubIn::Frame { socket, frame: Box::new(frame), bytes: text.len() },
                Err(_) => HubIn::Malformed { socket },
            }),
            Ok(Message::Binary(_)) => Some(HubIn::Malformed { socket }),
            // The answer to a ping is tungstenite's.
            Ok(Message::Ping(_) | Message::Pong(_)) => None,
            Ok(Message::Close(frame)) => return End::Closed { clean: is_orderly(frame.as_ref()) },
            Err(error) => return classify(error),
        };
        let verdict = budget.spend(Instant::now());
        if verdict == Verdict::Flooding {
            return End::Close(CloseCode::Flooding.code());
        }
        if input.is_some_and(|input| connection.driver.handle(input).is_err()) {
            return End::Close(INTERNAL_ERROR);
        }
        if verdict == Verdict::Pause {
            sleep(PAUSE).await;
        }
    }
    End::Lost
}

/// A page that was closed or left closes in order: with no code, 1000 or 1001.
fn is_orderly(frame: Option<&CloseFrame>) -> bool {
    frame.is_none_or(|frame| matches!(CloseCode::from_code(frame.code), Some(CloseCode::Normal | CloseCode::GoingAway)))
}

/// What a failed read means: after a message that is too large or no WebSocket at all, the rest is unreadable.
fn classify(error: axum::Error) -> End {
    match error.into_inner().downcast_ref::<tungstenite::Error>() {
        Some(tungstenite::Error::Capacity(_)) => End::CloseUnread(CloseCode::TooBig.code()),
        Some(tungstenite::Error::Utf8(_)) => End::CloseUnread(1007),
        Some(tungstenite::Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake)) => {
            End::Lost
        }
        Some(tungstenite::Error::Protocol(_)) => End::CloseUnread(1002),
        _ => End::Lost,
    }
}

/// Writes what is queued, all there is at once; ends when the queue does.
async fn transmit(sink: &mut SplitSink<WebSocket, Message>, outbound: &Outbound) -> End {
    loop {
        let mut next = Some(outbound.next().await);
        while let Some(parcel) = next {
            let message = match parcel {
                Parcel::Text(text) => Message::Text(text),
                Parcel::Ping => Message::Ping(Default::default()),
                // The close frame brings what was fed with it.
                Parcel::Close(code) => return End::Close(code),
            };
            if sink.feed(message).await.is_err() {
                return End::Lost;
            }
            next = outbound.take();
        }
        if sink.flush().await.is_err() {
            return End::Lost;
        }
    }
}

/// Pings, and judges the silence that follows.
async fn watch(pulse: &Pulse, heartbeat: Heartbeat, connection: &Connection<'_>) -> End {
    let socket = connection.socket;
    let mut next_ping = heartbeat.ping;
    loop {
        let heard = pulse.heard();
        let silent = pulse.silent.load(Ordering::Relaxed);
        let patience = if silent { heartbeat.dead } else { heartbeat.interrupted };
        let wake = next_ping.min(heard + patience);
        sleep(wake.saturating_sub(pulse.opened.elapsed())).await;

        let now = pulse.opened.elapsed();
        let silence = now.saturating_sub(pulse.heard());
        if silence >= heartbeat.dead {
            return End::Close(CloseCode::HeartbeatMissed.code());
        }
        if silence >= heartbeat.interrupted && !pulse.silent.swap(true, Ordering::Relaxed) {
            // A failure is logged, and the socket is on its way out.
            let _ = connection.driver.handle(HubIn::Silent { socket });
        }
        if now >= next_ping {
            connection.outbound.ping();
            next_ping = now + heartbeat.ping;
        }
    }
}

impl Pulse {
    /// Notes a sign of life; true if there was silence before.
    fn beat(&self) -> bool {
        let now = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.heard_ms.store(now, Ordering::Relaxed);
        self.silent.swap(false, Ordering::Relaxed)
    }

    fn heard(&self) -> Duration {
        Duration::from_millis(self.heard_ms.load(Ordering::Relaxed))
    }
}

/// When the server stops: what is queued is written if it can be, then the socket is closed.
async fn drain(context: &SocketContext, outbound: &Outbound) -> End {
    let code = CloseCode::Draining.code();
    context.stages.sockets.cancelled().await;
    outbound.close(code);
    sleep(FLUSH_MOST).await;
    End::Close(code)
}

/// Sends the close frame and waits a moment for the answer: a connection dropped with unread bytes is reset, and the
/// code would be lost.
async fn say_farewell(end: End, sink: &mut SplitSink<WebSocket, Message>, stream: &mut SplitStream<WebSocket>) {
    let (code, readable) = match end {
        // The answer to a close frame is tungstenite's; flushing sends it.
        End::Closed { .. } => {
            let _ = timeout(FAREWELL_MOST, sink.flush()).await;
            return;
        }
        End::Lost => return,
        End::Close(code) => (code, true),
        End::CloseUnread(code) => (code, false),
    };
    let frame = CloseFrame { code, reason: Utf8Bytes::default() };
    if !matches!(timeout(FAREWELL_MOST, sink.send(Message::Close(Some(frame)))).await, Ok(Ok(()))) {
        return;
    }
    if readable {
        let _ = timeout(FAREWELL_MOST, async { while let Some(Ok(_)) = stream.next().await {} }).await;
    } else {
        sleep(FAREWELL_MOST).await;
    }
}
