//! Reads what the browser counts of a connection (W3C WebRTC Statistics).
//!
//! What a browser does not count is nothing here: one of them says neither what limits an encoder nor how much could be
//! sent, and names no transport.

use super::bindings::PeerConnection;
use super::clock;
use super::link::Link;
use crate::core::stats::{Inbound, Limit, Outbound, Route, Sample};
use js_sys::{Map, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

impl Link {
    /// What was counted up to now; `None` while there is no connection.
    pub async fn sample(&self) -> Option<Sample> {
        let incarnation = self.current()?;
        let (connection, pc) = (incarnation.id, incarnation.connection.raw());
        drop(incarnation);
        let asked = pc.unchecked_ref::<PeerConnection>().statistics().ok()?;
        // Maplike, with all that is used of a map here.
        let report: Map = JsFuture::from(asked).await.ok()?.unchecked_into();
        let (mut inbound, mut outbound, mut chosen, mut routes) = (Vec::new(), Vec::new(), None, Vec::new());
        report.for_each(&mut |entry, id| {
            let id = id.as_string().unwrap_or_default();
            match &*text(&entry, "type") {
                "inbound-rtp" => inbound.push(received(&report, &entry, id)),
                "outbound-rtp" => outbound.push(sent(&report, &entry, id)),
                "transport" => chosen = Some(text(&entry, "selectedCandidatePairId")).filter(|id| !id.is_empty()),
                "candidate-pair" => routes.push((id, entry)),
                _ => {}
            }
        });
        let is_chosen = |(id, pair): &&(String, JsValue)| match &chosen {
            Some(chosen) => chosen == id,
            None => is_true(pair, "nominated") && text(pair, "state") == "succeeded",
        };
        let route = routes.iter().find(is_chosen).map(|(_, pair)| route(&report, pair));
        Some(Sample { at: clock::now(), connection, alive: self.is_connected(), inbound, outbound, route })
    }
}

fn received(report: &Map, entry: &JsValue, id: String) -> Inbound {
    Inbound {
        id,
        track: text(entry, "trackIdentifier"),
        video: text(entry, "kind") == "video",
        bytes: counted(entry, "bytesReceived"),
        packets: counted(entry, "packetsReceived"),
        lost: counted(entry, "packetsLost"),
        jitter: counted(entry, "jitter"),
        frames: counted(entry, "framesDecoded"),
        freezes: counted(entry, "freezeCount"),
        codec: text(&other(report, entry, "codecId"), "mimeType"),
    }
}

fn sent(report: &Map, entry: &JsValue, id: String) -> Outbound {
    let heard = other(report, entry, "remoteId");
    Outbound {
        id,
        video: text(entry, "kind") == "video",
        bytes: counted(entry, "bytesSent"),
        limited_by: match &*text(entry, "qualityLimitationReason") {
            "cpu" => Limit::Cpu,
            "bandwidth" => Limit::Bandwidth,
            "other" => Limit::Other,
            _ => Limit::None,
        },
        rtt: number(&heard, "roundTripTime"),
        lost_share: counted(&heard, "fractionLost"),
        codec: text(&other(report, entry, "codecId"), "mimeType"),
    }
}

fn route(report: &Map, pair: &JsValue) -> Route {
    let local = other(report, pair, "localCandidateId");
    Route {
        rtt: number(pair, "currentRoundTripTime"),
        available: number(pair, "availableOutgoingBitrate"),
        remote: text(&other(report, pair, "remoteCandidateId"), "candidateType"),
        protocol: text(&local, "protocol"),
        local: text(&local, "candidateType"),
    }
}

/// The entry that a member of another names; nothing of it is there when the report has none.
fn other(report: &Map, entry: &JsValue, name: &str) -> JsValue {
    report.get(&field(entry, name))
}

fn field(entry: &JsValue, name: &str) -> JsValue {
    Reflect::get(entry, &name.into()).unwrap_or_default()
}

fn text(entry: &JsValue, name: &str) -> String {
    field(entry, name).as_string().unwrap_or_default()
}

fn number(entry: &JsValue, name: &str) -> Option<f64> {
    field(entry, name).as_f64()
}

fn counted(entry: &JsValue, name: &str) -> f64 {
    number(entry, name).unwrap_or_default()
}

fn is_true(entry: &JsValue, name: &str) -> bool {
    field(entry, name).is_truthy()
}
