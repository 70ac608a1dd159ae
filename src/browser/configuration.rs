//! How connections are made.

use crate::protocol::IceServer;
use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::{RtcBundlePolicy, RtcConfiguration, RtcIceServer, RtcIceTransportPolicy};

/// How to make a connection.
pub(crate) struct ConnectionConfig<'a> {
    pub ice: &'a [IceServer],
    pub relay_only: bool,
    pub channels: bool,
}

impl ConnectionConfig<'_> {
    /// Whether one of the servers is a relay.
    pub fn relays(&self) -> bool {
        self.ice.iter().flat_map(|server| &server.urls).any(|url| url.starts_with("turn"))
    }
}

pub(crate) fn rtc_configuration(config: &ConnectionConfig<'_>) -> RtcConfiguration {
    let rtc = RtcConfiguration::new();
    rtc.set_bundle_policy(RtcBundlePolicy::MaxBundle);
    if config.relay_only {
        rtc.set_ice_transport_policy(RtcIceTransportPolicy::Relay);
    }
    rtc.set_ice_servers(&ice_servers(config.ice));
    rtc
}

/// The servers as browsers take them.
pub(crate) fn ice_servers(ice: &[IceServer]) -> Array {
    let servers = Array::new();
    for server in ice {
        let ice = RtcIceServer::new();
        ice.set_urls(&server.urls.iter().map(JsValue::from).collect::<Array>());
        if let Some(username) = &server.username {
            ice.set_username(username);
        }
        if let Some(credential) = &server.credential {
            ice.set_credential(credential.expose());
        }
        servers.push(&ice);
    }
    servers
}
