//! Rooms and who is in them.

use super::*;

pub fn flow() -> impl Strategy<Value = Flow> {
    prop_oneof![
        Just(Flow::Off),
        Just(Flow::HostOnly),
        Just(Flow::GuestsOnly),
        Just(Flow::Speakers),
        Just(Flow::Everyone),
    ]
}

pub fn plan() -> BoxedStrategy<RoomPlan> {
    let topology = prop_oneof![
        Just(Topology::Mesh),
        Just(Topology::Star),
        any::<u8>().prop_map(|fanout| Topology::Tree { fanout }),
        Just(Topology::Sfu),
    ];
    let path = prop_oneof![Just(DataPath::Direct), Just(DataPath::Server)];
    (topology, flow(), flow(), flow(), flow(), path)
        .prop_map(|(topology, audio, video, screen, data, data_path)| RoomPlan {
            topology,
            audio,
            video,
            screen,
            data,
            data_path,
        })
        .boxed()
}

pub fn visibility() -> impl Strategy<Value = Visibility> {
    prop_oneof![Just(Visibility::Listed), Just(Visibility::Unlisted)]
}

pub fn admission() -> impl Strategy<Value = Admission> {
    prop_oneof![Just(Admission::Open), Just(Admission::Knock), Just(Admission::InviteOnly), Just(Admission::Locked),]
}

pub fn on_host_left() -> impl Strategy<Value = OnHostLeft> {
    prop_oneof![
        Just(OnHostLeft::HandOver),
        Just(OnHostLeft::Close),
        any::<u32>().prop_map(|secs| OnHostLeft::CloseAfter { secs }),
    ]
}

pub fn privileges() -> impl Strategy<Value = Privileges> {
    any::<[bool; 4]>().prop_map(|[mute, stop, record, message]| Privileges {
        moderators_may_mute: mute,
        moderators_may_stop: stop,
        guests_may_record: record,
        guests_may_message_guests: message,
    })
}

pub fn details() -> BoxedStrategy<RoomDetails> {
    let thumbnail = (text(), text(), any::<(u16, u16)>()).prop_map(|(mime, base64, (width, height))| Thumbnail {
        mime,
        base64,
        width,
        height,
    });
    (text(), text(), words(), option::of(text()), option::of(thumbnail), extra())
        .prop_map(|(name, topic, tags, lang, thumbnail, extra)| RoomDetails {
            name,
            topic,
            tags,
            lang,
            thumbnail,
            extra,
        })
        .boxed()
}

pub fn spec() -> BoxedStrategy<RoomSpec> {
    let terms = (visibility(), any::<u16>(), admission(), role(), on_host_left(), any::<u32>());
    (plan(), terms, option::of(secret()), details(), privileges())
        .prop_map(
            |(
                plan,
                (visibility, capacity, admission, guest_role, on_host_left, ttl),
                password,
                details,
                privileges,
            )| {
                RoomSpec {
                    plan,
                    visibility,
                    capacity,
                    admission,
                    guest_role,
                    password,
                    on_host_left,
                    empty_ttl_secs: ttl,
                    details,
                    privileges,
                }
            },
        )
        .boxed()
}

pub fn patch() -> BoxedStrategy<RoomPatch> {
    let terms = (
        any::<Option<u16>>(),
        option::of(visibility()),
        option::of(admission()),
        option::of(role()),
        option::of(on_host_left()),
    );
    (option::of(details()), option::of(plan()), terms, option::of(change(secret())), option::of(privileges()))
        .prop_map(
            |(details, plan, (capacity, visibility, admission, guest_role, on_host_left), password, privileges)| {
                RoomPatch {
                    details,
                    plan,
                    capacity,
                    visibility,
                    admission,
                    guest_role,
                    password,
                    on_host_left,
                    privileges,
                }
            },
        )
        .boxed()
}

pub fn info() -> BoxedStrategy<RoomInfo> {
    let ids = (place(), place(), option::of(id()));
    let terms = (visibility(), admission(), role(), on_host_left());
    let numbers = any::<(u16, u16, u64, u64, bool)>();
    (ids, plan(), terms, privileges(), details(), numbers)
        .prop_map(|((room, lobby, host), plan, terms, privileges, details, numbers)| {
            let (visibility, admission, guest_role, on_host_left) = terms;
            let (capacity, count, created_ms, rev, has_password) = numbers;
            RoomInfo {
                room,
                lobby,
                host,
                plan,
                visibility,
                capacity,
                count,
                admission,
                guest_role,
                has_password,
                on_host_left,
                privileges,
                details,
                created_ms,
                rev,
            }
        })
        .boxed()
}

pub fn participant() -> BoxedStrategy<Participant> {
    let interrupted = any::<(u64, bool)>().prop_map(|(since_ms, leaving)| Online::Interrupted { since_ms, leaving });
    let online = prop_oneof![Just(Online::Connected), interrupted];
    (id(), profile(), role(), any::<u64>(), presence(), online, vec(publication(), 0..3))
        .prop_map(|(peer, profile, role, joined_seq, presence, online, publications)| Participant {
            peer,
            profile,
            role,
            joined_seq,
            presence,
            online,
            publications,
        })
        .boxed()
}

pub fn link() -> BoxedStrategy<LinkAssignment> {
    (id(), link_id(), any::<(bool, bool, Option<bool>)>())
        .prop_map(|(peer, link, (polite, same_engine, upstream))| LinkAssignment {
            peer,
            link,
            polite: Polite(polite),
            same_engine,
            upstream,
        })
        .boxed()
}

pub fn snapshot() -> BoxedStrategy<RoomSnapshot> {
    let kept =
        (text(), id(), any::<u64>(), json()).prop_map(|(topic, from, at_ms, body)| Kept { topic, from, at_ms, body });
    let people = (participant(), vec(participant(), 0..3));
    (info(), people, vec(link(), 0..3), vec(kept, 0..3), option::of(secret()))
        .prop_map(|(info, (you, others), links, kept, host_claim)| RoomSnapshot {
            info,
            you,
            others,
            links,
            kept,
            host_claim,
        })
        .boxed()
}
