//! Who connects to whom: the one rule behind every historical session combination.
//!
//! Two members are linked when the plan lets at least one of them send something to the other; in a star, only pairs
//! with the host. The server evaluates it and sends differences; clients never decide whom to call.

use crate::protocol::{DataPath, Flow, PeerId, Role, RoomPlan, Topology};

pub struct Member<'a> {
    pub peer: &'a PeerId,
    pub role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Audio,
    Video,
    Screen,
    Data,
}
pub fn flow(plan: &RoomPlan, kind: Kind) -> Flow {
    match kind {
        Kind::Audio => plan.audio,
        Kind::Video => plan.video,
        Kind::Screen => plan.screen,
        Kind::Data => plan.data,
    }
}
pub fn may_send(plan: &RoomPlan, kind: Kind, role: Role) -> bool {
    match flow(plan, kind) {
        Flow::Off => false,
        Flow::HostOnly => role == Role::Host,
        Flow::GuestsOnly => matches!(role, Role::Speaker | Role::Moderator),
        Flow::Speakers => role >= Role::Speaker,
        Flow::Everyone => kind == Kind::Data || role >= Role::Speaker,
    }
}
/// Does at least one medium flow between the two, either way?
pub fn should_connect(plan: &RoomPlan, a: &Member, b: &Member) -> bool {
    if a.peer == b.peer {
        return false;
    }
    match plan.topology {
        Topology::Sfu | Topology::Tree { .. } => return false, // the server assigns these links
        Topology::Star if a.role != Role::Host && b.role != Role::Host => return false,
        _ => {}
    }
    [Kind::Audio, Kind::Video, Kind::Screen, Kind::Data]
        .into_iter()
        .filter(|k| *k != Kind::Data || plan.data_path == DataPath::Direct)
        .any(|k| may_send(plan, k, a.role) || may_send(plan, k, b.role))
}

pub mod plans {
    use crate::protocol::{DataPath, Flow, Flow::*, RoomPlan, Topology};
    const fn plan(topology: Topology, audio: Flow, video: Flow, screen: Flow, data: Flow) -> RoomPlan {
        RoomPlan { topology, audio, video, screen, data, data_path: DataPath::Direct }
    }
    pub const fn conference() -> RoomPlan {
        plan(Topology::Mesh, Everyone, Everyone, Everyone, Everyone)
    }
    pub const fn audio_conference() -> RoomPlan {
        plan(Topology::Mesh, Everyone, Off, Off, Everyone)
    }
    pub const fn broadcast() -> RoomPlan {
        plan(Topology::Star, HostOnly, HostOnly, HostOnly, Off)
    }
    pub const fn presentation() -> RoomPlan {
        plan(Topology::Star, Off, Off, HostOnly, Off)
    }
    pub const fn collect() -> RoomPlan {
        plan(Topology::Star, GuestsOnly, GuestsOnly, GuestsOnly, Off)
    }
    pub const fn panel() -> RoomPlan {
        plan(Topology::Mesh, Speakers, Speakers, Speakers, Speakers)
    }
    pub const fn data_only() -> RoomPlan {
        plan(Topology::Mesh, Off, Off, Off, Everyone)
    }
}
