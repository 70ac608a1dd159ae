//! All transfers of one link, both ways.

use super::effect::{Nonsense, TransferOut};
use super::incoming::Incoming;
use super::outgoing::Outgoing;
use super::{CHUNK, Frame, Number, REMEMBERED, Sha256Digest, Side, TRANSFERS, clean_name};
use crate::core::Millis;
use crate::core::data::{DataChannel, Files};
use crate::core::event::{FileMeta, TransferError};
use litemap::LiteMap;
use std::collections::VecDeque;

/// Frames that may wait for `control`: who asks more than that without listening gets no answer.
const UNSAID: usize = 4096;

/// The transfers with one person.
#[derive(Debug, Default)]
pub struct Transfers {
    outgoing: LiteMap<Number, Outgoing>,
    incoming: LiteMap<Number, Incoming>,
    /// How those that came in ended, for an offer that comes again.
    ended: VecDeque<(Number, Result<(), TransferError>)>,
    /// Given up here, which the other side may not have heard.
    given_up: VecDeque<(Number, TransferError)>,
    control: VecDeque<Vec<u8>>,
    /// Who sent a chunk last.
    turn: Number,
    chunk: usize,
    open: bool,
}

impl Transfers {
    /// A connection is there whose channels take messages of that many bytes.
    pub fn opened(&mut self, max_message: usize, now: Millis) {
        self.open = true;
        self.chunk = CHUNK.min(max_message.saturating_sub(Frame::OVERHEAD)).max(1);
        self.control.clear();
        for (number, why) in &self.given_up {
            self.control.push_back(Frame::Cancel(*number, Side::Sender, why.clone()).encode());
        }
        self.offer_again(now);
        for (_, incoming) in self.incoming.iter_mut() {
            incoming.opened(now);
        }
    }

    fn offer_again(&mut self, now: Millis) {
        let offers: Vec<_> = self.outgoing.iter_mut().map(|(number, outgoing)| outgoing.ask(*number, now)).collect();
        offers.iter().for_each(|offer| self.say(offer));
    }

    /// The connection is gone, and with it whatever was in it.
    pub fn closed(&mut self) {
        self.open = false;
        self.control.clear();
    }

    /// Offers a file under a number that was not used before; false if too many are under way.
    pub fn offer(&mut self, number: Number, meta: FileMeta, now: Millis) -> bool {
        if self.outgoing.len() >= TRANSFERS {
            return false;
        }
        let mut outgoing = Outgoing::new(meta, now);
        if self.open {
            let offer = outgoing.ask(number, now);
            self.say(&offer);
        }
        self.outgoing.insert(number, outgoing);
        true
    }

    /// The person at this page wants a file that was offered.
    pub fn accept(&mut self, number: Number, now: Millis) {
        let incoming = self.incoming.get_mut(&number);
        let answer = incoming
            .and_then(|incoming| incoming.accept().then_some(incoming))
            .and_then(|incoming| incoming.answer(number, now));
        if let Some(answer) = answer {
            self.say(&answer);
        }
    }

    /// The person does not want it.
    pub fn refuse(&mut self, number: Number, out: &mut Vec<TransferOut>) {
        self.end_incoming(number, Err(TransferError::Refused), out);
    }

    /// Ends a transfer from here, whichever way it goes.
    pub fn cancel(&mut self, side: Side, number: Number, why: TransferError, out: &mut Vec<TransferOut>) {
        match side {
            Side::Sender => self.give_up(number, why, out),
            Side::Receiver => self.end_incoming(number, Err(why), out),
        }
    }

    /// Lets a transfer rest, or go on, from here; it goes on when neither side wants it to rest.
    pub fn rest(&mut self, side: Side, number: Number, on: bool, now: Millis) {
        let Some(rests) = self.rests(side, number, now) else { return };
        rests[mine(side)] = on;
        self.say(&wish(number, side, on));
    }

    /// A piece that was wanted by [`TransferOut::Read`], and its digest.
    pub fn read(
        &mut self,
        number: Number,
        offset: u64,
        bytes: Vec<u8>,
        digest: Sha256Digest,
        out: &mut Vec<TransferOut>,
    ) {
        let Some(outgoing) = self.outgoing.get_mut(&number) else { return };
        if !outgoing.arrived(offset, bytes, digest) {
            self.give_up(number, TransferError::Storage("the file has changed".to_owned()), out);
        }
    }

    /// Everything before that offset is stored.
    pub fn stored(&mut self, number: Number, up_to: u64, now: Millis, out: &mut Vec<TransferOut>) {
        let Some(incoming) = self.incoming.get_mut(&number) else { return };
        let credit = incoming.stored(number, up_to, now);
        let total = incoming.meta.size;
        if let Some(credit) = credit {
            self.say(&credit);
        }
        out.push(TransferOut::Progress { number, side: Side::Receiver, done: up_to, total });
    }

    /// Everything is stored, and the storage closed.
    pub fn completed(&mut self, number: Number, out: &mut Vec<TransferOut>) {
        self.end_incoming(number, Ok(()), out);
    }

    /// The other side has left: nothing goes on.
    pub fn left(&mut self, out: &mut Vec<TransferOut>) {
        let gone =
            |number: &Number, side| TransferOut::Over { number: *number, side, outcome: Err(TransferError::PeerLeft) };
        out.extend(self.outgoing.keys().map(|number| gone(number, Side::Sender)));
        out.extend(self.incoming.keys().map(|number| gone(number, Side::Receiver)));
        *self = Self::default();
    }

    /// Takes a frame of the other side.
    ///
    /// # Errors
    ///
    /// [`Nonsense`], with nothing changed.
    pub fn receive(&mut self, frame: Frame<'_>, now: Millis, out: &mut Vec<TransferOut>) -> Result<(), Nonsense> {
        match frame {
            Frame::Ask => self.offer_again(now),
            Frame::Offer(number, meta) => self.offered(number, meta, now, out),
            Frame::Accept { number, resume_from, window } => {
                let Some(outgoing) = self.outgoing.get_mut(&number) else {
                    // Given up long ago.
                    self.say(&Frame::Cancel(number, Side::Sender, TransferError::Cancelled));
                    return Ok(());
                };
                if !outgoing.accepted(resume_from, window, now) {
                    return Err(Nonsense(number));
                }
                let rests = outgoing.rests[mine(Side::Sender)];
                self.say(&wish(number, Side::Sender, rests));
            }
            Frame::Refuse(number, why) | Frame::Cancel(number, Side::Receiver, why) | Frame::Done(number, Err(why)) => {
                self.end_outgoing(number, Err(why), out);
            }
            Frame::Done(number, Ok(())) => {
                if self.outgoing.get(&number).is_some_and(|outgoing| !outgoing.is_sent()) {
                    return Err(Nonsense(number));
                }
                self.end_outgoing(number, Ok(()), out);
            }
            Frame::Credit(number, up_to) => {
                if let Some(outgoing) = self.outgoing.get_mut(&number)
                    && outgoing.credited(up_to, now)
                {
                    let total = outgoing.meta.size;
                    out.push(TransferOut::Progress { number, side: Side::Sender, done: up_to, total });
                }
            }
            // On their way when it was ended here.
            Frame::Piece(number, ..) | Frame::Chunk { number, .. } | Frame::End(number) if self.has_ended(number) => {}
            Frame::Piece(number, index, digest) => {
                let incoming = self.incoming.get_mut(&number).ok_or(Nonsense(number))?;
                return incoming.announce(index, digest).then_some(()).ok_or(Nonsense(number));
            }
            Frame::Chunk { number, offset, bytes } => {
                let incoming = self.incoming.get_mut(&number).ok_or(Nonsense(number))?;
                let piece = incoming.chunk(offset, bytes, now).ok_or(Nonsense(number))?;
                out.extend(piece.map(|(bytes, digest)| TransferOut::Store { number, bytes, digest }));
            }
            Frame::End(number) => {
                let incoming = self.incoming.get_mut(&number).ok_or(Nonsense(number))?;
                if incoming.end().ok_or(Nonsense(number))? {
                    out.push(TransferOut::Complete { number });
                }
            }
            Frame::Pause(number, by) => self.rested(by, number, true, now, out),
            Frame::Resume(number, by) => self.rested(by, number, false, now, out),
            Frame::Cancel(number, Side::Sender, why) => {
                if self.incoming.remove(&number).is_some() {
                    self.remember(number, Err(why.clone()));
                    out.push(TransferOut::Over { number, side: Side::Receiver, outcome: Err(why) });
                }
            }
        }
        Ok(())
    }

    /// What to read next, and what has taken too long; to be asked after everything else, and each second.
    pub fn poll(&mut self, now: Millis, out: &mut Vec<TransferOut>) {
        for (number, outgoing) in self.outgoing.iter_mut() {
            if let Some((offset, length)) = outgoing.wants() {
                out.push(TransferOut::Read { number: *number, offset, length });
            }
        }
        let open = self.open;
        let late: Vec<Number> =
            self.outgoing.iter_mut().filter_map(|(number, it)| it.is_overdue(open, now).then_some(*number)).collect();
        for number in late {
            self.give_up(number, TransferError::TimedOut, out);
        }
        let late: Vec<Number> =
            self.incoming.iter().filter(|(_, it)| it.is_overdue(open, now)).map(|(number, _)| *number).collect();
        for number in late {
            self.end_incoming(number, Err(TransferError::TimedOut), out);
        }
    }

    /// The next frame for `control`.
    pub fn next_control(&mut self) -> Option<Vec<u8>> {
        self.control.pop_front()
    }

    /// The next frame for `bulk`: the files take turns.
    pub fn next_bulk(&mut self) -> Option<Vec<u8>> {
        if !self.open {
            return None;
        }
        let (turn, chunk) = (self.turn, self.chunk);
        let numbers: Vec<Number> = self.outgoing.keys().copied().collect();
        let after = numbers.iter().filter(|number| **number > turn);
        let before = numbers.iter().filter(|number| **number <= turn);
        for number in after.chain(before) {
            let frame = self.outgoing.get_mut(number).and_then(|outgoing| outgoing.next_frame(*number, chunk));
            if frame.is_some() {
                self.turn = *number;
                return frame;
            }
        }
        None
    }

    fn offered(&mut self, number: Number, meta: FileMeta, now: Millis, out: &mut Vec<TransferOut>) {
        if let Some((_, outcome)) = self.ended.iter().find(|(ended, _)| *ended == number) {
            let frame = match outcome {
                Ok(()) => Frame::Done(number, Ok(())),
                Err(why) => Frame::Cancel(number, Side::Receiver, why.clone()),
            };
            self.say(&frame);
        } else if let Some(incoming) = self.incoming.get_mut(&number) {
            let rests = incoming.rests[mine(Side::Receiver)];
            if let Some(answer) = incoming.answer(number, now) {
                self.say(&answer);
                self.say(&wish(number, Side::Receiver, rests));
            }
        } else if self.incoming.len() >= TRANSFERS {
            self.say(&Frame::Refuse(number, TransferError::Refused));
        } else {
            let meta = FileMeta { name: clean_name(&meta.name), ..meta };
            self.incoming.insert(number, Incoming::new(meta.clone(), now));
            out.push(TransferOut::Offered { number, meta });
        }
    }

    fn rested(&mut self, by: Side, number: Number, on: bool, now: Millis, out: &mut Vec<TransferOut>) {
        let side = other(by);
        if let Some(rests) = self.rests(side, number, now)
            && std::mem::replace(&mut rests[mine(by)], on) != on
        {
            let on = rests.contains(&true);
            out.push(TransferOut::Rests { number, side, on });
        }
    }

    fn rests(&mut self, side: Side, number: Number, now: Millis) -> Option<&mut [bool; 2]> {
        match side {
            Side::Sender => self.outgoing.get_mut(&number).map(|outgoing| {
                outgoing.touched(now);
                &mut outgoing.rests
            }),
            Side::Receiver => self.incoming.get_mut(&number).map(|incoming| {
                incoming.touched(now);
                &mut incoming.rests
            }),
        }
    }

    fn give_up(&mut self, number: Number, why: TransferError, out: &mut Vec<TransferOut>) {
        if self.outgoing.get(&number).is_some() {
            self.say(&Frame::Cancel(number, Side::Sender, why.clone()));
            push_bounded(&mut self.given_up, (number, why.clone()));
            self.end_outgoing(number, Err(why), out);
        }
    }

    fn end_outgoing(&mut self, number: Number, outcome: Result<(), TransferError>, out: &mut Vec<TransferOut>) {
        if self.outgoing.remove(&number).is_some() {
            out.push(TransferOut::Over { number, side: Side::Sender, outcome });
        }
    }

    fn end_incoming(&mut self, number: Number, outcome: Result<(), TransferError>, out: &mut Vec<TransferOut>) {
        if self.incoming.remove(&number).is_none() {
            return;
        }
        let frame = match &outcome {
            Ok(()) => Frame::Done(number, Ok(())),
            Err(TransferError::Refused) => Frame::Refuse(number, TransferError::Refused),
            Err(why) => Frame::Cancel(number, Side::Receiver, why.clone()),
        };
        self.say(&frame);
        self.remember(number, outcome.clone());
        out.push(TransferOut::Over { number, side: Side::Receiver, outcome });
    }

    /// Says something now: what is lost with a connection is said again on the next, or asked for.
    fn say(&mut self, frame: &Frame<'_>) {
        if self.open && self.control.len() < UNSAID {
            self.control.push_back(frame.encode());
        }
    }

    fn remember(&mut self, number: Number, outcome: Result<(), TransferError>) {
        push_bounded(&mut self.ended, (number, outcome));
    }

    fn has_ended(&self, number: Number) -> bool {
        self.ended.iter().any(|(ended, _)| *ended == number)
    }
}

impl Files for Transfers {
    fn opened(&mut self, max_message: usize, now: Millis) {
        Transfers::opened(self, max_message, now);
    }

    fn closed(&mut self) {
        Transfers::closed(self);
    }

    fn ask(&mut self) {
        self.say(&Frame::Ask);
    }

    fn receive(&mut self, bytes: &[u8], now: Millis, out: &mut Vec<TransferOut>) -> bool {
        Frame::decode(bytes).is_some_and(|frame| Transfers::receive(self, frame, now, out).is_ok())
    }

    fn poll(&mut self, now: Millis, out: &mut Vec<TransferOut>) {
        Transfers::poll(self, now, out);
    }

    fn next_frame(&mut self, channel: DataChannel) -> Option<Vec<u8>> {
        match channel {
            DataChannel::Control => self.next_control(),
            DataChannel::Bulk => self.next_bulk(),
            DataChannel::Volatile => None,
        }
    }
}

fn push_bounded<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() >= REMEMBERED {
        list.pop_front();
    }
    list.push_back(item);
}

/// What a side wants of a transfer: said when it changes, and again on each connection, since either may be lost.
const fn wish(number: Number, side: Side, rests: bool) -> Frame<'static> {
    if rests { Frame::Pause(number, side) } else { Frame::Resume(number, side) }
}

const fn mine(side: Side) -> usize {
    match side {
        Side::Sender => 0,
        Side::Receiver => 1,
    }
}

const fn other(side: Side) -> Side {
    match side {
        Side::Sender => Side::Receiver,
        Side::Receiver => Side::Sender,
    }
}
