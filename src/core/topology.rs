//! Who connects to whom: the one rule behind every kind of room.
//!
//! **Two members are linked when the plan lets at least one of them send something to the other; in a star, only pairs
//! with the host.** The server evaluates the rule whenever members, roles or the plan change and sends the differences
//! (`LinkUp`, `LinkDown`); clients never decide whom to call.
//!
//! ```
//! use multirtc::core::topology::{Member, plans, should_connect};
//! use multirtc::protocol::{PeerId, Role};
//!
//! let [host, ada, bo]: [PeerId; 3] = ["host", "ada", "bo"].map(|id| id.parse().expect("valid ids"));
//! let host = Member { peer: &host, role: Role::Host };
//! let ada = Member { peer: &ada, role: Role::Viewer };
//! let bo = Member { peer: &bo, role: Role::Viewer };
//! let plan = plans::broadcast();
//! assert!(should_connect(&plan, &host, &ada));
//! assert!(!should_connect(&plan, &ada, &bo));
//! ```

pub mod plans;
#[cfg(test)]
mod tests;

use crate::protocol::{
    Admission, DataPath, Flow, OnHostLeft, PeerId, Privileges, Role, RoomDetails, RoomPlan, RoomSpec, Topology,
    Visibility, limits,
};

/// One end of a possible link: what the rule has to know of a member.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// Tells two members apart; nobody is linked to themselves.
    pub peer: &'a PeerId,
    /// Decides, with the plan, what this member may send.
    pub role: Role,
}

/// What can flow between two members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sound of a microphone or a file; the sound of a shared screen counts as [`Screen`](Kind::Screen).
    Audio,
    /// Pictures of a camera, a file or a canvas.
    Video,
    /// A shared screen, window or tab, with its sound.
    Screen,
    /// Messages, files, strokes: everything on data channels.
    Data,
}

impl Kind {
    /// Every kind, media first.
    pub const ALL: [Self; 4] = [Self::Audio, Self::Video, Self::Screen, Self::Data];
}

/// The plan's rule for one kind.
pub const fn flow(plan: &RoomPlan, kind: Kind) -> Flow {
    match kind {
        Kind::Audio => plan.audio,
        Kind::Video => plan.video,
        Kind::Screen => plan.screen,
        Kind::Data => plan.data,
    }
}

/// Whether the plan lets somebody of this role send this kind.
///
/// Viewers never send media. Where data is for [`Flow::Everyone`], they may send that: it needs no capture.
pub fn may_send(plan: &RoomPlan, kind: Kind, role: Role) -> bool {
    match flow(plan, kind) {
        Flow::Off => false,
        Flow::HostOnly => role == Role::Host,
        Flow::GuestsOnly => matches!(role, Role::Speaker | Role::Moderator),
        Flow::Speakers => role >= Role::Speaker,
        Flow::Everyone => kind == Kind::Data || role >= Role::Speaker,
    }
}

/// Whether there has to be a link between the two: does at least one kind flow between them, either way?
///
/// Symmetric. Data counts only where it goes from peer to peer. In a [`Topology::Tree`] and behind an
/// [`Topology::Sfu`] the answer is always no: there the server assigns links instead of deriving them.
pub fn should_connect(plan: &RoomPlan, a: &Member<'_>, b: &Member<'_>) -> bool {
    if a.peer == b.peer {
        return false;
    }
    match plan.topology {
        Topology::Sfu | Topology::Tree { .. } => return false,
        Topology::Star if a.role != Role::Host && b.role != Role::Host => return false,
        Topology::Mesh | Topology::Star => {}
    }
    Kind::ALL
        .into_iter()
        .filter(|kind| *kind != Kind::Data || plan.data_path == DataPath::Direct)
        .any(|kind| may_send(plan, kind, a.role) || may_send(plan, kind, b.role))
}

/// Whether nobody but the host may send anything, by whatever path.
fn only_host_sends(plan: &RoomPlan) -> bool {
    Kind::ALL.into_iter().all(|kind| matches!(flow(plan, kind), Flow::Off | Flow::HostOnly))
}

/// What becomes of a room without its host, where the creator does not say.
///
/// A room in which only the host sends ends with its source; any other is handed over.
pub fn default_on_host_left(plan: &RoomPlan) -> OnHostLeft {
    if only_host_sends(plan) { OnHostLeft::Close } else { OnHostLeft::HandOver }
}

/// The role of people who join without an invite, where the creator does not say.
///
/// [`Role::Viewer`] where only the host sends, otherwise [`Role::Speaker`].
pub fn default_guest_role(plan: &RoomPlan) -> Role {
    if only_host_sends(plan) { Role::Viewer } else { Role::Speaker }
}

/// The most members a room of this plan can have, host included; also the default capacity.
///
/// What bounds it is who encodes and uploads: every member of a mesh for every other, the host of a star for each.
/// Without pictures that is little ([`limits::LIGHT_CAPACITY`]); in a tree and behind an SFU nobody uploads to all.
pub const fn max_capacity(plan: &RoomPlan) -> u16 {
    let pictures = !(matches!(plan.video, Flow::Off) && matches!(plan.screen, Flow::Off));
    match plan.topology {
        Topology::Tree { .. } => limits::TREE_CAPACITY,
        Topology::Sfu => limits::SFU_CAPACITY,
        Topology::Mesh | Topology::Star if !pictures => limits::LIGHT_CAPACITY,
        Topology::Mesh => limits::MESH_CAPACITY,
        Topology::Star => limits::STAR_CAPACITY,
    }
}

impl RoomSpec {
    /// A room of this plan with everything else at its default.
    ///
    /// Listed, open, without a password, as large as the plan can be ([`max_capacity`]), guests of
    /// [`default_guest_role`], [`default_on_host_left`] when the host goes, gone with its last member, no name, no
    /// privileges beyond the roles'.
    pub fn new(plan: RoomPlan) -> Self {
        Self {
            plan,
            visibility: Visibility::Listed,
            capacity: max_capacity(&plan),
            admission: Admission::Open,
            guest_role: default_guest_role(&plan),
            password: None,
            on_host_left: default_on_host_left(&plan),
            empty_ttl_secs: 0,
            details: RoomDetails::default(),
            privileges: Privileges::default(),
        }
    }
}
