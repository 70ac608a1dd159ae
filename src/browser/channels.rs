//! The standing data channels of a connection, agreed in advance: no announcement, no later negotiation.

use super::bindings::PeerConnection;
use super::outcome::thrown;
use crate::core::data::{BUFFERED_HIGH, BUFFERED_LOW, DataChannel};
use crate::error::Error;
use gloo_events::EventListener;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use web_sys::{MessageEvent, RtcDataChannel, RtcDataChannelInit, RtcDataChannelState, RtcDataChannelType};

/// In the order of their ids, with their labels.
const CHANNELS: [(DataChannel, &str); 3] =
    [(DataChannel::Control, "control"), (DataChannel::Bulk, "bulk"), (DataChannel::Volatile, "volatile")];

/// What a channel tells.
pub(crate) enum ChannelEvent {
    Open(DataChannel),
    Frame(DataChannel, Vec<u8>),
    /// It takes more again.
    Drained,
}

/// The channels in the order of their ids; none where a room's data goes through the server.
#[derive(Default)]
pub(crate) struct Channels(Vec<RtcDataChannel>);

impl Channels {
    /// Creates them; they open with the connection.
    pub fn open(pc: &PeerConnection) -> Result<Self, Error> {
        let mut channels = Vec::new();
        for (channel, label) in CHANNELS {
            let init = RtcDataChannelInit::new();
            init.set_negotiated(true);
            init.set_id(channel as u16);
            if channel == DataChannel::Volatile {
                init.set_ordered(false);
                init.set_max_retransmits(0);
            }
            let opened = pc.open_data_channel(label, &init).map_err(thrown)?;
            opened.set_binary_type(RtcDataChannelType::Arraybuffer);
            opened.set_buffered_amount_low_threshold(BUFFERED_LOW);
            channels.push(opened);
        }
        Ok(Self(channels))
    }

    pub fn listen(&self, on_event: &(impl Fn(ChannelEvent) + Clone + 'static)) -> Vec<EventListener> {
        let mut listeners = Vec::new();
        for ((channel, _), opened) in CHANNELS.into_iter().zip(&self.0) {
            let tell = on_event.clone();
            listeners.push(EventListener::new(opened, "open", move |_| tell(ChannelEvent::Open(channel))));
            let tell = on_event.clone();
            listeners.push(EventListener::new(opened, "bufferedamountlow", move |_| tell(ChannelEvent::Drained)));
            let tell = on_event.clone();
            listeners.push(EventListener::new(opened, "message", move |event| {
                let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
                let bytes = match data.map(JsCast::dyn_into::<ArrayBuffer>) {
                    Some(Ok(buffer)) => Uint8Array::new(&buffer).to_vec(),
                    // Text is no frame of ours, and is counted as such.
                    _ => Vec::new(),
                };
                tell(ChannelEvent::Frame(channel, bytes));
            }));
        }
        listeners
    }

    /// Whether every channel is open.
    pub fn are_open(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|channel| channel.ready_state() == RtcDataChannelState::Open)
    }

    /// Whether a channel takes a frame now: it is open, and what it holds is not yet too much.
    pub fn has_room(&self, channel: DataChannel) -> bool {
        self.get(channel).is_some_and(|channel| channel.buffered_amount() < BUFFERED_HIGH)
    }

    /// Sends a frame over a channel if it is open.
    pub fn send(&self, channel: DataChannel, frame: &[u8]) {
        if let Some(channel) = self.get(channel) {
            drop(channel.send_with_u8_array(frame));
        }
    }

    fn get(&self, channel: DataChannel) -> Option<&RtcDataChannel> {
        self.0.get(channel as usize).filter(|channel| channel.ready_state() == RtcDataChannelState::Open)
    }

    pub fn close(&self) {
        self.0.iter().for_each(RtcDataChannel::close);
    }
}
