//! What goes over the data channels of one link: messages, files, and the application's own frames.
//!
//! A [`DataLink`] lives as long as the link, over all its connections. It cuts and puts together
//! ([`delivery`](super::delivery)), streams files ([`transfer`](super::transfer)), and counts what no page of ours would
//! send: who sends much of it is cut off. The channels themselves, and how much they hold, are the driver's: it asks for
//! the next frame when a channel has room.

mod anew;
mod envelope;
#[cfg(test)]
mod tests;

pub use envelope::Envelope;

use super::Millis;
use super::delivery::{Frame as MessageFrame, Full, Lane, Receiver, Sender};
use super::heartbeat::VERSION;
use super::transfer::{TYPES, TransferOut};
use crate::protocol::PublicationId;
use anew::Anew;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// Bytes of messages that may wait for a connection.
pub const UNCONNECTED_BYTES: usize = 1024 * 1024;
/// Bytes of a frame of the application over `volatile`.
pub const VOLATILE_BYTES: usize = 16 * 1024;
/// Bytes in a channel's buffer above which nothing more is put into it: what is lost with a connection, with what is on
/// its way, and sent twice.
pub const BUFFERED_HIGH: u32 = 512 * 1024;
/// Bytes in a channel's buffer below which more is put into it.
pub const BUFFERED_LOW: u32 = 256 * 1024;
/// Bytes of one message of a channel, whatever the other side takes.
const FRAME_BYTES: usize = 256 * 1024;
/// Bytes of a message in one fragment.
const FRAGMENT: usize = 64 * 1024;
/// Frames that may be bad within [`BAD_SPAN`].
const BAD_FRAMES: usize = 50;
/// Milliseconds.
const BAD_SPAN: Millis = 10_000;
/// Type byte of a frame of the application over `volatile`: the length of its label, the label, the bytes.
const VOLATILE: u8 = 0x30;

/// A standing channel of a connection; the numbers are their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataChannel {
    /// Ordered and reliable: short messages, and what files are agreed with.
    Control = 0,
    /// Ordered and reliable: long messages, and what files consist of.
    Bulk = 1,
    /// Neither: the heartbeat, and what is old when it is late.
    Volatile = 2,
}

/// What the driver has to do, or to tell.
#[derive(Debug, Clone, PartialEq)]
pub enum DataOut {
    /// A message arrived, whole and in its turn: an encoded [`Envelope`].
    Message(Vec<u8>),
    /// A frame of the application arrived over `volatile`.
    Volatile {
        /// What the application calls it.
        label: String,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// About a file.
    Transfer(TransferOut),
    /// The other side gets nothing of a publication of this one, and asks to have it sent anew.
    SendAnew(PublicationId),
    /// There is room for messages again.
    Writable,
    /// The other side sends what no page of ours would; the link is to be ended.
    Misbehaves,
}

/// The files of a link: [`Transfers`](super::transfer::Transfers), for a page that takes part in them.
///
/// A page that does not is spared their code, and offers it gets wait for it to [ask](Self::ask).
pub trait Files: std::fmt::Debug {
    /// The channels of a new connection are open.
    fn opened(&mut self, max_message: usize, now: Millis);
    /// The connection is gone.
    fn closed(&mut self);
    /// The other side is asked for what it offered before.
    fn ask(&mut self);
    /// Takes a frame; false for what is none of ours.
    fn receive(&mut self, bytes: &[u8], now: Millis, out: &mut Vec<TransferOut>) -> bool;
    /// What to read next, and what has taken too long.
    fn poll(&mut self, now: Millis, out: &mut Vec<TransferOut>);
    /// The next frame for a channel that has room.
    fn next_frame(&mut self, channel: DataChannel) -> Option<Vec<u8>>;
}

/// Everything that is under way with one person.
#[derive(Debug)]
pub struct DataLink {
    sender: Sender,
    receiver: Receiver,
    /// The files, where this page takes part in them.
    files: Option<Rc<RefCell<dyn Files>>>,
    /// Bytes of the largest message the other side takes.
    max_message: usize,
    anew: Anew,
    /// When the last bad frames came.
    bad: VecDeque<Millis>,
    /// The other side is to hear how far its messages have come.
    owes_word: bool,
    /// A message had no room.
    is_full: bool,
    /// A long message goes before the next part of a file.
    message_next: bool,
    open: bool,
}

impl DataLink {
    /// Nothing under way. `epoch` is to differ from that of any page that was in this one's place before: a random
    /// number will do.
    pub fn new(epoch: u32) -> Self {
        Self {
            sender: Sender::new(epoch, FRAGMENT),
            receiver: Receiver::default(),
            files: None,
            max_message: 0,
            anew: Anew::default(),
            bad: VecDeque::new(),
            owes_word: false,
            is_full: false,
            message_next: false,
            open: false,
        }
    }

    /// The channels of a new connection are open; the other side takes messages of at most that many bytes.
    pub fn opened(&mut self, max_message: usize, now: Millis) {
        self.open = true;
        self.sender.restart();
        // Lest its word was lost with the connection before.
        self.owes_word = self.receiver.got() != (0, 0);
        self.max_message = max_message.min(FRAME_BYTES);
        if let Some(files) = &self.files {
            files.borrow_mut().opened(self.max_message, now);
        }
    }

    /// The connection is gone.
    pub fn closed(&mut self) {
        self.open = false;
        self.anew.closed();
        if let Some(files) = &self.files {
            files.borrow_mut().closed();
        }
    }

    /// From now on files go over this link.
    pub fn take_files(&mut self, files: Rc<RefCell<dyn Files>>, now: Millis) {
        if self.open {
            files.borrow_mut().opened(self.max_message, now);
            files.borrow_mut().ask();
        }
        self.files = Some(files);
    }

    /// Asks for a publication of the other side to be sent anew; not without a connection, which would bring it anew.
    pub fn ask_anew(&mut self, publication: PublicationId) {
        if self.open {
            self.anew.ask(publication);
        }
    }

    /// Whether the channels are open.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Whether there is room for a message of that many bytes.
    pub fn takes(&self, bytes: usize) -> bool {
        self.sender.takes(bytes).is_ok() && (self.open || self.sender.waiting() + bytes <= UNCONNECTED_BYTES)
    }

    /// Takes a message, an encoded [`Envelope`].
    ///
    /// # Errors
    ///
    /// [`Full`], with the message not taken; after [`Full::Later`] follows [`DataOut::Writable`].
    pub fn post(&mut self, message: Vec<u8>) -> Result<(), Full> {
        let room = match self.sender.takes(message.len()) {
            Ok(()) if !self.takes(message.len()) => Err(Full::Later),
            room => room,
        };
        self.is_full |= room == Err(Full::Later);
        room.and_then(|()| self.sender.post(message))
    }

    /// The next frame for a channel that has room.
    pub fn next_frame(&mut self, channel: DataChannel) -> Option<Vec<u8>> {
        if !self.open {
            return None;
        }
        match channel {
            DataChannel::Control => {
                if std::mem::take(&mut self.owes_word) {
                    let (epoch, below) = self.receiver.got();
                    return Some(MessageFrame::Got { epoch, below }.encode());
                }
                let asked = self.anew.next_frame();
                asked.or_else(|| self.file_frame(channel)).or_else(|| self.sender.next_frame(Lane::Control))
            }
            DataChannel::Bulk => {
                self.message_next = !self.message_next;
                if self.message_next {
                    self.sender.next_frame(Lane::Bulk).or_else(|| self.file_frame(channel))
                } else {
                    self.file_frame(channel).or_else(|| self.sender.next_frame(Lane::Bulk))
                }
            }
            DataChannel::Volatile => None,
        }
    }

    fn file_frame(&self, channel: DataChannel) -> Option<Vec<u8>> {
        self.files.as_ref()?.borrow_mut().next_frame(channel)
    }

    /// Takes a frame that is not of the heartbeat.
    pub fn receive(&mut self, channel: DataChannel, bytes: &[u8], now: Millis, out: &mut Vec<DataOut>) {
        let is_good = match channel {
            DataChannel::Volatile => read_volatile(bytes).map(|frame| out.push(frame)).is_some(),
            DataChannel::Control | DataChannel::Bulk => self.receive_reliable(bytes, now, out),
        };
        if !is_good {
            self.count_bad(now, out);
        }
    }

    fn receive_reliable(&mut self, bytes: &[u8], now: Millis, out: &mut Vec<DataOut>) -> bool {
        match MessageFrame::decode(bytes) {
            Some(MessageFrame::Fragment(fragment)) => {
                let Ok(whole) = self.receiver.take(&fragment) else { return false };
                self.owes_word |= fragment.last;
                out.extend(whole.into_iter().map(DataOut::Message));
                true
            }
            Some(MessageFrame::Got { epoch, below }) => {
                self.sender.acknowledged(epoch, below);
                if std::mem::take(&mut self.is_full) {
                    out.push(DataOut::Writable);
                }
                true
            }
            None => {
                if let Some(publication) = anew::read(bytes) {
                    if self.anew.hear(&publication, now) {
                        out.push(DataOut::SendAnew(publication));
                    }
                    return true;
                }
                let is_about_files = matches!(bytes, [VERSION, kind, ..] if TYPES.contains(kind));
                let Some(files) = &self.files else { return is_about_files };
                let mut about = Vec::new();
                let taken = files.borrow_mut().receive(bytes, now, &mut about);
                out.extend(about.into_iter().map(DataOut::Transfer));
                taken
            }
        }
    }

    /// A frame, or what was in it, was none of ours.
    pub fn count_bad(&mut self, now: Millis, out: &mut Vec<DataOut>) {
        self.bad.push_back(now);
        if self.bad.len() < BAD_FRAMES {
            return;
        }
        let first = self.bad.pop_front().unwrap_or(0);
        if now.saturating_sub(first) <= BAD_SPAN {
            self.bad.clear();
            out.push(DataOut::Misbehaves);
        }
    }

    /// What the files want next; to be asked after everything else, and each second.
    pub fn poll(&mut self, now: Millis, out: &mut Vec<DataOut>) {
        if let Some(files) = &self.files {
            let mut about = Vec::new();
            files.borrow_mut().poll(now, &mut about);
            out.extend(about.into_iter().map(DataOut::Transfer));
        }
    }
}

/// A frame of the application for `volatile`; `None` if it is over [`VOLATILE_BYTES`], label and all.
pub fn volatile_frame(label: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let length = u8::try_from(label.len()).ok()?;
    let frame = [&[VERSION, VOLATILE, length], label.as_bytes(), bytes].concat();
    (frame.len() <= VOLATILE_BYTES).then_some(frame)
}

fn read_volatile(frame: &[u8]) -> Option<DataOut> {
    let (&[VERSION, VOLATILE, length], rest) = frame.split_first_chunk()? else { return None };
    let (label, bytes) = rest.split_at_checked(usize::from(length)).filter(|_| frame.len() <= VOLATILE_BYTES)?;
    Some(DataOut::Volatile { label: str::from_utf8(label).ok()?.to_owned(), bytes: bytes.to_vec() })
}
