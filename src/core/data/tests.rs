#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;
use crate::core::event::{FileMeta, Payload};
use crate::core::transfer::{Frame, Transfers};
use crate::protocol::Target;
use proptest::prelude::*;

const ALL: [DataChannel; 3] = [DataChannel::Control, DataChannel::Bulk, DataChannel::Volatile];

fn parse(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(text).ok()
}

fn open(epoch: u32) -> DataLink {
    let mut link = DataLink::new(epoch);
    link.opened(1 << 18, 0);
    link
}

/// Carries everything from one to the other, and returns what the other tells.
fn carry(from: &mut DataLink, to: &mut DataLink) -> Vec<DataOut> {
    let mut out = Vec::new();
    for channel in ALL {
        while let Some(frame) = from.next_frame(channel) {
            to.receive(channel, &frame, 0, &mut out);
        }
    }
    out
}

#[test]
fn an_envelope_comes_out_as_it_went_in() {
    let to = Target::All;
    let json = Envelope::json("chat", &to, 9, r#"{"text":"hällo"}"#).unwrap();
    let read = Envelope::decode(&json, parse).unwrap();
    assert_eq!((read.topic.as_str(), read.at_ms), ("chat", 9));
    assert_eq!(read.body, Payload::Json(serde_json::json!({ "text": "hällo" })));
    let bytes = Envelope::bytes("pen", &to, 9, &[0, 255]).unwrap();
    assert_eq!(Envelope::decode(&bytes, parse).unwrap().body, Payload::Bytes(vec![0, 255].into()));
    assert!(Envelope::json(&"x".repeat(70_000), &to, 9, "1").is_none());
}

#[test]
fn messages_long_and_short_arrive_in_order_and_are_acknowledged() {
    let (mut here, mut there) = (open(1), open(2));
    let messages: Vec<Vec<u8>> = [3, 400_000, 5, 0].iter().map(|length| vec![7; *length]).collect();
    for message in &messages {
        here.post(message.clone()).unwrap();
    }
    let heard = carry(&mut here, &mut there);
    let expected: Vec<DataOut> = messages.into_iter().map(DataOut::Message).collect();
    assert_eq!(heard, expected);
    carry(&mut there, &mut here);
    assert_eq!(here.sender.waiting(), 0);
}

fn meta(size: u64) -> FileMeta {
    FileMeta { name: "a".to_owned(), mime: String::new(), size, modified_ms: None, sha256: None }
}

fn with_files(link: &mut DataLink) -> Rc<RefCell<Transfers>> {
    let files = Rc::new(RefCell::new(Transfers::default()));
    link.take_files(files.clone(), 0);
    files
}

#[test]
fn a_message_and_a_file_share_the_bulk_channel() {
    let mut here = open(1);
    let files = with_files(&mut here);
    here.post(vec![1; 300_000]).unwrap();
    assert!(files.borrow_mut().offer(1, meta(300_000), 0));
    let mut out = Vec::new();
    let accept = Frame::Accept { number: 1, resume_from: 0, window: 1 << 20 };
    here.receive(DataChannel::Control, &accept.encode(), 0, &mut out);
    here.poll(0, &mut out);
    let Some(DataOut::Transfer(TransferOut::Read { length, .. })) = out.pop() else { panic!("{out:?}") };
    files.borrow_mut().read(1, 0, vec![0; usize::try_from(length).unwrap()], [0; 32], &mut Vec::new());
    let kinds: Vec<bool> = std::iter::from_fn(|| here.next_frame(DataChannel::Bulk))
        .map(|frame| MessageFrame::decode(&frame).is_some())
        .take(4)
        .collect();
    assert_eq!(kinds, [true, false, true, false], "they take turns");
}

#[test]
fn who_takes_files_later_is_offered_them_then() {
    let (mut here, mut there) = (open(1), open(2));
    let files = with_files(&mut here);
    assert!(files.borrow_mut().offer(1, meta(5), 0));
    for _ in 0..100 {
        assert_eq!(carry(&mut here, &mut there), [], "a page without files neither answers nor minds");
        carry(&mut there, &mut here);
    }
    with_files(&mut there);
    carry(&mut there, &mut here);
    let heard = carry(&mut here, &mut there);
    assert_eq!(heard, [DataOut::Transfer(TransferOut::Offered { number: 1, meta: meta(5) })]);
}

#[test]
fn what_waits_for_a_connection_is_bounded() {
    let mut link = DataLink::new(1);
    link.post(vec![0; UNCONNECTED_BYTES]).unwrap();
    assert_eq!(link.post(vec![0]), Err(Full::Later));
    let mut there = open(2);
    link.opened(1 << 18, 0);
    assert_eq!(carry(&mut link, &mut there).len(), 1);
    assert!(carry(&mut there, &mut link).contains(&DataOut::Writable), "who waited is told that there is room");
    link.post(vec![0]).unwrap();
}

#[test]
fn a_lost_word_is_said_again() {
    let (mut here, mut there) = (open(1), open(2));
    here.post(vec![1]).unwrap();
    carry(&mut here, &mut there);
    for link in [&mut here, &mut there] {
        link.closed();
        link.opened(1 << 18, 0);
    }
    assert_eq!(carry(&mut here, &mut there), [], "it does not come twice");
    carry(&mut there, &mut here);
    assert_eq!(here.sender.waiting(), 0);
}

#[test]
fn volatile_frames_carry_their_label() {
    let (mut there, mut out) = (open(2), Vec::new());
    let frame = volatile_frame("cursor", &[1, 2]).unwrap();
    there.receive(DataChannel::Volatile, &frame, 0, &mut out);
    assert_eq!(out, [DataOut::Volatile { label: "cursor".to_owned(), bytes: vec![1, 2] }]);
    assert!(volatile_frame("cursor", &vec![0; VOLATILE_BYTES]).is_none());
    assert!(volatile_frame(&"x".repeat(256), &[]).is_none());
}

#[test]
fn fifty_bad_frames_in_ten_seconds_are_too_many() {
    let (mut there, mut out) = (open(2), Vec::new());
    for at in 0..49 {
        there.receive(ALL[at % 3], &[9, 9, 9], at as u64 * 200, &mut out);
    }
    assert_eq!(out, []);
    there.receive(DataChannel::Bulk, &[1], BAD_SPAN, &mut out);
    assert_eq!(out, [DataOut::Misbehaves]);
}

#[test]
fn bad_frames_now_and_then_are_only_dropped() {
    let (mut there, mut out) = (open(2), Vec::new());
    for at in 0..500 {
        there.receive(DataChannel::Control, &[], at * 250, &mut out);
    }
    assert_eq!(out, []);
}

proptest! {
    #[test]
    fn no_frame_panics(frames in prop::collection::vec((0..3usize, prop::collection::vec(any::<u8>(), 0..60)), 0..80)) {
        let (mut there, mut out) = (open(2), Vec::new());
        for (channel, mut bytes) in frames {
            if let Some(first) = bytes.first_mut() {
                *first = VERSION;
            }
            there.receive(ALL[channel], &bytes, 0, &mut out);
        }
        for message in out {
            if let DataOut::Message(message) = message {
                drop(Envelope::decode(&message, parse));
            }
        }
    }

    #[test]
    fn no_message_panics(bytes: Vec<u8>) {
        drop(Envelope::decode(&bytes, parse));
    }
}

#[test]
fn a_publication_is_asked_for_and_given_once_in_a_while() {
    let (mut here, mut there) = (open(1), open(2));
    let camera: PublicationId = "anna-1".parse().unwrap();
    here.ask_anew(camera.clone());
    here.ask_anew(camera.clone());
    assert_eq!(carry(&mut here, &mut there), [DataOut::SendAnew(camera.clone())]);
    here.ask_anew(camera.clone());
    let frame = here.next_frame(DataChannel::Control).unwrap();
    let mut asked_at = |now| {
        let mut out = Vec::new();
        there.receive(DataChannel::Control, &frame, now, &mut out);
        out
    };
    assert_eq!(asked_at(1_999), []);
    assert_eq!(asked_at(2_000), [DataOut::SendAnew(camera)]);
}

#[test]
fn who_asks_for_everything_all_the_time_gets_little() {
    let (mut link, mut out) = (open(1), Vec::new());
    for number in 0..1_000 {
        let frame = [&[VERSION, 0x40], format!("anna-{number}").as_bytes()].concat();
        link.receive(DataChannel::Control, &frame, 0, &mut out);
    }
    assert_eq!(out.len(), 8);
}

#[test]
fn without_a_connection_nothing_is_asked_for_on_the_next() {
    let (mut here, camera): (_, PublicationId) = (open(1), "anna-1".parse().unwrap());
    here.ask_anew(camera.clone());
    here.closed();
    here.ask_anew(camera);
    here.opened(1 << 18, 0);
    assert_eq!(here.next_frame(DataChannel::Control), None);
}

#[test]
fn what_names_no_publication_is_bad() {
    for id in [&b""[..], &[0xff], &[b'x'; 500]] {
        let (mut link, mut out) = (open(1), Vec::new());
        for _ in 0..BAD_FRAMES {
            link.receive(DataChannel::Control, &[&[VERSION, 0x40], id].concat(), 0, &mut out);
        }
        assert_eq!(out, [DataOut::Misbehaves]);
    }
}
