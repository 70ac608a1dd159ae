//! Who may do what: one function, one table, every cell tested.

use super::membership::may_publish;
use crate::core::topology::{Kind, may_send};
use crate::protocol::{DataPath, ErrorCode, MediaAsk, Privileges, Publication, Role, RoomPlan};

/// What of a room decides about rights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) plan: RoomPlan,
    pub(super) privileges: Privileges,
}

/// What somebody wants to do, with what of its object matters.
#[derive(Debug, Clone, Copy)]
pub(super) enum Action<'a> {
    /// Join or knock.
    Enter,
    /// See profiles, the roster, kept messages.
    See,
    /// Publish this list.
    Publish(&'a [Publication]),
    /// Send a negotiation message to somebody with a link in common, or without.
    Signal { linked: bool },
    /// Send data through the server.
    Relay,
    /// Say something; `guests`: does it go to anyone below moderator?
    Say { guests: bool },
    /// Have what is said kept for newcomers.
    Keep,
    /// Change one's own profile or presence.
    OwnState,
    /// Ask a member of this role for something.
    Ask { ask: &'a MediaAsk, of: Role },
    /// See knocks and say no to them.
    SeeKnocks,
    /// Let somebody in as this.
    Admit { grant: Role },
    /// Mint an invite for this.
    Invite { grant: Role },
    /// Make all invites invalid.
    RevokeInvites,
    /// Change a role; `own`: one's own.
    SetRole { own: bool, from: Role, to: Role },
    /// Remove a member of this role; `own`: oneself.
    Eject { own: bool, of: Role },
    /// Change whom the room admits.
    SetAdmission,
    /// Change any other setting.
    SetTerms,
    /// Give the room to a member who is connected, or not.
    Transfer { connected: bool },
    /// End the room.
    Close,
    /// Ask for a new connection in place of one's own, or of others'.
    Rebuild { own: bool },
}

/// May somebody of this role (none: an outsider of the same lobby) do that?
///
/// Looking rooms up and following the lobby is everybody's, so it is not among the actions.
pub(super) fn authorize(rules: &Rules, actor: Option<Role>, action: Action) -> Result<(), ErrorCode> {
    let Some(role) = actor else {
        return match action {
            Action::Enter => Ok(()),
            _ => Err(ErrorCode::NotInRoom),
        };
    };
    let host = role == Role::Host;
    let moderator = role == Role::Moderator;
    let guests = |of: Role| of <= Role::Speaker;
    let allowed = match action {
        Action::See | Action::OwnState => true,
        Action::Enter => return Err(ErrorCode::AlreadyInRoom),
        Action::Publish(list) => list.iter().all(|publication| may_publish(&rules.plan, role, publication)),
        Action::Signal { linked } => return if linked { Ok(()) } else { Err(ErrorCode::NotLinked) },
        Action::Relay => rules.plan.data_path == DataPath::Server && may_send(&rules.plan, Kind::Data, role),
        Action::Say { guests } => !guests || host || moderator || rules.privileges.guests_may_message_guests,
        Action::Keep => role >= Role::Speaker,
        Action::Ask { ask, of } => match ask {
            MediaAsk::StartCamera | MediaAsk::StartMicrophone | MediaAsk::ShareScreen | MediaAsk::LowerHand => {
                host || moderator && guests(of)
            }
            MediaAsk::Mute(_) => host || moderator && rules.privileges.moderators_may_mute && of < role,
            MediaAsk::Stop(_) => host || moderator && rules.privileges.moderators_may_stop && of < role,
            // Whoever is asked decides.
            MediaAsk::Unmute(_) => host || moderator,
        },
        Action::SeeKnocks | Action::SetAdmission => host || moderator,
        Action::Admit { grant } | Action::Invite { grant } => {
            host && grant <= Role::Moderator || moderator && grant <= Role::Speaker
        }
        Action::SetRole { own, from, to } => match role {
            Role::Host => !own && to <= Role::Moderator,
            Role::Moderator => guests(from) && guests(to),
            Role::Speaker | Role::Viewer => own && to == Role::Viewer,
        },
        Action::Eject { own, of } => !own && (host || moderator && guests(of)),
        Action::Transfer { connected } => host && connected,
        Action::RevokeInvites | Action::SetTerms | Action::Close => host,
        Action::Rebuild { own } => own,
    };
    if allowed { Ok(()) } else { Err(ErrorCode::Forbidden) }
}

#[cfg(test)]
mod tests;
