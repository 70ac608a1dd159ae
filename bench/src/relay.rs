//! The least a relay can do: texts of one socket go to the other of the same path.

use crate::{Result, client, process::LISTENING};
use futures::{SinkExt, StreamExt, stream::SplitSink};
use std::{
    collections::HashMap,
    io::Write,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async_with_config,
    tungstenite::{
        Message,
        handshake::server::{ErrorResponse, Request, Response},
    },
};

/// What makes this program the relay.
pub const ARGUMENT: &str = "relay";

type Socket = WebSocketStream<TcpStream>;
/// Sockets that wait for the other of their path.
type Waiting = Arc<Mutex<HashMap<String, Socket>>>;

/// Serves for ever.
///
/// # Errors
/// When no port can be had.
pub async fn serve() -> Result<()> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    writeln!(std::io::stdout(), "{LISTENING}{}", listener.local_addr()?)?;
    let waiting = Waiting::default();
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(accept(stream, waiting.clone()));
    }
}

async fn accept(stream: TcpStream, waiting: Waiting) {
    let _ = stream.set_nodelay(true);
    let mut path = String::new();
    #[expect(clippy::result_large_err, reason = "the library's own type")]
    let note_path = |request: &Request, response: Response| -> std::result::Result<Response, ErrorResponse> {
        request.uri().path().clone_into(&mut path);
        Ok(response)
    };
    // Buffers as small as the server's: with the library's own, an idle socket takes 128 KiB.
    let Ok(socket) = accept_hdr_async_with_config(stream, note_path, Some(client::buffers())).await else { return };
    let other = {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.remove(&path) {
            Some(other) => other,
            None => {
                waiting.insert(path, socket);
                return;
            }
        }
    };
    let ((to_a, from_a), (to_b, from_b)) = (socket.split(), other.split());
    tokio::spawn(forward(from_a, to_b));
    forward(from_b, to_a).await;
}

async fn forward(mut from: futures::stream::SplitStream<Socket>, mut to: SplitSink<Socket, Message>) {
    while let Some(Ok(message)) = from.next().await {
        if message.is_text() && to.send(message).await.is_err() {
            return;
        }
    }
}
