//! What pages may ask of the server: one port, implemented over the rooms of this process.

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
