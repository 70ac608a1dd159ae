//! Frames of a server against a client's session and the rooms it believes to be in.
//!
//! One frame a line; an empty line is a tick, a line that is no frame is the socket's end.

#![no_main]

use libfuzzer_sys::fuzz_target;
use multirtc::core::Machine;
use multirtc::core::event::Event;
use multirtc::core::roster::Roster;
use multirtc::core::session::{Session, SessionConfig, SessionIn, SessionOut};
use multirtc::protocol::{Encode, Profile, RoomSnapshot, ServerFrame, ServerMsg};

/// Rooms one page is in at once, more than the server allows.
const ROOMS: usize = 10;

/// A page: its session, its rooms.
struct Page {
    session: Session,
    now: u64,
    rooms: Vec<Roster>,
    events: Vec<Event>,
}

impl Page {
    fn feed(&mut self, input: SessionIn) {
        let mut out = Vec::new();
        self.session.handle(input, self.now, &mut out);
        for said in out {
            match said {
                SessionOut::Open => self.feed(SessionIn::Opened),
                SessionOut::Welcome(welcome) => welcome.rooms.into_iter().for_each(|room| self.enter(room)),
                SessionOut::Message(message) | SessionOut::Reply { message, .. } => self.hear(&message),
                SessionOut::Send(frame) => drop(frame.encode()),
                _ => {}
            }
        }
    }

    fn enter(&mut self, room: RoomSnapshot) {
        if self.rooms.len() < ROOMS {
            self.rooms.push(Roster::new(room));
        }
    }

    fn hear(&mut self, message: &ServerMsg) {
        for room in &mut self.rooms {
            room.apply(message, &mut self.events);
            drop(room.state());
        }
        if let ServerMsg::Joined(snapshot) = message {
            self.enter((**snapshot).clone());
        }
    }
}

fuzz_target!(|text: &str| {
    let config = SessionConfig {
        lobby: "fuzz".parse().expect("an id"),
        profile: Profile::default(),
        auth: None,
        client: "web 0.1.0 blink".to_owned(),
        resume: None,
        backoff_seed: 1,
        give_up_after: None,
    };
    let mut page = Page { session: Session::new(config), now: 0, rooms: Vec::new(), events: Vec::new() };
    page.feed(SessionIn::Start);
    for line in text.lines().take(64) {
        page.now += 1;
        match ServerFrame::read(line) {
            Some(frame) => page.feed(SessionIn::Frame(Box::new(frame))),
            None if line.is_empty() => {
                page.now = page.session.deadline().unwrap_or(page.now).max(page.now);
                page.feed(SessionIn::Tick);
            }
            None => page.feed(SessionIn::Closed { code: 1006 }),
        }
    }
});
