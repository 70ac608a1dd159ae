//! `GET /api/rooms/{lobby}/{room}`: what anybody may know of a listed room, as JSON for link previews and other sites.

use app::api::Services;
use axum::{
    Json, Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use multirtc::protocol::{LobbyId, RoomId, Visibility};
use std::sync::Arc;

/// The route, over the same port pages use.
pub(crate) fn router(services: Arc<dyn Services>) -> Router {
    Router::new().route("/api/rooms/{lobby}/{room}", get(summary)).with_state(services)
}

/// 404 with the same body for a bad id, no room and an unlisted room: whether a secret address exists stays secret.
async fn summary(State(services): State<Arc<dyn Services>>, Path((lobby, room)): Path<(String, String)>) -> Response {
    let info = LobbyId::try_from(lobby)
        .ok()
        .zip(RoomId::try_from(room).ok())
        .and_then(|(lobby, room)| services.room_summary(&lobby, &room))
        .filter(|info| info.visibility == Visibility::Listed);
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    match info {
        Some(info) => (no_store, Json(info)).into_response(),
        None => {
            (StatusCode::NOT_FOUND, no_store, Json(serde_json::json!({ "code": "room_not_found" }))).into_response()
        }
    }
}
