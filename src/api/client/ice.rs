//! The ICE servers this client was told about, and credentials that are always good.

use super::Client;
use super::session_driver::ClientInner;
use crate::browser::clock;
use crate::core::route::renew_in;
use crate::protocol::{ClientMsg, IceServer, IceServers};
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What the server said of ICE servers.
#[derive(Default)]
pub(super) struct Ice {
    servers: RefCell<Vec<IceServer>>,
    /// The server's clock when this page's was at zero.
    epoch_ms: Cell<u64>,
    renewal: RefCell<Option<Timeout>>,
    /// New ones were asked for and have not come.
    asked: Cell<bool>,
}

impl Ice {
    /// Learns what time it is at the server.
    pub fn set_clock(&self, now_ms: u64) {
        self.epoch_ms.set(now_ms.saturating_sub(clock::now()));
    }
}

impl ClientInner {
    /// Takes what new connections use from now on, and has it renewed in time.
    pub(super) fn set_ice(self: &Rc<Self>, ice: IceServers) {
        self.ice.servers.replace(ice.servers);
        self.ice.asked.set(false);
        let timer = ice.expires_ms.map(|expires| {
            let wait = renew_in(expires, self.ice.epoch_ms.get().saturating_add(clock::now()));
            let client = Rc::downgrade(self);
            Timeout::new(u32::try_from(wait).unwrap_or(u32::MAX), move || {
                if let Some(client) = client.upgrade() {
                    client.renew_ice();
                }
            })
        });
        self.ice.renewal.replace(timer);
    }

    /// Asks for new credentials, once at a time. Whoever is in no room needs none, and gets them when entering one.
    fn renew_ice(self: &Rc<Self>) {
        if !self.live_rooms().is_empty() && !self.ice.asked.replace(true) {
            self.post(ClientMsg::RefreshIceServers);
        }
    }
}

impl Client {
    /// What a new connection uses, and whether it may use relays only.
    pub(crate) fn ice(&self) -> (Vec<IceServer>, bool) {
        let policy = &self.0.config.ice;
        let mut servers = policy.extra_servers.clone();
        if policy.from_server {
            servers.extend(self.0.ice.servers.borrow().iter().cloned());
        }
        (servers, policy.relay_only)
    }

    /// A relay refused the credentials: perhaps they are too old after all, as after a long sleep.
    pub(crate) fn relay_refused(&self) {
        self.0.renew_ice();
    }
}
