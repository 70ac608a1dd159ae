//! A link's messages and files on the channels of whatever connection carries it.

use super::clock;
use super::link::Link;
use crate::core::Millis;
use crate::core::data::{DataChannel, DataLink, DataOut, volatile_frame};
use crate::core::delivery::{Full, MESSAGE_BYTES};
use crate::core::supervisor::LinkIn;
use crate::error::Error;
use futures::channel::oneshot;
use std::rc::Rc;

/// A message that had no room, and whoever waits for it to have some.
pub(crate) type Waiting = (Vec<u8>, oneshot::Sender<()>);

/// Any number.
pub(crate) fn random() -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any number will do")]
    let number = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    number
}

impl Link {
    /// Whether a message of that many bytes can go now, or wait for a connection that is sure to be tried.
    pub fn takes(&self, bytes: usize) -> Result<(), Error> {
        if bytes > MESSAGE_BYTES {
            return Err(Error::TooLarge { got: bytes, max: MESSAGE_BYTES });
        }
        let fits = self.waiting.borrow().is_empty() && self.data.borrow().takes(bytes);
        if fits || self.is_reachable() { Ok(()) } else { Err(Error::WouldBlock) }
    }

    /// Sends a message; resolves what is returned, if anything, once there is room for it. It ends unresolved with the
    /// link.
    pub fn post(self: &Rc<Self>, message: Vec<u8>) -> Result<Option<oneshot::Receiver<()>>, Error> {
        let before = self.waiting.borrow().is_empty();
        let posted = if before { self.data.borrow_mut().post(message.clone()) } else { Err(Full::Later) };
        match posted {
            Ok(()) => {
                self.send_data();
                Ok(None)
            }
            Err(Full::TooLarge { got }) => Err(Error::TooLarge { got, max: MESSAGE_BYTES }),
            Err(Full::Later) => {
                let (room, wait) = oneshot::channel();
                self.waiting.borrow_mut().push_back((message, room));
                Ok(Some(wait))
            }
        }
    }

    /// Sends a frame of the application that may be lost.
    pub fn send_volatile(&self, label: &str, bytes: &[u8]) -> Result<(), Error> {
        let frame = volatile_frame(label, bytes)
            .ok_or(Error::TooLarge { got: bytes.len(), max: crate::core::data::VOLATILE_BYTES })?;
        let incarnation = self.current().ok_or(Error::WouldBlock)?;
        if !incarnation.connection.channels.has_room(DataChannel::Volatile) {
            return Err(Error::WouldBlock);
        }
        incarnation.connection.channels.send(DataChannel::Volatile, &frame);
        Ok(())
    }

    pub(super) fn data_opened(self: &Rc<Self>, max_message: usize) {
        self.with_data(|data, now, _| data.opened(max_message, now));
    }

    pub(super) fn receive_data(self: &Rc<Self>, channel: DataChannel, bytes: &[u8]) {
        self.with_data(|data, now, out| data.receive(channel, bytes, now, out));
    }

    /// What came in a message was none of ours.
    pub fn count_bad(self: &Rc<Self>) {
        self.with_data(DataLink::count_bad);
    }

    /// Lets the machine do something, carries out what it wants, and sends what it has.
    pub fn with_data(self: &Rc<Self>, act: impl FnOnce(&mut DataLink, Millis, &mut Vec<DataOut>)) {
        let mut out = Vec::new();
        {
            let (mut data, now) = (self.data.borrow_mut(), clock::now());
            act(&mut data, now, &mut out);
            data.poll(now, &mut out);
        }
        for about in out {
            match about {
                DataOut::Writable => self.post_waiting(),
                // Nobody is told what: it would help only whoever tries.
                DataOut::Misbehaves => self.supervise(LinkIn::Closed),
                about => {
                    if let Some(owner) = self.owner.upgrade() {
                        owner.data(&self.peer, about);
                    }
                }
            }
        }
        self.send_data();
    }

    fn post_waiting(&self) {
        let mut waiting = self.waiting.borrow_mut();
        while let Some((message, room)) = waiting.pop_front() {
            // Whoever sent it has given up.
            if room.is_canceled() {
                continue;
            }
            match self.data.borrow_mut().post(message.clone()) {
                Ok(()) => drop(room.send(())),
                Err(_) => return waiting.push_front((message, room)),
            }
        }
    }

    /// Fills the channels with what is to be sent.
    pub(super) fn send_data(&self) {
        let Some(incarnation) = self.current() else { return };
        let channels = &incarnation.connection.channels;
        for channel in [DataChannel::Control, DataChannel::Bulk] {
            while channels.has_room(channel) {
                let Some(frame) = self.data.borrow_mut().next_frame(channel) else { break };
                channels.send(channel, &frame);
            }
        }
    }
}
