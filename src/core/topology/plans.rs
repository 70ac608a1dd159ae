//! Plans for the usual kinds of room; any other is a [`RoomPlan`] written out.

use crate::protocol::{
    DataPath, Flow,
    Flow::{Everyone, GuestsOnly, HostOnly, Off, Speakers},
    RoomPlan, Topology,
};

const fn plan(topology: Topology, audio: Flow, video: Flow, screen: Flow, data: Flow) -> RoomPlan {
    RoomPlan { topology, audio, video, screen, data, data_path: DataPath::Direct }
}

/// Everybody sees, hears and writes to everybody: a complete graph.
///
/// Each kind is allowed, none is required. With a capacity of 2 it is a call between two people.
pub const fn conference() -> RoomPlan {
    plan(Topology::Mesh, Everyone, Everyone, Everyone, Everyone)
}

/// Everybody hears and writes to everybody: a complete graph without pictures.
pub const fn audio_conference() -> RoomPlan {
    plan(Topology::Mesh, Everyone, Off, Off, Everyone)
}

/// The host sends camera, microphone and screen to every viewer; viewers send nothing and are not linked.
pub const fn broadcast() -> RoomPlan {
    plan(Topology::Star, HostOnly, HostOnly, HostOnly, Off)
}

/// The host shows a screen to every viewer; viewers send nothing and are not linked.
pub const fn presentation() -> RoomPlan {
    plan(Topology::Star, Off, Off, HostOnly, Off)
}

/// Guests send to the host, who sends nothing: many to one.
pub const fn collect() -> RoomPlan {
    plan(Topology::Star, GuestsOnly, GuestsOnly, GuestsOnly, Off)
}

/// Speakers send to each other and to every viewer; viewers send nothing and are not linked.
pub const fn panel() -> RoomPlan {
    plan(Topology::Mesh, Speakers, Speakers, Speakers, Speakers)
}

/// Messages and files between everybody, without media: a complete graph of data channels.
pub const fn data_only() -> RoomPlan {
    plan(Topology::Mesh, Off, Off, Off, Everyone)
}
