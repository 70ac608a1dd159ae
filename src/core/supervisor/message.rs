//! What goes into and comes out of a link supervisor.

use crate::core::Millis;
use crate::core::event::LinkPhase;

/// `RTCPeerConnection.connectionState` (W3C WebRTC 1.0, 4.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransportState {
    /// Nothing was tried yet.
    New,
    /// ICE or DTLS is at work.
    Connecting,
    /// ICE and DTLS say that they are done.
    Connected,
    /// No answer to connectivity checks for a while.
    Disconnected,
    /// Given up by the browser.
    Failed,
    /// Closed.
    Closed,
}

/// What can happen to a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkIn {
    /// A peer connection was made for the link: the first input.
    Connecting,
    /// Something came over the control or volatile channel. Without heartbeat channels it means nothing.
    Heartbeat,
    /// A ping sent since the last change of phase was answered: packets pass both ways.
    PongBothWays,
    /// The connection state of the link's present peer connection changed.
    Transport(TransportState),
    /// Whether the selected candidate pair leads over a relay.
    Relayed(bool),
    /// An ICE restart could not be negotiated.
    RestartFailed,
    /// The server gave the pair a new link id; a new peer connection takes the place of the old.
    Rebuilt,
    /// The signaling session is up, or away. Up at the start.
    Signaling(bool),
    /// The browser's `online` event, or another sign of a new network.
    NetworkChanged,
    /// The person asks for another attempt.
    Retry,
    /// The link is over: the server took it down, or the room was left.
    Closed,
    /// The deadline has come.
    Tick,
}

/// What the supervisor wants done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOut {
    /// The phase changed.
    Phase(LinkPhase),
    /// Send a ping over control and a heartbeat over volatile, where the channels are open.
    SendPing,
    /// Hand `IceRestartWanted` to the negotiation.
    RestartIce,
    /// Ask the server for a new link id. The connection made for it uses relays only if `relay_only`.
    RequestRebuild {
        /// Whether the next connection may use relayed candidates only.
        relay_only: bool,
    },
}

/// How patient a supervisor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupervisorConfig {
    /// Both ends run the same engine: ICE restarts can be trusted.
    pub same_engine: bool,
    /// Milliseconds between noticing an interruption and acting on it.
    pub grace: Millis,
    /// ICE restarts per interruption, where `same_engine`.
    pub ice_restarts: u8,
    /// Rebuilds per interruption, after the restarts.
    pub rebuilds: u8,
    /// Whether the third rebuild and later ones use relays only. False where there is no relay.
    pub relay_fallback: bool,
    /// Whether the data channels exist that carry the heartbeat. Without it the transport state is believed.
    pub heartbeat: bool,
}

impl Default for SupervisorConfig {
    fn default() -> Self {
        Self { same_engine: false, grace: 1_500, ice_restarts: 1, rebuilds: 3, relay_fallback: true, heartbeat: true }
    }
}
