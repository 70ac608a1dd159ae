//! What the server says, and what follows from it.

use super::loss::{DRAIN, Wait};
use super::{Session, SessionOut, Stage};
use crate::core::Millis;
use crate::core::event::{SessionEnd, SignalingStatus};
use crate::protocol::{
    Change, ClientMsg, ErrorBody, ErrorCode, ProfilePatch, ResumeOutcome, ServerFrame, ServerMsg, Welcome,
};

/// Milliseconds after which what was seen is acknowledged even with nothing else to say.
const ACKNOWLEDGE: Millis = 5_000;
/// Least wait in milliseconds after having been turned away without a time.
const TURNED_AWAY: Millis = 1_000;

impl Session {
    pub(super) fn frame(&mut self, frame: ServerFrame, now: Millis, out: &mut Vec<SessionOut>) {
        match (&mut self.stage, frame.m) {
            (Stage::Greeting { .. }, ServerMsg::Welcome(welcome)) => self.welcomed(frame.n, *welcome, now, out),
            (Stage::Greeting { .. }, ServerMsg::Error(error)) => self.turned_away(error, now, out),
            (Stage::Online { heard, probed, .. }, message) => {
                *heard = now;
                *probed = None;
                let re = frame.re;
                if self.take_number(frame.n, now, out) {
                    self.message(re, message, now, out);
                }
                self.outbox.acknowledge(frame.ack);
            }
            _ => {}
        }
    }

    /// Whether a frame is to be processed: it is volatile, or the next one.
    fn take_number(&mut self, n: Option<u32>, now: Millis, out: &mut Vec<SessionOut>) -> bool {
        let Some(n) = n else { return true };
        if n <= self.seen {
            return false;
        }
        if n != self.seen.saturating_add(1) && !self.any_next {
            // Something is missing; resuming brings it.
            self.drop_socket(Wait::Backoff, now, out);
            return false;
        }
        self.seen = n;
        self.any_next = false;
        self.acknowledge_at.get_or_insert(now.saturating_add(ACKNOWLEDGE));
        true
    }

    fn message(&mut self, re: Option<u32>, message: ServerMsg, now: Millis, out: &mut Vec<SessionOut>) {
        let answered = re.and_then(|n| self.outbox.answered(n));
        match (answered, message) {
            (Some(command), message) => {
                if let (ClientMsg::UpdateProfile { patch }, ServerMsg::Ok) = (*command.message, &message) {
                    self.patch_profile(patch);
                }
                out.push(SessionOut::Reply { token: command.token, message: Box::new(message) });
            }
            (None, ServerMsg::GoingAway { in_ms }) => {
                self.drain = Millis::from(in_ms);
                let wait = self.backoff.jitter(self.drain);
                self.leave_at = Some(now.saturating_add(wait));
            }
            (None, ServerMsg::Pong { .. } | ServerMsg::Welcome(_) | ServerMsg::Unknown) => {}
            (None, message) => out.push(SessionOut::Message(Box::new(message))),
        }
    }

    /// The next hello is to say what the server was told since the first.
    fn patch_profile(&mut self, patch: ProfilePatch) {
        let profile = &mut self.config.profile;
        if let Some(name) = patch.name {
            profile.name = name;
        }
        if let Some(avatar) = patch.avatar {
            profile.avatar = match avatar {
                Change::Clear => None,
                Change::Set(avatar) => Some(avatar),
            };
        }
        if let Some(extra) = patch.extra {
            profile.extra = extra;
        }
    }

    fn welcomed(&mut self, n: Option<u32>, welcome: Welcome, now: Millis, out: &mut Vec<SessionOut>) {
        self.token = Some(welcome.resume_token.clone());
        self.stage = Stage::Online { since: now, heard: now, probed: None };
        self.lost_at = None;
        self.leave_at = None;
        self.drain = DRAIN;
        self.attempt = 0;
        let mut settled = Vec::new();
        // The server carries commands out in order: the first that is missing is the one it choked on.
        if std::mem::take(&mut self.too_big)
            && let Some(token) = self.outbox.take_first_after(welcome.commands_done)
        {
            settled.push(SessionOut::Failed { token });
        }
        match welcome.resumed {
            ResumeOutcome::Fresh => {
                self.seen = n.unwrap_or(0);
                self.any_next = false;
                settled.extend(self.outbox.restart().into_iter().map(|token| SessionOut::Failed { token }));
            }
            ResumeOutcome::Replayed { .. } => self.outbox.resume(welcome.commands_done),
            ResumeOutcome::Snapshot => {
                self.seen = n.unwrap_or(self.seen);
                self.any_next = n.is_none();
                self.outbox.resume(welcome.commands_done);
                settled.extend(self.outbox.settle(&welcome.rooms).into_iter().map(|(token, answer)| match answer {
                    Some(message) => SessionOut::Reply { token, message },
                    None => SessionOut::Failed { token },
                }));
            }
        }
        out.push(SessionOut::Status(SignalingStatus::Online));
        out.push(SessionOut::Welcome(Box::new(welcome)));
        out.append(&mut settled);
        self.flush(out);
    }

    /// The server answers the hello with an error.
    fn turned_away(&mut self, error: ErrorBody, now: Millis, out: &mut Vec<SessionOut>) {
        match error.code {
            ErrorCode::Unauthenticated => self.close_and_end(SessionEnd::Unauthenticated, out),
            ErrorCode::UnsupportedVersion => self.close_and_end(SessionEnd::Incompatible, out),
            ErrorCode::Superseded => self.close_and_end(SessionEnd::Superseded, out),
            ErrorCode::ResumeRejected if self.token.take().is_some() => self.greet(now, out),
            ErrorCode::ShuttingDown => self.drop_socket(Wait::Within(self.drain), now, out),
            ErrorCode::RateLimited | ErrorCode::Busy => {
                let least = error.retry_after_ms.map_or(TURNED_AWAY, Millis::from);
                self.drop_socket(Wait::AtLeast(least), now, out);
            }
            _ => out.push(SessionOut::Message(Box::new(ServerMsg::Error(error)))),
        }
    }
}
