//! The standing data channels of a connection, agreed in advance: no announcement, no later negotiation.

use super::bindings::PeerConnection;
use super::outcome::thrown;
use crate::error::Error;
use gloo_events::EventListener;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use web_sys::{MessageEvent, RtcDataChannel, RtcDataChannelInit, RtcDataChannelState, RtcDataChannelType};

/// Label, id, ordered and reliable.
const CHANNELS: [(&str, u16, bool); 3] = [("control", 0, true), ("bulk", 1, true), ("volatile", 2, false)];
/// The index of the channel the heartbeat goes over.
const VOLATILE: usize = 2;

/// The channels in the order of their ids; none where a room's data goes through the server.
#[derive(Default)]
pub(crate) struct Channels(Vec<RtcDataChannel>);

impl Channels {
    /// Creates them; they open with the connection.
    pub fn open(pc: &PeerConnection) -> Result<Self, Error> {
        let mut channels = Vec::new();
        for (label, id, reliable) in CHANNELS {
            let init = RtcDataChannelInit::new();
            init.set_negotiated(true);
            init.set_id(id);
            init.set_ordered(reliable);
            if !reliable {
                init.set_max_retransmits(0);
            }
            let channel = pc.open_data_channel(label, &init).map_err(thrown)?;
            channel.set_binary_type(RtcDataChannelType::Arraybuffer);
            channels.push(channel);
        }
        Ok(Self(channels))
    }

    /// Hears when the volatile channel opens, and each frame on it.
    pub fn listen_volatile(
        &self,
        on_open: impl Fn() + 'static,
        on_frame: impl Fn(Vec<u8>) + 'static,
    ) -> Vec<EventListener> {
        let Some(channel) = self.0.get(VOLATILE) else { return Vec::new() };
        let opens = EventListener::new(channel, "open", move |_| on_open());
        let frames = EventListener::new(channel, "message", move |event| {
            let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
            if let Some(Ok(buffer)) = data.map(JsCast::dyn_into::<ArrayBuffer>) {
                on_frame(Uint8Array::new(&buffer).to_vec());
            }
        });
        vec![opens, frames]
    }

    /// Sends a frame over the volatile channel if it is open.
    pub fn send_volatile(&self, frame: &[u8]) {
        if let Some(channel) = self.0.get(VOLATILE)
            && channel.ready_state() == RtcDataChannelState::Open
        {
            drop(channel.send_with_u8_array(frame));
        }
    }

    pub fn close(&self) {
        self.0.iter().for_each(RtcDataChannel::close);
    }
}
