//! Coming back into a room after the server has forgotten the session, and perhaps the room.
//!
//! Whoever hosted it opens it again at once, with the same id and the same settings, or joins it if somebody was
//! quicker. The others join as soon as it is there; if its host does not come back, whoever may host opens it.

use crate::api::client::{Client, join_of};
use crate::api::room::RoomInner;
use crate::core::topology::{Kind, may_send};
use crate::error::{Error, JoinError};
use crate::protocol::{ClientMsg, CreateRoom, JoinRoom, Role, RoomInfo, RoomSpec};
use gloo_timers::future::TimeoutFuture;
use std::rc::Weak;

/// Milliseconds between two tries to join.
const RETRY_MS: u32 = 250;
/// Tries after which somebody other than the former host opens the room: the host had its second.
const TRIES_FOR_THE_HOST: u32 = 4;
/// Tries after which the room counts as gone: as long as a seat would have been kept.
const TRIES: u32 = 180;

/// Enters the room again; ends it here when that is not to be.
pub(crate) async fn rejoin(client: Client, room: Weak<RoomInner>) {
    for attempt in 0..TRIES {
        // Held only between waits: dropping the room's last handle ends this.
        let Some(inner) = room.upgrade() else { return };
        let state = inner.state_before();
        let recipe = inner.rejoin();
        let id = inner.id().clone();
        let join = recipe.join.unwrap_or_else(|| join_of(id.clone()));
        drop(inner);
        let hosted = state.me.role == Role::Host;
        let message = if hosted || (attempt >= TRIES_FOR_THE_HOST && may_host(&state.info, state.me.role)) {
            let spec = recipe.create.clone().map_or_else(|| spec_of(&state.info), |create| create.spec);
            let create = CreateRoom { room: Some(id.clone()), spec };
            ClientMsg::OpenOrJoin { create, join: JoinRoom { hosted_by: None, ..join } }
        } else {
            ClientMsg::JoinRoom(join)
        };
        match client.enter_again(message).await {
            Ok(()) => return,
            // Another session has begun meanwhile, and with it another of these.
            Err(JoinError::Other(Error::Offline)) => return,
            Err(JoinError::NotFound | JoinError::RateLimited { .. }) => TimeoutFuture::new(RETRY_MS).await,
            Err(_) => break,
        }
    }
    if let Some(inner) = room.upgrade() {
        inner.lost();
    }
}

/// Whether somebody of this role may open the room for the others: nobody hosts what they may not send to.
fn may_host(info: &RoomInfo, role: Role) -> bool {
    role >= Role::Speaker
        && [Kind::Audio, Kind::Video, Kind::Screen, Kind::Data].into_iter().any(|kind| may_send(&info.plan, kind, role))
}

fn spec_of(info: &RoomInfo) -> RoomSpec {
    RoomSpec {
        plan: info.plan,
        visibility: info.visibility,
        capacity: info.capacity,
        admission: info.admission,
        guest_role: info.guest_role,
        password: None,
        on_host_left: info.on_host_left,
        empty_ttl_secs: 0,
        details: info.details.clone(),
        privileges: info.privileges,
    }
}
