//! What a server would say in a call that is only tried out: one room, with one guest who rings whoever joins.
//!
//! The driver is `multirtc::Rehearsal`, in browsers only. The frames are written out, because browsers read what servers
//! say but never write it.

use crate::protocol::{Encode as _, SignalBody};
use serde_json::Value;

/// The room, the guest and the client, by id.
const ROOM: &str = "rehearsal";
const GUEST: &str = "guest";
const CLIENT: &str = "client";
/// The link between the two.
const LINK: u32 = 1;

/// The frames of one session, as far as a rehearsal goes.
#[derive(Debug, Default)]
pub struct Script {
    said: u32,
    heard: u32,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq)]
pub enum Cue {
    /// This frame goes to the client.
    Say(String),
    /// The client is in the room: the guest makes an offer.
    Ring,
    /// The client tells the guest something.
    Signal(Value),
}

impl Script {
    /// Takes a frame of the client.
    pub fn hear(&mut self, frame: &Value) -> Vec<Cue> {
        let message = &frame["m"];
        let number = frame["n"].as_u64().and_then(|number| u32::try_from(number).ok());
        self.heard = number.unwrap_or(self.heard);
        match message["t"].as_str() {
            Some("hello") => vec![Cue::Say(format!(r#"{{"ack":0,"m":{}}}"#, welcome()))],
            Some("watch_lobby") => {
                let lobby = format!(r#"{{"t":"lobby","update":{{"snapshot":{{"rooms":[{}],"more":false}}}}}}"#, info());
                vec![self.answer(&lobby)]
            }
            Some("join_room") => vec![self.answer(&joined()), Cue::Ring],
            Some("signal") => vec![self.answer(OK), Cue::Signal(message["body"].clone())],
            Some(_) => vec![self.answer(OK)],
            None => Vec::new(),
        }
    }

    /// What the guest tells the client, as a frame.
    pub fn from_guest(&mut self, body: &SignalBody) -> String {
        let body = body.encode();
        let message = format!(r#"{{"t":"signal","room":"{ROOM}","from":"{GUEST}","link":{LINK},"body":{body}}}"#);
        self.said += 1;
        format!(r#"{{"n":{},"ack":{},"m":{message}}}"#, self.said, self.heard)
    }

    fn answer(&mut self, message: &str) -> Cue {
        self.said += 1;
        Cue::Say(format!(r#"{{"n":{},"re":{},"ack":{},"m":{message}}}"#, self.said, self.heard, self.heard))
    }
}

const OK: &str = r#"{"t":"ok"}"#;

fn welcome() -> String {
    format!(
        r#"{{"t":"welcome","version":{{"major":1,"minor":0}},"features":[],"peer":"{CLIENT}","resumed":"fresh","commands_done":0,"resume_token":"none","resume_window_ms":45000,"heartbeat_ms":5000,"limits":{{"frame_bytes":262144,"say_bytes":16384,"thumbnail_bytes":49152,"rooms":8,"per":{{}}}},"ice":{{"servers":[],"expires_ms":null}},"rooms":[],"now_ms":0}}"#
    )
}

fn info() -> String {
    format!(
        r#"{{"room":"{ROOM}","lobby":"{ROOM}","host":"{GUEST}","plan":{{"topology":"mesh","audio":"everyone","video":"everyone","screen":"everyone","data":"everyone","data_path":"direct"}},"visibility":"listed","capacity":8,"count":1,"admission":"open","guest_role":"speaker","has_password":false,"on_host_left":"hand_over","privileges":{{"moderators_may_mute":false,"moderators_may_stop":false,"guests_may_record":false,"guests_may_message_guests":false}},"details":{{"name":"","topic":"","tags":[],"lang":null,"thumbnail":null,"extra":{{}}}},"created_ms":0,"rev":1}}"#
    )
}

fn joined() -> String {
    let (guest, client) = (
        participant(GUEST, 1, "host", &format!("[{},{}]", publication("camera"), publication("microphone"))),
        participant(CLIENT, 2, "speaker", "[]"),
    );
    format!(
        r#"{{"t":"joined","info":{},"you":{client},"others":[{guest}],"links":[{{"peer":"{GUEST}","link":{LINK},"polite":true,"same_engine":true,"upstream":null}}],"kept":[],"host_claim":null}}"#,
        info()
    )
}

fn publication(source: &str) -> String {
    let (audio, video) = if source == "camera" { ("absent", "live") } else { ("live", "absent") };
    format!(r#"{{"id":"{GUEST}-{source}","source":"{source}","audio":"{audio}","video":"{video}","label":""}}"#)
}

fn participant(peer: &str, joined: u32, role: &str, publications: &str) -> String {
    format!(
        r#"{{"peer":"{peer}","profile":{{"name":"","handle":null,"avatar":null,"extra":{{}}}},"role":"{role}","joined_seq":{joined},"presence":{{"away":false,"hand":false,"recording":false,"status":""}},"online":"connected","publications":{publications}}}"#
    )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "in a test a panic is the report")]

    use super::*;
    use crate::protocol::{LobbyUpdate, ServerFrame, ServerMsg};
    use serde_json::json;

    fn said(cues: &[Cue]) -> Vec<ServerFrame> {
        cues.iter()
            .filter_map(|cue| match cue {
                Cue::Say(text) => {
                    let as_server = serde_json::from_str::<ServerFrame>(text).unwrap();
                    let as_browser = ServerFrame::read(text).unwrap();
                    assert_eq!(as_server, as_browser);
                    Some(as_server)
                }
                _ => None,
            })
            .collect()
    }

    #[test]
    fn whoever_joins_is_rung() {
        let mut script = Script::default();
        let frames = said(&script.hear(&json!({"ack": 0, "m": {"t": "hello"}})));
        assert!(matches!(frames[0].m, ServerMsg::Welcome(_)));
        let frames = said(&script.hear(&json!({"n": 1, "ack": 0, "m": {"t": "watch_lobby"}})));
        let ServerMsg::Lobby { update: LobbyUpdate::Snapshot { rooms, .. } } = &frames[0].m else { panic!() };
        let cues = script.hear(&json!({"n": 2, "ack": 1, "m": {"t": "join_room", "room": rooms[0].room}}));
        let ServerMsg::Joined(snapshot) = &said(&cues)[0].m else { panic!("{cues:?}") };
        assert_eq!(snapshot.info.room, rooms[0].room);
        assert_eq!(snapshot.links[0].peer, snapshot.others[0].peer);
        assert_eq!(cues[1], Cue::Ring);
    }

    #[test]
    fn what_the_two_tell_each_other_is_passed_on() {
        let mut script = Script::default();
        let offer = SignalBody::Offer { sdp: "v=0\r\n\"quoted\"".to_owned(), tracks: Vec::new() };
        let text = script.from_guest(&offer);
        let [frame] = &said(&[Cue::Say(text)])[..] else { panic!() };
        assert!(matches!(&frame.m, ServerMsg::Signal { body, .. } if *body == offer));
        let answer = json!({"k": "answer", "sdp": "v=0", "tracks": []});
        let cues = script.hear(&json!({"n": 3, "ack": 1, "m": {"t": "signal", "body": answer}}));
        assert_eq!(cues[1], Cue::Signal(answer));
        assert_eq!(said(&cues)[0].re, Some(3));
    }

    #[test]
    fn a_frame_that_says_nothing_is_answered_with_nothing() {
        assert_eq!(Script::default().hear(&json!([1])), []);
    }
}
