//! Keeps one link alive: notices that it is silent, repairs it, says so.
//!
//! Packets are believed, not states: a link is connected once a ping was answered, and interrupted after three seconds
//! without a heartbeat, whatever `connectionState` says. Repair is one ICE restart where both ends run the same engine
//! (between different engines restarts left a direction dead more often than not), then rebuilds with new link ids,
//! the third over relays only. What cannot be repaired is retried for as long as the other end is a member; without
//! signaling nothing is tried and nothing counted. A link whose heartbeat is fine is never touched.

mod message;
#[cfg(test)]
mod tests;

pub use message::{LinkIn, LinkOut, SupervisorConfig, TransportState};

use super::event::LinkPhase;
use super::{Machine, Millis};

/// Milliseconds between two pings.
const PING: Millis = 1_000;
/// Milliseconds without a heartbeat that make an interruption.
const SILENCE: Millis = 3_000;
/// Milliseconds a link has to connect for the first time.
const CONNECT: Millis = 15_000;
/// Milliseconds an ICE restart has to bring an answered ping.
const RESTART: Millis = 3_000;
/// Milliseconds a rebuild has to bring an answered ping, from its request and again from the new link id.
const REBUILD: Millis = 8_000;
/// Milliseconds before the first, second and every later rebuild.
const PAUSES: [Millis; 3] = [0, 2_000, 5_000];
/// Milliseconds until a failed link is tried again unasked.
const RETRY: Millis = 60_000;
/// The first rebuild that uses relays only.
const RELAY_ATTEMPT: u8 = 3;

/// Where the link stands; `until` is when something is done about it, signaling permitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before the first input.
    New,
    Connecting {
        until: Millis,
    },
    Connected,
    /// In its grace, or waiting for signaling.
    Interrupted {
        until: Millis,
    },
    Restarting {
        until: Millis,
    },
    /// Before a rebuild is asked for.
    Pausing {
        until: Millis,
    },
    /// The server was asked for a new link id.
    Asking {
        until: Millis,
    },
    /// The connection of the new link id is being made.
    Rebuilding {
        until: Millis,
    },
    Failed {
        until: Millis,
    },
    Closed,
}

/// The supervisor of the link to one peer; it outlives the peer connections that carry the link.
#[derive(Debug, Clone)]
pub struct LinkSupervisor {
    config: SupervisorConfig,
    stage: Stage,
    /// Restarts and rebuilds counted since the link was last connected.
    restarts: u8,
    rebuilds: u8,
    /// The present connection has been connected.
    proven: bool,
    relayed: bool,
    signaling: bool,
    /// When the last heartbeat came.
    heard: Millis,
    /// When the next ping is due.
    ping_at: Millis,
    /// The phase told last.
    told: Option<LinkPhase>,
}

impl LinkSupervisor {
    /// A supervisor of a link that is being connected; its first input is [`LinkIn::Connecting`].
    pub fn new(config: SupervisorConfig) -> Self {
        Self {
            config,
            stage: Stage::New,
            restarts: 0,
            rebuilds: 0,
            proven: false,
            relayed: false,
            signaling: true,
            heard: 0,
            ping_at: 0,
            told: None,
        }
    }

    /// The present phase.
    pub fn phase(&self) -> LinkPhase {
        match self.stage {
            Stage::New | Stage::Connecting { .. } => LinkPhase::Connecting,
            Stage::Connected => LinkPhase::Connected { relayed: self.relayed },
            Stage::Interrupted { .. } => LinkPhase::Interrupted,
            Stage::Restarting { .. } => LinkPhase::Restarting { attempt: self.restarts },
            Stage::Pausing { .. } | Stage::Asking { .. } | Stage::Rebuilding { .. } => {
                LinkPhase::Rebuilding { attempt: self.rebuilds }
            }
            Stage::Failed { .. } => LinkPhase::Failed,
            Stage::Closed => LinkPhase::Closed,
        }
    }

    fn receive(&mut self, input: LinkIn, now: Millis, out: &mut Vec<LinkOut>) {
        if self.stage == Stage::New {
            self.stage = Stage::Connecting { until: after(now, CONNECT) };
            self.ping_at = after(now, PING);
            if input == LinkIn::Connecting {
                return;
            }
        }
        match input {
            LinkIn::Connecting | LinkIn::Rebuilt => self.rebuilt(now),
            LinkIn::Heartbeat if self.config.heartbeat => self.heartbeat(now, out),
            LinkIn::PongBothWays if self.config.heartbeat => self.connected(now),
            LinkIn::Heartbeat | LinkIn::PongBothWays | LinkIn::Tick => {}
            LinkIn::Transport(state) => self.transport(state, now, out),
            LinkIn::Relayed(relayed) => self.relayed = relayed,
            LinkIn::RestartFailed => {
                if matches!(self.stage, Stage::Restarting { .. }) {
                    self.stage = Stage::Restarting { until: now };
                }
            }
            LinkIn::Signaling(up) => self.signaling(up, now),
            LinkIn::NetworkChanged | LinkIn::Retry => self.hurry(input, now),
            LinkIn::Closed => self.stage = Stage::Closed,
        }
    }

    fn connected(&mut self, now: Millis) {
        self.heard = now;
        self.proven = true;
        self.restarts = 0;
        self.rebuilds = 0;
        self.stage = Stage::Connected;
    }

    fn heartbeat(&mut self, now: Millis, out: &mut Vec<LinkOut>) {
        self.heard = now;
        match self.stage {
            Stage::Interrupted { .. } if self.proven => self.connected(now),
            // The other end has found a way. Whether it leads both ways, the answer to a ping tells.
            Stage::Failed { .. } if now >= self.ping_at => self.ping(now, out),
            _ => {}
        }
    }

    fn transport(&mut self, state: TransportState, now: Millis, out: &mut Vec<LinkOut>) {
        match state {
            TransportState::New | TransportState::Connecting => {}
            TransportState::Connected => match self.stage {
                Stage::Connected => {}
                _ if self.config.heartbeat => self.ping(now, out),
                _ => self.connected(now),
            },
            TransportState::Disconnected => {
                if self.stage == Stage::Connected {
                    self.interrupt(now);
                }
            }
            TransportState::Failed | TransportState::Closed => match self.stage {
                Stage::Connected => self.interrupt(now),
                // The browser has given the new connection up: the rest of its time would be waited for in vain.
                Stage::Connecting { .. } => self.stage = Stage::Interrupted { until: now },
                Stage::Rebuilding { .. } => self.stage = Stage::Rebuilding { until: now },
                _ => {}
            },
        }
    }

    fn interrupt(&mut self, now: Millis) {
        self.stage = Stage::Interrupted { until: after(now, self.config.grace) };
    }

    fn rebuilt(&mut self, now: Millis) {
        self.proven = false;
        self.relayed = false;
        self.rebuilds = self.rebuilds.max(1);
        self.stage = Stage::Rebuilding { until: after(now, REBUILD) };
    }

    fn signaling(&mut self, up: bool, now: Millis) {
        if std::mem::replace(&mut self.signaling, up) == up {
            return;
        }
        match (self.stage, up) {
            // What cannot be finished is not counted.
            (Stage::Restarting { .. }, false) => {
                self.restarts = self.restarts.saturating_sub(1);
                self.stage = Stage::Interrupted { until: now };
            }
            (Stage::Pausing { .. } | Stage::Asking { .. } | Stage::Rebuilding { .. }, false) => {
                self.rebuilds = self.rebuilds.saturating_sub(1);
                self.stage = Stage::Interrupted { until: now };
            }
            (Stage::Connecting { .. }, true) => self.stage = Stage::Connecting { until: after(now, CONNECT) },
            (Stage::Rebuilding { .. }, true) => self.stage = Stage::Rebuilding { until: after(now, REBUILD) },
            (Stage::Failed { .. }, true) => self.stage = Stage::Failed { until: now },
            _ => {}
        }
    }

    /// Does now what would be done later.
    fn hurry(&mut self, why: LinkIn, now: Millis) {
        match &mut self.stage {
            Stage::Failed { until } | Stage::Pausing { until } => *until = now,
            Stage::Interrupted { until } if why == LinkIn::Retry => *until = now,
            _ => {}
        }
    }

    /// When the present stage ends by itself.
    fn due(&self) -> Option<Millis> {
        match self.stage {
            Stage::New | Stage::Closed => None,
            Stage::Connected => self.config.heartbeat.then(|| after(self.heard, SILENCE)),
            Stage::Connecting { until }
            | Stage::Interrupted { until }
            | Stage::Restarting { until }
            | Stage::Pausing { until }
            | Stage::Asking { until }
            | Stage::Rebuilding { until }
            | Stage::Failed { until } => self.signaling.then_some(until),
        }
    }

    fn advance(&mut self, now: Millis, out: &mut Vec<LinkOut>) {
        match self.stage {
            Stage::New | Stage::Closed => {}
            Stage::Connected => self.interrupt(now),
            Stage::Pausing { .. } => self.ask(now, out),
            Stage::Failed { .. } => {
                self.rebuilds = 0;
                self.rebuild(now, out);
            }
            Stage::Interrupted { .. } | Stage::Restarting { .. } if self.may_restart() => {
                self.restarts = self.restarts.saturating_add(1);
                self.stage = Stage::Restarting { until: after(now, RESTART) };
                out.push(LinkOut::RestartIce);
            }
            Stage::Connecting { .. }
            | Stage::Interrupted { .. }
            | Stage::Restarting { .. }
            | Stage::Asking { .. }
            | Stage::Rebuilding { .. } => self.rebuild(now, out),
        }
    }

    /// A restart is for a connection that was connected once and has not been rebuilt.
    fn may_restart(&self) -> bool {
        self.config.same_engine && self.restarts < self.config.ice_restarts && self.rebuilds == 0 && self.proven
    }

    fn rebuild(&mut self, now: Millis, out: &mut Vec<LinkOut>) {
        if self.rebuilds >= self.config.rebuilds {
            self.stage = Stage::Failed { until: after(now, RETRY) };
            return;
        }
        let pause = PAUSES.get(usize::from(self.rebuilds)).or(PAUSES.last()).copied().unwrap_or(0);
        self.rebuilds += 1;
        if pause == 0 {
            self.ask(now, out);
        } else {
            self.stage = Stage::Pausing { until: after(now, pause) };
        }
    }

    fn ask(&mut self, now: Millis, out: &mut Vec<LinkOut>) {
        self.stage = Stage::Asking { until: after(now, REBUILD) };
        let relay_only = self.config.relay_fallback && self.rebuilds >= RELAY_ATTEMPT;
        out.push(LinkOut::RequestRebuild { relay_only });
    }

    fn pings(&self) -> bool {
        self.config.heartbeat && !matches!(self.stage, Stage::New | Stage::Failed { .. } | Stage::Closed)
    }

    fn ping(&mut self, now: Millis, out: &mut Vec<LinkOut>) {
        self.ping_at = after(now, PING);
        out.push(LinkOut::SendPing);
    }
}

impl Machine for LinkSupervisor {
    type In = LinkIn;
    type Out = LinkOut;

    fn handle(&mut self, input: LinkIn, now: Millis, out: &mut Vec<LinkOut>) {
        if self.stage == Stage::Closed {
            return;
        }
        self.receive(input, now, out);
        // Connected to interrupted to repair, where there is no grace: no stage after that ends in no time.
        for _ in 0..3 {
            if self.due().is_some_and(|due| due <= now) {
                self.advance(now, out);
            }
        }
        if self.pings() && self.ping_at <= now {
            self.ping(now, out);
        }
        let phase = self.phase();
        if self.told.replace(phase) != Some(phase) {
            out.push(LinkOut::Phase(phase));
        }
    }

    fn deadline(&self) -> Option<Millis> {
        let ping = self.pings().then_some(self.ping_at);
        self.due().into_iter().chain(ping).min()
    }
}

/// `ms` milliseconds after `now`.
fn after(now: Millis, ms: Millis) -> Millis {
    now.saturating_add(ms)
}
