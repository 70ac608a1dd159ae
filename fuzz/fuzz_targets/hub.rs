//! Frames of several clients against the hub, whose invariants hold after each of them.
//!
//! One step a line: a digit names the client, the rest is its frame. Without a digit, the first letter says what
//! happens to the client of the digit after it: `o`pened, `c`losed, `l`ost, `s`ilent, `h`eard; `t` lets as many
//! seconds pass as the number after it says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use multirtc::core::hub::{Entropy, Hub, HubConfig, HubIn, HubOut, PasswordResult, SocketId};
use multirtc::core::{Machine, Millis};
use multirtc::protocol::{ClientFrame, Secret};

/// Ids that an input can name: the same in every run.
struct Counting(u8);

impl Entropy for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 = self.0.wrapping_add(1);
        bytes.fill(0);
        if let Some(last) = bytes.last_mut() {
            *last = self.0;
        }
    }
}

/// A hub, its clock and the numbers of its sockets: one that was closed is not used again.
struct World {
    hub: Hub,
    now: Millis,
    sockets: [u64; 4],
}

impl World {
    fn socket(&self, client: usize) -> SocketId {
        SocketId(self.sockets[client] * 4 + client as u64)
    }

    fn say(&mut self, input: HubIn) {
        let mut out = Vec::new();
        self.hub.handle(input, self.now, &mut out);
        self.hub.check().expect("the invariants hold");
        for said in out {
            match said {
                HubOut::Send { frame, .. } => drop(serde_json::to_string(&frame).expect("frames can be written")),
                HubOut::Close { .. } => {}
                HubOut::HashPassword { job, password } => {
                    self.say(HubIn::PasswordResult { job, result: PasswordResult::Hashed(password) });
                }
                HubOut::VerifyPassword { job, password, hash } => {
                    let matches = Secret::expose(&password) == hash.expose();
                    self.say(HubIn::PasswordResult { job, result: PasswordResult::Matches(matches) });
                }
            }
        }
    }

    fn open(&mut self, client: usize) {
        self.sockets[client] += 1;
        let socket = self.socket(client);
        self.say(HubIn::Opened { socket });
    }

    fn step(&mut self, line: &str) {
        let mut letters = line.chars();
        let first = letters.next().unwrap_or(' ');
        if first == 't' {
            self.now += letters.as_str().parse::<u16>().map_or(0, u64::from) * 1_000;
            return self.say(HubIn::Tick);
        }
        let digit = if first.is_ascii_digit() { Some(first) } else { letters.next() };
        let client = digit.and_then(|digit| digit.to_digit(4)).unwrap_or(0) as usize;
        let socket = self.socket(client);
        match first {
            'o' => self.open(client),
            'c' | 'l' => self.say(HubIn::Closed { socket, clean: first == 'c' }),
            's' => self.say(HubIn::Silent { socket }),
            'h' => self.say(HubIn::Heard { socket }),
            _ => match serde_json::from_str::<ClientFrame>(letters.as_str()) {
                Ok(frame) => {
                    let bytes = letters.as_str().len();
                    self.say(HubIn::Frame { socket, frame: Box::new(frame), bytes });
                }
                Err(_) => self.say(HubIn::Malformed { socket }),
            },
        }
    }
}

fuzz_target!(|text: &str| {
    let config = HubConfig { passwords: true, ..HubConfig::default() };
    let mut world = World { hub: Hub::new(config, Box::new(Counting(0))), now: 0, sockets: [0; 4] };
    for client in 0..4 {
        world.open(client);
    }
    for line in text.lines().take(64) {
        world.step(line);
    }
});
