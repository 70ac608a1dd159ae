//! Offers and answers of one link: perfect negotiation, serialised, with offers made in turns.
//!
//! Both ends may want to change what the link carries at any time, and an offer that crosses another makes one of the
//! browsers roll back. That converges on paper (W3C WebRTC 1.0, 10.7) and froze pictures in practice, so offers are
//! made in turns: the impolite side holds the turn from the start and makes the first offer; the polite side asks for
//! the turn, gets it when nothing is pending, and gives it back with its offer or unused. What to do about crossing
//! offers is kept as a safety net and counted.
//!
//! The machine gives the driver one command at a time and does nothing else until it is done, which removes the
//! interleavings that make the textbook handler tricky. It is not a [`Machine`](super::Machine): it needs no time.

mod message;
#[cfg(test)]
mod tests;

pub use message::{NegIn, NegOut, Sig};

use std::collections::VecDeque;

/// Candidates kept until the description they belong to is applied; above it the oldest are dropped.
const CANDIDATES: usize = 64;
/// Messages waiting for a command to finish, candidates aside. An end that keeps to the turns never has more than a
/// handful, so that more of them mean that the ends no longer understand each other.
const MESSAGES: usize = 16;

/// What the driver is doing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Command {
    LocalOffer,
    LocalAnswer,
    AdoptSlots,
    RemoteOffer { ufrag: String },
    RemoteAnswer { ufrag: String },
    Candidate,
    RestartIce,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Candidate {
    ufrag: Option<String>,
    json: String,
}

/// The negotiation of one incarnation of a link; a rebuilt link gets a new one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Negotiation {
    polite: bool,
    signaling: Sig,
    in_flight: Option<Command>,
    /// What the other side sent and has not been looked at.
    inbox: VecDeque<NegIn>,
    /// Candidates whose description has not been applied.
    candidates: VecDeque<Candidate>,
    /// The ufrag of the remote description in force.
    remote_ufrag: Option<String>,
    /// The browser has something to negotiate.
    needed: bool,
    restart_wanted: bool,
    /// This side may make an offer.
    turn: bool,
    /// Polite: asked for the turn. Impolite: was asked for it.
    turn_wanted: bool,
    /// A first offer has been answered.
    settled: bool,
    slots_adopted: bool,
    dead: bool,
    collisions: u32,
}

impl Negotiation {
    /// A negotiation before anything was exchanged. The server says which side is polite; the other makes the first
    /// offer.
    pub fn new(polite: bool) -> Self {
        Self {
            polite,
            signaling: Sig::Stable,
            in_flight: None,
            inbox: VecDeque::new(),
            candidates: VecDeque::new(),
            remote_ufrag: None,
            needed: false,
            restart_wanted: false,
            turn: !polite,
            turn_wanted: false,
            settled: false,
            slots_adopted: false,
            dead: false,
            collisions: 0,
        }
    }

    /// Takes one input. Total: every input in every state has a defined result.
    ///
    /// Messages of the other side are fed in the order they were sent, and only those that carry the id of this
    /// incarnation of the link.
    pub fn handle(&mut self, input: NegIn, out: &mut Vec<NegOut>) {
        if self.dead {
            return;
        }
        match input {
            NegIn::NegotiationNeeded => self.needed = true,
            NegIn::IceRestartWanted => self.restart_wanted = true,
            NegIn::Done { local_sdp } => self.done(local_sdp, out),
            NegIn::Failed => self.failed(out),
            message => self.store(message, out),
        }
        self.advance(out);
    }

    /// The signaling state as far as commands were finished.
    pub fn signaling(&self) -> Sig {
        self.signaling
    }

    /// Offers that crossed another; turns exist to keep this at 0.
    pub fn collisions(&self) -> u32 {
        self.collisions
    }

    fn store(&mut self, message: NegIn, out: &mut Vec<NegOut>) {
        let is_candidate = |message: &NegIn| matches!(message, NegIn::Candidate { .. });
        let candidates = self.inbox.iter().filter(|stored| is_candidate(stored)).count();
        if is_candidate(&message) {
            if candidates >= CANDIDATES
                && let Some(oldest) = self.inbox.iter().position(is_candidate)
            {
                self.inbox.remove(oldest);
            }
        } else if self.inbox.len().saturating_sub(candidates) >= MESSAGES {
            return self.give_up(out);
        }
        self.inbox.push_back(message);
    }

    fn done(&mut self, local_sdp: Option<String>, out: &mut Vec<NegOut>) {
        match (self.in_flight.take(), local_sdp) {
            (Some(Command::LocalOffer), Some(sdp)) => {
                self.signaling = Sig::HaveLocalOffer;
                out.push(NegOut::SendOffer(sdp));
            }
            (Some(Command::LocalAnswer), Some(sdp)) => {
                self.settle();
                // The offer just answered was the other side's turn.
                self.turn |= !self.polite;
                out.push(NegOut::SendAnswer(sdp));
            }
            (Some(Command::LocalOffer | Command::LocalAnswer), None) => self.give_up(out),
            (Some(Command::RemoteOffer { ufrag }), _) => {
                self.signaling = Sig::HaveRemoteOffer;
                self.remote_ufrag = Some(ufrag);
            }
            (Some(Command::RemoteAnswer { ufrag }), _) => {
                self.settle();
                self.remote_ufrag = Some(ufrag);
                self.turn &= !self.polite;
            }
            (Some(Command::AdoptSlots | Command::Candidate | Command::RestartIce) | None, _) => {}
        }
    }

    fn failed(&mut self, out: &mut Vec<NegOut>) {
        match self.in_flight.take() {
            None | Some(Command::Candidate) => {}
            Some(_) => self.give_up(out),
        }
    }

    fn settle(&mut self) {
        self.signaling = Sig::Stable;
        self.settled = true;
    }

    fn give_up(&mut self, out: &mut Vec<NegOut>) {
        self.dead = true;
        self.in_flight = None;
        self.inbox.clear();
        self.candidates.clear();
        out.push(NegOut::Rebuild);
    }

    /// Does what can be done until the driver has a command or nothing is left.
    fn advance(&mut self, out: &mut Vec<NegOut>) {
        while !self.dead && self.in_flight.is_none() {
            if self.signaling == Sig::HaveRemoteOffer {
                self.answer(out);
            } else if let Some(message) = self.inbox.pop_front() {
                self.receive(message, out);
            } else if std::mem::take(&mut self.restart_wanted) {
                self.start(Command::RestartIce, NegOut::RestartIce, out);
            } else if let Some(candidate) = self.next_candidate() {
                self.start(Command::Candidate, NegOut::AddCandidate(candidate), out);
            } else if !self.take_turn(out) {
                return;
            }
        }
    }

    fn start(&mut self, command: Command, effect: NegOut, out: &mut Vec<NegOut>) {
        self.in_flight = Some(command);
        out.push(effect);
    }

    fn answer(&mut self, out: &mut Vec<NegOut>) {
        if self.polite && !self.slots_adopted {
            self.slots_adopted = true;
            return self.start(Command::AdoptSlots, NegOut::AdoptSlots, out);
        }
        // On becoming stable the browser raises the event again if it is still true. It may do so before the driver
        // reports that the command is done, so the flag is cleared now.
        self.needed = false;
        self.start(Command::LocalAnswer, NegOut::SetLocal, out);
    }

    fn receive(&mut self, message: NegIn, out: &mut Vec<NegOut>) {
        match message {
            NegIn::Offer { sdp, ufrag } => {
                if self.signaling != Sig::Stable {
                    self.collisions = self.collisions.saturating_add(1);
                    if !self.polite {
                        return;
                    }
                    // The browser rolls the own offer back: its turn is lost, and asked for again once it is missed.
                    self.turn = false;
                    self.turn_wanted = false;
                }
                self.start(Command::RemoteOffer { ufrag }, NegOut::SetRemoteOffer(sdp), out);
            }
            NegIn::Answer { sdp, ufrag } => {
                if self.signaling == Sig::HaveLocalOffer {
                    self.needed = false;
                    self.start(Command::RemoteAnswer { ufrag }, NegOut::SetRemoteAnswer(sdp), out);
                }
            }
            NegIn::Candidate { ufrag, json } => {
                if self.candidates.len() >= CANDIDATES {
                    self.candidates.pop_front();
                }
                self.candidates.push_back(Candidate { ufrag, json });
            }
            NegIn::WantTurn => self.turn_wanted |= !self.polite,
            NegIn::YourTurn => {
                if self.polite {
                    self.turn = true;
                    self.turn_wanted = false;
                }
            }
            NegIn::PassTurn => self.turn |= !self.polite,
            NegIn::NegotiationNeeded | NegIn::IceRestartWanted | NegIn::Done { .. } | NegIn::Failed => {}
        }
    }

    /// A candidate that belongs to the remote description in force. One that does not name its description belongs to
    /// the present one.
    fn next_candidate(&mut self) -> Option<String> {
        let remote = self.remote_ufrag.as_ref()?;
        let position =
            self.candidates.iter().position(|kept| kept.ufrag.as_ref().is_none_or(|ufrag| ufrag == remote))?;
        self.candidates.remove(position).map(|kept| kept.json)
    }

    /// Makes an offer, or moves the turn. False when there is nothing to do.
    fn take_turn(&mut self, out: &mut Vec<NegOut>) -> bool {
        if self.signaling != Sig::Stable {
            return false;
        }
        if !self.polite && self.turn && self.turn_wanted && self.settled {
            self.turn = false;
            self.turn_wanted = false;
            out.push(NegOut::SendYourTurn);
        } else if self.needed && self.turn {
            self.start(Command::LocalOffer, NegOut::SetLocal, out);
        } else if self.polite && self.turn {
            self.turn = false;
            out.push(NegOut::SendPassTurn);
        } else if self.polite && self.needed && self.settled && !self.turn_wanted {
            // Before the first offer there is nothing to ask for: it is on its way, and may settle the need.
            self.turn_wanted = true;
            out.push(NegOut::SendWantTurn);
        } else {
            return false;
        }
        true
    }
}
