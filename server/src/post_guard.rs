//! Requests that may change something: from our own pages only, and not too many.

use crate::{client_address::ClientAddress, gate::TooMany, ws::SocketContext};
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{net::SocketAddr, sync::Arc};

const FETCH_SITE: &str = "sec-fetch-site";

/// Refuses a stranger's page with 403 and a flood with 429. GET and HEAD change nothing and pass.
pub(crate) async fn guard_posts(
    State(context): State<Arc<SocketContext>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    if !is_own_page(&context, request.headers()) {
        return (StatusCode::FORBIDDEN, "this request came from another site's page").into_response();
    }
    let address = ClientAddress::of(peer.ip(), request.headers(), &context.trusted_proxies);
    match context.gate.post(address) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// A browser names the origin of every post, or says that it was no page's doing; tools without either are no danger
/// to anybody's session.
fn is_own_page(context: &SocketContext, headers: &HeaderMap) -> bool {
    let site = headers.get(FETCH_SITE).map(|site| site.as_bytes());
    match headers.get(header::ORIGIN) {
        // Our referrer policy hides the origin of a plain form; what the browser says of its site remains.
        Some(origin) if origin == "null" => site == Some(b"same-origin"),
        Some(_) => context.origins.admits(headers),
        None => site.is_none_or(|site| matches!(site, b"same-origin" | b"none")),
    }
}

impl IntoResponse for TooMany {
    fn into_response(self) -> Response {
        let retry_after = [(header::RETRY_AFTER, self.retry_after_secs.to_string())];
        (StatusCode::TOO_MANY_REQUESTS, retry_after, "too many requests from this address; try again later")
            .into_response()
    }
}
