//! One end of a room: a socket that is read all the time and writes when told to.

use crate::{Result, process::Server};
use futures::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use multirtc::{
    core::topology::plans,
    protocol::{
        ClientFrame, ClientMsg, CreateRoom, Hello, JoinRoom, LinkAssignment, PeerId, Profile, RoomId, RoomSpec,
        SUBPROTOCOL, ServerFrame, ServerMsg, VERSION,
    },
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::Instant,
};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, http::header, protocol::WebSocketConfig},
};

/// What stands before the time at which a message was sent.
const STAMP: &str = "sent:";
/// Bytes beside the stamp that bring a frame to about 300 bytes.
const PADDING: &str = "raddr 192.0.2.1 rport 54321 generation 0 network-id 1 network-cost 10 padding padding pad";

type Socket = WebSocketStream<TcpStream>;

/// Small buffers, for thousands of sockets.
pub fn buffers() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(4 * 1024).write_buffer_size(0)
}

/// What the reading half has seen.
#[derive(Default)]
pub struct Seen {
    /// The number of the last frame.
    ack: AtomicU32,
    /// Stamped messages that arrived.
    pub messages: AtomicU64,
    /// Whether their times are kept.
    pub timing: AtomicBool,
    /// How long each took, in microseconds.
    pub micros: Mutex<Vec<u32>>,
    /// Something came that should not have.
    pub failed: AtomicBool,
}

/// The writing half.
pub struct Client {
    sink: SplitSink<Socket, Message>,
    pub seen: Arc<Seen>,
    start: Instant,
    /// The number of the last command.
    sent: u32,
    /// The text of a signal up to its stamp; none where no other is in the room.
    signal: String,
}

impl Client {
    /// Two clients of one room.
    pub async fn pair(server: &Server, room: &str, start: Instant) -> Result<[Self; 2]> {
        if server.bare {
            let sockets = [connect(server, &format!("/{room}")).await?, connect(server, &format!("/{room}")).await?];
            let text = r#""m":{"t":"signal","room":"room-100","to":"p0123456789","link":1000,"#;
            return Ok(sockets.map(|socket| Self::over(socket, 0, text, 0, start)));
        }
        let id: RoomId = room.parse()?;
        let (mut a, me, links) = enter(server, &id).await?;
        let (b, other, mut its_links) = enter(server, &id).await?;
        drop(links);
        let link = its_links.pop().ok_or("the second client has no link")?.link;
        let signal = |to: &PeerId| format!(r#""m":{{"t":"signal","room":"{id}","to":"{to}","link":{link},"#);
        // The first is told of its link by a frame of its own.
        let mut seen_by_a = 0;
        loop {
            let frame = next(&mut a).await?;
            seen_by_a = frame.n.unwrap_or(seen_by_a);
            if matches!(frame.m, ServerMsg::LinkUp { .. }) {
                break;
            }
        }
        Ok([Self::over(a, 1, &signal(&other), seen_by_a, start), Self::over(b, 1, &signal(&me), 1, start)])
    }

    fn over(socket: Socket, sent: u32, signal: &str, seen: u32, start: Instant) -> Self {
        let (sink, stream) = socket.split();
        let seen = Arc::new(Seen { ack: seen.into(), ..Seen::default() });
        tokio::spawn(read(stream, seen.clone(), start));
        Self { sink, seen, start, sent, signal: signal.to_owned() }
    }

    /// Sends one message to the other of the room.
    pub async fn signal(&mut self) -> Result<()> {
        self.sent += 1;
        let (n, ack, signal) = (self.sent, self.seen.ack.load(Ordering::Relaxed), &self.signal);
        let now = self.start.elapsed().as_micros();
        let text = format!(
            r#"{{"n":{n},"ack":{ack},{signal}"body":{{"k":"candidate","candidate":"candidate:1 1 udp 2113937151 {STAMP}{now:012} typ host {PADDING}","mid":"0","mline":0,"ufrag":"aB3d"}}}}}}"#
        );
        Ok(self.sink.send(Message::text(text)).await?)
    }
}

/// Takes in what comes, for ever.
async fn read(mut stream: SplitStream<Socket>, seen: Arc<Seen>, start: Instant) {
    while let Some(message) = stream.next().await {
        let Ok(Message::Text(text)) = message else { continue };
        if let Some(number) = text.strip_prefix(r#"{"n":"#).and_then(|rest| rest.split(',').next()?.parse().ok()) {
            seen.ack.store(number, Ordering::Relaxed);
        }
        let Some((_, rest)) = text.split_once(STAMP) else {
            // Nothing else is said to those who only send what they may.
            seen.failed.fetch_or(text.contains(r#""t":"error""#), Ordering::Relaxed);
            continue;
        };
        seen.messages.fetch_add(1, Ordering::Relaxed);
        if seen.timing.load(Ordering::Relaxed)
            && let Some(Ok(sent)) = rest.get(..12).map(str::parse::<u128>)
        {
            let took = start.elapsed().as_micros().saturating_sub(sent);
            let mut micros = seen.micros.lock().unwrap_or_else(PoisonError::into_inner);
            micros.push(u32::try_from(took).unwrap_or(u32::MAX));
        }
    }
    seen.failed.store(true, Ordering::Relaxed);
}

async fn connect(server: &Server, path: &str) -> Result<Socket> {
    let address = server.address;
    let mut request = format!("ws://{address}{path}").into_client_request()?;
    if !server.bare {
        request.headers_mut().insert(header::ORIGIN, format!("http://{address}").parse()?);
        request.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL.parse()?);
    }
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(client_async_with_config(request, stream, Some(buffers())).await?.0)
}

/// A session in a room.
async fn enter(server: &Server, room: &RoomId) -> Result<(Socket, PeerId, Vec<LinkAssignment>)> {
    let mut socket = connect(server, "/ws").await?;
    let hello = Hello {
        version: VERSION,
        features: BTreeSet::new(),
        client: "bench 1.0 blink".to_owned(),
        lobby: "bench".parse()?,
        profile: Profile { name: "Ada".to_owned(), ..Profile::default() },
        auth: None,
        resume: None,
    };
    say(&mut socket, None, ClientMsg::Hello(hello)).await?;
    let spec = RoomSpec { capacity: 2, ..RoomSpec::new(plans::conference()) };
    let create = CreateRoom { room: Some(room.clone()), spec };
    let join = JoinRoom { room: room.clone(), password: None, invite: None, role: None, hosted_by: None, note: None };
    say(&mut socket, Some(1), ClientMsg::OpenOrJoin { create, join }).await?;
    loop {
        match next(&mut socket).await?.m {
            ServerMsg::Joined(snapshot) => return Ok((socket, snapshot.you.peer, snapshot.links)),
            ServerMsg::Error(error) => return Err(error.into()),
            _ => {}
        }
    }
}

async fn say(socket: &mut Socket, n: Option<u32>, m: ClientMsg) -> Result<()> {
    let frame = ClientFrame { n, ack: 0, m };
    Ok(socket.send(Message::text(serde_json::to_string(&frame)?)).await?)
}

async fn next(socket: &mut Socket) -> Result<ServerFrame> {
    loop {
        match socket.next().await.ok_or("the server closed a socket")?? {
            Message::Text(text) => return Ok(serde_json::from_str(&text)?),
            Message::Close(frame) => return Err(format!("the server closed a socket: {frame:?}").into()),
            _ => {}
        }
    }
}
