//! Which ICE servers a client is told about, and when.
//!
//! Everybody learns of the servers that cost nothing. A relay carries a call's whole media: it is for members of rooms,
//! with credentials of their own that run out. They are there before the first link is made, and are renewed on request.

use super::{Hub, HubOut, SessionMachine};
use crate::core::Millis;
use crate::protocol::{IceServers, PeerId, ServerMsg};

impl Hub {
    /// What this client may use now.
    pub(super) fn ice(&self, peer: &PeerId, now: Millis) -> IceServers {
        let session = self.sessions.get(peer);
        let grant = session.filter(|session| !session.rooms.is_empty()).and_then(|_| self.grant(peer, now));
        grant.unwrap_or_else(|| IceServers { servers: self.config.ice.clone(), expires_ms: None })
    }

    /// Brings a client that enters a room the relay it may need for it. Nobody waits for it: who is away when it is
    /// sent is welcomed with another.
    pub(super) fn send_relay(&self, session: &SessionMachine, now: Millis, out: &mut Vec<HubOut>) {
        if let Some(servers) = self.grant(&session.peer, now) {
            session.send_volatile(ServerMsg::IceServers(servers), out);
        }
    }

    fn grant(&self, peer: &PeerId, now: Millis) -> Option<IceServers> {
        let grant = self.config.relays.as_ref()?.grant(peer);
        let servers = self.config.ice.iter().cloned().chain([grant.server]).collect();
        Some(IceServers { servers, expires_ms: Some(self.mint.wall(now).saturating_add(grant.lifetime_ms)) })
    }
}
