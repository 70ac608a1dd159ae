//! The terms of a room: what its creator asked for, checked; what can be known of a plan without people in it.

use super::{clean, refuse};
use crate::core::topology::{Kind, flow};
use crate::protocol::limits::{LIGHT_CAPACITY, MESH_CAPACITY, SFU_CAPACITY, STAR_CAPACITY, TREE_CAPACITY};
use crate::protocol::{
    Admission, ErrorBody, ErrorCode, Flow, OnHostLeft, Privileges, Role, RoomDetails, RoomPatch, RoomPlan, RoomSpec,
    Topology, Visibility,
};

/// The longest a room is kept without anyone in it, or without its host, in seconds: a day. Longer wishes are cut.
const EMPTY_TTL_SECS: u32 = 86_400;

const KINDS: [Kind; 4] = [Kind::Audio, Kind::Video, Kind::Screen, Kind::Data];

/// The most members a room of this plan may have, host included; also what is meant where nobody chose.
pub fn capacity_limit(plan: &RoomPlan) -> u16 {
    match plan.topology {
        Topology::Tree { .. } => TREE_CAPACITY,
        Topology::Sfu => SFU_CAPACITY,
        _ if plan.video == Flow::Off && plan.screen == Flow::Off => LIGHT_CAPACITY,
        Topology::Mesh => MESH_CAPACITY,
        Topology::Star => STAR_CAPACITY,
    }
}

/// Is the host the only one who may send anything? Such a room is nothing without its source.
pub fn only_host_sends(plan: &RoomPlan) -> bool {
    KINDS.into_iter().all(|kind| matches!(flow(plan, kind), Flow::Off | Flow::HostOnly))
}

/// What becomes of a room without its host, where nobody chose.
pub fn default_on_host_left(plan: &RoomPlan) -> OnHostLeft {
    if only_host_sends(plan) { OnHostLeft::Close } else { OnHostLeft::HandOver }
}

/// What a newcomer is at most, where nobody chose.
pub fn default_guest_role(plan: &RoomPlan) -> Role {
    if only_host_sends(plan) { Role::Viewer } else { Role::Speaker }
}

/// A [`RoomSpec`] that passed all checks.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    pub(super) plan: RoomPlan,
    pub(super) visibility: Visibility,
    pub(super) capacity: u16,
    pub(super) admission: Admission,
    pub(super) guest_role: Role,
    pub(super) on_host_left: OnHostLeft,
    pub(super) empty_ttl_secs: u32,
    pub(super) details: RoomDetails,
    pub(super) privileges: Privileges,
}

impl Terms {
    /// Checks everything but the password.
    pub(super) fn check(spec: RoomSpec) -> Result<Self, ErrorBody> {
        Self {
            plan: spec.plan,
            visibility: spec.visibility,
            capacity: spec.capacity,
            admission: spec.admission,
            guest_role: spec.guest_role,
            on_host_left: spec.on_host_left,
            empty_ttl_secs: spec.empty_ttl_secs.min(EMPTY_TTL_SECS),
            details: spec.details,
            privileges: spec.privileges,
        }
        .checked()
    }

    /// The terms after a patch, or why not. The password is not among them.
    pub(super) fn patched(&self, patch: RoomPatch) -> Result<Self, ErrorBody> {
        let old = self.clone();
        Self {
            plan: patch.plan.unwrap_or(old.plan),
            visibility: patch.visibility.unwrap_or(old.visibility),
            capacity: patch.capacity.unwrap_or(old.capacity),
            admission: patch.admission.unwrap_or(old.admission),
            guest_role: patch.guest_role.unwrap_or(old.guest_role),
            on_host_left: patch.on_host_left.unwrap_or(old.on_host_left),
            empty_ttl_secs: old.empty_ttl_secs,
            details: patch.details.unwrap_or(old.details),
            privileges: patch.privileges.unwrap_or(old.privileges),
        }
        .checked()
    }

    fn checked(self) -> Result<Self, ErrorBody> {
        if matches!(self.plan.topology, Topology::Tree { .. } | Topology::Sfu) {
            return Err(refuse(ErrorCode::BadPlan, "this server offers meshes and stars"));
        }
        if self.guest_role == Role::Host {
            return Err(refuse(ErrorCode::BadPlan, "a room has one host; guests are moderators at most"));
        }
        if !(1..=capacity_limit(&self.plan)).contains(&self.capacity) {
            return Err(refuse(ErrorCode::BadCapacity, "the plan does not carry that many people"));
        }
        let on_host_left = match self.on_host_left {
            OnHostLeft::CloseAfter { secs } => OnHostLeft::CloseAfter { secs: secs.min(EMPTY_TTL_SECS) },
            other => other,
        };
        Ok(Self { on_host_left, details: clean::details(self.details)?, ..self })
    }
}
