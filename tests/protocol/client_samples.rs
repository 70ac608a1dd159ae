//! One message of every kind a client can send.

use super::people::*;
use multirtc::core::topology::plans;
use multirtc::protocol::*;
use serde_json::json;

pub fn full_patch() -> RoomPatch {
    RoomPatch {
        details: Some(details()),
        plan: Some(RoomPlan { topology: Topology::Tree { fanout: 3 }, ..plans::broadcast() }),
        capacity: Some(6),
        visibility: Some(Visibility::Listed),
        admission: Some(Admission::InviteOnly),
        guest_role: Some(Role::Viewer),
        password: Some(Change::Set(secret("coffee"))),
        on_host_left: Some(OnHostLeft::HandOver),
        privileges: Some(privileges()),
    }
}

pub fn full_profile_patch() -> ProfilePatch {
    ProfilePatch {
        name: Some("Ada K.".into()),
        avatar: Some(Change::Set("blue".into())),
        extra: Some(fields(json!({ "colour": 8 }))),
    }
}

pub fn messages() -> Vec<ClientMsg> {
    let join = JoinRoom {
        room: clinic(),
        password: Some(secret("tea")),
        invite: Some(secret("invite")),
        role: Some(Role::Moderator),
        hosted_by: Some(id("ada")),
        note: Some("it's Bo".into()),
    };
    vec![
        ClientMsg::Hello(Hello {
            version: Version { major: 1, minor: 0 },
            features: words(&["tree"]),
            client: "web 0.1.0 blink".into(),
            lobby: id("demo"),
            profile: profile(),
            auth: Some(secret("bearer")),
            resume: Some(Resume { token: secret("token"), last_seen: 41 }),
        }),
        ClientMsg::Ping { nonce: 4_294_967_295 },
        ClientMsg::Bye,
        ClientMsg::RefreshIceServers,
        ClientMsg::CreateRoom(CreateRoom { room: None, spec: plain_spec() }),
        ClientMsg::JoinRoom(join.clone()),
        ClientMsg::OpenOrJoin { create: CreateRoom { room: Some(clinic()), spec: spec() }, join },
        ClientMsg::LeaveRoom { room: clinic() },
        ClientMsg::CloseRoom { room: clinic(), reason: Some("lunch".into()) },
        ClientMsg::UpdateRoom { room: clinic(), patch: Box::new(full_patch()) },
        ClientMsg::CancelKnock { knock: id("k91") },
        ClientMsg::ResolveKnock {
            room: clinic(),
            knock: id("k91"),
            decision: KnockDecision::Admit { role: Role::Speaker },
        },
        ClientMsg::Eject { room: clinic(), peer: bo(), reason: Some("noise".into()), ban_secs: Some(3600) },
        ClientMsg::TransferHost { room: clinic(), to: bo() },
        ClientMsg::SetRole { room: clinic(), peer: bo(), role: Role::Viewer },
        ClientMsg::CreateInvite { room: clinic(), role: Role::Speaker, uses: 3, ttl_secs: 86_400 },
        ClientMsg::RevokeInvites { room: clinic() },
        ClientMsg::AskMedia { room: clinic(), to: Target::AtLeast(Role::Viewer), ask: MediaAsk::Mute(id("m1")) },
        ClientMsg::UpdateProfile { patch: full_profile_patch() },
        ClientMsg::Publish { room: clinic(), publications: vec![publication()] },
        ClientMsg::SetPresence { room: clinic(), presence: presence() },
        ClientMsg::LookupRoom { room: clinic(), watch: true },
        ClientMsg::WatchLobby {
            filter: LobbyFilter { tags: words(&["open"]), text: Some("clin".into()), only_joinable: true },
        },
        ClientMsg::UnwatchLobby,
        ClientMsg::Signal { room: clinic(), to: bo(), link: LinkId(17), body: candidate() },
        ClientMsg::RebuildLink { room: clinic(), peer: bo(), link: LinkId(17) },
        ClientMsg::Relay { room: clinic(), to: bo(), lane: 1, frame: "AAEC/w==".into() },
        ClientMsg::Say {
            room: clinic(),
            to: Target::Peers([ada(), bo()].into()),
            topic: "chat".into(),
            body: json!({ "text": "na\u{ef}ve \u{1f600}\n", "n": [0, -1, 18_446_744_073_709_551_615_u64] }),
            keep: true,
        },
        ClientMsg::Unknown,
    ]
}
