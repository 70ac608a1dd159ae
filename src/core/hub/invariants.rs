//! What must hold after every step, written down once and checked by tests.

use super::invites::INVITES;
use super::links::{Pair, demanded};
use super::moderation::BANS;
use super::room::{Phase, RoomMachine};
use super::timers::Timer;
use super::tries::Tries;
use super::{Hub, RoomKey};
use crate::protocol::limits::{
    KEPT_BYTES, KEPT_MESSAGES, KNOCKS_PER_ROOM, LIGHT_CAPACITY, PROFILE_BYTES, PROFILE_EXTRA_BYTES, PUBLICATIONS,
    RING_BYTES, RING_FRAMES, ROOMS_PER_SESSION,
};
use crate::protocol::{Online, Role, RoomDetails, Visibility};
use std::collections::BTreeSet;

fn hold(condition: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if condition { Ok(()) } else { Err(what()) }
}

impl Hub {
    /// Checks every invariant of the hub's state; for tests, it walks over everything.
    ///
    /// # Errors
    /// The first one that does not hold, in words.
    #[doc(hidden)]
    pub fn check(&self) -> Result<(), String> {
        self.check_sessions()?;
        for (key, room) in &self.rooms {
            check_room(key, room).map_err(|error| format!("room {key:?}: {error}"))?;
            self.check_members(key, room).map_err(|error| format!("room {key:?}: {error}"))?;
        }
        self.check_directory()?;
        hold(self.touched.is_empty(), || "rooms were left unsettled".to_owned())
    }

    /// One session per id, one socket per session; who has no socket has an end; nothing grows without bound.
    fn check_sessions(&self) -> Result<(), String> {
        for (socket, state) in &self.sockets {
            let Some(peer) = &state.owner else {
                let timer = Timer::Hello(*socket);
                hold(self.timers.at(&timer).is_some(), || format!("{socket:?} may wait for ever"))?;
                continue;
            };
            let session = self.sessions.get(peer).ok_or_else(|| format!("{socket:?} has a session that is gone"))?;
            hold(session.socket() == Some(*socket), || format!("{peer} is on another socket than {socket:?}"))?;
        }
        let mut tokens = BTreeSet::new();
        for (peer, session) in &self.sessions {
            hold(session.peer == *peer, || format!("{peer} is kept under another name"))?;
            let timer = self.timers.at(&Timer::Session(peer.clone()));
            match session.socket() {
                Some(socket) => {
                    let owner = self.sockets.get(&socket).and_then(|socket| socket.owner.as_ref());
                    hold(owner == Some(peer), || format!("{socket:?} does not know {peer}"))?;
                    hold(session.absence().is_none() && timer.is_none(), || format!("{peer} is here and awaited"))?;
                }
                None => {
                    let until = session.absence().map(|absence| absence.until);
                    hold(until.is_some() && timer == until, || format!("{peer} is awaited for ever"))?;
                }
            }
            for token in session.tokens() {
                hold(self.tokens.get(&token) == Some(peer), || format!("a token of {peer} is not known"))?;
                hold(tokens.insert(token), || format!("a token of {peer} is there twice"))?;
            }
            let (frames, bytes) = session.ring().held();
            hold(frames <= RING_FRAMES && bytes <= RING_BYTES, || format!("the ring of {peer} is too full"))?;
            hold(session.rooms.len() + session.waiting.len() <= ROOMS_PER_SESSION, || {
                format!("{peer} is in too many rooms")
            })?;
            for room in &session.rooms {
                let key = RoomKey { lobby: session.lobby.clone(), room: room.clone() };
                let member = self.rooms.get(&key).is_some_and(|room| room.member(peer).is_some());
                hold(member, || format!("{peer} believes to be in {room}"))?;
            }
            for key in self.waiting_of(peer) {
                let waits = self.rooms.get(&key).is_some_and(|room| room.door.waiting().any(|waits| waits == peer));
                hold(waits, || format!("{peer} believes to wait for {key:?}"))?;
            }
        }
        hold(tokens.len() == self.tokens.len(), || "a token outlived its session".to_owned())?;
        let keyed = self.sockets.len() + self.sessions.len() + self.rooms.len() + self.handles.len() + self.jobs.len();
        let timers = keyed + 2;
        hold(self.timers.len() <= timers, || "timers outlive what they are for".to_owned())
    }

    /// Members are sessions of the same lobby, shown as they are.
    fn check_members(&self, key: &RoomKey, room: &RoomMachine) -> Result<(), String> {
        for peer in room.door.waiting() {
            let knows = self.sessions.get(peer).is_some_and(|session| session.waiting.contains(&key.room));
            hold(knows, || format!("{peer} does not know that it waits"))?;
        }
        hold(self.timers.at(&Timer::Room(key.clone())) == room.deadline(), || "its end is not awaited".to_owned())?;
        for member in &room.members {
            let peer = &member.who.peer;
            let session = self.sessions.get(peer).ok_or_else(|| format!("{peer} has no session"))?;
            hold(session.lobby == key.lobby, || format!("{peer} is of another lobby"))?;
            hold(session.rooms.contains(&key.room), || format!("{peer} does not know"))?;
            hold(session.profile == member.who.profile, || format!("{peer} is shown with another profile"))?;
            let here = session.socket().is_some() && !session.silent();
            let shown = member.who.online == Online::Connected;
            hold(here == shown, || format!("{peer} is shown as {:?}", member.who.online))?;
        }
        Ok(())
    }

    /// What is publicly known is what rooms say of themselves; of unlisted ones next to nothing.
    fn check_directory(&self) -> Result<(), String> {
        let mut known = 0;
        for (lobby, room, info) in self.directory.all() {
            known += 1;
            let key = RoomKey { lobby: lobby.clone(), room: room.clone() };
            let outside = self.rooms.get(&key).and_then(RoomMachine::outside);
            hold(outside.as_ref() == Some(info), || format!("{room} is not what the directory says"))?;
            if info.visibility == Visibility::Unlisted {
                let silent = info.details == RoomDetails::default() && info.host.is_none() && info.rev == 0;
                let count = info.count == 0 || info.count == info.capacity;
                hold(silent && count, || format!("the directory says too much of {room}"))?;
            }
        }
        let open = self.rooms.values().filter(|room| !room.is_closed()).count();
        hold(known == open, || format!("the directory knows {known} of {open} rooms"))?;
        for (peer, served) in self.directory.watchers() {
            hold(self.sessions.contains_key(peer), || format!("{peer} is gone and still follows"))?;
            hold(served, || format!("{peer} follows and is not told"))?;
        }
        Ok(())
    }
}

fn check_room(key: &RoomKey, room: &RoomMachine) -> Result<(), String> {
    hold(room.key == *key, || "kept under another name".to_owned())?;
    let hosts: Vec<_> = room.members.iter().filter(|member| member.who.role == Role::Host).collect();
    match room.phase {
        Phase::Active => {
            hold(hosts.len() == 1, || format!("{} hosts", hosts.len()))?;
            hold(hosts.iter().all(|host| room.host.as_ref() == Some(&host.who.peer)), || "two hosts".to_owned())?;
        }
        _ => hold(hosts.is_empty() && room.host.is_none(), || "a host where none should be".to_owned())?,
    }
    let populated = matches!(room.phase, Phase::Active | Phase::Orphaned { .. });
    hold(populated != room.members.is_empty(), || format!("{:?} with {} people", room.phase, room.members.len()))?;
    let in_order = room.members.windows(2).all(|pair| pair[0].seq() < pair[1].seq());
    hold(in_order, || "people out of order".to_owned())?;
    let wanted: BTreeSet<Pair> = demanded(&room.terms.plan, &room.members).collect();
    let there: BTreeSet<Pair> = room.links.keys().copied().collect();
    hold(wanted == there, || format!("links {there:?} instead of {wanted:?}"))?;
    let (kept, bytes) = room.kept.held();
    hold(kept <= KEPT_MESSAGES && bytes <= KEPT_BYTES, || "too much is kept".to_owned())?;
    hold(room.bans.len() <= BANS, || "too many bans".to_owned())?;
    let (guessers, wrong) = room.tries.held();
    hold(guessers <= Tries::MOST.0 && wrong <= Tries::MOST.1, || "too many tries are remembered".to_owned())?;
    hold(room.invites.len() <= INVITES, || "too many invites".to_owned())?;
    let (knocks, reserved) = room.door.held();
    hold(knocks <= KNOCKS_PER_ROOM && reserved <= LIGHT_CAPACITY.into(), || "too many people wait".to_owned())?;
    let waiting: BTreeSet<_> = room.door.waiting().collect();
    hold(waiting.len() == knocks + reserved, || "somebody waits twice".to_owned())?;
    hold(waiting.iter().all(|peer| room.member(peer).is_none()), || "a member waits".to_owned())?;
    let ids: BTreeSet<_> = room.links.values().map(|link| link.id).collect();
    hold(ids.len() == room.links.len(), || "two links of one id".to_owned())?;
    let mut publications = BTreeSet::new();
    for member in &room.members {
        hold(member.who.publications.len() <= PUBLICATIONS, || "too many publications".to_owned())?;
        for publication in &member.who.publications {
            let may = super::membership::may_publish(&room.terms.plan, member.who.role, publication);
            hold(may, || format!("{} publishes what the plan forbids", member.who.peer))?;
            hold(publications.insert(&publication.id), || format!("{} is there twice", publication.id))?;
        }
        let profile = super::clean::json_bytes(&member.who.profile);
        hold(profile <= PROFILE_BYTES + PROFILE_EXTRA_BYTES, || "a profile is too large".to_owned())?;
    }
    Ok(())
}
