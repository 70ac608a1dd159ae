//! Frames of clients.

use super::room::*;
use super::*;

fn hello() -> BoxedStrategy<Hello> {
    let resume = (secret(), any::<u32>()).prop_map(|(token, last_seen)| Resume { token, last_seen });
    (version(), words(), text(), place(), profile(), option::of(secret()), option::of(resume))
        .prop_map(|(version, features, client, lobby, profile, auth, resume)| Hello {
            version,
            features,
            client,
            lobby,
            profile,
            auth,
            resume,
        })
        .boxed()
}

fn create() -> BoxedStrategy<CreateRoom> {
    (option::of(place()), spec()).prop_map(|(room, spec)| CreateRoom { room, spec }).boxed()
}

fn join() -> BoxedStrategy<JoinRoom> {
    let rights = (option::of(secret()), option::of(secret()), option::of(role()));
    (place(), rights, option::of(id()), option::of(text()))
        .prop_map(|(room, (password, invite, role), hosted_by, note)| JoinRoom {
            room,
            password,
            invite,
            role,
            hosted_by,
            note,
        })
        .boxed()
}

fn decision() -> impl Strategy<Value = KnockDecision> {
    prop_oneof![
        role().prop_map(|role| KnockDecision::Admit { role }),
        Just(KnockDecision::Deny),
        any::<u32>().prop_map(|secs| KnockDecision::DenyAndBlock { secs }),
    ]
}

fn profile_patch() -> BoxedStrategy<ProfilePatch> {
    (option::of(text()), option::of(change(text())), option::of(extra()))
        .prop_map(|(name, avatar, extra)| ProfilePatch { name, avatar, extra })
        .boxed()
}

fn filter() -> impl Strategy<Value = LobbyFilter> {
    (words(), option::of(text()), any::<bool>()).prop_map(|(tags, text, only_joinable)| LobbyFilter {
        tags,
        text,
        only_joinable,
    })
}

/// About the session, and entering and leaving rooms.
fn session_and_rooms() -> BoxedStrategy<ClientMsg> {
    prop_oneof![
        hello().prop_map(ClientMsg::Hello),
        any::<u32>().prop_map(|nonce| ClientMsg::Ping { nonce }),
        Just(ClientMsg::Bye),
        Just(ClientMsg::RefreshIceServers),
        create().prop_map(ClientMsg::CreateRoom),
        join().prop_map(ClientMsg::JoinRoom),
        (create(), join()).prop_map(|(create, join)| ClientMsg::OpenOrJoin { create, join }),
        place().prop_map(|room| ClientMsg::LeaveRoom { room }),
        (place(), option::of(text())).prop_map(|(room, reason)| ClientMsg::CloseRoom { room, reason }),
        (place(), patch().prop_map(Box::new)).prop_map(|(room, patch)| ClientMsg::UpdateRoom { room, patch }),
        (place(), any::<bool>()).prop_map(|(room, watch)| ClientMsg::LookupRoom { room, watch }),
        filter().prop_map(|filter| ClientMsg::WatchLobby { filter }),
        Just(ClientMsg::UnwatchLobby),
        Just(ClientMsg::Unknown),
    ]
    .boxed()
}

/// About the people in a room.
fn people() -> BoxedStrategy<ClientMsg> {
    prop_oneof![
        id().prop_map(|knock| ClientMsg::CancelKnock { knock }),
        (place(), id(), decision()).prop_map(|(room, knock, decision)| ClientMsg::ResolveKnock {
            room,
            knock,
            decision
        }),
        (place(), id(), option::of(text()), any::<Option<u32>>())
            .prop_map(|(room, peer, reason, ban_secs)| ClientMsg::Eject { room, peer, reason, ban_secs }),
        (place(), id()).prop_map(|(room, to)| ClientMsg::TransferHost { room, to }),
        (place(), id(), role()).prop_map(|(room, peer, role)| ClientMsg::SetRole { room, peer, role }),
        (place(), role(), any::<(u16, u32)>()).prop_map(|(room, role, (uses, ttl_secs))| ClientMsg::CreateInvite {
            room,
            role,
            uses,
            ttl_secs
        }),
        place().prop_map(|room| ClientMsg::RevokeInvites { room }),
        (place(), target(), media_ask()).prop_map(|(room, to, ask)| ClientMsg::AskMedia { room, to, ask }),
        profile_patch().prop_map(|patch| ClientMsg::UpdateProfile { patch }),
        (place(), vec(publication(), 0..4)).prop_map(|(room, publications)| ClientMsg::Publish { room, publications }),
        (place(), presence()).prop_map(|(room, presence)| ClientMsg::SetPresence { room, presence }),
    ]
    .boxed()
}

/// What goes from one member to others.
fn between_members() -> BoxedStrategy<ClientMsg> {
    prop_oneof![
        (place(), id(), link_id(), signal_body()).prop_map(|(room, to, link, body)| ClientMsg::Signal {
            room,
            to,
            link,
            body
        }),
        (place(), id(), link_id()).prop_map(|(room, peer, link)| ClientMsg::RebuildLink { room, peer, link }),
        (place(), id(), any::<u8>(), text()).prop_map(|(room, to, lane, frame)| ClientMsg::Relay {
            room,
            to,
            lane,
            frame
        }),
        (place(), target(), text(), json(), any::<bool>()).prop_map(|(room, to, topic, body, keep)| ClientMsg::Say {
            room,
            to,
            topic,
            body,
            keep
        }),
    ]
    .boxed()
}

pub fn frame() -> impl Strategy<Value = ClientFrame> {
    let message = prop_oneof![14 => session_and_rooms(), 11 => people(), 4 => between_members()];
    (any::<Option<u32>>(), any::<u32>(), message).prop_map(|(n, ack, m)| ClientFrame { n, ack, m })
}
