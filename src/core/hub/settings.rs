//! Changing a room while people are in it.

use super::Answer;
use super::authority::Action;
use super::buckets::Pace;
use super::mint::Mint;
use super::room::{RoomMachine, RoomOut};
use crate::core::Millis;
use crate::protocol::{Change, PeerId, RoomPatch, Secret, ServerMsg};

impl RoomMachine {
    /// May this member change that? Moderators may change whom the room admits, and nothing else.
    pub(super) fn may_update(&self, peer: &PeerId, patch: &RoomPatch) -> Result<(), crate::protocol::ErrorBody> {
        let rest = RoomPatch { admission: None, ..patch.clone() };
        let action = if rest == RoomPatch::default() { Action::SetAdmission } else { Action::SetTerms };
        self.may(peer, action)
    }

    /// Applies a patch as a whole or not at all; links and publications follow the new plan. `hash`: of a new password.
    #[expect(clippy::too_many_arguments, reason = "a patch, what it needs, and the tools to carry it out")]
    pub(super) fn update(
        &mut self,
        peer: &PeerId,
        mut patch: RoomPatch,
        hash: Option<Secret>,
        pictures: Option<Pace>,
        now: Millis,
        mint: &mut Mint,
        out: &mut Vec<RoomOut>,
    ) -> Answer {
        self.may_update(peer, &patch)?;
        let password = patch.password.take();
        let terms = self.terms.patched(patch)?;
        let picture = terms.details.thumbnail.is_some() && terms.details.thumbnail != self.terms.details.thumbnail;
        if let Some(pace) = pictures.filter(|_| picture) {
            self.pictures.take(pace, 1, now)?;
        }
        self.terms = terms;
        match password {
            None => {}
            Some(Change::Clear) => self.password = None,
            Some(Change::Set(_)) => self.password = hash,
        }
        self.tell_room_changed(out);
        let members: Vec<u64> = self.members.iter().map(super::membership::Member::seq).collect();
        for seq in members {
            if self.prune(seq) {
                self.tell_changed(seq, None, out);
            }
        }
        self.relink(None, mint, out);
        Ok(Some(ServerMsg::Ok))
    }

    /// One step of the room's settings, told to everybody in it.
    pub(super) fn tell_room_changed(&mut self, out: &mut Vec<RoomOut>) {
        self.bump();
        let message = ServerMsg::RoomChanged { room: self.key.room.clone(), info: self.info() };
        self.tell_all(None, &message, out);
    }
}
