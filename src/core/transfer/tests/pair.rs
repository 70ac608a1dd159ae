//! Two ends, their disks, and what is between them.

use super::*;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, VecDeque};

pub(super) const ANNA: usize = 0;
pub(super) const BEN: usize = 1;

/// Not an offset: the whole is to be closed.
const COMPLETE: u64 = u64::MAX;

type Outcome = Result<(), TransferError>;

#[derive(Default)]
struct End {
    transfers: Transfers,
    files: BTreeMap<Number, Vec<u8>>,
    stored: BTreeMap<Number, Vec<u8>>,
    unstored: VecDeque<(Number, Result<u64, ()>)>,
    offered: Vec<Number>,
    outcomes: Vec<(Side, Number, Outcome)>,
    /// What is on its way to the other end: `control`, `bulk`.
    lanes: [VecDeque<Vec<u8>>; 2],
}

#[derive(Default)]
pub(super) struct Pair {
    ends: [End; 2],
    now: Millis,
    /// Bytes of files that were ever handed to a channel.
    pub chunk_bytes: u64,
    /// Nothing is ever stored.
    pub slow_disk: bool,
    pub flip_a_bit: bool,
}

impl Pair {
    pub fn connected() -> Self {
        let mut pair = Self::default();
        pair.connects();
        pair
    }

    pub fn connects(&mut self) {
        let now = self.now;
        self.ends.iter_mut().for_each(|end| end.transfers.opened(1 << 18, now));
    }

    /// The connection is gone, and with it everything that was in it.
    pub fn breaks(&mut self) {
        for end in &mut self.ends {
            end.transfers.closed();
            end.lanes.iter_mut().for_each(VecDeque::clear);
        }
    }

    pub fn in_flight(&self) -> u64 {
        let chunks = self.ends.iter().flat_map(|end| &end.lanes[1]);
        chunks.filter_map(|frame| chunk_length(frame)).sum()
    }

    pub fn offer(&mut self, who: usize, number: Number, size: u64) {
        let bytes = (0..size).map(|at| (at * 31 + at / 251 + u64::from(number)) as u8).collect();
        self.ends[who].files.insert(number, bytes);
        assert!(self.ends[who].transfers.offer(number, meta(size), self.now));
    }

    pub fn shrink(&mut self, who: usize, number: Number, size: u64) {
        self.ends[who].files.get_mut(&number).unwrap().truncate(size as usize);
    }

    pub fn offered(&self, who: usize) -> &[Number] {
        &self.ends[who].offered
    }

    pub fn accept(&mut self, who: usize, number: Number) {
        self.ends[who].transfers.accept(number, self.now);
        self.poll(who);
    }

    pub fn refuse(&mut self, who: usize, number: Number) {
        self.with(who, |transfers, out| transfers.refuse(number, out));
    }

    pub fn cancel(&mut self, who: usize, side: Side, number: Number) {
        self.with(who, |transfers, out| transfers.cancel(side, number, TransferError::Cancelled, out));
    }

    pub fn rest(&mut self, who: usize, side: Side, number: Number, on: bool) {
        self.ends[who].transfers.rest(side, number, on, self.now);
        self.poll(who);
    }

    pub fn leaves(&mut self, who: usize) {
        self.with(who, Transfers::left);
    }

    /// The page was loaded anew.
    pub fn forgets(&mut self, who: usize) {
        self.ends[who] = End::default();
    }

    pub fn pass(&mut self, millis: Millis) {
        self.now += millis;
        self.poll(ANNA);
        self.poll(BEN);
    }

    pub fn wait(&mut self, millis: Millis) {
        self.pass(millis);
        self.settle();
    }

    pub fn outcome(&self, who: usize, side: Side, number: Number) -> Option<Outcome> {
        let mut found = self.ends[who].outcomes.iter().filter(|(by, it, _)| (*by, *it) == (side, number));
        let outcome = found.next().map(|(_, _, outcome)| outcome.clone());
        assert!(found.next().is_none(), "{number} ended twice");
        outcome
    }

    pub fn order_of_ends(&self, who: usize) -> Vec<Number> {
        let ends = self.ends[who].outcomes.iter().filter(|(side, _, _)| *side == Side::Receiver);
        ends.map(|(_, number, _)| *number).collect()
    }

    pub fn assert_arrived(&self, from: usize, number: Number) {
        let (sender, receiver) = (&self.ends[from], &self.ends[1 - from]);
        let stored = receiver.stored.get(&number).cloned().unwrap_or_default();
        assert!(stored == sender.files[&number], "{number} is not what was sent");
        let (out, into) = (self.outcome(from, Side::Sender, number), self.outcome(1 - from, Side::Receiver, number));
        assert_eq!((out, into), (Some(Ok(())), Some(Ok(()))), "{number}");
    }

    /// Lets one thing happen, the ends and the lanes in turns; false when there is nothing left.
    pub fn step(&mut self) -> bool {
        let mut moved = false;
        for who in [ANNA, BEN] {
            for lane in [0, 1] {
                moved |= self.send(who, lane);
                moved |= self.arrive(who, lane);
            }
            moved |= self.store(who);
        }
        moved
    }

    pub fn settle(&mut self) {
        while self.step() {}
    }

    pub fn send(&mut self, who: usize, lane: usize) -> bool {
        let end = &mut self.ends[who];
        let frame = if lane == 0 { end.transfers.next_control() } else { end.transfers.next_bulk() };
        let Some(mut frame) = frame else { return false };
        self.chunk_bytes += chunk_length(&frame).unwrap_or(0);
        if self.flip_a_bit && lane == 1 && chunk_length(&frame).is_some() {
            let at = frame.len() - 1;
            frame[at] ^= 1;
            self.flip_a_bit = false;
        }
        end.lanes[lane].push_back(frame);
        self.poll(who);
        true
    }

    pub fn arrive(&mut self, from: usize, lane: usize) -> bool {
        let Some(frame) = self.ends[from].lanes[lane].pop_front() else { return false };
        let now = self.now;
        self.with(1 - from, |transfers, out| {
            transfers.receive(Frame::decode(&frame).unwrap(), now, out).unwrap();
        });
        true
    }

    pub fn store(&mut self, who: usize) -> bool {
        if self.slow_disk {
            return false;
        }
        let Some((number, up_to)) = self.ends[who].unstored.pop_front() else { return false };
        let now = self.now;
        self.with(who, |transfers, out| match up_to {
            Ok(COMPLETE) => transfers.completed(number, out),
            Ok(up_to) => transfers.stored(number, up_to, now, out),
            Err(()) => transfers.cancel(Side::Receiver, number, TransferError::Corrupt, out),
        });
        true
    }

    fn poll(&mut self, who: usize) {
        self.with(who, |_, _| ());
    }

    fn with(&mut self, who: usize, act: impl FnOnce(&mut Transfers, &mut Vec<TransferOut>)) {
        let (now, end) = (self.now, &mut self.ends[who]);
        let mut out = Vec::new();
        act(&mut end.transfers, &mut out);
        end.transfers.poll(now, &mut out);
        while !out.is_empty() {
            for effect in std::mem::take(&mut out) {
                end.carry_out(effect, &mut out);
            }
            end.transfers.poll(now, &mut out);
        }
    }
}

impl End {
    fn carry_out(&mut self, effect: TransferOut, out: &mut Vec<TransferOut>) {
        match effect {
            TransferOut::Offered { number, .. } => self.offered.push(number),
            TransferOut::Read { number, offset, length } => {
                let file = &self.files[&number];
                let from = (offset as usize).min(file.len());
                let bytes = file[from..file.len().min(from + length as usize)].to_vec();
                let digest = Sha256::digest(&bytes).into();
                self.transfers.read(number, offset, bytes, digest, out);
            }
            TransferOut::Store { number, bytes, digest } => {
                let right = Sha256Digest::from(Sha256::digest(&bytes)) == digest;
                let stored = self.stored.entry(number).or_default();
                stored.extend(bytes);
                self.unstored.push_back((number, if right { Ok(stored.len() as u64) } else { Err(()) }));
            }
            TransferOut::Complete { number } => self.unstored.push_back((number, Ok(COMPLETE))),
            TransferOut::Progress { done, total, .. } => assert!(done <= total),
            TransferOut::Rests { .. } => {}
            TransferOut::Over { number, side, outcome } => self.outcomes.push((side, number, outcome)),
        }
    }
}

fn chunk_length(frame: &[u8]) -> Option<u64> {
    match Frame::decode(frame) {
        Some(Frame::Chunk { bytes, .. }) => Some(bytes.len() as u64),
        _ => None,
    }
}
