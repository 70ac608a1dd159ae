//! Which way a connection takes, and what its relays complain about.

use super::bindings::PeerConnection;
use js_sys::{Map, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Event;

/// The code of an error that a relay gave (W3C WebRTC 1.0, 4.8.3); those of STUN servers matter to nobody who has one.
pub(crate) fn relay_error(event: &Event) -> Option<u16> {
    text(event, "url").filter(|url| url.starts_with("turn"))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "codes have three digits")]
    let code = Reflect::get(event, &"errorCode".into()).ok()?.as_f64()? as u16;
    Some(code)
}

/// Whether the selected pair of candidates has a relay's address at either end, by the connection's statistics; only one
/// engine tells it without them.
pub(crate) async fn is_relayed(pc: &PeerConnection) -> Option<bool> {
    let report: Map = JsFuture::from(pc.get_stats()).await.ok()?.unchecked_into();
    let mut selected = None;
    report.for_each(&mut |entry, _| match text(&entry, "type").as_deref() {
        Some("transport") => selected = text(&entry, "selectedCandidatePairId").or(selected.take()),
        // Here the pair itself says that it is the one.
        Some("candidate-pair") if Reflect::get(&entry, &"selected".into()).is_ok_and(|is| is.is_truthy()) => {
            selected = text(&entry, "id");
        }
        _ => {}
    });
    let pair = report.get(&selected?.into());
    let is_relay = |end: &str| {
        let candidate = report.get(&text(&pair, end)?.into());
        Some(text(&candidate, "candidateType")? == "relay")
    };
    Some(is_relay("localCandidateId")? || is_relay("remoteCandidateId")?)
}

fn text(entry: &JsValue, key: &str) -> Option<String> {
    Reflect::get(entry, &key.into()).ok()?.as_string()
}
