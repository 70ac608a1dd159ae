//! A session against a small model of the server's rules for numbering, tokens and resuming, with losses at any point.

use super::super::*;
use super::{config, welcome};
use crate::protocol::{CloseReason, ResumeOutcome, RoomId, ServerFrame, ServerMsg};
use std::collections::{HashSet, VecDeque};

/// What may happen next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// The application issues its next command.
    Issue,
    /// The server has something to tell.
    Event,
    /// A socket opens, at once or after the wait.
    Connect,
    /// The next frame of the client reaches the server.
    Up,
    /// A frame sent over the socket before reaches the server, which has not noticed its loss.
    LateUp,
    /// The next frame of the server reaches the client.
    Down,
    /// The socket is lost with everything on the way to the client.
    Lose,
}

/// The server's side of one session.
#[derive(Debug, Clone, Default)]
struct Server {
    token: u32,
    previous: Option<u32>,
    done: u32,
    acted: Vec<String>,
    sent: Vec<(Option<u32>, ServerMsg)>,
    begun: bool,
}

#[derive(Debug, Clone)]
pub struct World {
    client: Session,
    server: Server,
    /// Frames on their way over the present socket; `None` while there is none.
    up: Option<VecDeque<ClientFrame>>,
    down: VecDeque<ServerFrame>,
    /// Frames of the client still on their way over the socket before.
    late: VecDeque<ClientFrame>,
    greeted: bool,
    commands_left: u8,
    events_left: u8,
    losses_left: u8,
    seen: Vec<String>,
    settled: Vec<u64>,
    /// Whether a page that has seen nothing gets a snapshot, as a server does, or everything again.
    snapshots: bool,
}

fn leave(name: &str) -> ClientMsg {
    ClientMsg::LeaveRoom { room: room(name) }
}

fn room(name: &str) -> RoomId {
    name.parse().unwrap()
}

impl World {
    pub fn new(losses: u8, snapshots: bool) -> Self {
        let mut world = Self {
            client: Session::new(config()),
            server: Server::default(),
            up: None,
            down: VecDeque::new(),
            late: VecDeque::new(),
            greeted: false,
            commands_left: 2,
            events_left: 1,
            losses_left: losses,
            seen: Vec::new(),
            settled: Vec::new(),
            snapshots,
        };
        world.feed(SessionIn::Start).unwrap();
        world
    }

    pub fn steps(&self) -> Vec<Step> {
        let possible = [
            (Step::Issue, self.commands_left > 0),
            (Step::Event, self.events_left > 0 && self.client.token.is_some()),
            (Step::Connect, self.up.is_none()),
            (Step::Up, self.up.as_ref().is_some_and(|up| !up.is_empty())),
            (Step::LateUp, !self.late.is_empty() && !self.greeted),
            (Step::Down, !self.down.is_empty()),
            (Step::Lose, self.losses_left > 0 && self.up.is_some()),
        ];
        possible.into_iter().filter(|(_, possible)| *possible).map(|(step, _)| step).collect()
    }

    pub fn take(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Issue => {
                let token = u64::from(3 - self.commands_left);
                self.commands_left -= 1;
                let message = Box::new(leave(&format!("command-{token}")));
                self.feed(SessionIn::Command { token, message })
            }
            Step::Event => {
                self.events_left -= 1;
                self.tell(None, ServerMsg::RoomClosed { room: room("event"), why: CloseReason::ByHost });
                Ok(())
            }
            Step::Connect => {
                self.up = Some(VecDeque::new());
                self.down.clear();
                self.greeted = false;
                // A wait is cut short rather than waited for, so that time stands still.
                if matches!(self.client.stage, Stage::Waiting { .. }) {
                    self.feed(SessionIn::NetworkChanged)?;
                }
                self.feed(SessionIn::Opened)
            }
            Step::Up => {
                let frame = self.up.as_mut().and_then(VecDeque::pop_front).ok_or("nothing to deliver")?;
                self.receive(frame)
            }
            Step::LateUp => {
                let frame = self.late.pop_front().ok_or("nothing to deliver")?;
                self.act(frame)
            }
            Step::Down => {
                let frame = self.down.pop_front().ok_or("nothing to deliver")?;
                self.feed(SessionIn::Frame(Box::new(frame)))
            }
            Step::Lose => {
                self.losses_left -= 1;
                let up = self.up.take().unwrap_or_default();
                if self.greeted {
                    self.late = up;
                }
                self.greeted = false;
                self.down.clear();
                self.feed(SessionIn::Closed { code: 1006 })
            }
        }
    }

    fn feed(&mut self, input: SessionIn) -> Result<(), String> {
        let mut out = Vec::new();
        self.client.handle(input, 0, &mut out);
        for effect in out {
            match effect {
                SessionOut::Send(frame) => match &mut self.up {
                    Some(up) => up.push_back(*frame),
                    None => return Err("sent without a socket".into()),
                },
                SessionOut::Close { code } => return Err(format!("closed with {code:?}")),
                SessionOut::Message(message) => self.seen.push(format!("{message:?}")),
                SessionOut::Reply { token, message } => {
                    // A snapshot without the room answers for the lost answer to leaving it.
                    if *message != ServerMsg::Ok {
                        self.seen.push(format!("{message:?}"));
                    }
                    self.settled.push(token);
                }
                SessionOut::Failed { token } => self.settled.push(token),
                SessionOut::Ended(why) => return Err(format!("ended: {why:?}")),
                SessionOut::Open | SessionOut::Status(_) | SessionOut::Welcome(_) | SessionOut::Lost { .. } => {}
            }
        }
        Ok(())
    }

    /// The server numbers and keeps a frame, and sends it if anybody listens.
    fn tell(&mut self, re: Option<u32>, m: ServerMsg) {
        self.server.sent.push((re, m.clone()));
        if self.greeted {
            let n = Some(self.server.sent.len() as u32);
            self.down.push_back(ServerFrame { n, re, ack: self.server.done, m });
        }
    }

    fn receive(&mut self, frame: ClientFrame) -> Result<(), String> {
        if let ClientMsg::Hello(hello) = frame.m {
            return self.greet(&hello);
        }
        self.server.previous = None;
        self.act(frame)
    }

    fn act(&mut self, frame: ClientFrame) -> Result<(), String> {
        let Some(n) = frame.n else { return Ok(()) };
        if n > self.server.done + 1 {
            return Err(format!("command {n} after {}", self.server.done));
        }
        if n == self.server.done + 1 {
            self.server.done = n;
            self.server.acted.push(format!("{:?}", frame.m));
            self.tell(
                Some(n),
                ServerMsg::Invite { room: room(&format!("answer-{n}")), invite: Secret::new(""), expires_ms: 0 },
            );
        }
        Ok(())
    }

    fn greet(&mut self, hello: &Hello) -> Result<(), String> {
        // What is left on the old socket is never read.
        self.late.clear();
        self.greeted = true;
        let mut resumed = ResumeOutcome::Fresh;
        if let Some(resume) = &hello.resume {
            let presented: u32 = resume.token.expose().parse().map_err(|_| "a token nobody minted")?;
            if presented != self.server.token && Some(presented) != self.server.previous {
                return Err(format!("token {presented} is void"));
            }
            if resume.last_seen as usize > self.server.sent.len() {
                return Err("saw what was never sent".into());
            }
            self.server.previous = Some(presented);
            resumed = if self.snapshots && resume.last_seen == 0 {
                ResumeOutcome::Snapshot
            } else {
                ResumeOutcome::Replayed { from: resume.last_seen + 1 }
            };
        } else if self.server.begun {
            // The welcome of the first session got lost, with nothing done in it.
            self.server = Server { token: self.server.token, ..Server::default() };
        }
        self.server.begun = true;
        self.server.token += 1;
        let mut welcome = welcome(resumed, self.server.done);
        welcome.resume_token = Secret::new(self.server.token.to_string());
        self.down.push_back(ServerFrame { n: None, re: None, ack: 0, m: ServerMsg::Welcome(Box::new(welcome)) });
        if let ResumeOutcome::Replayed { from } = resumed {
            for (at, (re, m)) in self.server.sent.iter().enumerate().skip(from as usize - 1) {
                let n = Some(at as u32 + 1);
                self.down.push_back(ServerFrame { n, re: *re, ack: self.server.done, m: m.clone() });
            }
        }
        Ok(())
    }

    /// What must hold at any moment.
    fn check(&self) -> Result<(), String> {
        let once: HashSet<_> = self.server.acted.iter().collect();
        if once.len() != self.server.acted.len() {
            return Err(format!("a command acted twice: {:?}", self.server.acted));
        }
        let sent: Vec<String> = self.server.sent.iter().map(|(_, message)| format!("{message:?}")).collect();
        // After a snapshot frames are missing, never out of order.
        let mut rest = sent.iter();
        if !self.seen.iter().all(|seen| rest.any(|sent| sent == seen)) {
            return Err(format!("seen {:?} of {sent:?}", self.seen));
        }
        if !self.snapshots && !sent.starts_with(&self.seen) {
            return Err(format!("a gap: seen {:?} of {sent:?}", self.seen));
        }
        let settled: HashSet<_> = self.settled.iter().collect();
        if settled.len() != self.settled.len() {
            return Err(format!("a command settled twice: {:?}", self.settled));
        }
        Ok(())
    }

    /// What must hold when nothing but a loss can happen.
    fn check_end(&self) -> Result<(), String> {
        if self.server.acted != ["command-1", "command-2"].map(|name| format!("{:?}", leave(name))) {
            return Err(format!("acted {:?}", self.server.acted));
        }
        if self.settled.len() != 2 {
            return Err(format!("settled {:?}", self.settled));
        }
        if !self.snapshots && self.seen.len() != 3 {
            return Err(format!("seen {:?}", self.seen));
        }
        Ok(())
    }

    fn key(&self) -> String {
        // A secret does not print itself.
        format!("{self:?} {:?}", self.client.resume_state().map(|resume| resume.token.expose().to_owned()))
    }
}

/// Visits every state that can be reached; fails on a broken rule with the way there.
pub fn explore(start: World) -> Result<usize, String> {
    let mut visited = HashSet::from([start.key()]);
    let mut open = vec![(start, Vec::new())];
    let mut ends = 0;
    while let Some((world, path)) = open.pop() {
        let steps = world.steps();
        if steps.iter().all(|step| *step == Step::Lose) {
            ends += 1;
            world.check_end().map_err(|bad| format!("{bad} after {path:?}"))?;
        }
        for step in steps {
            let mut next = world.clone();
            let mut path = path.clone();
            path.push(step);
            next.take(step).and_then(|()| next.check()).map_err(|broken| format!("{broken} after {path:?}"))?;
            if visited.insert(next.key()) {
                open.push((next, path));
            }
        }
    }
    if ends == 0 {
        return Err("no end was reached".into());
    }
    Ok(visited.len())
}
