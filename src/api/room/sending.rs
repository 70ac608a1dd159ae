//! What is sent from page to page, past the server.

use super::{Room, RoomInner};
use crate::api::events::Events;
use crate::browser::json;
use crate::browser::link::Link;
use crate::core::data::{DataOut, Envelope};
use crate::core::event::{Event, Message, Path, Payload};
use crate::error::Error;
use crate::protocol::{PeerId, Target};
use futures::{Stream, StreamExt};
use serde::Serialize;
use std::rc::Rc;

/// How much trouble is taken for what goes over a [`Channel`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reliability {
    /// All of it arrives, in order and once, across all connections with a person; at most 8 MiB a message.
    #[default]
    Reliable,
    /// What is lost stays lost, and what is late may come late: for cursors, strokes and levels. At most 16 KiB.
    Volatile,
}

/// Bytes of an application's own making, under a name.
///
/// Every page that makes a channel of that name takes part; nothing is negotiated for it.
#[derive(Debug, Clone)]
pub struct Channel {
    room: Room,
    label: String,
    reliability: Reliability,
}

impl Room {
    /// Sends something to pages directly: the server never sees it, and it arrives whole, in order for each receiver
    /// and once, also when connections break on the way.
    ///
    /// It arrives as [`Event::Message`]. Waits where a receiver does not keep up, or is being reconnected; for somebody
    /// who is not connected yet up to 1 MiB waits by itself.
    ///
    /// # Errors
    ///
    /// `TooLarge` over 8 MiB of JSON, `WouldBlock` when too much waits for somebody who is not connected, `RoomGone`
    /// after the room: nothing was sent to anybody. `NoSuchPeer` when one of those named is not there, or leaves before
    /// it was sent; `WouldBlock` also when one of those named cannot be reached any more.
    pub async fn send<T: Serialize + ?Sized>(&self, to: Target, topic: &str, body: &T) -> Result<(), Error> {
        let body = serde_json::to_string(body).map_err(|error| Error::NotJson(error.to_string()))?;
        self.post(&to, Envelope::json(topic, &to, now_ms(), &body)).await
    }

    /// A channel for bytes; see [`Channel`].
    pub fn channel(&self, label: &str, reliability: Reliability) -> Channel {
        Channel { room: self.clone(), label: label.to_owned(), reliability }
    }

    async fn post(&self, to: &Target, message: Option<Vec<u8>>) -> Result<(), Error> {
        let links = self.0.links_to(to)?;
        let message = message.ok_or(Error::TooLarge { got: usize::from(u16::MAX) + 1, max: u16::MAX.into() })?;
        // All of them or none: who is told that it was not sent will send it again.
        links.iter().try_for_each(|link| link.takes(message.len()))?;
        let posted: Vec<_> =
            links.iter().map(|link| Ok((link, link.post(message.clone())?))).collect::<Result<_, _>>()?;
        let named = matches!(to, Target::Peer(_) | Target::Peers(_));
        for (link, waiting) in posted {
            if let Some(room) = waiting
                && room.await.is_err()
                && named
            {
                let gone = self.0.link(link.peer()).is_none();
                return Err(if gone { Error::NoSuchPeer } else { Error::WouldBlock });
            }
        }
        Ok(())
    }
}

impl Channel {
    /// Its name.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What others send over it from now on, and who.
    pub fn messages(&self) -> impl Stream<Item = (PeerId, bytes::Bytes)> + use<> {
        let (events, label): (Events, String) = (self.room.events(), self.label.clone());
        events.filter_map(move |event| {
            let found = match event {
                Event::Message(Message { from, topic, body: Payload::Bytes(bytes), .. }) if topic == label => {
                    Some((from, bytes))
                }
                _ => None,
            };
            std::future::ready(found)
        })
    }

    /// Sends bytes. A reliable channel waits where a receiver does not keep up; a volatile one never does.
    ///
    /// # Errors
    ///
    /// As [`Room::send`]; a volatile channel answers `WouldBlock` when nobody it was for could be sent to.
    pub async fn send(&self, to: &Target, bytes: &[u8]) -> Result<(), Error> {
        if self.reliability == Reliability::Reliable {
            return self.room.post(to, Envelope::bytes(&self.label, to, now_ms(), bytes)).await;
        }
        let links = self.room.0.links_to(to)?;
        let sent: Vec<_> = links.iter().map(|link| link.send_volatile(&self.label, bytes)).collect();
        match sent.iter().any(Result::is_ok) {
            true => Ok(()),
            false => sent.into_iter().next().unwrap_or(Ok(())),
        }
    }
}

impl RoomInner {
    /// The links to those meant: all of those named, or none.
    pub(crate) fn links_to(&self, to: &Target) -> Result<Vec<Rc<Link>>, Error> {
        self.here()?;
        let (state, links) = (self.state_now(), self.links.borrow());
        let link = |peer: &PeerId| links.get(peer).cloned();
        match to {
            Target::Peer(peer) => link(peer).map(|link| vec![link]).ok_or(Error::NoSuchPeer),
            Target::Peers(peers) => peers.iter().map(|peer| link(peer).ok_or(Error::NoSuchPeer)).collect(),
            Target::All => Ok(links.values().cloned().collect()),
            Target::AtLeast(role) => {
                let meant = state.others.iter().filter(|other| other.who.role >= *role);
                Ok(meant.filter_map(|other| link(&other.who.peer)).collect())
            }
        }
    }

    pub(super) fn take_data(self: &Rc<Self>, peer: &PeerId, about: DataOut) {
        let heard = match about {
            DataOut::Message(bytes) => match Envelope::decode(&bytes, json::parse) {
                Some(Envelope { topic, to, at_ms, body }) => {
                    Message { from: peer.clone(), path: Path::Direct, to, topic, body, at_ms, delay_ms: None }
                }
                None => {
                    return self.link(peer).iter().for_each(Link::count_bad);
                }
            },
            DataOut::Volatile { label, bytes } => Message {
                from: peer.clone(),
                path: Path::Direct,
                to: Target::All,
                topic: label,
                body: Payload::Bytes(bytes.into()),
                at_ms: now_ms(),
                delay_ms: None,
            },
            DataOut::Transfer(about) => {
                let files = self.files.borrow().clone();
                if let Some(files) = files {
                    files.take(peer, about);
                }
                return;
            }
            DataOut::SendAnew(id) => return self.send_anew(peer, &id),
            DataOut::Writable | DataOut::Misbehaves => return,
        };
        self.events.emit(&Event::Message(heard));
    }
}

/// This page's clock.
fn now_ms() -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive number of milliseconds")]
    let now = js_sys::Date::now() as u64;
    now
}
