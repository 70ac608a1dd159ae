//! What carries the frames of the signaling session: a WebSocket, or anything else that moves text both ways in order.

use crate::error::Error;
use crate::protocol::SUBPROTOCOL;
use futures::{Sink, Stream};
use gloo_net::websocket::{Message, State, WebSocketError, futures::WebSocket};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// A way to reach a server.
pub trait Transport {
    /// Opens a connection to `url`; resolves when frames can be sent.
    fn open(&self, url: &str) -> Opening;
}

/// A connection being opened.
pub type Opening = Pin<Box<dyn Future<Output = Result<Box<dyn Duplex>, Error>>>>;

/// An open connection: text frames in both directions, in order. Dropping it closes it.
pub trait Duplex: Stream<Item = Incoming> + Unpin {
    /// Sends one frame, or fails at once.
    fn send(&mut self, frame: String) -> Result<(), Error>;
    /// Closes with a WebSocket close code; [`Incoming::Closed`] may still follow.
    fn close(self: Box<Self>, code: u16);
}

/// What arrives on a [`Duplex`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// One frame.
    Text(String),
    /// The connection ended; the last item.
    Closed {
        /// The WebSocket close code; 1006 when there was none.
        code: u16,
    },
}

/// The default transport: a browser WebSocket with the protocol's subprotocol.
pub(crate) struct WebSocketTransport;

impl Transport for WebSocketTransport {
    fn open(&self, url: &str) -> Opening {
        let url = absolute(url);
        Box::pin(async move {
            let mut socket = WebSocket::open_with_protocol(&url, SUBPROTOCOL)
                .map_err(|error| Error::Browser { name: error.name, message: error.message })?;
            std::future::poll_fn(|context| Pin::new(&mut socket).poll_ready(context))
                .await
                .map_err(|_| Error::Offline)?;
            if matches!(socket.state(), State::Open) {
                let socket: Box<dyn Duplex> = Box::new(Socket(socket));
                Ok(socket)
            } else {
                Err(Error::Offline)
            }
        })
    }
}

/// A path becomes an address on the page's own origin, `ws:` or `wss:` as the page was loaded.
fn absolute(url: &str) -> String {
    if !url.starts_with('/') {
        return url.to_owned();
    }
    let Some(location) = web_sys::window().map(|window| window.location()) else { return url.to_owned() };
    let scheme = if location.protocol().as_deref() == Ok("https:") { "wss" } else { "ws" };
    format!("{scheme}://{}{url}", location.host().unwrap_or_default())
}

struct Socket(WebSocket);

impl Stream for Socket {
    type Item = Incoming;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Incoming>> {
        loop {
            let item = match ready!(Pin::new(&mut self.0).poll_next(context)) {
                Some(Ok(Message::Text(text))) => Incoming::Text(text),
                // The protocol is text; bytes are nobody's.
                Some(Ok(Message::Bytes(_))) => continue,
                // The close event that always follows says more.
                Some(Err(WebSocketError::ConnectionError)) => continue,
                Some(Err(WebSocketError::ConnectionClose(event))) => Incoming::Closed { code: event.code },
                Some(Err(_)) => Incoming::Closed { code: 1006 },
                None => return Poll::Ready(None),
            };
            return Poll::Ready(Some(item));
        }
    }
}

impl Duplex for Socket {
    fn send(&mut self, frame: String) -> Result<(), Error> {
        Pin::new(&mut self.0).start_send(Message::Text(frame)).map_err(|_| Error::Offline)
    }

    fn close(self: Box<Self>, code: u16) {
        // Pages may close with 1000 or 3000–4999 only.
        let code = if code == 1000 || (3000..5000).contains(&code) { code } else { 1000 };
        drop(self.0.close(Some(code), None));
    }
}
