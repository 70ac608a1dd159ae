//! A small typed client: sends commands, keeps what it was not waiting for, and checks the numbering.

use crate::world::{PASSWORD, PATIENCE, TURN_SECRET, lobby_id};
use futures::{SinkExt, StreamExt};
use multirtc::protocol::*;
use std::{
    collections::{BTreeSet, VecDeque},
    net::SocketAddr,
};
use tokio::{
    io::AsyncReadExt,
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest, handshake::client::Request, http::header},
};

/// The upgrade request of a page of the server's own.
pub fn request(address: SocketAddr) -> Request {
    let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert(header::ORIGIN, format!("http://{address}").parse().unwrap());
    headers.insert(header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL.parse().unwrap());
    request
}

/// One socket, before or after its `Hello`.
pub struct Client {
    socket: WebSocketStream<TcpStream>,
    sent: u32,
    /// Number of the last frame; none after a snapshot, when any may follow.
    received: Option<u32>,
    inbox: VecDeque<ServerFrame>,
    welcome: Option<Box<Welcome>>,
}

impl Client {
    /// Opens a socket and says nothing.
    pub async fn open(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap(), request(address)).await
    }

    /// Opens a socket as a browser of that name does, reached through a proxy from that address, and is welcomed.
    pub async fn hello_from(address: SocketAddr, origin: (&str, &str), lobby: &str, name: &str) -> Self {
        let mut request = request(address);
        let (forwarded_for, user_agent) = origin;
        request.headers_mut().insert("x-forwarded-for", forwarded_for.parse().unwrap());
        request.headers_mut().insert(header::USER_AGENT, user_agent.parse().unwrap());
        let mut client = Self::over(TcpStream::connect(address).await.unwrap(), request).await;
        client.introduce(lobby, name, None).await;
        client
    }

    /// Opens a socket whose kernel buffer for received bytes is as small as it can be.
    pub async fn open_narrow(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4 * 1024).unwrap();
        Self::over(socket.connect(address).await.unwrap(), request(address)).await
    }

    async fn over(stream: TcpStream, request: Request) -> Self {
        stream.set_nodelay(true).unwrap();
        let (socket, response) = client_async(request, stream).await.unwrap();
        assert_eq!(response.headers()[header::SEC_WEBSOCKET_PROTOCOL], SUBPROTOCOL);
        Self { socket, sent: 0, received: Some(0), inbox: VecDeque::new(), welcome: None }
    }

    /// Opens a socket and is welcomed.
    pub async fn hello(address: SocketAddr, lobby: &str, name: &str) -> Self {
        let mut client = Self::open(address).await;
        client.introduce(lobby, name, None).await;
        client
    }

    /// Opens a socket and goes on with the session of another, whose socket may be gone or not.
    pub async fn resume(address: SocketAddr, lobby: &str, former: &Client) -> Self {
        let mut client = Self::open(address).await;
        client.received = former.received;
        let token = former.welcome().resume_token.clone();
        client.introduce(lobby, "Back", Some(Resume { token, last_seen: former.ack() })).await;
        client
    }

    /// Sends `Hello` and takes in `Welcome`.
    pub async fn introduce(&mut self, lobby: &str, name: &str, resume: Option<Resume>) {
        let hello = Hello {
            version: VERSION,
            features: BTreeSet::new(),
            client: "test 1.0 blink".into(),
            lobby: lobby_id(lobby),
            profile: Profile { name: name.into(), ..Profile::default() },
            auth: None,
            resume,
        };
        self.send_frame(&ClientFrame { n: None, ack: self.ack(), m: ClientMsg::Hello(hello) }).await;
        match self.next().await.m {
            ServerMsg::Welcome(welcome) => {
                self.sent = welcome.commands_done;
                match welcome.resumed {
                    ResumeOutcome::Fresh => self.received = Some(0),
                    ResumeOutcome::Replayed { from } => assert_eq!(from, self.ack() + 1),
                    ResumeOutcome::Snapshot => self.received = None,
                }
                self.welcome = Some(welcome);
            }
            other => panic!("expected a welcome, got {other:?}"),
        }
    }

    pub fn welcome(&self) -> &Welcome {
        self.welcome.as_ref().expect("welcomed")
    }

    fn ack(&self) -> u32 {
        self.received.unwrap_or(0)
    }

    pub fn peer(&self) -> PeerId {
        self.welcome().peer.clone()
    }

    /// Sends a command and returns its number.
    pub async fn send(&mut self, message: ClientMsg) -> u32 {
        self.sent += 1;
        let frame = ClientFrame { n: Some(self.sent), ack: self.ack(), m: message };
        self.send_frame(&frame).await;
        self.sent
    }

    pub async fn send_frame(&mut self, frame: &ClientFrame) {
        self.send_text(serde_json::to_string(frame).unwrap()).await;
    }

    pub async fn send_text(&mut self, text: impl Into<String>) {
        self.try_send(Message::text(text.into())).await.unwrap();
    }

    pub async fn try_send(&mut self, message: Message) -> Result<(), tungstenite::Error> {
        timeout(PATIENCE, self.socket.send(message)).await.expect("the server takes what it is sent")
    }

    /// Sends a command and waits for its answer; what else comes meanwhile is kept.
    pub async fn ask(&mut self, message: ClientMsg) -> ServerMsg {
        let number = self.send(message).await;
        loop {
            let frame = self.receive().await.unwrap_or_else(|code| panic!("closed with {code} instead of an answer"));
            if frame.re == Some(number) {
                return frame.m;
            }
            self.inbox.push_back(frame);
        }
    }

    /// Sends a command that has to be refused, and returns why.
    pub async fn refused(&mut self, message: ClientMsg) -> ErrorCode {
        self.refusal(message).await.code
    }

    /// Sends a command that has to be refused, and returns all that is said about it.
    pub async fn refusal(&mut self, message: ClientMsg) -> ErrorBody {
        match self.ask(message).await {
            ServerMsg::Error(body) => body,
            other => panic!("expected a refusal, got {other:?}"),
        }
    }

    /// Sends a command that ends in a room.
    pub async fn join(&mut self, message: ClientMsg) -> RoomSnapshot {
        match self.ask(message).await {
            ServerMsg::Joined(snapshot) => *snapshot,
            other => panic!("expected to be in, got {other:?}"),
        }
    }

    /// The next frame, kept or new.
    pub async fn next(&mut self) -> ServerFrame {
        match self.inbox.pop_front() {
            Some(frame) => frame,
            None => self.receive().await.unwrap_or_else(|code| panic!("closed with {code} instead of a frame")),
        }
    }

    /// Waits until a message satisfies `pick`; messages before it are given up.
    pub async fn wait_for<T>(&mut self, what: &str, mut pick: impl FnMut(&ServerMsg) -> Option<T>) -> T {
        let search = async {
            loop {
                if let Some(found) = pick(&self.next().await.m) {
                    return found;
                }
            }
        };
        timeout(PATIENCE, search).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
    }

    /// Waits until somebody is shown as connected again, or as interrupted, and returns as what exactly.
    pub async fn wait_until_online(&mut self, who: &PeerId, connected: bool) -> Online {
        self.wait_for(if connected { "a person's return" } else { "an interruption" }, |message| match message {
            ServerMsg::PeerChanged { peer, .. } if peer.peer == *who => {
                ((peer.online == Online::Connected) == connected).then_some(peer.online)
            }
            _ => None,
        })
        .await
    }

    /// The next frame of the wire, or the close code; 1006 is a connection that ended without one.
    pub async fn receive(&mut self) -> Result<ServerFrame, u16> {
        loop {
            let message = timeout(PATIENCE, self.socket.next()).await.expect("waited in vain for any frame");
            let text = match message {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return Err(1006),
            };
            return Ok(self.accept(&text));
        }
    }

    /// Reads a frame and checks its number, and that it gives no password away.
    fn accept(&mut self, text: &str) -> ServerFrame {
        assert!(!text.contains(PASSWORD) && !text.contains("$argon2"), "a password is nobody's to read: {text}");
        assert!(!text.contains(TURN_SECRET), "the secret of the relays is in a frame: {text}");
        let frame: ServerFrame = serde_json::from_str(text).expect("the server's frames can be read");
        if let Some(n) = frame.n {
            let expected = self.received.map_or(n, |last| last + 1);
            assert_eq!(n, expected, "frames come in order, without gaps and repeats: {text}");
            self.received = Some(n);
        }
        frame
    }

    /// Reads on until the socket is closed; returns the code and the messages before it.
    pub async fn read_to_close(&mut self) -> (u16, Vec<ServerMsg>) {
        let mut messages: Vec<ServerMsg> = self.inbox.drain(..).map(|frame| frame.m).collect();
        loop {
            match self.receive().await {
                Ok(frame) => messages.push(frame.m),
                Err(code) => return (code, messages),
            }
        }
    }

    /// Reads bytes to the end of the connection, answering nothing; returns the code of the close frame they end with.
    pub async fn read_raw_to_close(&mut self) -> Option<u16> {
        let mut bytes = Vec::new();
        // A reset after the close frame is an end like any other.
        let _ = timeout(PATIENCE, self.raw().read_to_end(&mut bytes)).await.expect("the connection ends");
        match bytes[..] {
            [.., 0x88, 2, high, low] => Some(u16::from_be_bytes([high, low])),
            _ => None,
        }
    }

    /// Waits for WebSocket pings, answering them.
    pub async fn answer_pings(&mut self, count: u32) {
        let mut seen = 0;
        while seen < count {
            match timeout(PATIENCE, self.socket.next()).await.expect("pings come") {
                Some(Ok(Message::Ping(_))) => seen += 1,
                Some(Ok(Message::Text(text))) => {
                    let frame = self.accept(&text);
                    self.inbox.push_back(frame);
                }
                other => panic!("expected a ping, got {other:?}"),
            }
        }
    }

    /// Closes in order, as a page does that is left.
    pub async fn close(mut self) {
        let _ = timeout(PATIENCE, self.socket.close(None)).await;
        while let Ok(Some(Ok(_))) = timeout(PATIENCE, self.socket.next()).await {}
    }

    /// The raw connection, for what no WebSocket library would send.
    pub fn raw(&mut self) -> &mut TcpStream {
        self.socket.get_mut()
    }
}
