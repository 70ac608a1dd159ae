//! Invites: secrets that stand for password and knock, kept as digests.

use super::authority::Action;
use super::mint::{Digest, Mint, digest};
use super::room::RoomMachine;
use super::{Answer, refuse};
use crate::core::Millis;
use crate::protocol::{ErrorCode, PeerId, Role, Secret, ServerMsg};

/// Valid invites of one room.
pub(super) const INVITES: usize = 64;

struct Invite {
    digest: Digest,
    role: Role,
    uses: u16,
    until: Millis,
}

/// What may be brought to a room instead of its password.
#[derive(Default)]
pub(super) struct Invites(Vec<Invite>);

impl Invites {
    /// What whoever brings this becomes, if it is valid. One answer for every way of not being so.
    pub(super) fn role(&self, digest: &Digest, now: Millis) -> Option<Role> {
        let valid = |invite: &&Invite| invite.digest == *digest && invite.uses > 0 && invite.until > now;
        self.0.iter().find(valid).map(|invite| invite.role)
    }

    /// Somebody came in with it.
    pub(super) fn spend(&mut self, digest: &Digest) {
        for invite in self.0.iter_mut().filter(|invite| invite.digest == *digest) {
            invite.uses = invite.uses.saturating_sub(1);
        }
        self.0.retain(|invite| invite.uses > 0);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl RoomMachine {
    /// Mints an invite. It is shown this once.
    pub(super) fn invite(
        &mut self,
        by: &PeerId,
        role: Role,
        uses: u16,
        ttl_secs: u32,
        now: Millis,
        mint: &mut Mint,
    ) -> Answer {
        self.may(by, Action::Invite { grant: role })?;
        if uses == 0 || ttl_secs == 0 {
            return Err(refuse(ErrorCode::BadPatch, "such an invite would not be valid"));
        }
        self.invites.0.retain(|invite| invite.until > now);
        if self.invites.len() >= INVITES {
            return Err(refuse(ErrorCode::Busy, "too many invites of this room are valid"));
        }
        let invite: Secret = mint.secret();
        let until = now + Millis::from(ttl_secs) * 1000;
        self.invites.0.push(Invite { digest: digest(&invite), role, uses, until });
        Ok(Some(ServerMsg::Invite { room: self.key.room.clone(), invite, expires_ms: mint.wall(until) }))
    }

    /// Makes every invite of the room invalid.
    pub(super) fn revoke_invites(&mut self, by: &PeerId) -> Answer {
        self.may(by, Action::RevokeInvites)?;
        self.invites.0.clear();
        Ok(Some(ServerMsg::Ok))
    }
}
