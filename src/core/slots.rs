//! The two standing places of a link: one for a microphone, one for a camera.
//!
//! They are negotiated in the first offer, with or without a track, so that publishing, muting, pausing and switching
//! afterwards are `replaceTrack` and never another negotiation. A side that may not send gets a place to receive only:
//! a viewer's session description offers nothing.

use super::topology::{Kind, may_send};
use crate::protocol::{Role, RoomPlan};

/// Which way a place carries media, seen from one side (W3C `RTCRtpTransceiverDirection`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotDirection {
    /// Both ways.
    SendRecv,
    /// From this side only.
    SendOnly,
    /// From the other side only.
    RecvOnly,
}

/// The direction of a link's place for `kind`, seen by `mine`; `None` when neither side may send that kind.
pub fn slot_direction(plan: &RoomPlan, kind: Kind, mine: Role, theirs: Role) -> Option<SlotDirection> {
    match (may_send(plan, kind, mine), may_send(plan, kind, theirs)) {
        (true, true) => Some(SlotDirection::SendRecv),
        (true, false) => Some(SlotDirection::SendOnly),
        (false, true) => Some(SlotDirection::RecvOnly),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::topology::plans;

    #[test]
    fn a_viewer_only_receives_and_the_host_only_sends() {
        let plan = plans::broadcast();
        for kind in [Kind::Audio, Kind::Video] {
            assert_eq!(slot_direction(&plan, kind, Role::Host, Role::Viewer), Some(SlotDirection::SendOnly));
            assert_eq!(slot_direction(&plan, kind, Role::Viewer, Role::Host), Some(SlotDirection::RecvOnly));
        }
    }

    #[test]
    fn a_conference_carries_both_ways_and_a_voice_room_has_no_place_for_a_picture() {
        let (host, guest) = (Role::Host, Role::Speaker);
        assert_eq!(slot_direction(&plans::conference(), Kind::Video, host, guest), Some(SlotDirection::SendRecv));
        assert_eq!(slot_direction(&plans::audio_conference(), Kind::Audio, host, guest), Some(SlotDirection::SendRecv));
        assert_eq!(slot_direction(&plans::audio_conference(), Kind::Video, host, guest), None);
    }

    #[test]
    fn both_sides_agree() {
        let plans = [plans::conference(), plans::broadcast(), plans::collect(), plans::panel(), plans::data_only()];
        let roles = [Role::Viewer, Role::Speaker, Role::Moderator, Role::Host];
        for plan in plans {
            for (mine, theirs) in roles.iter().flat_map(|a| roles.iter().map(move |b| (*a, *b))) {
                let here = slot_direction(&plan, Kind::Video, mine, theirs);
                let there = slot_direction(&plan, Kind::Video, theirs, mine);
                let mirrored = there.map(|direction| match direction {
                    SlotDirection::SendRecv => SlotDirection::SendRecv,
                    SlotDirection::SendOnly => SlotDirection::RecvOnly,
                    SlotDirection::RecvOnly => SlotDirection::SendOnly,
                });
                assert_eq!(here, mirrored, "{plan:?} {mine:?} {theirs:?}");
            }
        }
    }
}
