//! What web-sys lacks, or declares without `catch` though it throws.

use wasm_bindgen::prelude::*;
use web_sys::{
    HtmlMediaElement, MediaStream, MediaStreamTrack, RtcConfiguration, RtcDataChannel, RtcDataChannelInit,
    RtcPeerConnection, RtcRtpSender, RtcRtpTransceiver, RtcRtpTransceiverInit,
};

/// Another handle of the same stream or track.
///
/// `stream.clone()` is not that: web-sys binds the JavaScript method of that name, which makes a *copy*, with a camera
/// that stays on and a muting that is not told.
pub fn same<T: Clone>(object: &T) -> T {
    Clone::clone(object)
}

#[wasm_bindgen]
extern "C" {
    /// `RTCPeerConnection` with the calls that throw or are missing.
    #[wasm_bindgen(extends = RtcPeerConnection, js_name = RTCPeerConnection)]
    pub type PeerConnection;

    #[wasm_bindgen(catch, constructor, js_class = "RTCPeerConnection")]
    pub fn new(configuration: &RtcConfiguration) -> Result<PeerConnection, JsValue>;

    /// Lets the browser make the offer or the answer itself (W3C WebRTC 1.0, 4.4.2).
    #[wasm_bindgen(method, catch, js_class = "RTCPeerConnection", js_name = setLocalDescription)]
    pub fn set_local_description_implicit(this: &PeerConnection) -> Result<js_sys::Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_class = "RTCPeerConnection", js_name = restartIce)]
    pub fn restart_ice(this: &PeerConnection) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_class = "RTCPeerConnection", js_name = setConfiguration)]
    pub fn reconfigure(this: &PeerConnection, configuration: &RtcConfiguration) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_class = "RTCPeerConnection", js_name = addTransceiver)]
    pub fn add_transceiver_of_kind(
        this: &PeerConnection,
        kind: &str,
        init: &RtcRtpTransceiverInit,
    ) -> Result<RtcRtpTransceiver, JsValue>;

    #[wasm_bindgen(method, catch, js_class = "RTCPeerConnection", js_name = addTransceiver)]
    pub fn add_transceiver_with_track(
        this: &PeerConnection,
        track: &MediaStreamTrack,
        init: &RtcRtpTransceiverInit,
    ) -> Result<RtcRtpTransceiver, JsValue>;

    #[wasm_bindgen(method, catch, js_class = "RTCPeerConnection", js_name = createDataChannel)]
    pub fn open_data_channel(
        this: &PeerConnection,
        label: &str,
        init: &RtcDataChannelInit,
    ) -> Result<RtcDataChannel, JsValue>;

    #[wasm_bindgen(method, catch, js_class = "RTCPeerConnection", js_name = getStats)]
    pub fn statistics(this: &PeerConnection) -> Result<js_sys::Promise, JsValue>;

    /// `RTCRtpSender` with `setStreams`.
    #[wasm_bindgen(extends = RtcRtpSender, js_name = RTCRtpSender)]
    pub type Sender;

    #[wasm_bindgen(method, catch, js_class = "RTCRtpSender", js_name = setStreams)]
    pub fn set_streams(this: &Sender, stream: &MediaStream) -> Result<(), JsValue>;

    /// As they are now; what is changed in them has to be set in the same task (W3C WebRTC 1.0, 5.2).
    #[wasm_bindgen(method, catch, js_class = "RTCRtpSender", js_name = getParameters)]
    pub fn parameters(this: &Sender) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_class = "RTCRtpSender", js_name = setParameters)]
    pub fn set_parameters(this: &Sender, parameters: &JsValue) -> Result<js_sys::Promise, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// `MediaStreamTrack` with `contentHint`, and with settings that may be missing.
    #[wasm_bindgen(extends = MediaStreamTrack, js_name = MediaStreamTrack)]
    pub type Track;

    #[wasm_bindgen(method, setter, js_class = "MediaStreamTrack", js_name = contentHint)]
    pub fn set_content_hint(this: &Track, hint: &str);

    #[wasm_bindgen(method, catch, js_class = "MediaStreamTrack", js_name = getSettings)]
    pub fn settings(this: &Track) -> Result<JsValue, JsValue>;

    /// `HTMLMediaElement` with `captureStream`, which not every browser has.
    #[wasm_bindgen(extends = HtmlMediaElement, js_name = HTMLMediaElement)]
    pub type MediaElement;

    #[wasm_bindgen(method, catch, js_class = "HTMLMediaElement", js_name = captureStream)]
    pub fn capture_stream(this: &MediaElement) -> Result<MediaStream, JsValue>;
}
