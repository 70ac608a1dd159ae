//! Losing the socket, and ending the session.

use super::{Session, SessionOut, Stage};
use crate::core::Millis;
use crate::core::event::{SessionEnd, SignalingStatus};
use crate::protocol::{ClientMsg, CloseCode};

/// Milliseconds a session must have lasted for the next loss to be retried at once.
const STABLE: Millis = 5_000;
/// Milliseconds over which clients spread when a server closes without having said how long it takes.
pub(super) const DRAIN: Millis = 4_000;
/// Least wait in milliseconds after having been cut off for flooding.
const FLOODED: Millis = 30_000;

/// When to try again.
pub(super) enum Wait {
    Backoff,
    /// Backoff, but not before this many milliseconds, whatever the network does.
    AtLeast(Millis),
    /// A uniform choice up to this many milliseconds.
    Within(Millis),
}

impl Session {
    pub(super) fn closed(&mut self, code: u16, now: Millis, out: &mut Vec<SessionOut>) {
        if matches!(self.stage, Stage::Idle | Stage::Waiting { .. } | Stage::Ended) {
            return;
        }
        let wait = match CloseCode::from_code(code) {
            Some(CloseCode::Superseded) => return self.end(SessionEnd::Superseded, out),
            Some(CloseCode::Unauthenticated) => return self.end(SessionEnd::Unauthenticated, out),
            Some(CloseCode::Version) => return self.end(SessionEnd::Incompatible, out),
            Some(CloseCode::Draining) => Wait::Within(self.drain),
            Some(CloseCode::Flooding) => Wait::AtLeast(FLOODED),
            Some(CloseCode::TooBig) => {
                self.too_big = true;
                Wait::Backoff
            }
            _ => Wait::Backoff,
        };
        self.lost(wait, now, out);
    }

    /// Gives the socket up from this side, without ending the session.
    pub(super) fn drop_socket(&mut self, wait: Wait, now: Millis, out: &mut Vec<SessionOut>) {
        // Not an orderly close: the seat is to be kept for as long as after a loss.
        out.push(SessionOut::Close { code: CloseCode::HeartbeatMissed });
        self.lost(wait, now, out);
    }

    pub(super) fn lost(&mut self, wait: Wait, now: Millis, out: &mut Vec<SessionOut>) {
        if let Stage::Online { since, .. } = self.stage
            && now.saturating_sub(since) >= STABLE
        {
            self.backoff.reset();
        }
        let wait = match wait {
            Wait::Backoff => self.backoff.next_delay(),
            Wait::AtLeast(least) => {
                self.backoff.at_least(least);
                self.not_before = now.saturating_add(least);
                self.backoff.next_delay()
            }
            Wait::Within(limit) => self.backoff.jitter(limit),
        };
        self.lost_at.get_or_insert(now);
        self.leave_at = None;
        self.acknowledge_at = None;
        self.attempt = self.attempt.saturating_add(1);
        self.stage = Stage::Waiting { until: now.saturating_add(wait) };
        let attempt = self.attempt;
        out.push(SessionOut::Status(SignalingStatus::Retrying { attempt }));
        out.push(SessionOut::Lost { attempt, retry_in_ms: u32::try_from(wait).unwrap_or(u32::MAX) });
    }

    pub(super) fn close_and_end(&mut self, why: SessionEnd, out: &mut Vec<SessionOut>) {
        if matches!(self.stage, Stage::Opening { .. } | Stage::Greeting { .. } | Stage::Online { .. }) {
            out.push(SessionOut::Close { code: CloseCode::Normal });
        }
        self.end(why, out);
    }

    fn end(&mut self, why: SessionEnd, out: &mut Vec<SessionOut>) {
        self.stage = Stage::Ended;
        self.token = None;
        self.lost_at = None;
        out.extend(self.outbox.clear().into_iter().map(|token| SessionOut::Failed { token }));
        out.push(SessionOut::Status(SignalingStatus::Offline));
        out.push(SessionOut::Ended(why));
    }

    pub(super) fn disconnect(&mut self, out: &mut Vec<SessionOut>) {
        if self.stage == Stage::Ended {
            return;
        }
        if matches!(self.stage, Stage::Greeting { .. } | Stage::Online { .. }) {
            self.send(None, ClientMsg::Bye, out);
        }
        self.close_and_end(SessionEnd::ByUser, out);
    }
}
