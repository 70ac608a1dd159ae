//! Ways into a room and up in it: nobody is where they are without a right that can be named.

use super::{Cause, Change, Said, Witness, member};
use multirtc::core::hub::Portrait;
use multirtc::protocol::*;

#[derive(Debug)]
/// Who may not come back, to where, and until when.
pub(super) struct Ban {
    room: RoomId,
    lobby: LobbyId,
    peer: PeerId,
    browser: Option<[u8; 32]>,
    until: u64,
}

/// What somebody asked to enter with.
struct Entry<'a> {
    join: Option<&'a JoinRoom>,
    creates: bool,
    proven: bool,
    /// Was let in before, or at this moment.
    expected: bool,
}

fn taken(room: &Portrait) -> usize {
    room.members.len() + room.reserved.len()
}

impl Witness {
    pub(super) fn check_entries(&mut self, cause: &Cause, change: &Change, now: u64) {
        self.note_bans(cause, change, now);
        let Some(after) = change.after else { return };
        let before_taken = change.before.map_or(0, taken);
        let more = taken(after) > before_taken;
        assert!(!more || taken(after) <= usize::from(after.info.capacity), "too many in {:?}", change.key);
        for newcomer in after.members.iter().filter(|who| member(change.before, &who.peer).is_none()) {
            self.check_entry(cause, change, after, newcomer, now);
        }
        let knocks = |room: &Portrait| room.waiting.clone();
        for (knock, peer) in
            knocks(after).iter().filter(|knock| !change.before.is_some_and(|b| knocks(b).contains(knock)))
        {
            let said = cause.said().filter(|said| said.by == *peer);
            assert!(said.is_some(), "somebody else knocks for {peer}");
            let proven = matches!(cause, Cause::Resumed { right: true, .. });
            let password = change.before.is_some_and(|room| room.info.has_password);
            assert!(proven || !password, "a knock before the password was right");
            self.check_not_banned(change, peer, now);
            self.knockers.insert(knock.clone(), self.sessions[peer].browser);
        }
    }

    fn check_entry(&self, cause: &Cause, change: &Change, after: &Portrait, who: &Participant, now: u64) {
        let peer = &who.peer;
        let entry =
            self.entry(cause, change, peer).unwrap_or_else(|| panic!("{peer} is in {:?} by no way", change.key));
        let Some(before) = change.before else {
            assert!(entry.creates && after.members.len() == 1 && who.role == Role::Host, "a room out of nothing");
            return;
        };
        self.check_not_banned(change, peer, now);
        let brings = entry
            .join
            .and_then(|join| join.invite.as_ref())
            .is_some_and(|secret| self.keys.contains(&(change.key.1.clone(), secret.expose().to_owned())));
        let first = !before.claimed;
        let free = |right: bool, what: &str| {
            assert!(right || entry.expected, "{peer} came into {:?} {what}: {before:?}", change.key);
        };
        match before.info.admission {
            Admission::Locked => free(brings, "though it is locked"),
            Admission::InviteOnly => free(brings || first, "without an invite"),
            Admission::Knock => free(brings || first || before.members.is_empty(), "without being let in"),
            Admission::Open => {}
        }
        let others = taken(before) - usize::from(before.reserved.contains(peer));
        free(others < usize::from(before.info.capacity), "though it is full");
        free(!before.info.has_password || brings || first || entry.proven, "without the password");
        let role = match &entry.join {
            Some(join) => join.role.unwrap_or(Role::Host),
            None => Role::Moderator,
        };
        let succeeds = before.info.host.is_none();
        let given = who.role <= before.info.guest_role.min(role) || brings || first || entry.expected || succeeds;
        assert!(given, "{peer} came in as {:?}", who.role);
    }

    /// By which way somebody may have come in.
    fn entry<'a>(&self, cause: &'a Cause, change: &Change, peer: &PeerId) -> Option<Entry<'a>> {
        let reserved = change.before.is_some_and(|room| room.reserved.contains(peer));
        let proven = matches!(cause, Cause::Resumed { right: true, .. });
        let entry = |join, creates| Entry { join, creates, proven, expected: reserved };
        match cause {
            Cause::Hello { .. } => reserved.then_some(Entry { join: None, creates: false, proven, expected: true }),
            Cause::Other => None,
            Cause::Command(said) | Cause::Resumed { said, .. } if said.by == *peer => match &said.message {
                ClientMsg::CreateRoom(_) => Some(entry(None, true)),
                ClientMsg::JoinRoom(join) => Some(entry(Some(join), false)),
                ClientMsg::OpenOrJoin { join, .. } => Some(entry(Some(join), true)),
                _ => None,
            },
            Cause::Command(said) | Cause::Resumed { said, .. } => {
                let decided = admits(said, change, peer)?;
                Some(Entry { join: None, creates: false, proven, expected: decided })
            }
        }
    }

    /// Nobody rises but by host, moderator within bounds, claim, or succession.
    pub(super) fn check_roles(&self, cause: &Cause, change: &Change) {
        let (Some(before), Some(after)) = (change.before, change.after) else { return };
        for who in &after.members {
            let Some(old) = member(Some(before), &who.peer).filter(|old| old.role < who.role) else { continue };
            let by = cause.said().and_then(|said| Some((member(Some(before), &said.by)?.role, &said.message)));
            let right = match (who.role, by) {
                (Role::Host, Some((Role::Host, ClientMsg::TransferHost { to, .. }))) if *to == who.peer => true,
                // The host is gone, for good or to another role by giving the room away.
                (Role::Host, _) => before.info.host.as_ref().is_none_or(|host| member(Some(after), host).is_none()),
                (to, Some((by, ClientMsg::SetRole { peer, role, .. }))) => {
                    let within = by == Role::Host || by == Role::Moderator && old.role.max(to) <= Role::Speaker;
                    *peer == who.peer && *role == to && within
                }
                _ => false,
            };
            assert!(right, "{} rose from {:?} to {:?}", who.peer, old.role, who.role);
        }
    }

    fn check_not_banned(&self, change: &Change, peer: &PeerId, now: u64) {
        let browser = self.sessions.get(peer).and_then(|session| session.browser);
        let here = |ban: &&Ban| (&ban.lobby, &ban.room) == (&change.key.0, &change.key.1) && ban.until > now;
        for ban in self.bans.iter().filter(here) {
            let same = ban.peer == *peer || browser.is_some() && ban.browser == browser;
            assert!(!same, "{peer} is banned from {:?}: {:?} {:?}", change.key, change.before, ban);
        }
    }

    fn note_bans(&mut self, cause: &Cause, change: &Change, now: u64) {
        let (lobby, room) = change.key;
        let (Some(before), Some(_)) = (change.before, change.after) else {
            return self.bans.retain(|ban| (&ban.lobby, &ban.room) != (lobby, room));
        };
        let browser = |peer: &PeerId| self.sessions.get(peer).and_then(|session| session.browser);
        let (peer, secs, browser) = match cause.said().map(|said| &said.message) {
            Some(ClientMsg::Eject { room: named, peer, ban_secs: Some(secs), .. }) if named == room => {
                (peer, *secs, browser(peer))
            }
            Some(ClientMsg::ResolveKnock { room: named, knock, decision: KnockDecision::DenyAndBlock { secs } })
                if named == room =>
            {
                let Some((_, peer)) = before.waiting.iter().find(|(id, _)| id == knock) else { return };
                (peer, *secs, self.knockers[knock])
            }
            _ => return,
        };
        let gone = |room: Option<&Portrait>| {
            room.is_some_and(|room| {
                member(Some(room), peer).is_none() && !room.waiting.iter().any(|(_, waiting)| waiting == peer)
            })
        };
        if gone(change.before) || !gone(change.after) {
            return;
        }
        let until = now + u64::from(secs) * 1_000;
        self.bans.push(Ban { room: room.clone(), lobby: lobby.clone(), peer: peer.clone(), browser, until });
    }
}

/// Is this somebody who may, letting this one in?
fn admits(said: &Said, change: &Change, peer: &PeerId) -> Option<bool> {
    let ClientMsg::ResolveKnock { room, knock, decision: KnockDecision::Admit { .. } } = &said.message else {
        return None;
    };
    let before = change.before.filter(|_| *room == change.key.1)?;
    let keeper = member(Some(before), &said.by).is_some_and(|by| by.role >= Role::Moderator);
    Some(keeper && before.waiting.contains(&(knock.clone(), peer.clone()))).filter(|right| *right)
}
