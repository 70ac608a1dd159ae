//! Server functions about rooms. Those with a form work before any script does.

use leptos::{prelude::*, server};
use multirtc::protocol::{IceServers, LobbyId, RoomId, RoomInfo};

/// The lobby of the rooms at `/r/…`.
pub const ROOMS: &str = "rooms";

/// Characters of a wrong link that are given back to be mended.
#[cfg(feature = "ssr")]
const MOST_TYPED: usize = 300;

/// Makes a room with an address that nobody can guess and leads there.
///
/// # Errors
/// When the server has no place for another room.
#[server(name = StartRoom, prefix = "/api", endpoint = "rooms/start")]
pub async fn start_room() -> Result<(), ServerFnError> {
    use multirtc::{
        core::topology::plans,
        protocol::{CreateRoom, RoomSpec, Visibility},
    };
    let services = super::services()?;
    let room: RoomId = crate::slug::mint(getrandom::u64().map_err(ServerFnError::new)?).parse()?;
    let spec = RoomSpec { visibility: Visibility::Unlisted, ..RoomSpec::new(plans::conference()) };
    match services.create_room(ROOMS.parse()?, CreateRoom { room: Some(room), spec }) {
        Ok(room) => super::see_other(&format!("/r/{room}")),
        Err(_) if super::from_form() => super::see_other("/?start=failed"),
        Err(refusal) => return Err(ServerFnError::new(refusal.message)),
    }
    Ok(())
}

/// Leads to the room that a link, a code or a name means.
///
/// # Errors
/// With a sentence, when it means none.
#[server(name = GoToRoom, prefix = "/api", endpoint = "rooms/go")]
pub async fn go_to_room(
    /// What was typed or pasted.
    to: String,
) -> Result<(), ServerFnError> {
    match crate::slug::destination(&to, super::host().as_deref()) {
        Ok(path) => super::see_other(&path),
        // The page says why beside the field, with what was typed still in it.
        Err(_) if super::from_form() => {
            let typed: String = to.chars().take(MOST_TYPED).collect();
            super::see_other(&format!("/?to={}", leptos_router::location::Url::escape(&typed)));
        }
        Err(nowhere) => return Err(ServerFnError::new(nowhere)),
    }
    Ok(())
}

/// What an outsider may know of a room; `None` if there is none.
///
/// # Errors
/// When the server cannot be asked.
#[server(name = RoomSummary, prefix = "/api", endpoint = "rooms/summary", input = server_fn::codec::GetUrl)]
pub async fn room_summary(
    /// Where it is.
    lobby: LobbyId,
    /// Which.
    room: RoomId,
) -> Result<Option<RoomInfo>, ServerFnError> {
    Ok(super::services()?.room_summary(&lobby, &room))
}

/// The public rooms of a lobby.
///
/// # Errors
/// When the server cannot be asked.
#[server(name = ListedRooms, prefix = "/api", endpoint = "rooms/listed", input = server_fn::codec::GetUrl)]
pub async fn listed_rooms(
    /// Which.
    lobby: LobbyId,
) -> Result<Vec<RoomInfo>, ServerFnError> {
    Ok(super::services()?.listed_rooms(&lobby))
}

/// The STUN and TURN servers to use now.
///
/// # Errors
/// When the server cannot be asked.
#[server(name = IceServersNow, prefix = "/api", endpoint = "ice", input = server_fn::codec::GetUrl)]
pub async fn ice_servers() -> Result<IceServers, ServerFnError> {
    Ok(super::services()?.ice_servers())
}
