//! One reading of the browser's counters: numbers as JavaScript has them, times in seconds.

use super::Limit;
use crate::core::Millis;
use crate::protocol::LinkId;

/// What the browser counted of one connection, up to one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// When.
    pub at: Millis,
    /// Of which connection.
    pub connection: LinkId,
    /// The link is connected: its heartbeat is heard.
    pub alive: bool,
    /// The streams that arrive.
    pub inbound: Vec<Inbound>,
    /// The streams that are sent.
    pub outbound: Vec<Outbound>,
    /// The way packets take, once there is one.
    pub route: Option<Route>,
}

/// A stream that arrives (`inbound-rtp`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inbound {
    /// The browser's name for it, the same in every report.
    pub id: String,
    /// The id of the received track.
    pub track: String,
    /// Video, or else audio.
    pub video: bool,
    /// Bytes of media.
    pub bytes: f64,
    /// Packets.
    pub packets: f64,
    /// Packets lost; goes down with duplicates.
    pub lost: f64,
    /// Seconds.
    pub jitter: f64,
    /// Pictures decoded.
    pub frames: f64,
    /// Times the picture froze.
    pub freezes: f64,
    /// MIME type; empty while unknown.
    pub codec: String,
}

/// A stream that is sent (`outbound-rtp`), with what the other side reports of it (`remote-inbound-rtp`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outbound {
    /// The browser's name for it, the same in every report.
    pub id: String,
    /// Video, or else audio.
    pub video: bool,
    /// Bytes of media.
    pub bytes: f64,
    /// What keeps it from being better.
    pub limited_by: Limit,
    /// Seconds there and back, by the other side's reports.
    pub rtt: Option<f64>,
    /// Share of its packets that the other side lost lately, from 0 to 1.
    pub lost_share: f64,
    /// MIME type; empty while unknown.
    pub codec: String,
}

/// The way packets take (`candidate-pair`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Route {
    /// Seconds there and back, by the last check.
    pub rtt: Option<f64>,
    /// Bits a second that could be sent, by the browser's estimate.
    pub available: Option<f64>,
    /// Type of the candidate at this end: `host`, `srflx`, `prflx` or `relay`.
    pub local: String,
    /// Type of the candidate at the other end.
    pub remote: String,
    /// `udp` or `tcp`.
    pub protocol: String,
}

impl Route {
    /// Whether it goes through a TURN server, of either end.
    pub fn is_relayed(&self) -> bool {
        [&self.local, &self.remote].into_iter().any(|kind| kind == "relay")
    }
}
