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
use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, LevelFilter, filter_fn},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// The crates whose every line is known to keep the promise above.
const OWN: [&str; 3] = ["app", "multirtc", "server"];

/// Starts logging for the whole process; a second call changes nothing.
///
/// # Errors
/// [`Error::LogFilter`] if `filter` cannot be read.
pub fn start(format: LogFormat, filter: &str) -> Result<(), Error> {
    let filter = EnvFilter::builder()
        .parse(filter)
        .map_err(|reason| Error::LogFilter { filter: filter.to_owned(), reason: reason.to_string() })?;
    // Without the hint, the level of the filter is not known beforehand, and every line that nobody wants is looked at:
    // a twentieth of what a message costs.
    let filter = filter.and(filter_fn(is_discreet).with_max_level_hint(LevelFilter::TRACE));
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_filter(filter).boxed(),
        LogFormat::Json => lines.json().with_filter(filter).boxed(),
    };
    // An error here means that the embedding process has a logger already.
    let _ = tracing_subscriber::registry().with(lines).try_init();
    Ok(())
}

/// Whether a line can be written: what other crates say in detail quotes frames, headers and addresses.
fn is_discreet(line: &Metadata<'_>) -> bool {
    let own = line.target().split("::").next().is_some_and(|name| OWN.contains(&name));
    own || *line.level() <= Level::INFO
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
