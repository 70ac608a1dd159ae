//! One message of every kind the server can send.

use super::people::*;
use multirtc::protocol::*;
use serde_json::json;

pub fn messages() -> Vec<ServerMsg> {
    let ice = IceServers {
        servers: vec![
            IceServer { urls: vec!["stun:stun.example.org".into()], username: None, credential: None },
            IceServer {
                urls: vec!["turn:turn.example.org:3478".into(), "turns:turn.example.org:5349?transport=tcp".into()],
                username: Some("1790000600:p7Qk2".into()),
                credential: Some(secret("turn")),
            },
        ],
        expires_ms: Some(1_790_000_600_000),
    };
    vec![
        ServerMsg::Welcome(Box::new(Welcome {
            version: Version { major: 1, minor: 0 },
            features: words(&[]),
            peer: ada(),
            resumed: ResumeOutcome::Replayed { from: 42 },
            commands_done: 7,
            resume_token: secret("next-token"),
            resume_window_ms: 45_000,
            heartbeat_ms: 5_000,
            limits: Limits {
                frame_bytes: 262_144,
                say_bytes: 16_384,
                thumbnail_bytes: 49_152,
                rooms: 8,
                per: [("say".to_owned(), Rate { burst: 40, per_minute: 600 })].into(),
            },
            ice: ice.clone(),
            rooms: vec![snapshot()],
            now_ms: 1_790_000_000_789,
        })),
        ServerMsg::Pong { nonce: 7 },
        ServerMsg::Ok,
        ServerMsg::Error(ErrorBody {
            code: ErrorCode::PasswordWrong,
            message: "wrong password".into(),
            retry_after_ms: Some(2_000),
            room: Some(clinic()),
        }),
        ServerMsg::IceServers(ice),
        ServerMsg::GoingAway { in_ms: 5_000 },
        ServerMsg::Joined(Box::new(snapshot())),
        ServerMsg::Waiting { room: clinic(), knock: id("k91"), position: 1 },
        ServerMsg::Invite { room: clinic(), invite: secret("invite"), expires_ms: 1_790_086_400_000 },
        ServerMsg::KnockResolved { room: clinic(), knock: id("k91"), admitted: false },
        ServerMsg::KnockReceived {
            room: clinic(),
            knock: id("k91"),
            profile: profile(),
            note: Some("it's Ada".into()),
        },
        ServerMsg::KnockWithdrawn { room: clinic(), knock: id("k91") },
        ServerMsg::PeerJoined { room: clinic(), peer: host() },
        ServerMsg::PeerChanged { room: clinic(), peer: guest() },
        ServerMsg::PeerLeft { room: clinic(), peer: bo(), why: LeaveReason::TimedOut },
        ServerMsg::RoomChanged { room: clinic(), info: info() },
        ServerMsg::HostChanged { room: clinic(), from: Some(ada()), to: None, why: HostChange::HostTimedOut },
        ServerMsg::RoomClosed { room: clinic(), why: CloseReason::ByHost },
        ServerMsg::Ejected { room: clinic(), by: ada(), reason: Some("noise".into()), banned_secs: Some(3600) },
        ServerMsg::LinkUp { room: clinic(), link: link() },
        ServerMsg::LinkDown { room: clinic(), peer: bo(), link: LinkId(17) },
        ServerMsg::Signal { room: clinic(), from: bo(), link: LinkId(u64::MAX), body: SignalBody::YourTurn },
        ServerMsg::Relayed { room: clinic(), from: bo(), lane: 255, frame: "AAEC/w==".into() },
        ServerMsg::Said {
            room: clinic(),
            from: bo(),
            id: id("s_1"),
            at_ms: 1_790_000_000_456,
            to: Target::All,
            topic: "chat".into(),
            body: json!("hello"),
        },
        ServerMsg::MediaAsked { room: clinic(), from: ada(), ask: MediaAsk::StartCamera },
        ServerMsg::Lobby { update: LobbyUpdate::Snapshot { rooms: vec![info()], more: true } },
        ServerMsg::Room { info: None },
        ServerMsg::Unknown,
    ]
}
