//! Any order of things, any frame.

use super::*;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Offer(usize, u64),
    Send(usize, usize),
    Arrive(usize, usize),
    Store(usize),
    Breaks,
    Connects,
    Rest(usize, Side, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let (who, lane) = (0..2usize, 0..2usize);
    prop_oneof![
        1 => (who.clone(), 0..PIECE * 2).prop_map(|(who, size)| Step::Offer(who, size)),
        8 => (who.clone(), lane.clone()).prop_map(|(who, lane)| Step::Send(who, lane)),
        8 => (who.clone(), lane).prop_map(|(who, lane)| Step::Arrive(who, lane)),
        3 => who.clone().prop_map(Step::Store),
        1 => Just(Step::Breaks),
        2 => Just(Step::Connects),
        1 => (who, prop_oneof![Just(Side::Sender), Just(Side::Receiver)], any::<bool>())
            .prop_map(|(who, side, on)| Step::Rest(who, side, on)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever happens on the way, every file arrives whole and once when a connection stands in the end.
    #[test]
    fn every_file_arrives_in_the_end(steps in prop::collection::vec(step(), 1..250)) {
        let mut pair = Pair::connected();
        let (mut next, mut open, mut offers) = (0, true, Vec::new());
        for step in steps {
            match step {
                Step::Offer(who, size) if offers.len() < 6 => {
                    next += 1;
                    pair.offer(who, next, size);
                    offers.push((who, next));
                }
                Step::Offer(..) => {}
                Step::Send(who, lane) => drop(pair.send(who, lane)),
                Step::Arrive(who, lane) => drop(pair.arrive(who, lane)),
                Step::Store(who) => drop(pair.store(who)),
                Step::Breaks => {
                    pair.breaks();
                    open = false;
                }
                Step::Connects if !open => {
                    pair.connects();
                    open = true;
                }
                Step::Connects => {}
                Step::Rest(who, side, on) => {
                    for &(from, number) in &offers {
                        if (side == Side::Sender) == (from == who) {
                            pair.rest(who, side, number, on);
                        }
                    }
                }
            }
            for who in [ANNA, BEN] {
                for number in pair.offered(who).to_vec() {
                    pair.accept(who, number);
                }
            }
        }
        if !open {
            pair.connects();
        }
        pair.settle();
        for &(from, number) in &offers {
            pair.accept(1 - from, number);
            pair.rest(from, Side::Sender, number, false);
            pair.rest(1 - from, Side::Receiver, number, false);
        }
        pair.settle();
        for (from, number) in offers {
            pair.assert_arrived(from, number);
        }
    }

    #[test]
    fn no_bytes_are_more_than_a_frame(bytes: Vec<u8>) {
        if let Some(frame) = Frame::decode(&bytes) {
            prop_assert_eq!(frame.encode(), bytes);
        }
    }

    /// What a hostile end sends neither panics nor makes more than its window be kept.
    #[test]
    fn any_frames_in_any_order(frames in prop::collection::vec(hostile(), 1..200)) {
        let (mut there, mut out) = (Transfers::default(), Vec::new());
        there.opened(1 << 18, 0);
        there.offer(1, meta(PIECE * 2), 0);
        for bytes in frames {
            let Some(frame) = Frame::decode(&bytes) else { continue };
            let _ = there.receive(frame, 1, &mut out);
            there.accept(2, 1);
            there.poll(2, &mut out);
        }
        let kept: usize = out.iter().map(|effect| if let TransferOut::Store { bytes, .. } = effect { bytes.len() } else { 0 }).sum();
        prop_assert!(kept <= WINDOW as usize * TRANSFERS);
    }
}

/// Frames that could be from a transfer of these numbers, with anything in them.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let number = 0..4u32;
    let rest = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        (0..4u64).prop_map(|offset| [offset.to_le_bytes().to_vec(), vec![1, 2, 3]].concat()),
        (0..300u64).prop_map(|size| [size.to_le_bytes().to_vec(), vec![0; 8], vec![1, 0, b'a', b'b']].concat()),
        Just(vec![0]),
        Just(vec![1]),
    ];
    (0x20..0x2cu8, number, rest)
        .prop_map(|(kind, number, rest)| [vec![1, kind], number.to_le_bytes().to_vec(), rest].concat())
}
