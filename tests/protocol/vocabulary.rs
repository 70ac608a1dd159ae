//! The small enums: every value of each, in one golden file.

use super::people::{bo, id, info};
use super::{complete, read, wire_name};
use crate::variants::Variants;
use multirtc::protocol::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use std::fmt::Debug;

struct Vocabulary {
    file: Map<String, Value>,
}

impl Vocabulary {
    /// Takes the entry of one enum out of the file and compares it with all its values.
    fn check<T>(&mut self, key: &str, values: &[T])
    where
        T: Serialize + DeserializeOwned + PartialEq + Debug + Variants,
    {
        complete(values);
        let entry = self.file.remove(key).unwrap_or_else(|| panic!("{key} is not in the file"));
        let parsed: Vec<T> = serde_json::from_value(entry.clone()).unwrap();
        assert_eq!(parsed, values, "{key}");
        assert_eq!(serde_json::to_value(values).unwrap(), entry, "{key}");
        for (value, written) in values.iter().zip(entry.as_array().unwrap()) {
            let name = wire_name(value.variant());
            let is_named = written.as_str() == Some(&name) || written.get(&name).is_some();
            assert!(is_named, "{key}: {written} is not {name}");
        }
    }
}

#[test]
fn every_value_of_every_small_enum() {
    let mut words = Vocabulary { file: serde_json::from_str(&read("vocabulary")).unwrap() };
    words.check("role", &[Role::Viewer, Role::Speaker, Role::Moderator, Role::Host]);
    words.check("flow", &[Flow::Off, Flow::HostOnly, Flow::GuestsOnly, Flow::Speakers, Flow::Everyone]);
    words.check("topology", &[Topology::Mesh, Topology::Star, Topology::Tree { fanout: 3 }, Topology::Sfu]);
    words.check("data_path", &[DataPath::Direct, DataPath::Server]);
    words.check("visibility", &[Visibility::Listed, Visibility::Unlisted]);
    words.check("admission", &[Admission::Open, Admission::Knock, Admission::InviteOnly, Admission::Locked]);
    words.check("on_host_left", &[OnHostLeft::HandOver, OnHostLeft::Close, OnHostLeft::CloseAfter { secs: 90 }]);
    words.check(
        "knock_decision",
        &[KnockDecision::Admit { role: Role::Viewer }, KnockDecision::Deny, KnockDecision::DenyAndBlock { secs: 300 }],
    );
    words.check(
        "media_ask",
        &[
            MediaAsk::Mute(id("m1")),
            MediaAsk::Unmute(id("m1")),
            MediaAsk::Stop(id("m1")),
            MediaAsk::StartCamera,
            MediaAsk::StartMicrophone,
            MediaAsk::ShareScreen,
            MediaAsk::LowerHand,
        ],
    );
    words.check(
        "source",
        &[
            Source::Camera,
            Source::Microphone,
            Source::Screen,
            Source::File,
            Source::Canvas,
            Source::Forwarded,
            Source::Other,
        ],
    );
    words.check("track_state", &[TrackState::Absent, TrackState::Live, TrackState::Muted, TrackState::Paused]);
    let interrupted = Online::Interrupted { since_ms: 1_790_000_000_123, leaving: false };
    words.check("online", &[Online::Connected, interrupted]);
    words.check(
        "resume_outcome",
        &[ResumeOutcome::Fresh, ResumeOutcome::Replayed { from: 42 }, ResumeOutcome::Snapshot],
    );
    words.check(
        "lobby_update",
        &[
            LobbyUpdate::Snapshot { rooms: vec![], more: false },
            LobbyUpdate::Upsert { info: Box::new(info()) },
            LobbyUpdate::Remove { room: id(bo().as_str()) },
        ],
    );
    words.check(
        "leave_reason",
        &[LeaveReason::Left, LeaveReason::TimedOut, LeaveReason::Ejected, LeaveReason::RoomClosed, LeaveReason::Other],
    );
    words.check(
        "close_reason",
        &[CloseReason::ByHost, CloseReason::HostLeft, CloseReason::Empty, CloseReason::ByOperator, CloseReason::Other],
    );
    words.check(
        "host_change",
        &[
            HostChange::Transferred,
            HostChange::HostLeft,
            HostChange::HostTimedOut,
            HostChange::Reclaimed,
            HostChange::Other,
        ],
    );
    let codes: Vec<ErrorCode> =
        ErrorCode::ALL.iter().map(|name| serde_json::from_value(Value::String(wire_name(name))).unwrap()).collect();
    words.check("error_code", &codes);
    assert!(words.file.is_empty(), "left over: {:?}", words.file.keys());
}

#[test]
fn error_codes_know_their_own_names() {
    for name in ErrorCode::ALL {
        let code: ErrorCode = serde_json::from_value(Value::String(wire_name(name))).unwrap();
        assert_eq!(code.variant(), *name);
        assert_eq!(code.as_str(), wire_name(name));
    }
}

#[test]
fn sentences_are_for_people_and_show_a_way_forward() {
    let mut seen = std::collections::BTreeSet::new();
    for name in ErrorCode::ALL {
        let code: ErrorCode = serde_json::from_value(Value::String(wire_name(name))).unwrap();
        let sentence = code.sentence();
        assert!(seen.insert(sentence), "twice: {sentence}");
        assert!(sentence.len() <= 110 && sentence.is_ascii(), "{sentence}");
        assert!(sentence.starts_with(|c: char| c.is_ascii_uppercase()) && sentence.ends_with('.'), "{sentence}");
        assert!(sentence.matches(". ").count() >= 1, "only what happened, not what to do: {sentence}");
        for jargon in ["frame", "socket", "session", "peer", "token", "ICE", "SDP", "invalid", "error", "_", "!"] {
            assert!(!sentence.contains(jargon), "{jargon}: {sentence}");
        }
    }
}
