//! What host and moderators do in a room: each a command to the server, which alone decides.

use super::Room;
use crate::error::Error;
use crate::protocol::{
    ClientMsg, KnockDecision, KnockId, MediaAsk, PeerId, Role, RoomPatch, Secret, ServerMsg, Target,
};
use std::time::Duration;

impl Room {
    /// Lets somebody in who knocked, as `role` at most: moderator from a host, speaker from a moderator.
    ///
    /// # Errors
    ///
    /// The server's refusal; `RoomGone` after the room.
    pub async fn admit(&self, knock: &KnockId, role: Role) -> Result<(), Error> {
        self.resolve(knock, KnockDecision::Admit { role }).await
    }

    /// Does not let somebody in who knocked; they may knock again.
    ///
    /// # Errors
    ///
    /// As [`admit`](Self::admit).
    pub async fn deny(&self, knock: &KnockId) -> Result<(), Error> {
        self.resolve(knock, KnockDecision::Deny).await
    }

    /// Does not let somebody in who knocked, and hears no knock of theirs for a while, counted in whole seconds.
    ///
    /// # Errors
    ///
    /// As [`admit`](Self::admit).
    pub async fn deny_and_block(&self, knock: &KnockId, block: Duration) -> Result<(), Error> {
        self.resolve(knock, KnockDecision::DenyAndBlock { secs: seconds(block) }).await
    }

    async fn resolve(&self, knock: &KnockId, decision: KnockDecision) -> Result<(), Error> {
        self.command(ClientMsg::ResolveKnock { room: self.id(), knock: knock.clone(), decision }).await?;
        self.0.roster.borrow_mut().answer_knock(knock);
        self.0.publish_state();
        Ok(())
    }

    /// Removes somebody, who is shown `reason`; with `ban` they cannot come back for that long, in whole seconds.
    ///
    /// # Errors
    ///
    /// The server's refusal, as for a speaker or for oneself.
    pub async fn eject(&self, peer: &PeerId, reason: Option<&str>, ban: Option<Duration>) -> Result<(), Error> {
        self.command(ClientMsg::Eject {
            room: self.id(),
            peer: peer.clone(),
            reason: reason.map(ToOwned::to_owned),
            ban_secs: ban.map(seconds),
        })
        .await
    }

    /// Makes somebody else who is connected the host; only a host can.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub async fn transfer_host(&self, to: &PeerId) -> Result<(), Error> {
        self.command(ClientMsg::TransferHost { room: self.id(), to: to.clone() }).await
    }

    /// Changes what somebody may do. A role that may not send what they publish ends those publications.
    ///
    /// # Errors
    ///
    /// The server's refusal: hosts set anyone up to moderator, moderators between viewer and speaker, everybody
    /// themselves to viewer.
    pub async fn set_role(&self, peer: &PeerId, role: Role) -> Result<(), Error> {
        self.command(ClientMsg::SetRole { room: self.id(), peer: peer.clone(), role }).await
    }

    /// Changes the room's settings, all or none of them.
    ///
    /// # Errors
    ///
    /// The server's refusal: all is the host's, admission also the moderators'.
    pub async fn update(&self, patch: RoomPatch) -> Result<(), Error> {
        self.command(ClientMsg::UpdateRoom { room: self.id(), patch: Box::new(patch) }).await
    }

    /// Mints an invite that stands for password and knock, for `uses` people and as long as `ttl`, in whole seconds.
    ///
    /// It goes into [`JoinOptions::invite`](crate::JoinOptions::invite), and is shown this once.
    ///
    /// # Errors
    ///
    /// The server's refusal: hosts invite up to moderator, moderators up to speaker.
    pub async fn invite(&self, role: Role, uses: u16, ttl: Duration) -> Result<Secret, Error> {
        self.0.here()?;
        let create = ClientMsg::CreateInvite { room: self.id(), role, uses, ttl_secs: seconds(ttl) };
        match self.0.client.ask(create).await? {
            ServerMsg::Invite { invite, .. } => Ok(invite),
            _ => Err(Error::Unsupported("invites")),
        }
    }

    /// Makes every invite of the room invalid; only a host can.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub async fn revoke_invites(&self) -> Result<(), Error> {
        self.command(ClientMsg::RevokeInvites { room: self.id() }).await
    }

    /// Asks people to mute, stop, start or share something.
    ///
    /// [`MediaAsk::Mute`] and [`MediaAsk::Stop`] are obeyed at once by the library of whoever is asked, where the room
    /// allows them; everything else arrives as [`Event::MediaAsked`](crate::core::event::Event::MediaAsked) and waits
    /// for that person's click.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub async fn ask(&self, to: Target, ask: MediaAsk) -> Result<(), Error> {
        self.command(ClientMsg::AskMedia { room: self.id(), to, ask }).await
    }

    /// What takes the room back after everybody was gone, as [`JoinOptions::invite`](crate::JoinOptions::invite); only
    /// its host has one. It is worth the whole room: keep it out of addresses and logs.
    pub fn host_claim(&self) -> Option<Secret> {
        self.0.roster.borrow().host_claim().cloned()
    }

    async fn command(&self, message: ClientMsg) -> Result<(), Error> {
        self.0.here()?;
        self.0.client.ask(message).await.map(drop)
    }
}

fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_secs()).unwrap_or(u32::MAX)
}
