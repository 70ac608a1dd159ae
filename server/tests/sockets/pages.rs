//! Pages over a real socket.

use crate::{
    http,
    world::{config, start},
};
use server::{Config, Server};

#[tokio::test]
async fn pages_are_rendered_for_everybody_anew() {
    let server = start().await;
    for path in ["/", "/demos", "/r/some-room"] {
        let page = http::get(server.address(), path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.body.contains("<h1"), "{path}: {}", page.body);
        assert!(page.head.contains("cache-control: no-store"), "{path}: {}", page.head);
    }
}

#[tokio::test]
async fn the_policy_names_the_socket_where_the_page_came_from() {
    let server = start().await;
    let address = server.address();
    for (host, expected) in [
        ("calls.example:8443", "connect-src 'self' ws://calls.example:8443 wss://calls.example:8443;"),
        ("[::1]:3000", "connect-src 'self' ws://[::1]:3000 wss://[::1]:3000;"),
        ("evil.example;script-src", "connect-src 'self';"),
    ] {
        let page = http::send(address, "GET", "/", &[("Connection", "close"), ("Host", host)]).await;
        assert!(page.head.contains(expected), "{host}: {}", page.head);
        assert!(!page.head.contains("strict-transport-security"), "{host}");
    }
}

#[tokio::test]
async fn behind_an_encrypted_address_everything_is_encrypted() {
    let public_origin = Some("https://calls.example".parse().unwrap());
    let server = Server::bind(Config { public_origin, ..config() }).await.unwrap();
    let page = http::get(server.address(), "/").await;
    assert!(page.head.contains("connect-src 'self' wss://calls.example;"), "{}", page.head);
    assert!(page.head.contains("strict-transport-security: max-age="), "{}", page.head);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = start().await;
    for path in ["/nowhere", "/pkg/0000/app.js", "/pkg/../../etc/passwd", "/site.json"] {
        let answer = http::get(server.address(), path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.head.contains("x-content-type-options: nosniff"), "{path}");
    }
}

#[tokio::test]
async fn a_page_takes_no_posts() {
    let server = start().await;
    let headers = [("Connection", "close"), ("Content-Length", "0")];
    assert_eq!(http::send(server.address(), "POST", "/", &headers).await.status, 405);
}
