//! The terms of a room: what its creator asked for, checked. What follows from a plan is [`core::topology`]'s to say.
//!
//! [`core::topology`]: crate::core::topology

use super::{clean, refuse};
use crate::core::topology::max_capacity;
use crate::protocol::{
    Admission, ErrorBody, ErrorCode, OnHostLeft, Privileges, Role, RoomDetails, RoomPatch, RoomPlan, RoomSpec,
    Topology, Visibility,
};

/// The longest a room is kept without anyone in it, or without its host, in seconds: a day. Longer wishes are cut.
const EMPTY_TTL_SECS: u32 = 86_400;

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
        if !(1..=max_capacity(&self.plan)).contains(&self.capacity) {
            return Err(refuse(ErrorCode::BadCapacity, "the plan does not carry that many people"));
        }
        let on_host_left = match self.on_host_left {
            OnHostLeft::CloseAfter { secs } => OnHostLeft::CloseAfter { secs: secs.min(EMPTY_TTL_SECS) },
            other => other,
        };
        Ok(Self { on_host_left, details: clean::details(self.details)?, ..self })
    }
}
