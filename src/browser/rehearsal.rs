//! A server inside the page, with somebody who rings whoever joins: for trying a call out before the first real one.

use super::candidate::LocalCandidate;
use super::channels::ChannelEvent;
use super::configuration::ConnectionConfig;
use super::connection::{Connection, ConnectionEvent};
use super::transport::{Duplex, Incoming, Opening, Transport};
use super::{candidate, json};
use crate::api::LocalMedia;
use crate::core::heartbeat::Heartbeat;
use crate::core::rehearsal::{Cue, Script};
use crate::core::slots::SlotDirection;
use crate::error::Error;
use crate::protocol::{Decode as _, Encode as _, SignalBody, Source};
use futures::Stream;
use futures::channel::mpsc;
use serde_json::Value;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlCanvasElement, RtcSdpType};

/// A transport to a server that is not there. Its lobby has one room, and in it is somebody who calls whoever joins.
///
/// A browser compiles code when it is first called, and its media engine takes a while to start: without rehearsal the
/// first call of a page takes half as long again to show a picture. A page that is idle connects a second
/// [`Client`](crate::Client) over this, joins the room, publishes [`Rehearsal::camera`], draws what it would draw, and
/// drops it all a moment later. Nothing reaches a server, and no device is opened.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rehearsal;

impl Rehearsal {
    /// A camera without pictures; `None` where the browser cannot make one.
    pub fn camera() -> Option<LocalMedia> {
        let canvas = web_sys::window()?.document()?.create_element("canvas").ok()?;
        let canvas: HtmlCanvasElement = canvas.dyn_into().ok()?;
        // One browser captures only what has been asked for a context.
        drop(canvas.get_context("2d"));
        let stream = canvas.capture_stream_with_frame_request_rate(0.0).ok()?;
        Some(LocalMedia::from_stream(stream, Source::Camera))
    }
}

impl Transport for Rehearsal {
    fn open(&self, _url: &str) -> Opening {
        let (to_client, incoming) = mpsc::unbounded();
        let guest = Rc::new(Guest { script: RefCell::default(), to_client, connection: RefCell::default() });
        let line: Box<dyn Duplex> = Box::new(Line { incoming, guest });
        Box::pin(std::future::ready(Ok(line)))
    }
}

struct Line {
    incoming: mpsc::UnboundedReceiver<Incoming>,
    guest: Rc<Guest>,
}

impl Stream for Line {
    type Item = Incoming;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Incoming>> {
        Pin::new(&mut self.incoming).poll_next(context)
    }
}

impl Duplex for Line {
    fn send(&mut self, frame: String) -> Result<(), Error> {
        let cues = json::parse(&frame).map(|frame| self.guest.script.borrow_mut().hear(&frame)).unwrap_or_default();
        for cue in cues {
            match cue {
                Cue::Say(frame) => self.guest.say(frame),
                Cue::Ring => self.guest.act(Guest::ring),
                Cue::Signal(body) => self.guest.act(|guest| guest.hear(body)),
            }
        }
        Ok(())
    }

    fn close(self: Box<Self>, _code: u16) {}
}

/// Who rings.
struct Guest {
    script: RefCell<Script>,
    to_client: mpsc::UnboundedSender<Incoming>,
    connection: RefCell<Option<Rc<Connection>>>,
}

impl Guest {
    fn say(&self, frame: String) {
        drop(self.to_client.unbounded_send(Incoming::Text(frame)));
    }

    fn signal(&self, body: &SignalBody) {
        let frame = self.script.borrow_mut().from_guest(body);
        self.say(frame);
    }

    /// Does something that takes its time. What does not work is told by the first real call.
    fn act<F: Future<Output = Result<(), Error>> + 'static>(self: &Rc<Self>, scene: impl FnOnce(Rc<Self>) -> F) {
        let scene = scene(Rc::clone(self));
        spawn_local(async move { drop(scene.await) });
    }

    async fn ring(self: Rc<Self>) -> Result<(), Error> {
        let config = ConnectionConfig { ice: &[], relay_only: false, channels: true };
        let guest = Rc::downgrade(&self);
        let connection = Rc::new(Connection::new(&config, move |event| on_event(&guest, event))?);
        *self.connection.borrow_mut() = Some(Rc::clone(&connection));
        for video in [false, true] {
            connection.add_place(video, SlotDirection::SendRecv, None)?;
        }
        let sdp = connection.set_local().await?;
        self.signal(&SignalBody::Offer { sdp, tracks: Vec::new() });
        Ok(())
    }

    async fn hear(self: Rc<Self>, body: Value) -> Result<(), Error> {
        let Some(connection) = self.connection.borrow().clone() else { return Ok(()) };
        match SignalBody::decode(body) {
            Ok(SignalBody::Answer { sdp, .. }) => connection.set_remote(RtcSdpType::Answer, &sdp).await,
            Ok(SignalBody::Candidate { candidate, mid, mline, .. }) => {
                let candidate = candidate::Candidate { candidate, mid, mline }.encode();
                match candidate::read(&candidate) {
                    Some(candidate) => connection.add_candidate(&candidate).await,
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

fn on_event(guest: &Weak<Guest>, event: ConnectionEvent) {
    let Some(guest) = guest.upgrade() else { return };
    match event {
        ConnectionEvent::Candidate(LocalCandidate { candidate, mid, mline, ufrag }) => {
            guest.signal(&SignalBody::Candidate { candidate, mid, mline, ufrag });
        }
        ConnectionEvent::Channel(ChannelEvent::Frame(channel, bytes)) => {
            let connection = guest.connection.borrow().clone();
            if let (Some(connection), Some(Heartbeat::Ping(nonce))) = (connection, Heartbeat::decode(&bytes)) {
                connection.channels.send(channel, &Heartbeat::Pong(nonce).encode());
            }
        }
        _ => {}
    }
}
