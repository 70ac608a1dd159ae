//! What is asked over plain HTTP beside the pages.

use crate::{
    http,
    world::{config, start},
};
use server::{Config, Server};

#[tokio::test]
async fn health_and_readiness() {
    let server = start().await;
    for path in ["/healthz", "/readyz"] {
        assert_eq!(http::get(server.address(), path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn posts_of_another_sites_pages_are_refused() {
    let server = start().await;
    let address = server.address();
    let here = format!("http://{address}");
    let post = async |headers: &[(&str, &str)]| {
        let headers = [&[("Connection", "close"), ("Content-Length", "0")][..], headers].concat();
        http::send(address, "POST", "/healthz", &headers).await.status
    };
    // 405: it got through to a route that takes no posts.
    assert_eq!(post(&[("Origin", &here)]).await, 405);
    assert_eq!(post(&[]).await, 405);
    assert_eq!(post(&[("Sec-Fetch-Site", "same-origin")]).await, 405);
    assert_eq!(post(&[("Origin", "http://evil.example")]).await, 403);
    // A plain form of a page whose referrer policy is `no-referrer`.
    assert_eq!(post(&[("Origin", "null"), ("Sec-Fetch-Site", "same-origin")]).await, 405);
    assert_eq!(post(&[("Origin", "null"), ("Sec-Fetch-Site", "cross-site")]).await, 403);
    assert_eq!(post(&[("Origin", "null")]).await, 403);
    assert_eq!(post(&[("Sec-Fetch-Site", "cross-site")]).await, 403);
}

#[tokio::test]
async fn posts_of_one_address_are_rationed() {
    let server = Server::bind(Config { posts_per_minute: 3, ..config() }).await.unwrap();
    let address = server.address();
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let headers = [("Connection", "close"), ("Content-Length", "0")];
        statuses.push(http::send(address, "POST", "/healthz", &headers).await.status);
    }
    assert_eq!(statuses, [405, 405, 405, 429, 429]);
    assert_eq!(http::get(address, "/healthz").await.status, 200);
}

#[tokio::test]
async fn a_large_body_is_refused() {
    let server = start().await;
    let headers = [("Connection", "close"), ("Content-Length", "1000000000")];
    assert_eq!(http::send(server.address(), "POST", "/healthz", &headers).await.status, 413);
}
