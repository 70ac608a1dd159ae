//! What pages may ask of the server: one port, implemented over the rooms of this process.

pub mod rooms;

use multirtc::protocol::{CreateRoom, ErrorBody, IceServers, LobbyId, RoomId, RoomInfo};

/// The server as pages see it; server functions take it from the context as `Arc<dyn Services>`.
pub trait Services: Send + Sync {
    /// Makes an empty room, whose first eligible joiner becomes its host.
    ///
    /// # Errors
    /// With the code of the refusal: `room_exists`, `bad_plan`, `bad_capacity`, `busy` and others.
    fn create_room(&self, lobby: LobbyId, room: CreateRoom) -> Result<RoomId, ErrorBody>;

    /// What an outsider may know of a room; `None` if there is none.
    fn room_summary(&self, lobby: &LobbyId, room: &RoomId) -> Option<RoomInfo>;

    /// The public rooms of a lobby.
    fn listed_rooms(&self, lobby: &LobbyId) -> Vec<RoomInfo>;

    /// The STUN and TURN servers to use now, with fresh credentials.
    fn ice_servers(&self) -> IceServers;

    /// The origin under which people reach this server, such as `https://meet.example`, if it is configured.
    fn public_origin(&self) -> Option<String>;
}

/// The port, as the server provides it to every page and server function.
#[cfg(feature = "ssr")]
pub(crate) fn services() -> Result<std::sync::Arc<dyn Services>, leptos::prelude::ServerFnError> {
    leptos::prelude::use_context().ok_or_else(|| leptos::prelude::ServerFnError::new("no services in this context"))
}

/// Answers a form with 303, and a page's own call with the place to go to.
#[cfg(feature = "ssr")]
fn see_other(path: &str) {
    leptos_axum::redirect(path);
    if let Some(response) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
        && from_form()
    {
        response.set_status(http::StatusCode::SEE_OTHER);
    }
}

/// Whether a form asks, without any script: then the answer is a page.
#[cfg(feature = "ssr")]
fn from_form() -> bool {
    leptos::prelude::use_context::<http::request::Parts>().is_some_and(|request| {
        let accepted = request.headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok());
        accepted.is_some_and(|accepted| accepted.contains("text/html"))
    })
}

/// The host and port under which this request came.
#[cfg(feature = "ssr")]
pub(crate) fn host() -> Option<String> {
    let request = leptos::prelude::use_context::<http::request::Parts>()?;
    let named = request.headers.get(http::header::HOST).and_then(|value| value.to_str().ok());
    named.or_else(|| request.uri.authority().map(|authority| authority.as_str())).map(str::to_owned)
}
