#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod loss;
mod model;
mod random;
mod resume;

use super::*;
use crate::protocol::{
    ClientMsg, ErrorBody, ErrorCode, IceServers, LinkId, PeerId, Profile, ResumeOutcome, RoomId, ServerFrame,
    ServerMsg, SignalBody, Welcome, limits,
};

fn config() -> SessionConfig {
    SessionConfig {
        lobby: "lobby".parse().unwrap(),
        profile: Profile { name: "Ada".into(), ..Profile::default() },
        auth: None,
        client: "test 0 blink".into(),
        resume: None,
        backoff_seed: 7,
        give_up_after: None,
    }
}

fn welcome(resumed: ResumeOutcome, commands_done: u32) -> Welcome {
    Welcome {
        version: VERSION,
        features: Default::default(),
        peer: "me".parse().unwrap(),
        resumed,
        commands_done,
        resume_token: Secret::new("token"),
        resume_window_ms: 45_000,
        heartbeat_ms: 5_000,
        limits: limits::defaults(),
        ice: IceServers { servers: Vec::new(), expires_ms: None },
        rooms: Vec::new(),
        now_ms: 0,
    }
}

/// A session with a clock, and what it told since it was last asked.
struct Bench {
    session: Session,
    now: Millis,
    out: Vec<SessionOut>,
}

impl Bench {
    fn new(config: SessionConfig) -> Self {
        let mut bench = Self { session: Session::new(config), now: 1_000_000, out: Vec::new() };
        bench.feed(SessionIn::Start);
        bench
    }

    /// Welcomed for the first time, ten seconds ago.
    fn online() -> Self {
        let mut bench = Self::new(config());
        bench.feed(SessionIn::Opened);
        bench.welcome(ResumeOutcome::Fresh, 0);
        bench.now += 9_999;
        bench.frame(None, None, 0, ServerMsg::Pong { nonce: 0 });
        bench.out.clear();
        bench
    }

    fn feed(&mut self, input: SessionIn) {
        self.session.handle(input, self.now, &mut self.out);
    }

    fn frame(&mut self, n: Option<u32>, re: Option<u32>, ack: u32, m: ServerMsg) {
        self.feed(SessionIn::Frame(Box::new(ServerFrame { n, re, ack, m })));
    }

    fn welcome(&mut self, resumed: ResumeOutcome, done: u32) {
        self.frame(None, None, done, ServerMsg::Welcome(Box::new(welcome(resumed, done))));
    }

    fn command(&mut self, token: u64, message: ClientMsg) {
        self.feed(SessionIn::Command { token, message: Box::new(message) });
    }

    /// Lets time pass, with a tick at every deadline.
    fn pass(&mut self, ms: Millis) {
        let end = self.now + ms;
        while let Some(deadline) = self.session.deadline().filter(|deadline| *deadline <= end) {
            assert!(deadline > self.now, "a deadline that has passed");
            self.now = deadline;
            self.feed(SessionIn::Tick);
        }
        self.now = end;
    }

    fn told(&mut self) -> Vec<SessionOut> {
        std::mem::take(&mut self.out)
    }

    fn sent(&mut self) -> Vec<ClientFrame> {
        let frame = |effect| match effect {
            SessionOut::Send(frame) => Some(*frame),
            _ => None,
        };
        self.told().into_iter().filter_map(frame).collect()
    }

    /// Loses the socket and comes back to the point where hello was said.
    fn reconnect(&mut self) {
        self.feed(SessionIn::Closed { code: 1006 });
        self.pass(20_000);
        self.out.clear();
        self.feed(SessionIn::NetworkChanged);
        self.feed(SessionIn::Opened);
    }
}

fn room(name: &str) -> RoomId {
    name.parse().unwrap()
}

fn signal() -> ClientMsg {
    let to: PeerId = "them".parse().unwrap();
    ClientMsg::Signal { room: room("r"), to, link: LinkId(1), body: SignalBody::WantTurn }
}

fn leave() -> ClientMsg {
    ClientMsg::LeaveRoom { room: room("r") }
}

fn opened(out: &[SessionOut]) -> bool {
    out.contains(&SessionOut::Open)
}

#[test]
fn hello_comes_first_and_commands_wait_for_the_welcome() {
    let mut bench = Bench::new(config());
    bench.command(1, leave());
    assert_eq!(bench.told(), [SessionOut::Status(SignalingStatus::Connecting), SessionOut::Open]);
    bench.feed(SessionIn::Opened);
    let sent = bench.sent();
    assert!(matches!(&sent[..], [ClientFrame { n: None, m: ClientMsg::Hello(hello), .. }] if hello.resume.is_none()));
    bench.welcome(ResumeOutcome::Fresh, 0);
    let told = bench.told();
    assert_eq!(told[0], SessionOut::Status(SignalingStatus::Online));
    assert!(matches!(told[1], SessionOut::Welcome(_)));
    assert_eq!(told[2], SessionOut::Send(Box::new(ClientFrame { n: Some(1), ack: 0, m: leave() })));
    assert_eq!(told.len(), 3);
}

#[test]
fn commands_are_numbered_and_answers_find_them() {
    let mut bench = Bench::online();
    bench.command(70, leave());
    bench.command(71, leave());
    let numbers: Vec<_> = bench.sent().into_iter().map(|frame| frame.n).collect();
    assert_eq!(numbers, [Some(1), Some(2)]);
    bench.frame(Some(1), Some(2), 2, ServerMsg::Ok);
    assert_eq!(bench.told(), [SessionOut::Reply { token: 71, message: Box::new(ServerMsg::Ok) }]);
    bench.command(72, leave());
    assert_eq!(bench.sent()[0].ack, 1);
}

#[test]
fn what_is_answered_only_when_refused_is_forgotten_once_it_is_done() {
    let mut bench = Bench::online();
    bench.command(1, signal());
    bench.command(2, signal());
    let refused = ErrorBody { code: ErrorCode::StaleLink, message: String::new(), retry_after_ms: None, room: None };
    bench.told();
    bench.frame(Some(1), Some(1), 1, ServerMsg::Error(refused.clone()));
    assert_eq!(bench.told(), [SessionOut::Reply { token: 1, message: Box::new(ServerMsg::Error(refused)) }]);
    bench.frame(None, None, 2, ServerMsg::Pong { nonce: 1 });
    bench.reconnect();
    bench.told();
    bench.welcome(ResumeOutcome::Replayed { from: 2 }, 2);
    assert_eq!(bench.sent(), []);
}

#[test]
fn volatile_messages_go_now_or_never() {
    let mut bench = Bench::new(config());
    bench.told();
    bench.feed(SessionIn::Volatile(Box::new(signal())));
    assert_eq!(bench.told(), []);
    let mut bench = Bench::online();
    bench.feed(SessionIn::Volatile(Box::new(signal())));
    assert_eq!(bench.sent()[0].n, None);
}

#[test]
fn what_was_seen_is_acknowledged_within_five_seconds() {
    let mut bench = Bench::online();
    for n in 1..=3 {
        bench.frame(Some(n), None, 0, ServerMsg::Ok);
        bench.pass(1_000);
    }
    bench.told();
    bench.pass(1_999);
    assert_eq!(bench.sent(), []);
    bench.pass(1);
    let sent = bench.sent();
    assert!(matches!(&sent[..], [ClientFrame { n: None, ack: 3, m: ClientMsg::Ping { .. } }]), "{sent:?}");
    bench.frame(Some(4), None, 0, ServerMsg::Ok);
    bench.command(1, leave());
    bench.told();
    bench.pass(9_000);
    assert_eq!(bench.sent(), [], "the command has said it");
}

#[test]
fn a_silent_server_is_asked_and_then_left_while_the_page_is_visible() {
    let mut bench = Bench::online();
    bench.pass(9_999);
    assert_eq!(bench.sent(), []);
    bench.pass(1);
    assert!(matches!(bench.sent()[..], [ClientFrame { m: ClientMsg::Ping { .. }, .. }]));
    bench.frame(None, None, 0, ServerMsg::Pong { nonce: 1 });
    bench.pass(10_000);
    bench.told();
    bench.pass(4_999);
    assert_eq!(bench.told(), []);
    bench.pass(1);
    let told = bench.told();
    assert_eq!(told[0], SessionOut::Close { code: CloseCode::HeartbeatMissed });
    assert!(opened(&told), "{told:?}");
}

#[test]
fn a_hidden_page_does_not_judge_the_server_by_its_own_late_timers() {
    let mut bench = Bench::online();
    bench.pass(10_000);
    bench.feed(SessionIn::Visible(false));
    bench.told();
    bench.pass(3_600_000);
    assert_eq!(bench.told(), []);
    bench.feed(SessionIn::Visible(true));
    assert!(matches!(bench.sent()[..], [ClientFrame { m: ClientMsg::Ping { .. }, .. }]));
}

#[test]
fn more_commands_than_fit_are_refused() {
    let mut bench = Bench::new(config());
    bench.told();
    for token in 0..2_000 {
        bench.command(token, signal());
    }
    let told = bench.told();
    assert_eq!(told.first(), Some(&SessionOut::Failed { token: 1_024 }));
    assert_eq!(told.len(), 2_000 - 1_024);
}
