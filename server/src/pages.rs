//! Pages, the files they load, and the server functions they call.

mod compression;
mod policy;

use crate::assets::{Assets, accepts_brotli};
use app::{api::Services, shell};
use axum::{
    Extension, Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use leptos::prelude::provide_context;
use policy::Policy;
use std::sync::Arc;

/// The whole site: files where there are any, server functions under `/api`, and the application everywhere else.
///
/// The application is rendered as a whole before the first byte is sent, so that status, title and preview are those
/// of the page that is shown. Server functions and pages find `Arc<dyn Services>` in their context.
pub fn router(services: Arc<dyn Services>) -> Router {
    // Fails when it is set already, as a second server in one process finds it.
    let _ = any_spawner::Executor::init_tokio();
    let policy = Policy::new(services.public_origin());
    Router::new()
        .route("/api/{*function}", any(call))
        .fallback_service(get(page))
        .layer(middleware::from_fn_with_state(policy.clone(), policy::set_headers))
        .layer(Extension(policy))
        .layer(Extension(services))
}

/// A file, or the application rendered for this address.
async fn page(
    Extension(policy): Extension<Policy>,
    Extension(services): Extension<Arc<dyn Services>>,
    request: Request,
) -> Response {
    let assets = Assets::current();
    if let Some(file) = assets.respond(request.uri().path(), request.headers()) {
        return file;
    }
    if request.uri().path().starts_with("/pkg/") {
        return (StatusCode::NOT_FOUND, "this file belongs to another version").into_response();
    }
    let host = policy.socket_sources(request.headers());
    let context = move || {
        provide_context(services.clone());
        policy::provide_page_headers(&host);
    };
    let site = assets.site();
    let compressed = accepts_brotli(request.headers());
    let page = leptos_axum::render_app_async_with_context(context, move || shell::shell(site.clone()))(request).await;
    if compressed { compression::compress(page).await } else { page }
}

/// Runs a server function.
async fn call(Extension(services): Extension<Arc<dyn Services>>, request: Request<Body>) -> Response {
    let context = move || provide_context(services.clone());
    let mut response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
