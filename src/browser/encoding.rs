//! What a sender is told of how to encode; [`core::encoding`](crate::core::encoding) decides.

use super::bindings::{Sender, Track};
use super::outcome::forget;
use js_sys::Reflect;
use wasm_bindgen::JsCast;
use web_sys::{MediaStreamTrack, RtcRtpSender};

/// Lines of a track's pictures, where the browser says.
pub(crate) fn lines(track: &MediaStreamTrack) -> Option<f64> {
    let settings = track.unchecked_ref::<Track>().settings().ok()?;
    Reflect::get(&settings, &"height".into()).ok()?.as_f64()
}

/// Sets how many times smaller than its track a sender's picture is; an engine that will not sends it whole.
pub(crate) fn scale_down(sender: &RtcRtpSender, scale: f64) {
    let sender = sender.unchecked_ref::<Sender>();
    let Ok(parameters) = sender.parameters() else { return };
    let encodings = Reflect::get(&parameters, &"encodings".into());
    let Some(encoding) = encodings.ok().and_then(|all| Reflect::get_u32(&all, 0).ok()) else { return };
    if Reflect::set(&encoding, &"scaleResolutionDownBy".into(), &scale.into()).is_ok()
        && let Ok(promise) = sender.set_parameters(&parameters)
    {
        forget(promise);
    }
}
