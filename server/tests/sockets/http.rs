//! Plain HTTP/1.1 requests, byte for byte.

use crate::world::PATIENCE;
use multirtc::protocol::SUBPROTOCOL;
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// An answer: the status, the head as text, the body as text.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

/// Sends a request and reads the answer; the connection stays open for as long as it is kept.
pub async fn send_and_keep(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> (Answer, TcpStream) {
    let mut request = format!("{method} {path} HTTP/1.1\r\n");
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        request += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += "\r\n";
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let mut chunk = [0; 4096];
        loop {
            let count = stream.read(&mut chunk).await.unwrap();
            answer.extend_from_slice(&chunk[..count]);
            let text = String::from_utf8_lossy(&answer);
            if count == 0 || is_whole(&text) {
                return (text.into_owned(), stream);
            }
        }
    };
    let (text, stream) = timeout(PATIENCE, exchange).await.expect("an answer comes");
    let (head, body) = text.split_once("\r\n\r\n").expect("a whole head");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
    (Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }, stream)
}

/// Sends a request and reads the answer.
pub async fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    send_and_keep(address, method, path, headers).await.0
}

/// Whether an answer whose connection stays open is all there.
fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    head.starts_with("http/1.1 101") || length.is_some_and(|length| body.len() >= length)
}

pub async fn get(address: SocketAddr, path: &str) -> Answer {
    send(address, "GET", path, &[("Connection", "close")]).await
}

const UPGRADE: [(&str, &str); 4] = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// Asks for a WebSocket with exactly these headers beside the standard's.
pub async fn upgrade(address: SocketAddr, headers: &[(&str, &str)]) -> Answer {
    send(address, "GET", "/ws", &[&UPGRADE[..], headers].concat()).await
}

/// Asks for a WebSocket as a proxy does for somebody, and keeps it.
pub async fn forwarded_upgrade(address: SocketAddr, forwarded_for: &str) -> (Answer, TcpStream) {
    let origin = format!("http://{address}");
    let own =
        [("Origin", origin.as_str()), ("Sec-WebSocket-Protocol", SUBPROTOCOL), ("X-Forwarded-For", forwarded_for)];
    send_and_keep(address, "GET", "/ws", &[&UPGRADE[..], &own].concat()).await
}
