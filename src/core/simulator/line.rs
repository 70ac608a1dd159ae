//! One session against the hub over one line, step by step: every order of sending, losing and coming back.
//!
//! Nothing here is chance and no time passes. The hub cannot be copied, so a state is reached again by taking the same
//! steps from the beginning; states that were reached before, by whatever way, are not gone into again.

use super::client::enter;
use super::network::Chance;
use super::records::{lobby, room};
use crate::core::Machine;
use crate::core::hub::{Hub, HubConfig, HubIn, HubOut, SocketId};
use crate::core::session::{Session, SessionConfig, SessionIn, SessionOut};
use crate::protocol::*;
use std::collections::{HashSet, VecDeque};

const NOW: u64 = 1_000;
const COMPANION: SocketId = SocketId(1);

/// What may happen next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    /// The session's page says the next number.
    Say,
    /// Somebody else in the room says the next number.
    Event,
    /// A socket opens.
    Connect,
    /// The next frame reaches the hub.
    Up,
    /// A frame sent over a socket before reaches the hub, which has not noticed its loss.
    LateUp(usize),
    /// The hub notices that a socket before is lost.
    Notice(usize),
    /// The next frame reaches the session.
    Down,
    /// The socket is lost with everything on its way to the session.
    Lose,
}

/// How often things may happen in a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    pub(super) says: u8,
    pub(super) events: u8,
    pub(super) losses: u8,
}

pub(super) struct Line {
    hub: Hub,
    session: Session,
    peer: Option<PeerId>,
    opening: bool,
    sockets: u64,
    socket: Option<SocketId>,
    up: VecDeque<ClientFrame>,
    down: VecDeque<ServerFrame>,
    /// Sockets before that the hub still has, with what is on its way over them.
    before: Vec<(SocketId, VecDeque<ClientFrame>)>,
    budget: Budget,
    said: u64,
    told: u64,
    /// What the companion heard of the session, and the session of the companion; answers to the session.
    passed: Vec<u64>,
    heard: Vec<u64>,
    answered: Vec<u64>,
    tokens: Vec<Secret>,
    companion_next: u32,
    broken: Option<String>,
}

impl Line {
    /// A session that is in a room with a companion, with nothing on its way.
    pub(super) fn new(budget: Budget) -> Self {
        let session = Session::new(SessionConfig {
            lobby: lobby(),
            profile: Profile::default(),
            auth: None,
            client: "test 0 blink".into(),
            resume: None,
            backoff_seed: 1,
            give_up_after: None,
        });
        let mut config = HubConfig::default();
        config.limits.per.clear();
        let mut line = Self {
            hub: Hub::new(config, Box::new(Chance(1))),
            session,
            peer: None,
            opening: false,
            sockets: COMPANION.0,
            socket: None,
            up: VecDeque::new(),
            down: VecDeque::new(),
            before: Vec::new(),
            budget,
            said: 0,
            told: 0,
            passed: Vec::new(),
            heard: Vec::new(),
            answered: Vec::new(),
            tokens: Vec::new(),
            companion_next: 1,
            broken: None,
        };
        line.hub(HubIn::Opened { socket: COMPANION });
        let hello = Hello {
            version: VERSION,
            features: Default::default(),
            client: "test 0 blink".into(),
            lobby: lobby(),
            profile: Profile::default(),
            auth: None,
            resume: None,
        };
        line.companion(None, ClientMsg::Hello(hello));
        line.companion(Some(1), enter());
        line.companion_next = 2;
        line.feed(SessionIn::Start);
        line.take(Step::Connect);
        line.feed(SessionIn::Command { token: 0, message: Box::new(enter()) });
        while let Some(step) = line.steps().into_iter().find(|step| matches!(step, Step::Up | Step::Down)) {
            line.take(step);
        }
        line.answered.clear();
        line
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        let possible = [
            (Step::Say, self.budget.says > 0),
            (Step::Event, self.budget.events > 0),
            (Step::Connect, self.socket.is_none()),
            (Step::Up, !self.up.is_empty()),
            (Step::Down, !self.down.is_empty()),
            (Step::Lose, self.budget.losses > 0 && self.socket.is_some()),
        ];
        let before = self
            .before
            .iter()
            .enumerate()
            .flat_map(|(i, (_, frames))| [(Step::LateUp(i), !frames.is_empty()), (Step::Notice(i), true)]);
        possible.into_iter().chain(before).filter(|(_, possible)| *possible).map(|(step, _)| step).collect()
    }

    pub(super) fn take(&mut self, step: Step) {
        match step {
            Step::Say => {
                self.budget.says -= 1;
                self.said += 1;
                let message = Box::new(say(self.said));
                self.feed(SessionIn::Command { token: self.said, message });
            }
            Step::Event => {
                self.budget.events -= 1;
                self.told += 1;
                let n = self.companion_next;
                self.companion_next += 1;
                self.companion(Some(n), say(self.told));
            }
            Step::Connect => {
                // A wait is cut short rather than waited for.
                if !self.opening {
                    self.feed(SessionIn::NetworkChanged);
                }
                self.opening = false;
                self.sockets += 1;
                let socket = SocketId(self.sockets);
                self.socket = Some(socket);
                self.hub(HubIn::Opened { socket });
                self.feed(SessionIn::Opened);
            }
            Step::Up => {
                if let (Some(socket), Some(frame)) = (self.socket, self.up.pop_front()) {
                    self.hub(HubIn::Frame { socket, frame: Box::new(frame), bytes: 100 });
                }
            }
            Step::LateUp(i) => {
                if let Some((socket, frames)) = self.before.get_mut(i)
                    && let Some(frame) = frames.pop_front()
                {
                    let socket = *socket;
                    self.hub(HubIn::Frame { socket, frame: Box::new(frame), bytes: 100 });
                }
            }
            Step::Notice(i) => {
                let (socket, _) = self.before.remove(i);
                self.hub(HubIn::Closed { socket, clean: false });
            }
            Step::Down => {
                if let Some(frame) = self.down.pop_front() {
                    self.feed(SessionIn::Frame(Box::new(frame)));
                }
            }
            Step::Lose => {
                self.budget.losses -= 1;
                if let Some(socket) = self.socket.take() {
                    self.before.push((socket, std::mem::take(&mut self.up)));
                }
                self.down.clear();
                self.feed(SessionIn::Closed { code: 1006 });
            }
        }
    }

    fn companion(&mut self, n: Option<u32>, m: ClientMsg) {
        self.hub(HubIn::Frame { socket: COMPANION, frame: Box::new(ClientFrame { n, ack: 0, m }), bytes: 100 });
    }

    fn feed(&mut self, input: SessionIn) {
        let mut out = Vec::new();
        self.session.handle(input, NOW, &mut out);
        for effect in out {
            match effect {
                SessionOut::Open => self.opening = true,
                SessionOut::Send(frame) => self.up.push_back(*frame),
                SessionOut::Welcome(welcome) => self.welcomed(&welcome),
                SessionOut::Message(message) => {
                    if let ServerMsg::Said { body, .. } = *message {
                        self.heard.extend(body.as_u64());
                    }
                }
                SessionOut::Reply { token, .. } => self.answered.push(token),
                SessionOut::Status(_) | SessionOut::Lost { .. } => {}
                effect => self.broken = Some(format!("{effect:?}")),
            }
        }
    }

    fn welcomed(&mut self, welcome: &Welcome) {
        let before = self.peer.replace(welcome.peer.clone());
        let goes_on = matches!(welcome.resumed, ResumeOutcome::Replayed { .. }) && before == self.peer;
        if before.is_some() && !goes_on {
            self.broken = Some(format!("not resumed: {:?}", welcome.resumed));
        }
    }

    fn hub(&mut self, input: HubIn) {
        let mut out = Vec::new();
        self.hub.handle(input, NOW, &mut out);
        for effect in out {
            match effect {
                HubOut::Send { socket: COMPANION, frame } => {
                    if let ServerMsg::Said { body, .. } = &frame.m
                        && frame.re.is_none()
                    {
                        self.passed.extend(body.as_u64());
                    }
                }
                HubOut::Send { socket, frame } => {
                    if let ServerMsg::Welcome(welcome) = &frame.m {
                        self.tokens.push(welcome.resume_token.clone());
                    }
                    if self.socket == Some(socket) {
                        self.down.push_back(*frame);
                    }
                }
                HubOut::Close { socket, code } if self.socket == Some(socket) => {
                    self.broken = Some(format!("closed: {code:?}"));
                }
                HubOut::Close { socket, .. } => {
                    self.before.retain(|(before, _)| *before != socket);
                }
                effect => self.broken = Some(format!("{effect:?}")),
            }
        }
    }

    /// What must hold at any moment.
    fn check(&self) -> Result<(), String> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        let counts = |list: &[u64]| list.iter().zip(1..).all(|(number, place)| *number == place);
        if !counts(&self.passed) || !counts(&self.heard) {
            return Err(format!("passed on {:?}, heard {:?}", self.passed, self.heard));
        }
        let once: HashSet<_> = self.answered.iter().collect();
        if once.len() != self.answered.len() {
            return Err(format!("answered {:?}", self.answered));
        }
        self.hub.check()
    }

    /// What must hold when nothing but a loss can happen.
    fn check_end(&self) -> Result<(), String> {
        let counts = (self.passed.len() as u64, self.heard.len() as u64, self.answered.len() as u64);
        if counts == (self.said, self.told, self.said) {
            return Ok(());
        }
        Err(format!("said {}, told {}: {counts:?}", self.said, self.told))
    }

    /// The same for two states from which the same can happen.
    fn key(&self) -> String {
        let place = |secret: &Secret| self.tokens.iter().position(|token| token == secret);
        let token = self.session.resume_state().map(|resume| place(&resume.token));
        let hub = self.peer.as_ref().map(|peer| self.hub.standing(peer, &self.tokens));
        let ends = (&self.socket, &self.before, &self.up, &self.down, self.opening, self.budget);
        let offered = self.up.iter().chain(self.before.iter().flat_map(|(_, frames)| frames));
        let offered: Vec<_> = offered.map(|frame| hello_token(&frame.m).map(place)).collect();
        let told = (&self.passed, &self.heard, &self.answered);
        let brought: Vec<_> = self.down.iter().map(|frame| welcome_token(&frame.m).map(place)).collect();
        format!("{:?} {token:?} {hub:?} {ends:?} {offered:?} {brought:?} {told:?}", self.session)
    }
}

fn hello_token(message: &ClientMsg) -> Option<&Secret> {
    match message {
        ClientMsg::Hello(hello) => hello.resume.as_ref().map(|resume| &resume.token),
        _ => None,
    }
}

fn welcome_token(message: &ServerMsg) -> Option<&Secret> {
    match message {
        ServerMsg::Welcome(welcome) => Some(&welcome.resume_token),
        _ => None,
    }
}

fn say(number: u64) -> ClientMsg {
    ClientMsg::Say { room: room(), to: Target::All, topic: String::new(), body: number.into(), keep: false }
}

/// Visits every state that can be reached; fails on a broken rule with the way there.
pub(super) fn explore(budget: Budget) -> Result<usize, String> {
    let mut visited = HashSet::from([Line::new(budget).key()]);
    let mut open: Vec<Vec<Step>> = vec![Vec::new()];
    let mut ends = 0;
    while let Some(path) = open.pop() {
        let reach = || {
            let mut line = Line::new(budget);
            path.iter().for_each(|step| line.take(*step));
            line
        };
        let mut line = Some(reach());
        let steps = line.as_ref().map(Line::steps).unwrap_or_default();
        if steps.iter().all(|step| *step == Step::Lose) {
            ends += 1;
            line.as_ref().map_or(Ok(()), Line::check_end).map_err(|bad| format!("{bad} after {path:?}"))?;
        }
        for step in steps {
            let mut next = line.take().unwrap_or_else(reach);
            next.take(step);
            let mut path = path.clone();
            path.push(step);
            next.check().map_err(|broken| format!("{broken} after {path:?}"))?;
            if visited.insert(next.key()) {
                open.push(path);
            }
        }
    }
    if ends == 0 {
        return Err("no end was reached".into());
    }
    Ok(visited.len())
}
