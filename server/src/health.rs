//! Probes for whatever runs the server.

use crate::shutdown::Stages;
use axum::{Router, extract::State, http::StatusCode, routing::get};

/// `GET /healthz`: 200 while the process answers. `GET /readyz`: 200 while it takes new people, 503 while it drains.
pub(crate) fn router(stages: Stages) -> Router {
    Router::new().route("/healthz", get(|| async { "ok" })).route("/readyz", get(ready)).with_state(stages)
}

async fn ready(State(stages): State<Stages>) -> (StatusCode, &'static str) {
    if stages.draining.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining")
    } else {
        (StatusCode::OK, "ready")
    }
}
