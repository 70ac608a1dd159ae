//! Passwords, hashed and compared outside of the hub: what waits for it, and how it goes on.
//!
//! A password is kept nowhere but in a job under way; a room keeps what the hasher made of it, and shows it to nobody.

use super::timers::Timer;
use super::tries::Guesser;
use super::{Answer, Hub, HubOut, PasswordResult, RoomKey, refuse};
use crate::core::Millis;
use crate::protocol::limits::PASSWORD_BYTES;
use crate::protocol::{Change, CreateRoom, ErrorBody, ErrorCode, JoinRoom, PeerId, RoomId, RoomPatch, Secret};

/// Milliseconds after which the hasher is taken for overloaded.
const JOB_MS: Millis = 30_000;
/// When to try again after that.
const BUSY_MS: u32 = 1_000;

/// A command that waits for the hasher.
pub(super) struct Job {
    peer: PeerId,
    re: Option<u32>,
    goal: Goal,
}

enum Goal {
    Create { create: CreateRoom },
    OpenOrJoin { create: CreateRoom, join: JoinRoom },
    Join { key: RoomKey, join: JoinRoom, lenient: bool, guesser: Guesser, hash: Secret },
    Update { room: RoomId, patch: Box<RoomPatch> },
}

impl Hub {
    /// Has the password of a new room hashed; the command goes on with the result.
    pub(super) fn hash_for_creating(
        &mut self,
        peer: &PeerId,
        re: Option<u32>,
        create: CreateRoom,
        join: Option<&JoinRoom>,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) -> Answer {
        let password = create.spec.password.clone();
        let goal = match join {
            Some(join) => Goal::OpenOrJoin { create, join: join.clone() },
            None => Goal::Create { create },
        };
        self.hash(peer, re, password, goal, now, out)
    }

    /// Has a new password of a room hashed, if whoever asks may change it.
    pub(super) fn hash_for_updating(
        &mut self,
        peer: &PeerId,
        re: Option<u32>,
        room: RoomId,
        patch: Box<RoomPatch>,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) -> Answer {
        self.with_room(peer, room.clone(), out, |room, _, _| {
            room.may_update(peer, &patch)?;
            room.terms.patched((*patch).clone()).map(|_| None)
        })?;
        let password = match &patch.password {
            Some(Change::Set(password)) => Some(password.clone()),
            _ => None,
        };
        self.hash(peer, re, password, Goal::Update { room, patch }, now, out)
    }

    fn hash(
        &mut self,
        peer: &PeerId,
        re: Option<u32>,
        password: Option<Secret>,
        goal: Goal,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) -> Answer {
        if !self.config.passwords {
            return Err(refuse(ErrorCode::Unsupported, "this server has nobody to hash passwords"));
        }
        let password = password.filter(|password| (1..=PASSWORD_BYTES).contains(&password.expose().len()));
        let password = password.ok_or_else(|| refuse(ErrorCode::BadPatch, "the password is empty or too long"))?;
        let job = self.begin(peer, re, goal, now)?;
        out.push(HubOut::HashPassword { job, password });
        Ok(None)
    }

    /// Has the password of somebody at the door compared, if they have tries left.
    pub(super) fn verify(
        &mut self,
        peer: &PeerId,
        re: Option<u32>,
        join: &JoinRoom,
        lenient: bool,
        now: Millis,
        out: &mut Vec<HubOut>,
    ) -> Answer {
        let guesser = self.guesser(peer)?;
        let key = RoomKey { lobby: self.session(peer)?.lobby.clone(), room: join.room.clone() };
        let Some(room) = self.rooms.get_mut(&key) else { return Ok(None) };
        let Some(hash) = room.password.clone() else { return Ok(None) };
        let password = join.password.clone();
        let password = password.ok_or_else(|| refuse(ErrorCode::PasswordRequired, "this room has a password"))?;
        room.tries.begin(&guesser, now)?;
        if !(1..=PASSWORD_BYTES).contains(&password.expose().len()) {
            return Err(self.wrong_password(&key, &guesser, now, out));
        }
        let goal =
            Goal::Join { key: key.clone(), join: join.clone(), lenient, guesser: guesser.clone(), hash: hash.clone() };
        match self.begin(peer, re, goal, now) {
            Ok(job) => {
                out.push(HubOut::VerifyPassword { job, password, hash });
                Ok(None)
            }
            Err(error) => {
                self.in_room(&key, out, |room, _, _| room.tries.gave_up(&guesser));
                Err(error)
            }
        }
    }

    fn begin(&mut self, peer: &PeerId, re: Option<u32>, goal: Goal, now: Millis) -> Result<u64, ErrorBody> {
        // One hash a session at a time: nobody may fill the queue alone.
        if self.jobs.values().any(|job| job.peer == *peer) {
            return Err(busy());
        }
        self.last_job += 1;
        self.jobs.insert(self.last_job, Job { peer: peer.clone(), re, goal });
        self.timers.set(Timer::Job(self.last_job), Some(now + JOB_MS));
        Ok(self.last_job)
    }

    /// The hasher is done; the command that waited for it goes on from the beginning, with the result in hand.
    pub(super) fn password_result(&mut self, job: u64, result: PasswordResult, now: Millis, out: &mut Vec<HubOut>) {
        self.timers.set(Timer::Job(job), None);
        let Some(Job { peer, re, goal }) = self.jobs.remove(&job) else { return };
        let answer = match (goal, result) {
            (Goal::Create { create }, PasswordResult::Hashed(hash)) => {
                self.create_room(&peer, re, create, Some(hash), now, out)
            }
            (Goal::OpenOrJoin { create, join }, PasswordResult::Hashed(hash)) => {
                self.open_or_join(&peer, re, create, &join, Some(hash), now, out)
            }
            (Goal::Update { room, patch }, PasswordResult::Hashed(hash)) => {
                self.update_room(&peer, room, patch, Some(hash), now, out)
            }
            (Goal::Join { key, join, lenient, guesser, hash }, PasswordResult::Matches(matches)) => {
                if matches && self.right_password(&key, &guesser, &hash, out) {
                    self.join_room(&peer, re, &join, lenient, true, now, out)
                } else if matches {
                    // It was changed meanwhile, and is asked for again.
                    self.join_room(&peer, re, &join, lenient, false, now, out)
                } else {
                    Err(self.wrong_password(&key, &guesser, now, out))
                }
            }
            (Goal::Join { key, guesser, .. }, _) => {
                self.in_room(&key, out, |room, _, _| room.tries.gave_up(&guesser));
                Err(busy())
            }
            (Goal::Create { .. } | Goal::OpenOrJoin { .. } | Goal::Update { .. }, _) => Err(busy()),
        };
        self.answer(&peer, re, answer, out);
    }

    /// Counts a right one. False if it is not the room's password any more.
    fn right_password(&mut self, key: &RoomKey, guesser: &Guesser, hash: &Secret, out: &mut Vec<HubOut>) -> bool {
        let still = self.in_room(key, out, |room, _, _| {
            room.tries.right(guesser);
            room.password.as_ref() == Some(hash)
        });
        still == Some(true)
    }

    fn wrong_password(&mut self, key: &RoomKey, guesser: &Guesser, now: Millis, out: &mut Vec<HubOut>) -> ErrorBody {
        let wait = self.in_room(key, out, |room, _, said| {
            let (wait, attack) = room.tries.wrong(guesser, now);
            if attack {
                room.besiege(now, said);
            }
            wait
        });
        let retry_after_ms = wait.flatten().map(|ms| u32::try_from(ms).unwrap_or(u32::MAX));
        let error = refuse(ErrorCode::PasswordWrong, "wrong password");
        ErrorBody { retry_after_ms, room: Some(key.room.clone()), ..error }
    }

    fn guesser(&self, peer: &PeerId) -> Result<Guesser, ErrorBody> {
        let session = self.session(peer)?;
        Ok(match session.origin {
            Some(origin) => Guesser::Address(origin.address),
            None => Guesser::Session(peer.clone()),
        })
    }
}

fn busy() -> ErrorBody {
    ErrorBody { retry_after_ms: Some(BUSY_MS), ..refuse(ErrorCode::Busy, "the server has no time for passwords now") }
}
