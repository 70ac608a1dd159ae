//! One room: its life from creation to tombstone, and what is said of it inside and outside.

use super::RoomKey;
use super::authority::Action;
use super::buckets::Bucket;
use super::conversation::Keepsakes;
use super::door::Door;
use super::invites::Invites;
use super::links::Links;
use super::membership::Member;
use super::mint::{Digest, Mint};
use super::moderation::Bans;
use super::terms::Terms;
use super::tries::Tries;
use crate::core::Millis;
use crate::protocol::limits::TOMBSTONE_MS;
use crate::protocol::{
    Admission, CloseReason, OnHostLeft, PeerId, Privileges, RoomDetails, RoomInfo, RoomSnapshot, Secret, ServerMsg,
    Visibility,
};

/// Milliseconds after the last of very many wrong passwords during which a room asks for a knock as well.
const SIEGE_MS: Millis = 600_000;

/// What a room wants done outside of itself.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "on 64 bits only; nearly all are of the large kind, and none lives long")]
pub(super) enum RoomOut {
    /// Tell a member, or one who just was.
    Tell { to: PeerId, message: ServerMsg },
    /// Tell a member something nobody will miss.
    Hint { to: PeerId, message: ServerMsg },
    /// This session is no member any more.
    Released { peer: PeerId },
    /// This session does not wait in front of the room any more.
    Dismissed { peer: PeerId },
    /// This session was let in: bring it in now, or when it is back.
    Admitted { peer: PeerId },
}

/// Where in its life a room is. Every phase but the first ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Has a host, connected or awaited.
    Active,
    /// Has members but no host; `claim_only`: nobody is promoted, the one with the claim is waited for.
    Orphaned { until: Millis, claim_only: bool },
    /// Has nobody.
    Empty { until: Millis },
    /// Is over, and says so for a while.
    Closed { until: Millis },
}

/// The single writer of a room.
pub(super) struct RoomMachine {
    pub(super) key: RoomKey,
    pub(super) terms: Terms,
    pub(super) phase: Phase,
    /// In the order they came.
    pub(super) members: Vec<Member>,
    pub(super) links: Links,
    pub(super) next_seq: u64,
    pub(super) host: Option<PeerId>,
    /// The last host of a room that is over may open it again at once.
    pub(super) last_host: Option<PeerId>,
    /// Who was shown the claim, and what it digests to. None until somebody has hosted.
    pub(super) claim: Option<(PeerId, Digest)>,
    /// What the hasher made of the password.
    pub(super) password: Option<Secret>,
    pub(super) tries: Tries,
    /// Too many wrong passwords: until then it asks for a knock as well.
    besieged_until: Option<Millis>,
    pub(super) pictures: Bucket,
    pub(super) bans: Bans,
    pub(super) invites: Invites,
    pub(super) door: Door,
    pub(super) kept: Keepsakes,
    created_ms: u64,
    rev: u64,
    changed: bool,
}

impl RoomMachine {
    /// A room without anybody; whoever enters first is its creator.
    pub(super) fn new(
        key: RoomKey,
        terms: Terms,
        password: Option<Secret>,
        wait: Millis,
        mint: &Mint,
        now: Millis,
    ) -> Self {
        Self {
            key,
            terms,
            phase: Phase::Empty { until: now + wait },
            members: Vec::new(),
            links: Links::new(),
            next_seq: 0,
            host: None,
            last_host: None,
            claim: None,
            password,
            tries: Tries::default(),
            besieged_until: None,
            pictures: Bucket::default(),
            bans: Bans::default(),
            invites: Invites::default(),
            door: Door::default(),
            kept: Keepsakes::default(),
            created_ms: mint.wall(now),
            rev: 1,
            changed: true,
        }
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        let end = match self.phase {
            Phase::Active => None,
            Phase::Orphaned { until, .. } | Phase::Empty { until } | Phase::Closed { until } => Some(until),
        };
        end.into_iter().chain(self.door.deadline()).chain(self.besieged_until).min()
    }

    pub(super) fn tick(&mut self, now: Millis, out: &mut Vec<RoomOut>) {
        match self.phase {
            Phase::Orphaned { until, claim_only } if until <= now => {
                let why = if claim_only { CloseReason::HostLeft } else { CloseReason::Empty };
                self.close(why, now, out);
            }
            Phase::Empty { until } if until <= now => self.vanish(now, out),
            _ => {}
        }
        self.tick_door(now, out);
        if self.besieged_until.take_if(|until| *until <= now).is_some() {
            self.tell_room_changed(out);
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed { .. })
    }

    /// Is even the tombstone over?
    pub(super) fn is_absent(&self, now: Millis) -> bool {
        matches!(self.phase, Phase::Closed { until } if until <= now)
    }

    /// Ends the room for everybody in it.
    pub(super) fn close(&mut self, why: CloseReason, now: Millis, out: &mut Vec<RoomOut>) {
        self.tell_all(None, &ServerMsg::RoomClosed { room: self.key.room.clone(), why }, out);
        out.extend(self.members.drain(..).map(|member| RoomOut::Released { peer: member.who.peer }));
        self.shut_door(out);
        self.besieged_until = None;
        self.links.clear();
        self.kept.clear();
        self.host = None;
        self.phase = Phase::Closed { until: now + TOMBSTONE_MS };
        self.bump();
    }

    /// Nobody is left. `claim_wait`: how long the last host's return is waited for.
    pub(super) fn vacate(&mut self, claim_wait: Option<OnHostLeft>, now: Millis, out: &mut Vec<RoomOut>) {
        let kept = Millis::from(self.terms.empty_ttl_secs);
        let secs = match claim_wait {
            Some(OnHostLeft::Close) => 0,
            Some(OnHostLeft::CloseAfter { secs }) => kept.max(secs.into()),
            Some(OnHostLeft::HandOver) | None => kept,
        };
        self.host = None;
        if secs == 0 {
            self.vanish(now, out);
        } else {
            if self.admission() == Admission::Knock {
                // Whoever comes next has to ask nobody.
                self.kept.clear();
            }
            self.phase = Phase::Empty { until: now + secs * 1000 };
            self.bump();
        }
    }

    /// Ends a room nobody is in: there is nobody a tombstone could tell anything, so the id is free at once.
    fn vanish(&mut self, now: Millis, out: &mut Vec<RoomOut>) {
        self.shut_door(out);
        self.besieged_until = None;
        self.phase = Phase::Closed { until: now };
        self.bump();
    }

    /// Whom the room admits at present.
    pub(super) fn admission(&self) -> Admission {
        match self.terms.admission {
            Admission::Open if self.besieged_until.is_some() => Admission::Knock,
            admission => admission,
        }
    }

    /// Somebody is guessing the password: for a while a right one is not enough.
    pub(super) fn besiege(&mut self, now: Millis, out: &mut Vec<RoomOut>) {
        let news = self.besieged_until.replace(now + SIEGE_MS).is_none();
        if news {
            self.tell_room_changed(out);
        }
    }

    /// One step of what is publicly known.
    pub(super) fn bump(&mut self) {
        self.rev += 1;
        self.changed = true;
    }

    /// Whether `outside` may have changed since this was last asked.
    pub(super) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// The room as its members know it.
    pub(super) fn info(&self) -> RoomInfo {
        RoomInfo {
            room: self.key.room.clone(),
            lobby: self.key.lobby.clone(),
            host: self.host.clone(),
            plan: self.terms.plan,
            visibility: self.terms.visibility,
            capacity: self.terms.capacity,
            count: u16::try_from(self.members.len()).unwrap_or(u16::MAX),
            admission: self.admission(),
            guest_role: self.terms.guest_role,
            has_password: self.password.is_some(),
            on_host_left: self.terms.on_host_left,
            privileges: self.terms.privileges,
            details: self.terms.details.clone(),
            created_ms: self.created_ms,
            rev: self.rev,
        }
    }

    /// The room as an outsider may know it; none once it is over.
    ///
    /// Of an unlisted one that is no more than what it takes to knock at the right door with the right things: that it
    /// is there, its plan, whom it admits and as what, and whether it is full.
    pub(super) fn outside(&self) -> Option<RoomInfo> {
        if self.is_closed() {
            return None;
        }
        let info = self.info();
        if info.visibility == Visibility::Listed {
            return Some(info);
        }
        Some(RoomInfo {
            host: None,
            count: if info.count < info.capacity { 0 } else { info.capacity },
            on_host_left: OnHostLeft::HandOver,
            privileges: Privileges::default(),
            details: RoomDetails::default(),
            created_ms: 0,
            rev: 0,
            ..info
        })
    }

    /// Everything one member may know.
    pub(super) fn snapshot(&self, peer: &PeerId, host_claim: Option<Secret>) -> Option<RoomSnapshot> {
        self.may(peer, Action::See).ok()?;
        let me = self.member(peer)?;
        let others = self.members.iter().filter(|other| other.seq() != me.seq());
        Some(RoomSnapshot {
            info: self.info(),
            you: me.who.clone(),
            others: others.map(|other| other.who.clone()).collect(),
            links: self.links_of(me),
            kept: self.kept.list(),
            host_claim,
        })
    }

    pub(super) fn tell_all(&self, except: Option<u64>, message: &ServerMsg, out: &mut Vec<RoomOut>) {
        let told = self.members.iter().filter(|member| Some(member.seq()) != except);
        out.extend(told.map(|member| RoomOut::Tell { to: member.who.peer.clone(), message: message.clone() }));
    }
}
