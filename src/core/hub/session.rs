//! One client as the server knows it, across sockets: numbering, tokens, what it missed, how long it is waited for.

use super::buckets::Buckets;
use super::mint::{Digest, Mint, digest};
use super::moderation::Known;
use super::ring::Ring;
use super::{HubOut, Origin, SocketId};
use crate::core::Millis;
use crate::protocol::limits::{RELOAD_WINDOW_MS, RESUME_WINDOW_MS};
use crate::protocol::{
    LeaveReason, LobbyId, Online, PeerId, Profile, ResumeOutcome, RoomId, Secret, ServerFrame, ServerMsg,
};
use std::collections::BTreeSet;

/// The browser engine a client names at the end of `Hello.client`, as in `web 0.1.0 blink`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Engine {
    Blink,
    Gecko,
    Webkit,
}

impl Engine {
    pub(super) fn of(client: &str) -> Option<Self> {
        match client.split_whitespace().next_back()? {
            "blink" => Some(Self::Blink),
            "gecko" => Some(Self::Gecko),
            "webkit" => Some(Self::Webkit),
            _ => None,
        }
    }
}

/// What to do with a numbered command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// The next one, or one without a number: carry it out.
    Now,
    /// Carried out before.
    Done,
    /// Something is missing in between.
    Gap,
}

/// Without a socket: since when it is waited for, until when, and as what it then counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Absence {
    pub(super) since: Millis,
    pub(super) until: Millis,
    pub(super) why: LeaveReason,
}

pub(super) struct SessionMachine {
    pub(super) peer: PeerId,
    pub(super) lobby: LobbyId,
    pub(super) profile: Profile,
    pub(super) engine: Option<Engine>,
    pub(super) rooms: BTreeSet<RoomId>,
    /// In front of which it waits to be let in.
    pub(super) waiting: BTreeSet<RoomId>,
    /// Where its last socket came from, if the server tells.
    pub(super) origin: Option<Origin>,
    /// What it may still do.
    pub(super) buckets: Buckets,
    /// Frames that could not be read, in the whole session.
    pub(super) malformed: u32,
    socket: Option<SocketId>,
    /// The place of its last socket in the order in which sockets were opened.
    place: u64,
    silent_since: Option<Millis>,
    absence: Option<Absence>,
    done: u32,
    ring: Ring,
    token: Digest,
    previous: Option<Digest>,
}

impl SessionMachine {
    /// A session and the token to resume it with.
    pub(super) fn new(
        peer: PeerId,
        lobby: LobbyId,
        profile: Profile,
        engine: Option<Engine>,
        mint: &mut Mint,
    ) -> (Self, Secret) {
        let secret = mint.secret();
        let session = Self {
            peer,
            lobby,
            profile,
            engine,
            rooms: BTreeSet::new(),
            waiting: BTreeSet::new(),
            origin: None,
            buckets: Buckets::default(),
            malformed: 0,
            socket: None,
            place: 0,
            silent_since: None,
            absence: None,
            done: 0,
            ring: Ring::default(),
            token: digest(&secret),
            previous: None,
        };
        (session, secret)
    }

    /// By what a ban recognises this client.
    pub(super) fn known(&self) -> Vec<Known> {
        let browser = self.origin.map(|origin| Known::Browser(origin.browser));
        [Some(Known::Session(self.peer.clone())), browser].into_iter().flatten().collect()
    }

    pub(super) fn socket(&self) -> Option<SocketId> {
        self.socket
    }

    pub(super) fn silent(&self) -> bool {
        self.silent_since.is_some()
    }

    /// Whether it is heard of, as others are shown it.
    pub(super) fn online(&self, mint: &Mint) -> Online {
        let silence = self.silent_since.map(|since| (since, false));
        let absence = self.absence.map(|absence| (absence.since, absence.why == LeaveReason::Left));
        match silence.or(absence) {
            None => Online::Connected,
            Some((since, leaving)) => Online::Interrupted { since_ms: mint.wall(since), leaving },
        }
    }

    pub(super) fn absence(&self) -> Option<Absence> {
        self.absence
    }

    /// Highest command carried out.
    pub(super) fn done(&self) -> u32 {
        self.done
    }

    pub(super) fn ring(&self) -> &Ring {
        &self.ring
    }

    /// Digests of the tokens that resume this session now.
    pub(super) fn tokens(&self) -> impl Iterator<Item = Digest> + use<> {
        [Some(self.token), self.previous].into_iter().flatten()
    }

    /// Has this session been on a socket that was opened after the one of this place?
    ///
    /// A client opens one socket after the other, so what comes over an earlier one was long on its way.
    pub(super) fn is_past(&self, place: u64) -> bool {
        place < self.place
    }

    pub(super) fn attach(&mut self, socket: SocketId, place: u64) {
        self.socket = Some(socket);
        self.place = place;
        self.silent_since = None;
        self.absence = None;
    }

    /// The socket is gone; the session waits for another one.
    pub(super) fn detach(&mut self, clean: bool, now: Millis) {
        let since = self.silent_since.take().unwrap_or(now);
        self.socket = None;
        self.absence = Some(if clean {
            Absence { since, until: now + RELOAD_WINDOW_MS, why: LeaveReason::Left }
        } else {
            Absence { since, until: since + RESUME_WINDOW_MS, why: LeaveReason::TimedOut }
        });
    }

    /// No pong for too long. False if that was known.
    pub(super) fn fell_silent(&mut self, now: Millis) -> bool {
        let news = self.silent_since.is_none();
        self.silent_since.get_or_insert(now);
        news
    }

    /// Something came. True if the session was silent.
    pub(super) fn was_heard(&mut self) -> bool {
        self.silent_since.take().is_some()
    }

    /// A client frame on the current socket: the client has the current token, the one before is void.
    pub(super) fn confirm_token(&mut self) -> Option<Digest> {
        self.previous.take()
    }

    /// Mints a new token; the one presented stays valid until the new one is confirmed. The first element is void now.
    pub(super) fn rotate_token(&mut self, presented: Digest, mint: &mut Mint) -> (Option<Digest>, Secret) {
        let void = self.tokens().find(|token| *token != presented);
        let secret = mint.secret();
        self.previous = Some(presented);
        self.token = digest(&secret);
        (void, secret)
    }

    /// What became of the frames after `last_seen`. Zero is a page that knows nothing any more.
    pub(super) fn outcome(&self, last_seen: u32) -> ResumeOutcome {
        if last_seen > 0 && self.ring.covers(last_seen) {
            ResumeOutcome::Replayed { from: last_seen + 1 }
        } else {
            ResumeOutcome::Snapshot
        }
    }

    /// Sends again what came after `last_seen`.
    pub(super) fn replay(&self, last_seen: u32, out: &mut Vec<HubOut>) {
        if let Some(socket) = self.socket {
            out.extend(
                self.ring.after(last_seen, self.done).map(|frame| HubOut::Send { socket, frame: Box::new(frame) }),
            );
        }
    }

    /// A snapshot has told the client everything.
    pub(super) fn forget_frames(&mut self) {
        self.ring.clear();
    }

    pub(super) fn acknowledge(&mut self, ack: u32) {
        self.ring.acknowledge(ack);
    }

    /// Takes the number of a command; one that is carried out counts from here on, whatever comes of it.
    pub(super) fn turn(&mut self, n: Option<u32>) -> Turn {
        match n {
            None => Turn::Now,
            Some(n) if n <= self.done => Turn::Done,
            Some(n) if n == self.done + 1 => {
                self.done = n;
                Turn::Now
            }
            Some(_) => Turn::Gap,
        }
    }

    /// A numbered frame: kept until acknowledged.
    pub(super) fn send(&mut self, re: Option<u32>, message: ServerMsg, out: &mut Vec<HubOut>) {
        match self.socket {
            None => {
                self.ring.push(re, message);
            }
            Some(socket) => {
                let n = self.ring.push(re, message.clone());
                let frame = ServerFrame { n: Some(n), re, ack: self.done, m: message };
                out.push(HubOut::Send { socket, frame: Box::new(frame) });
            }
        }
    }

    /// A frame nobody will miss.
    pub(super) fn send_volatile(&self, message: ServerMsg, out: &mut Vec<HubOut>) {
        if let Some(socket) = self.socket {
            let frame = ServerFrame { n: None, re: None, ack: self.done, m: message };
            out.push(HubOut::Send { socket, frame: Box::new(frame) });
        }
    }
}
