//! Log lines: structured, readable alone, on standard error.
//!
//! They carry routes, ids, counts and times; never names, addresses, tokens, bodies or session descriptions.

use crate::{Error, config::LogFormat};
use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use std::{io, time::Instant};
use tracing_subscriber::EnvFilter;

/// Starts logging for the whole process; a second call changes nothing.
///
/// # Errors
/// [`Error::LogFilter`] if `filter` cannot be read.
pub fn start(format: LogFormat, filter: &str) -> Result<(), Error> {
    let filter = EnvFilter::builder()
        .parse(filter)
        .map_err(|reason| Error::LogFilter { filter: filter.to_owned(), reason: reason.to_string() })?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // An error here means that the embedding process has a logger already.
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    Ok(())
}

/// Logs one line a request: the route it matched (not the address it named), the status and the time it took.
pub(crate) async fn log_request(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let status = response.status().as_u16();
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    if response.status().is_server_error() && status != 503 {
        tracing::error!(http.method = %method, http.route = route, http.status = status, duration_ms, "request failed");
    } else {
        tracing::info!(http.method = %method, http.route = route, http.status = status, duration_ms, "request answered");
    }
    response
}
