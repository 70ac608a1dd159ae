//! What pages may ask of the rooms of this process.

use crate::{Config, hub_driver::HubDriver};
use app::api::Services;
use multirtc::protocol::{CreateRoom, ErrorBody, ErrorCode, IceServers, LobbyId, RoomId, RoomInfo};
use std::sync::Arc;

/// The port of the pages, over the hub.
#[derive(Debug)]
pub(crate) struct HubServices {
    driver: Arc<HubDriver>,
    ice: IceServers,
    public_origin: Option<String>,
}

impl HubServices {
    pub(crate) fn new(driver: Arc<HubDriver>, config: &Config) -> Self {
        Self {
            driver,
            ice: IceServers { servers: config.ice_servers(), expires_ms: None },
            public_origin: config.public_origin.as_ref().map(ToString::to_string),
        }
    }
}

impl Services for HubServices {
    fn create_room(&self, lobby: LobbyId, room: CreateRoom) -> Result<RoomId, ErrorBody> {
        self.driver.create_empty_room(lobby, room).unwrap_or_else(|_| {
            Err(ErrorBody {
                code: ErrorCode::Internal,
                message: "the room could not be made".to_owned(),
                retry_after_ms: None,
                room: None,
            })
        })
    }

    fn room_summary(&self, lobby: &LobbyId, room: &RoomId) -> Option<RoomInfo> {
        self.driver.summary(lobby, room)
    }

    fn listed_rooms(&self, lobby: &LobbyId) -> Vec<RoomInfo> {
        self.driver.listed(lobby)
    }

    fn ice_servers(&self) -> IceServers {
        self.ice.clone()
    }

    fn public_origin(&self) -> Option<String> {
        self.public_origin.clone()
    }
}
