//! What a sender is told of how to encode; [`core::encoding`](crate::core::encoding) decides.

use super::bindings::{Sender, Track};
use super::outcome::forget;
use crate::core::encoding::{Encoding, first_scale};
use js_sys::{Object, Reflect};
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{MediaStreamTrack, RtcRtpSender};

/// Lines of a track's pictures, where the browser says.
fn lines(track: &MediaStreamTrack) -> Option<f64> {
    let settings = track.unchecked_ref::<Track>().settings().ok()?;
    Reflect::get(&settings, &"height".into()).ok()?.as_f64()
}

/// What the senders of a connection's two places may take, and were told: audio, video.
#[derive(Default)]
pub(crate) struct PlaceEncodings {
    wanted: Cell<[Encoding; 2]>,
    told: Cell<[Encoding; 2]>,
    /// Pictures are sent as large as they are.
    whole: Cell<bool>,
}

impl PlaceEncodings {
    pub fn want(&self, video: bool, encoding: Encoding) {
        let mut wanted = self.wanted.get();
        wanted[usize::from(video)] = encoding;
        self.wanted.set(wanted);
    }

    /// The connection is not new any more: see [`first_scale`].
    pub fn send_whole(&self) {
        self.whole.set(true);
    }

    /// Has a place encode as it should, with the track it has or is about to have.
    pub fn apply(&self, video: bool, sender: &RtcRtpSender, track: Option<&MediaStreamTrack>) {
        let at = usize::from(video);
        let small = track.filter(|_| video && !self.whole.get()).and_then(lines).and_then(first_scale);
        let encoding = self.wanted.get()[at].scaled(small);
        let mut told = self.told.get();
        if std::mem::replace(&mut told[at], encoding) != encoding {
            self.told.set(told);
            apply(sender, &encoding, video);
        }
    }
}

/// Tells a sender what it may take; an engine that will not goes on as it was.
pub(crate) fn apply(sender: &RtcRtpSender, encoding: &Encoding, video: bool) {
    let sender = sender.unchecked_ref::<Sender>();
    let Ok(parameters) = sender.parameters() else { return };
    let encodings = Reflect::get(&parameters, &"encodings".into());
    let Some(first) = encodings.ok().and_then(|all| Reflect::get_u32(&all, 0).ok()) else { return };
    let Some(first) = first.dyn_ref::<Object>() else { return };
    set(first, "maxBitrate", encoding.max_kbps.map(|kbps| f64::from(kbps) * 1_000.0));
    if video {
        set(first, "maxFramerate", encoding.max_fps);
        set(first, "scaleResolutionDownBy", Some(encoding.scale_down_by.unwrap_or(1.0)));
    }
    if let Ok(promise) = sender.set_parameters(&parameters) {
        forget(promise);
    }
}

fn set(encoding: &Object, name: &str, value: Option<f64>) {
    // Fails only on frozen objects and proxies; the browser makes neither.
    drop(match value {
        Some(value) => Reflect::set(encoding, &name.into(), &value.into()),
        None => Reflect::delete_property(encoding, &name.into()),
    });
}
