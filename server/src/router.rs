//! What is answered where, and what every request passes on its way.

use crate::{health, logging, pages, post_guard, rooms, ws, ws::SocketContext};
use app::api::Services;
use axum::{Router, http::StatusCode, middleware};
use std::{sync::Arc, time::Duration};
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer, timeout::TimeoutLayer};

/// Bytes of the body of a request; forms and server functions need far less.
const BODY_BYTES: usize = 256 * 1024;
/// Longest time for an answer to begin.
const ANSWER_MOST: Duration = Duration::from_secs(15);

/// Everything this server answers.
pub(crate) fn router(context: Arc<SocketContext>, services: Arc<dyn Services>) -> Router {
    Router::new()
        .merge(health::router(context.stages.clone()))
        .merge(rooms::router(services.clone()))
        .merge(ws::router(context.clone()))
        .merge(pages::router(services))
        .layer(RequestBodyLimitLayer::new(BODY_BYTES))
        .layer(middleware::from_fn_with_state(context, post_guard::guard_posts))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_MOST))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(logging::log_request))
}
