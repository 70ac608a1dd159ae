//! Frames of the server.

use super::room::*;
use super::*;

fn ice() -> BoxedStrategy<IceServers> {
    let server = (vec(text(), 0..3), option::of(text()), option::of(secret()))
        .prop_map(|(urls, username, credential)| IceServer { urls, username, credential });
    (vec(server, 0..3), any::<Option<u64>>())
        .prop_map(|(servers, expires_ms)| IceServers { servers, expires_ms })
        .boxed()
}

fn limits() -> BoxedStrategy<Limits> {
    let rate = any::<(u32, u32)>().prop_map(|(burst, per_minute)| Rate { burst, per_minute });
    (any::<([u32; 3], u8)>(), btree_map(text(), rate, 0..4))
        .prop_map(|(([frame_bytes, say_bytes, thumbnail_bytes], rooms), per)| Limits {
            frame_bytes,
            say_bytes,
            thumbnail_bytes,
            rooms,
            per,
        })
        .boxed()
}

fn welcome() -> BoxedStrategy<Welcome> {
    let outcome = prop_oneof![
        Just(ResumeOutcome::Fresh),
        any::<u32>().prop_map(|from| ResumeOutcome::Replayed { from }),
        Just(ResumeOutcome::Snapshot),
    ];
    let session = (version(), words(), id(), outcome, secret());
    (session, limits(), ice(), vec(snapshot(), 0..2), any::<([u32; 3], u64)>())
        .prop_map(|((version, features, peer, resumed, resume_token), limits, ice, rooms, (numbers, now_ms))| {
            let [commands_done, resume_window_ms, heartbeat_ms] = numbers;
            Welcome {
                version,
                features,
                peer,
                resumed,
                commands_done,
                resume_token,
                resume_window_ms,
                heartbeat_ms,
                limits,
                ice,
                rooms,
                now_ms,
            }
        })
        .boxed()
}

fn error() -> BoxedStrategy<ErrorBody> {
    let code = prop_oneof![
        Just(ErrorCode::BadFrame),
        Just(ErrorCode::RateLimited),
        Just(ErrorCode::RoomFull),
        Just(ErrorCode::StaleLink),
        Just(ErrorCode::Other),
    ];
    (code, text(), any::<Option<u32>>(), option::of(place()))
        .prop_map(|(code, message, retry_after_ms, room)| ErrorBody { code, message, retry_after_ms, room })
        .boxed()
}

fn lobby_update() -> BoxedStrategy<LobbyUpdate> {
    prop_oneof![
        (vec(info(), 0..3), any::<bool>()).prop_map(|(rooms, more)| LobbyUpdate::Snapshot { rooms, more }),
        info().prop_map(|info| LobbyUpdate::Upsert { info: Box::new(info) }),
        place().prop_map(|room| LobbyUpdate::Remove { room }),
    ]
    .boxed()
}

fn leave_reason() -> impl Strategy<Value = LeaveReason> {
    prop_oneof![
        Just(LeaveReason::Left),
        Just(LeaveReason::TimedOut),
        Just(LeaveReason::Ejected),
        Just(LeaveReason::RoomClosed),
        Just(LeaveReason::Other),
    ]
}

fn close_reason() -> impl Strategy<Value = CloseReason> {
    prop_oneof![
        Just(CloseReason::ByHost),
        Just(CloseReason::HostLeft),
        Just(CloseReason::Empty),
        Just(CloseReason::ByOperator),
        Just(CloseReason::Other),
    ]
}

fn host_change() -> impl Strategy<Value = HostChange> {
    prop_oneof![
        Just(HostChange::Transferred),
        Just(HostChange::HostLeft),
        Just(HostChange::HostTimedOut),
        Just(HostChange::Reclaimed),
        Just(HostChange::Other),
    ]
}

/// About the session, knocks and lobbies.
fn session_and_lobby() -> BoxedStrategy<ServerMsg> {
    prop_oneof![
        welcome().prop_map(|welcome| ServerMsg::Welcome(Box::new(welcome))),
        any::<u32>().prop_map(|nonce| ServerMsg::Pong { nonce }),
        Just(ServerMsg::Ok),
        error().prop_map(ServerMsg::Error),
        ice().prop_map(ServerMsg::IceServers),
        any::<u32>().prop_map(|in_ms| ServerMsg::GoingAway { in_ms }),
        (place(), id(), any::<u16>()).prop_map(|(room, knock, position)| ServerMsg::Waiting { room, knock, position }),
        (place(), secret(), any::<u64>()).prop_map(|(room, invite, expires_ms)| ServerMsg::Invite {
            room,
            invite,
            expires_ms
        }),
        (place(), id(), any::<bool>()).prop_map(|(room, knock, admitted)| ServerMsg::KnockResolved {
            room,
            knock,
            admitted
        }),
        (place(), id(), profile(), option::of(text()))
            .prop_map(|(room, knock, profile, note)| ServerMsg::KnockReceived { room, knock, profile, note }),
        (place(), id()).prop_map(|(room, knock)| ServerMsg::KnockWithdrawn { room, knock }),
        lobby_update().prop_map(|update| ServerMsg::Lobby { update }),
        option::of(info()).prop_map(|info| ServerMsg::Room { info }),
        Just(ServerMsg::Unknown),
    ]
    .boxed()
}

/// About rooms and the people in them.
fn rooms() -> BoxedStrategy<ServerMsg> {
    prop_oneof![
        snapshot().prop_map(|snapshot| ServerMsg::Joined(Box::new(snapshot))),
        (place(), participant()).prop_map(|(room, peer)| ServerMsg::PeerJoined { room, peer }),
        (place(), participant()).prop_map(|(room, peer)| ServerMsg::PeerChanged { room, peer }),
        (place(), id(), leave_reason()).prop_map(|(room, peer, why)| ServerMsg::PeerLeft { room, peer, why }),
        (place(), info()).prop_map(|(room, info)| ServerMsg::RoomChanged { room, info }),
        (place(), option::of(id()), option::of(id()), host_change())
            .prop_map(|(room, from, to, why)| ServerMsg::HostChanged { room, from, to, why }),
        (place(), close_reason()).prop_map(|(room, why)| ServerMsg::RoomClosed { room, why }),
        (place(), id(), option::of(text()), any::<Option<u32>>())
            .prop_map(|(room, by, reason, banned_secs)| ServerMsg::Ejected { room, by, reason, banned_secs }),
    ]
    .boxed()
}

/// About links and what comes over them or through the server.
fn between_members() -> BoxedStrategy<ServerMsg> {
    prop_oneof![
        (place(), link()).prop_map(|(room, link)| ServerMsg::LinkUp { room, link }),
        (place(), id(), link_id()).prop_map(|(room, peer, link)| ServerMsg::LinkDown { room, peer, link }),
        (place(), id(), link_id(), signal_body()).prop_map(|(room, from, link, body)| ServerMsg::Signal {
            room,
            from,
            link,
            body
        }),
        (place(), id(), any::<u8>(), text()).prop_map(|(room, from, lane, frame)| ServerMsg::Relayed {
            room,
            from,
            lane,
            frame
        }),
        ((place(), id(), id(), any::<u64>()), target(), text(), json()).prop_map(
            |((room, from, id, at_ms), to, topic, body)| ServerMsg::Said { room, from, id, at_ms, to, topic, body }
        ),
        (place(), id(), media_ask()).prop_map(|(room, from, ask)| ServerMsg::MediaAsked { room, from, ask }),
    ]
    .boxed()
}

pub fn frame() -> impl Strategy<Value = ServerFrame> {
    let message = prop_oneof![14 => session_and_lobby(), 8 => rooms(), 6 => between_members()];
    (any::<Option<u32>>(), any::<Option<u32>>(), any::<u32>(), message).prop_map(|(n, re, ack, m)| ServerFrame {
        n,
        re,
        ack,
        m,
    })
}
