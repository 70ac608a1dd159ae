//! Who gets a socket: origin, subprotocol, limits per address.

use crate::{
    client::Client,
    http,
    world::{behind_proxy, config, start},
};
use multirtc::protocol::SUBPROTOCOL;
use server::{Config, Server};

#[tokio::test]
async fn s1_only_pages_from_here_may_connect() {
    let server = start().await;
    let address = server.address();
    let (here, port) = (format!("http://{address}"), address.port());
    let cases: Vec<(Option<String>, u16)> = vec![
        (Some(here.clone()), 101),
        (Some(format!("https://127.0.0.1:{port}")), 101),
        (None, 403),
        (Some("null".into()), 403),
        (Some(String::new()), 403),
        (Some("http://127.0.0.1".into()), 403),
        (Some(format!("http://127.0.0.1:{}", port ^ 1)), 403),
        (Some(format!("http://127.0.0.1.evil.example:{port}")), 403),
        (Some(format!("http://evil.example:{port}")), 403),
        (Some(format!("http://localhost:{port}")), 403),
        (Some(format!("HTTP://127.0.0.1:{port}")), 403),
        (Some(format!("{here}/")), 403),
        (Some(format!("{here}/path")), 403),
        (Some(format!("http://user@127.0.0.1:{port}")), 403),
        (Some(format!("ftp://127.0.0.1:{port}")), 403),
        (Some(format!("127.0.0.1:{port}")), 403),
        (Some(format!("{here} http://evil.example")), 403),
    ];
    for (origin, status) in cases {
        let mut headers = vec![("Sec-WebSocket-Protocol", SUBPROTOCOL)];
        headers.extend(origin.as_deref().map(|origin| ("Origin", origin)));
        assert_eq!(http::upgrade(address, &headers).await.status, status, "{origin:?}");
    }
    let twice = [("Sec-WebSocket-Protocol", SUBPROTOCOL), ("Origin", &here), ("Origin", &here)];
    assert_eq!(http::upgrade(address, &twice).await.status, 403);
}

#[tokio::test]
async fn s1_a_list_of_origins_is_exact() {
    let listed = Config {
        allow_origins: vec!["https://good.example".parse().unwrap()],
        public_origin: Some("https://meet.example:8443".parse().unwrap()),
        ..config()
    };
    let server = Server::bind(listed).await.unwrap();
    let here = format!("http://{}", server.address());
    for (origin, status) in [
        ("https://good.example", 101),
        ("https://meet.example:8443", 101),
        ("http://good.example", 403),
        ("https://good.example:8443", 403),
        ("https://good.example.evil.com", 403),
        ("https://evilgood.example", 403),
        ("https://GOOD.example", 403),
        ("https://meet.example", 403),
        (here.as_str(), 403),
        ("null", 403),
    ] {
        let headers = [("Sec-WebSocket-Protocol", SUBPROTOCOL), ("Origin", origin)];
        assert_eq!(http::upgrade(server.address(), &headers).await.status, status, "{origin}");
    }
}

#[tokio::test]
async fn s3_the_subprotocol_has_to_be_asked_for_and_nothing_is_compressed() {
    let server = start().await;
    let origin = format!("http://{}", server.address());
    let without = http::upgrade(server.address(), &[("Origin", &origin)]).await;
    assert_eq!((without.status, without.body.contains(SUBPROTOCOL)), (400, true));
    let other = [("Origin", origin.as_str()), ("Sec-WebSocket-Protocol", "mc.v9.cbor")];
    assert_eq!(http::upgrade(server.address(), &other).await.status, 400);
    let answer = http::upgrade(
        server.address(),
        &[
            ("Origin", &origin),
            ("Sec-WebSocket-Protocol", "mc.v9.cbor, mc.v1.json"),
            ("Sec-WebSocket-Extensions", "permessage-deflate"),
        ],
    )
    .await;
    assert_eq!(answer.status, 101);
    assert!(answer.head.contains("sec-websocket-protocol: mc.v1.json"), "{}", answer.head);
    assert!(!answer.head.contains("sec-websocket-extensions"), "{}", answer.head);
}

#[tokio::test]
async fn s4_sockets_of_one_address_are_counted() {
    let server = Server::bind(Config { sockets_per_address: 3, ..config() }).await.unwrap();
    let address = server.address();
    let mut clients = Vec::new();
    for name in ["a", "b", "c"] {
        clients.push(Client::hello(address, "count", name).await);
    }
    let origin = format!("http://{address}");
    let ask = [("Origin", origin.as_str()), ("Sec-WebSocket-Protocol", SUBPROTOCOL)];
    let refused = http::upgrade(address, &ask).await;
    assert_eq!(refused.status, 429);
    assert!(refused.head.contains("retry-after: "), "{}", refused.head);

    // Whoever leaves makes room; that takes effect when the server has noticed.
    clients.pop().unwrap().close().await;
    while http::upgrade(address, &ask).await.status == 429 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn s19_what_a_stranger_says_of_its_address_is_ignored() {
    // A proxy is trusted, and this is not it.
    let trusting = Config { trusted_proxies: vec!["203.0.113.0/24".parse().unwrap()], ..config() };
    let server = Server::bind(Config { sockets_per_address: 1, ..trusting }).await.unwrap();
    let address = server.address();
    let origin = format!("http://{address}");
    let ask = [("Origin", origin.as_str()), ("Sec-WebSocket-Protocol", SUBPROTOCOL)];
    let _only = Client::hello(address, "count", "a").await;
    for header in ["X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP"] {
        for value in ["203.0.113.9", "for=203.0.113.9", "203.0.113.9, 127.0.0.1", "::1", "127.0.0.1", ""] {
            let forged = [ask[0], ask[1], (header, value)];
            assert_eq!(http::upgrade(address, &forged).await.status, 429, "{header}: {value}");
        }
    }
}

#[tokio::test]
async fn s19_a_trusted_proxy_says_whose_sockets_they_are() {
    let server = Server::bind(Config { sockets_per_address: 1, ..behind_proxy() }).await.unwrap();
    let address = server.address();
    let mut held = Vec::new();
    for (forwarded, status) in [
        ("203.0.113.1", 101),
        ("203.0.113.1", 429),
        ("203.0.113.2", 101),
        ("203.0.113.9, 203.0.113.2", 429),
        ("203.0.113.2, 203.0.113.3", 101),
    ] {
        let (answer, connection) = http::forwarded_upgrade(address, forwarded).await;
        assert_eq!(answer.status, status, "{forwarded}");
        held.push(connection);
    }
}

#[tokio::test]
async fn s4_upgrades_of_one_address_are_rationed() {
    let rationed = Config { sockets_per_address: 5, upgrades_per_minute: 2, ..config() };
    let server = Server::bind(rationed).await.unwrap();
    let origin = format!("http://{}", server.address());
    let ask = [("Origin", origin.as_str()), ("Sec-WebSocket-Protocol", SUBPROTOCOL)];
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(http::upgrade(server.address(), &ask).await.status);
    }
    assert_eq!(statuses, [101, 101, 101, 101, 101, 429, 429, 429]);
}
