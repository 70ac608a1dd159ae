//! The client's end of the signaling session: numbering, acknowledging, resuming.
//!
//! A session outlives its sockets. Commands and server frames are numbered per session; after a loss the client says
//! hello with its token and the last frame it saw, the server sends what is missing, the client sends again what the
//! server has not carried out. So every command acts once and every frame is seen once, in order, whatever happens to
//! sockets; commands issued meanwhile wait. When the server has forgotten the session another one begins, and what was
//! sent in the old one fails rather than being repeated.

mod loss;
mod message;
mod outbox;
mod receive;
#[cfg(test)]
mod tests;

pub use message::{SessionConfig, SessionIn, SessionOut};

use super::backoff::Backoff;
use super::event::{SessionEnd, SignalingStatus};
use super::{Machine, Millis};
use crate::protocol::{ClientFrame, ClientMsg, CloseCode, Hello, Resume, Secret, VERSION};
use loss::{DRAIN, Wait};
use outbox::Outbox;

/// Milliseconds a socket has to open.
const OPEN: Millis = 10_000;
/// Milliseconds the server has to answer the hello.
const WELCOME: Millis = 5_000;
/// Milliseconds of silence after which a visible page asks whether the server is there.
const SILENCE: Millis = 10_000;
/// Milliseconds the server then has to say something.
const PROBE: Millis = 5_000;

#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Idle,
    /// A socket is being opened.
    Opening {
        until: Millis,
    },
    /// Hello is said.
    Greeting {
        until: Millis,
    },
    Online {
        since: Millis,
        /// When the server last said anything.
        heard: Millis,
        /// By when it has to, if it was asked.
        probed: Option<Millis>,
    },
    /// No socket.
    Waiting {
        until: Millis,
    },
    Ended,
}

/// The client's end of one signaling session, over as many sockets as it takes.
#[derive(Debug, Clone)]
pub struct Session {
    config: SessionConfig,
    stage: Stage,
    outbox: Outbox,
    token: Option<Secret>,
    /// The highest server frame processed.
    seen: u32,
    /// After a snapshot the next frame may have any higher number.
    any_next: bool,
    /// When what was seen has to be acknowledged.
    acknowledge_at: Option<Millis>,
    backoff: Backoff,
    attempt: u32,
    /// Since when there is no session, for giving up.
    lost_at: Option<Millis>,
    /// Before when no attempt is made, because the server said so.
    not_before: Millis,
    /// When to leave a server that is going away, and the time it gave.
    leave_at: Option<Millis>,
    drain: Millis,
    /// The last socket was closed because a frame was too large.
    too_big: bool,
    visible: bool,
    nonce: u32,
}

impl Session {
    /// A session that is not connected yet.
    pub fn new(config: SessionConfig) -> Self {
        let resume = config.resume.clone();
        Self {
            stage: Stage::Idle,
            outbox: Outbox::new(),
            seen: resume.as_ref().map_or(0, |resume| resume.last_seen),
            token: resume.map(|resume| resume.token),
            any_next: false,
            acknowledge_at: None,
            backoff: Backoff::new(config.backoff_seed),
            attempt: 0,
            lost_at: None,
            not_before: 0,
            leave_at: None,
            drain: DRAIN,
            too_big: false,
            visible: true,
            nonce: 0,
            config,
        }
    }

    /// What continues this session later: the newest token, and the last frame processed.
    pub fn resume_state(&self) -> Option<Resume> {
        self.token.clone().map(|token| Resume { token, last_seen: self.seen })
    }

    fn open(&mut self, now: Millis, out: &mut Vec<SessionOut>) {
        self.stage = Stage::Opening { until: now.saturating_add(OPEN) };
        out.push(SessionOut::Open);
    }

    fn greet(&mut self, now: Millis, out: &mut Vec<SessionOut>) {
        self.stage = Stage::Greeting { until: now.saturating_add(WELCOME) };
        let hello = Hello {
            version: VERSION,
            features: Default::default(),
            client: self.config.client.clone(),
            lobby: self.config.lobby.clone(),
            profile: self.config.profile.clone(),
            auth: self.config.auth.clone(),
            resume: self.resume_state(),
        };
        self.send(None, ClientMsg::Hello(hello), out);
    }

    fn send(&mut self, n: Option<u32>, m: ClientMsg, out: &mut Vec<SessionOut>) {
        self.acknowledge_at = None;
        out.push(SessionOut::Send(Box::new(ClientFrame { n, ack: self.seen, m })));
    }

    fn ping(&mut self, out: &mut Vec<SessionOut>) {
        self.nonce = self.nonce.wrapping_add(1);
        self.send(None, ClientMsg::Ping { nonce: self.nonce }, out);
    }

    fn flush(&mut self, out: &mut Vec<SessionOut>) {
        if matches!(self.stage, Stage::Online { .. }) {
            for (n, message) in self.outbox.number() {
                self.send(Some(n), message, out);
            }
        }
    }

    fn command(&mut self, token: u64, message: Box<ClientMsg>, out: &mut Vec<SessionOut>) {
        if self.stage == Stage::Ended || !self.outbox.push(token, message) {
            out.push(SessionOut::Failed { token });
        } else {
            self.flush(out);
        }
    }

    // ---- time and the page ----

    fn network_changed(&mut self, now: Millis, out: &mut Vec<SessionOut>) {
        match &mut self.stage {
            Stage::Waiting { until } => {
                *until = now.max(self.not_before);
                self.backoff.reset();
            }
            // Its packets may be waiting for a network that is gone.
            Stage::Opening { .. } => {
                out.push(SessionOut::Close { code: CloseCode::HeartbeatMissed });
                self.open(now, out);
            }
            Stage::Online { probed: probed @ None, .. } => {
                *probed = Some(now.saturating_add(PROBE));
                self.ping(out);
            }
            _ => {}
        }
    }

    fn visible(&mut self, visible: bool, now: Millis) {
        self.visible = visible;
        match &mut self.stage {
            Stage::Waiting { until } if visible => *until = now.max(self.not_before),
            // A hidden page's timers are late: silence means nothing there.
            Stage::Online { probed, .. } if !visible => *probed = None,
            _ => {}
        }
    }

    /// When something is due in the present stage.
    fn due(&self) -> Option<Millis> {
        match self.stage {
            Stage::Idle | Stage::Ended => None,
            Stage::Opening { until } | Stage::Greeting { until } | Stage::Waiting { until } => Some(until),
            Stage::Online { heard, probed, .. } => {
                let silence = match probed {
                    None => self.visible.then(|| heard.saturating_add(SILENCE)),
                    by => by,
                };
                [silence, self.acknowledge_at, self.leave_at].into_iter().flatten().min()
            }
        }
    }

    fn give_up_at(&self) -> Option<Millis> {
        Some(self.lost_at?.saturating_add(self.config.give_up_after?))
    }

    fn advance(&mut self, now: Millis, out: &mut Vec<SessionOut>) {
        match &mut self.stage {
            Stage::Idle | Stage::Ended => {}
            Stage::Opening { .. } | Stage::Greeting { .. } => self.drop_socket(Wait::Backoff, now, out),
            Stage::Waiting { .. } => self.open(now, out),
            Stage::Online { heard, probed, .. } => {
                let silent = self.visible && heard.saturating_add(SILENCE) <= now;
                if probed.is_some_and(|by| by <= now) {
                    self.drop_socket(Wait::Backoff, now, out);
                } else if self.leave_at.is_some_and(|at| at <= now) {
                    out.push(SessionOut::Close { code: CloseCode::Draining });
                    self.lost(Wait::Within(0), now, out);
                } else if probed.is_none() && silent {
                    *probed = Some(now.saturating_add(PROBE));
                    self.ping(out);
                } else {
                    self.ping(out);
                }
            }
        }
    }
}

impl Machine for Session {
    type In = SessionIn;
    type Out = SessionOut;

    fn handle(&mut self, input: SessionIn, now: Millis, out: &mut Vec<SessionOut>) {
        match input {
            SessionIn::Start => {
                if self.stage == Stage::Idle {
                    self.lost_at = Some(now);
                    out.push(SessionOut::Status(SignalingStatus::Connecting));
                    self.open(now, out);
                }
            }
            SessionIn::Opened => {
                if matches!(self.stage, Stage::Opening { .. }) {
                    self.greet(now, out);
                }
            }
            SessionIn::Frame(frame) => self.frame(*frame, now, out),
            SessionIn::Closed { code } => self.closed(code, now, out),
            SessionIn::Command { token, message } => self.command(token, message, out),
            SessionIn::Volatile(message) => {
                if matches!(self.stage, Stage::Online { .. }) {
                    self.send(None, *message, out);
                }
            }
            SessionIn::NetworkChanged => self.network_changed(now, out),
            SessionIn::Visible(visible) => self.visible(visible, now),
            SessionIn::Disconnect => self.disconnect(out),
            SessionIn::Tick => {}
        }
        if self.give_up_at().is_some_and(|at| at <= now) {
            self.close_and_end(SessionEnd::GaveUp, out);
        }
        // From a socket that is given up to the next: nothing after that is due in no time.
        for _ in 0..2 {
            if self.due().is_some_and(|due| due <= now) {
                self.advance(now, out);
            }
        }
    }

    fn deadline(&self) -> Option<Millis> {
        self.due().into_iter().chain(self.give_up_at()).min()
    }
}
