#![expect(clippy::unwrap_used, clippy::panic, clippy::cast_possible_truncation, reason = "tests")]

use super::*;
use proptest::prelude::*;
use std::collections::VecDeque;

/// Two ends and what is between them.
struct Line {
    sender: Sender,
    receiver: Receiver,
    control: VecDeque<Vec<u8>>,
    bulk: VecDeque<Vec<u8>>,
    back: VecDeque<Vec<u8>>,
    delivered: Vec<Vec<u8>>,
}

impl Line {
    fn new(fragment: usize) -> Self {
        Self {
            sender: Sender::new(3, fragment),
            receiver: Receiver::default(),
            control: VecDeque::new(),
            bulk: VecDeque::new(),
            back: VecDeque::new(),
            delivered: Vec::new(),
        }
    }

    fn send(&mut self, lane: Lane) -> bool {
        let Some(frame) = self.sender.next_frame(lane) else { return false };
        match lane {
            Lane::Control => self.control.push_back(frame),
            Lane::Bulk => self.bulk.push_back(frame),
        }
        true
    }

    fn arrive(&mut self, lane: Lane) -> bool {
        let queue = if lane == Lane::Control { &mut self.control } else { &mut self.bulk };
        let Some(frame) = queue.pop_front() else { return false };
        let Some(Frame::Fragment(fragment)) = Frame::decode(&frame) else { panic!("a fragment") };
        self.delivered.extend(self.receiver.take(&fragment).unwrap());
        let (epoch, below) = self.receiver.got();
        self.back.push_back(Frame::Got { epoch, below }.encode());
        true
    }

    fn acknowledge(&mut self) -> bool {
        let Some(frame) = self.back.pop_front() else { return false };
        let Some(Frame::Got { epoch, below }) = Frame::decode(&frame) else { panic!("an acknowledgement") };
        self.sender.acknowledged(epoch, below);
        true
    }

    /// The connection is gone, and with it everything that was in it.
    fn breaks(&mut self) {
        self.control.clear();
        self.bulk.clear();
        self.back.clear();
        self.sender.restart();
    }

    fn settle(&mut self) {
        let mut moved = true;
        while moved {
            moved = [Lane::Control, Lane::Bulk].into_iter().fold(false, |moved, lane| {
                let sent = self.send(lane);
                self.arrive(lane) || sent || moved
            });
            moved |= self.acknowledge();
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Post(usize),
    Send(bool),
    Arrive(bool),
    Acknowledge,
    Break,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_usize..900).prop_map(Step::Post),
        6 => any::<bool>().prop_map(Step::Send),
        6 => any::<bool>().prop_map(Step::Arrive),
        4 => Just(Step::Acknowledge),
        1 => Just(Step::Break),
    ]
}

/// Bytes that are a frame as often as not.
fn nearly_a_frame() -> impl Strategy<Value = Vec<u8>> {
    let head = (0_u8..3, 0x0f_u8..0x13, 0_u32..3, 0_u32..40, 0_u16..3, 0_u8..3);
    (head, any::<Vec<u8>>(), 0_usize..40).prop_map(|((version, kind, epoch, message, index, flags), rest, cut)| {
        let mut frame = vec![version, kind];
        frame.extend(epoch.to_le_bytes());
        frame.extend(message.to_le_bytes());
        frame.extend(index.to_le_bytes());
        frame.push(flags);
        frame.extend(rest);
        frame.truncate(cut.max(1) * 2);
        frame
    })
}

fn lane(bulk: bool) -> Lane {
    if bulk { Lane::Bulk } else { Lane::Control }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn everything_arrives_once_and_in_order_whatever_breaks(steps in proptest::collection::vec(step(), 0..120)) {
        // Fragments as small as they get: a message has up to seven.
        let mut line = Line::new(0);
        let mut posted: Vec<Vec<u8>> = Vec::new();
        for step in steps {
            match step {
                Step::Post(size) => {
                    let message: Vec<u8> = (0..size).map(|at| (at + posted.len()) as u8).collect();
                    if line.sender.post(message.clone()).is_ok() {
                        posted.push(message);
                    }
                }
                Step::Send(bulk) => drop(line.send(lane(bulk))),
                Step::Arrive(bulk) => drop(line.arrive(lane(bulk))),
                Step::Acknowledge => drop(line.acknowledge()),
                Step::Break => line.breaks(),
            }
            prop_assert!(posted.starts_with(&line.delivered));
        }
        line.settle();
        prop_assert_eq!(&line.delivered, &posted);
        prop_assert_eq!(line.sender.waiting(), 0);
    }

    #[test]
    fn no_bytes_break_a_receiver(frames in proptest::collection::vec(nearly_a_frame(), 0..60)) {
        let mut receiver = Receiver::default();
        for frame in frames {
            if let Some(frame) = Frame::decode(&frame) {
                if let Frame::Fragment(fragment) = &frame {
                    let _ = receiver.take(fragment);
                }
                let encoded = frame.encode();
                prop_assert_eq!(Frame::decode(&encoded), Some(frame));
            }
        }
    }

    #[test]
    fn no_fragments_make_a_receiver_hold_more_than_the_window(
        fragments in proptest::collection::vec((0_u32..80, 0_u16..6, any::<bool>(), 0_usize..5), 0..200)
    ) {
        let large = vec![0; 3 * 1024 * 1024];
        let mut receiver = Receiver::default();
        for (message, index, last, sixths) in fragments {
            let bytes = &large[..large.len() * sixths / 6];
            let _ = receiver.take(&Fragment { epoch: 1, message, index, last, bytes });
            prop_assert!(receiver.held() <= WINDOW_BYTES);
        }
    }
}

#[test]
fn a_short_message_overtakes_a_long_one_on_the_way_and_not_in_the_order() {
    let mut line = Line::new(1024);
    line.sender.post(vec![1; 5_000]).unwrap();
    line.sender.post(vec![2; 10]).unwrap();
    assert!(line.send(Lane::Control) && line.arrive(Lane::Control));
    assert!(line.delivered.is_empty());
    line.settle();
    assert_eq!(line.delivered.iter().map(Vec::len).collect::<Vec<_>>(), [5_000, 10]);
}

#[test]
fn what_does_not_fit_is_refused_and_the_window_opens_again() {
    let mut line = Line::new(64 * 1024);
    assert_eq!(line.sender.post(vec![0; MESSAGE_BYTES + 1]), Err(Full::TooLarge { got: MESSAGE_BYTES + 1 }));
    for _ in 0..WINDOW {
        line.sender.post(Vec::new()).unwrap();
    }
    assert_eq!(line.sender.post(Vec::new()), Err(Full::Later));
    line.settle();
    assert_eq!(line.delivered.len(), WINDOW as usize);
    line.sender.post(vec![0; MESSAGE_BYTES]).unwrap();
    line.sender.post(vec![0; MESSAGE_BYTES]).unwrap();
    assert_eq!(line.sender.post(vec![0]), Err(Full::Later));
}

#[test]
fn a_part_that_is_missing_and_a_message_far_ahead_are_violations() {
    let mut receiver = Receiver::default();
    let part = |message, index, last| Fragment { epoch: 1, message, index, last, bytes: b"x" };
    assert_eq!(receiver.take(&part(0, 1, false)), Err(Violation::OutOfTurn { message: 0, index: 1 }));
    assert_eq!(receiver.take(&part(0, 0, false)), Ok(vec![]));
    assert_eq!(receiver.take(&part(0, 2, true)), Err(Violation::OutOfTurn { message: 0, index: 2 }));
    assert_eq!(receiver.take(&part(WINDOW, 0, true)), Err(Violation::Ahead(WINDOW)));
    assert_eq!(receiver.take(&part(0, 1, true)), Ok(vec![b"xx".to_vec()]));
}

#[test]
fn a_sender_that_begins_anew_is_heard_from_its_beginning() {
    let mut receiver = Receiver::default();
    let whole = |epoch, message| Fragment { epoch, message, index: 0, last: true, bytes: b"x" };
    assert_eq!(receiver.take(&whole(1, 0)), Ok(vec![b"x".to_vec()]));
    assert_eq!(receiver.take(&whole(1, 0)), Ok(vec![]));
    assert_eq!(receiver.take(&whole(2, 0)), Ok(vec![b"x".to_vec()]));
    assert_eq!(receiver.got(), (2, 1));
}

#[test]
fn an_acknowledgement_of_something_else_changes_nothing() {
    let mut sender = Sender::new(5, 1024);
    sender.post(vec![0; 10]).unwrap();
    sender.acknowledged(4, 1);
    sender.acknowledged(5, 2);
    sender.acknowledged(5, u32::MAX);
    assert_eq!(sender.waiting(), 10);
    sender.acknowledged(5, 1);
    assert_eq!(sender.waiting(), 0);
}
