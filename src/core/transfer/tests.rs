#![expect(clippy::unwrap_used, clippy::panic, clippy::cast_possible_truncation, reason = "tests")]

mod pair;
mod random;

use super::*;
use crate::core::event::{FileMeta, TransferError};
use pair::{ANNA, BEN, Pair};

fn meta(size: u64) -> FileMeta {
    FileMeta { name: "a.bin".to_owned(), mime: "x/y".to_owned(), size, modified_ms: Some(7), sha256: None }
}

#[test]
fn a_file_arrives_whole_with_its_digest() {
    for size in [0, 1, CHUNK as u64, CHUNK as u64 + 1, PIECE * 3 + 13, u64::from(WINDOW) * 2] {
        let mut pair = Pair::connected();
        pair.offer(ANNA, 1, size);
        pair.settle();
        assert_eq!(pair.offered(BEN), [1]);
        pair.accept(BEN, 1);
        pair.settle();
        pair.assert_arrived(ANNA, 1);
    }
}

#[test]
fn nothing_is_sent_before_it_is_accepted() {
    let mut pair = Pair::connected();
    pair.offer(ANNA, 1, 100_000);
    pair.settle();
    assert_eq!(pair.chunk_bytes, 0);
    pair.refuse(BEN, 1);
    pair.settle();
    assert_eq!(pair.outcome(ANNA, Side::Sender, 1), Some(Err(TransferError::Refused)));
    assert_eq!(pair.outcome(BEN, Side::Receiver, 1), Some(Err(TransferError::Refused)));
    assert_eq!(pair.chunk_bytes, 0);
}

#[test]
fn an_unanswered_offer_is_refused_in_time() {
    let mut pair = Pair::connected();
    pair.offer(ANNA, 1, 5);
    pair.settle();
    pair.wait(OFFER - 1);
    assert_eq!(pair.outcome(ANNA, Side::Sender, 1), None);
    pair.wait(1);
    assert_eq!(pair.outcome(ANNA, Side::Sender, 1), Some(Err(TransferError::TimedOut)));
    assert_eq!(pair.outcome(BEN, Side::Receiver, 1), Some(Err(TransferError::TimedOut)));
}

#[test]
fn a_sender_is_never_further_ahead_than_the_window() {
    let mut pair = Pair::connected();
    pair.slow_disk = true;
    pair.offer(ANNA, 1, u64::from(WINDOW) * 3);
    pair.settle();
    pair.accept(BEN, 1);
    pair.settle();
    let ahead = pair.chunk_bytes;
    assert!(ahead <= u64::from(WINDOW) && ahead + 2 * CHUNK as u64 > u64::from(WINDOW), "{ahead}");
    pair.slow_disk = false;
    pair.settle();
    pair.assert_arrived(ANNA, 1);
}

#[test]
fn a_broken_connection_costs_what_was_in_it() {
    let mut pair = Pair::connected();
    let size = PIECE * 10;
    pair.offer(ANNA, 1, size);
    pair.settle();
    pair.accept(BEN, 1);
    while pair.chunk_bytes < size * 2 / 5 {
        assert!(pair.step());
    }
    let lost = pair.in_flight();
    pair.breaks();
    pair.settle();
    assert_eq!(pair.outcome(ANNA, Side::Sender, 1), None, "it waits for another connection");
    pair.connects();
    pair.settle();
    pair.assert_arrived(ANNA, 1);
    assert!(pair.chunk_bytes <= size + lost, "{} of {size}, {lost} lost", pair.chunk_bytes);
}

#[test]
fn the_last_word_may_be_lost() {
    let mut pair = Pair::connected();
    pair.offer(ANNA, 1, 1000);
    pair.settle();
    pair.accept(BEN, 1);
    while pair.outcome(BEN, Side::Receiver, 1).is_none() {
        assert!(pair.step());
    }
    pair.breaks();
    assert_eq!(pair.outcome(ANNA, Side::Sender, 1), None);
    pair.connects();
    pair.settle();
    pair.assert_arrived(ANNA, 1);
}

#[test]
fn given_up_during_an_outage_is_heard_after_it() {
    for side in [Side::Sender, Side::Receiver] {
        let mut pair = Pair::connected();
        pair.offer(ANNA, 1, PIECE * 25);
        pair.settle();
        pair.accept(BEN, 1);
        (0..50).for_each(|_| assert!(pair.step()));
        pair.breaks();
        let who = if side == Side::Sender { ANNA } else { BEN };
        pair.cancel(who, side, 1);
        pair.connects();
        pair.settle();
        assert_eq!(pair.outcome(ANNA, Side::Sender, 1), Some(Err(TransferError::Cancelled)), "{side:?}");
        assert_eq!(pair.outcome(BEN, Side::Receiver, 1), Some(Err(TransferError::Cancelled)), "{side:?}");
    }
}

#[test]
fn a_pause_of_either_side_holds_through_an_outage() {
    for side in [Side::Sender, Side::Receiver] {
        let mut pair = Pair::connected();
        let size = u64::from(WINDOW) * 2;
        pair.offer(ANNA, 1, size);
        pair.settle();
        pair.accept(BEN, 1);
        (0..20).for_each(|_| assert!(pair.step()));
        let who = if side == Side::Sender { ANNA } else { BEN };
        pair.rest(who, side, 1, true);
        pair.settle();
        let before = pair.chunk_bytes;
        assert!(before < size, "{side:?}");
        pair.breaks();
        pair.connects();
        pair.settle();
        pair.wait(STILL * 3);
        assert_eq!(pair.chunk_bytes, before, "{side:?}: it rests as long as that side wants");
        pair.rest(who, side, 1, false);
        pair.settle();
        pair.assert_arrived(ANNA, 1);
    }
}

#[test]
fn a_resume_during_an_outage_is_heard_after_it() {
    for side in [Side::Sender, Side::Receiver] {
        let mut pair = Pair::connected();
        pair.offer(ANNA, 1, u64::from(WINDOW) * 2);
        pair.settle();
        pair.accept(BEN, 1);
        (0..20).for_each(|_| assert!(pair.step()));
        let who = if side == Side::Sender { ANNA } else { BEN };
        pair.rest(who, side, 1, true);
        pair.settle();
        pair.breaks();
        pair.rest(who, side, 1, false);
        pair.connects();
        pair.settle();
        pair.assert_arrived(ANNA, 1);
    }
}

#[test]
fn a_slow_line_is_no_standstill() {
    let mut pair = Pair::connected();
    pair.offer(ANNA, 1, PIECE);
    pair.settle();
    pair.accept(BEN, 1);
    pair.send(BEN, 0);
    pair.arrive(BEN, 0);
    // A chunk in half a minute, and nothing stored before the piece is whole.
    while pair.send(ANNA, 1) {
        pair.arrive(ANNA, 1);
        pair.pass(STILL / 2);
    }
    pair.settle();
    pair.assert_arrived(ANNA, 1);
}

#[test]
fn who_accepts_again_and_again_is_not_read_for_again_and_again() {
    let (mut here, mut out) = (Transfers::default(), Vec::new());
    here.opened(1 << 18, 0);
    assert!(here.offer(1, meta(PIECE * 2), 0));
    for _ in 0..100 {
        here.receive(Frame::Accept { number: 1, resume_from: 0, window: WINDOW }, 0, &mut out).unwrap();
        here.poll(0, &mut out);
    }
    let reads = out.iter().filter(|effect| matches!(effect, TransferOut::Read { .. })).count();
    assert_eq!(reads, 1);
}

#[test]
fn who_offers_again_and_again_opens_no_further_window() {
    let (mut there, mut out) = (Transfers::default(), Vec::new());
    there.opened(1 << 18, 0);
    there.receive(Frame::Offer(1, meta(u64::MAX)), 0, &mut out).unwrap();
    there.accept(1, 0);
    let mut offset = 0;
    loop {
        there.receive(Frame::Offer(1, meta(u64::MAX)), 0, &mut out).unwrap();
        if offset % PIECE == 0 {
            let index = u32::try_from(offset / PIECE).unwrap();
            there.receive(Frame::Piece(1, index, [0; 32]), 0, &mut out).unwrap();
        }
        let chunk = Frame::Chunk { number: 1, offset, bytes: &[0; CHUNK] };
        if there.receive(chunk, 0, &mut out).is_err() {
            break;
        }
        offset += CHUNK as u64;
    }
    assert_eq!(offset, u64::from(WINDOW), "nothing was stored");
    let nonsense = Frame::Chunk { number: 1, offset: u64::MAX - 10, bytes: &[0] };
    assert!(there.receive(nonsense, 0, &mut out).is_err());
}

#[test]
fn files_take_turns_and_go_both_ways() {
    let mut pair = Pair::connected();
    for number in 1..=3 {
        pair.offer(ANNA, number, PIECE * u64::from(number));
        pair.offer(BEN, number + 10, PIECE + u64::from(number));
    }
    pair.settle();
    for number in 1..=3 {
        pair.accept(BEN, number);
        pair.accept(ANNA, number + 10);
    }
    pair.settle();
    for number in 1..=3 {
        pair.assert_arrived(ANNA, number);
        pair.assert_arrived(BEN, number + 10);
    }
    let ends: Vec<_> = pair.order_of_ends(BEN);
    assert_eq!(ends, [1, 2, 3], "the small one is not held up by those before it");
}

#[test]
fn other_bytes_than_the_senders_are_not_called_done() {
    let mut pair = Pair::connected();
    pair.offer(ANNA, 1, 1000);
    pair.settle();
    pair.accept(BEN, 1);
    pair.flip_a_bit = true;
    pair.settle();
    assert_eq!(pair.outcome(BEN, Side::Receiver, 1), Some(Err(TransferError::Corrupt)));
    assert_eq!(pair.outcome(ANNA, Side::Sender, 1), Some(Err(TransferError::Corrupt)));
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_is_given_up() {
    let mut pair = Pair::connected();
    pair.offer(ANNA, 1, PIECE * 3);
    pair.settle();
    pair.shrink(ANNA, 1, PIECE + 5);
    pair.accept(BEN, 1);
    pair.settle();
    let outcome = pair.outcome(ANNA, Side::Sender, 1);
    assert!(matches!(outcome, Some(Err(TransferError::Storage(_)))), "{outcome:?}");
    assert!(matches!(pair.outcome(BEN, Side::Receiver, 1), Some(Err(TransferError::Storage(_)))));
}

#[test]
fn who_leaves_ends_what_was_under_way() {
    let mut pair = Pair::connected();
    pair.offer(ANNA, 1, PIECE);
    pair.offer(BEN, 2, PIECE);
    pair.settle();
    pair.leaves(ANNA);
    assert_eq!(pair.outcome(ANNA, Side::Sender, 1), Some(Err(TransferError::PeerLeft)));
    assert_eq!(pair.outcome(ANNA, Side::Receiver, 2), Some(Err(TransferError::PeerLeft)));
}

#[test]
fn what_a_reloaded_page_has_forgotten_is_given_up() {
    let mut pair = Pair::connected();
    pair.offer(ANNA, 1, PIECE * 25);
    pair.settle();
    pair.accept(BEN, 1);
    (0..50).for_each(|_| assert!(pair.step()));
    pair.breaks();
    pair.forgets(ANNA);
    pair.connects();
    pair.settle();
    pair.wait(STILL);
    assert_eq!(pair.outcome(BEN, Side::Receiver, 1), Some(Err(TransferError::TimedOut)));
}

#[test]
fn too_many_offers_are_refused_by_themselves() {
    let mut hostile = Transfers::default();
    let (mut there, mut out) = (Transfers::default(), Vec::new());
    there.opened(1 << 18, 0);
    for number in 0..TRANSFERS as u32 + 5 {
        there.receive(Frame::Offer(number, meta(1)), 0, &mut out).unwrap();
    }
    assert_eq!(out.len(), TRANSFERS);
    assert_eq!(std::iter::from_fn(|| there.next_control()).count(), 5, "refusals");
    hostile.opened(1 << 18, 0);
    for number in 0..TRANSFERS as u32 {
        assert!(hostile.offer(number, meta(1), 0));
    }
    assert!(!hostile.offer(99_999, meta(1), 0));
}

#[test]
fn offers_are_shown_with_clean_names() {
    let (mut there, mut out) = (Transfers::default(), Vec::new());
    there.opened(1 << 18, 0);
    let evil = FileMeta { name: "../../\u{202e}gpj.exe".to_owned(), ..meta(1) };
    there.receive(Frame::Offer(1, evil), 0, &mut out).unwrap();
    let [TransferOut::Offered { meta, .. }] = &out[..] else { panic!("{out:?}") };
    assert_eq!(meta.name, "gpj.exe");
}
