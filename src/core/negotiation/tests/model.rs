//! Two machines, two browsers that follow W3C WebRTC 1.0, and an in-order wire each way.

use super::super::{NegIn, NegOut, Negotiation, Sig};
use std::collections::VecDeque;

/// What may happen next; the number is the side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The application changes something that needs an offer.
    Change(usize),
    /// The supervisor wants an ICE restart.
    Restart(usize),
    /// The browser's queued `negotiationneeded` fires.
    Event(usize),
    /// The browser finishes the command it was given.
    Finish(usize),
    /// The side receives the next message.
    Deliver(usize),
    /// The browser finds another candidate.
    Gather(usize),
    /// The side is told that it has a turn which nobody granted.
    Forge(usize),
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Browser {
    /// The offer that waits for its answer, with the changes in it.
    local_offer: Option<(String, u8)>,
    remote_offer: Option<String>,
    changes: u8,
    negotiated: u8,
    /// Changes of the other side, as its last description told them.
    theirs: u8,
    /// Something that any negotiation settles, such as the data channels both ends create.
    anything: bool,
    needed: bool,
    event_queued: bool,
    restart: bool,
    /// ICE credentials: in force, pending, and the last made up.
    ufrag: u8,
    pending_ufrag: u8,
    last_ufrag: u8,
    remote_ufrag: Option<String>,
    slots_adopted: bool,
    added: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Side {
    name: char,
    polite: bool,
    machine: Negotiation,
    browser: Browser,
    command: Option<NegOut>,
    inbox: VecDeque<NegIn>,
    sent_candidates: Vec<(u8, String)>,
    changes_left: u8,
    restarts_left: u8,
    candidates_left: u8,
    forgeries_left: u8,
}

/// What may happen in a run, per side.
#[derive(Debug, Clone, Copy, Default)]
pub struct Budget {
    pub changes: u8,
    pub restarts: u8,
    pub candidates: u8,
    /// Turns taken without a grant, by the polite side.
    pub forgeries: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    sides: [Side; 2],
}

impl Browser {
    fn signaling(&self) -> Sig {
        match (&self.local_offer, &self.remote_offer) {
            (None, None) => Sig::Stable,
            (Some(_), _) => Sig::HaveLocalOffer,
            (None, Some(_)) => Sig::HaveRemoteOffer,
        }
    }

    /// "Update the negotiation-needed flag" (4.7.3).
    fn check_needed(&mut self) {
        let needed = self.anything || self.changes > self.negotiated;
        if self.signaling() == Sig::Stable && needed && !self.needed {
            self.needed = true;
            self.event_queued = true;
        }
    }

    fn change(&mut self) {
        self.changes += 1;
        self.check_needed();
    }

    fn settle(&mut self) {
        self.ufrag = self.pending_ufrag;
        self.local_offer = None;
        self.remote_offer = None;
        self.anything = false;
        self.needed = false;
        self.check_needed();
    }

    fn fresh_ufrag(&mut self, restart: bool) {
        self.pending_ufrag = self.ufrag;
        if restart || self.ufrag == 0 {
            self.last_ufrag += 1;
            self.pending_ufrag = self.last_ufrag;
        }
    }
}

impl World {
    pub fn new(polite: [bool; 2], budget: Budget) -> Self {
        let side = |name: char, polite: bool| {
            let mut browser = Browser { anything: true, ..Browser::default() };
            browser.changes = u8::from(!polite);
            browser.check_needed();
            Side {
                name,
                polite,
                machine: Negotiation::new(polite),
                browser,
                command: None,
                inbox: VecDeque::new(),
                sent_candidates: Vec::new(),
                changes_left: budget.changes,
                restarts_left: budget.restarts,
                candidates_left: budget.candidates,
                forgeries_left: if polite { budget.forgeries } else { 0 },
            }
        };
        Self { sides: [side('a', polite[0]), side('b', polite[1])] }
    }

    /// Two ends that are connected, with nothing left to say.
    pub fn standing(budget: Budget) -> Result<Self, String> {
        let mut world = Self::new([false, true], Budget::default());
        while let Some(step) = world.steps().first().copied() {
            world.take(step)?;
        }
        world.check_end()?;
        for side in &mut world.sides {
            side.changes_left = budget.changes;
        }
        Ok(world)
    }

    /// What each side sends, as side `i` knows it.
    pub fn tracks(&self, i: usize) -> [u8; 2] {
        let (mine, theirs) = (self.sides[i].browser.changes, self.sides[i].browser.theirs);
        if i == 0 { [mine, theirs] } else { [theirs, mine] }
    }

    /// Does this step make an offer, and so begin a round?
    pub fn begins_round(&self, step: Step) -> bool {
        let Step::Finish(i) = step else { return false };
        let side = &self.sides[i];
        side.command == Some(NegOut::SetLocal) && side.browser.signaling() == Sig::Stable
    }

    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        for (i, side) in self.sides.iter().enumerate() {
            let mut add = |possible: bool, step: Step| {
                if possible {
                    steps.push(step);
                }
            };
            add(side.command.is_some(), Step::Finish(i));
            add(!side.inbox.is_empty(), Step::Deliver(i));
            add(side.browser.event_queued, Step::Event(i));
            add(side.changes_left > 0, Step::Change(i));
            add(side.restarts_left > 0, Step::Restart(i));
            add(side.candidates_left > 0 && side.browser.pending_ufrag > 0, Step::Gather(i));
            add(side.forgeries_left > 0, Step::Forge(i));
        }
        steps
    }

    pub fn collisions(&self) -> u32 {
        self.sides.iter().map(|side| side.machine.collisions()).sum()
    }

    /// Carries out a step, or says which rule it broke.
    pub fn take(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Change(i) => {
                self.sides[i].changes_left -= 1;
                self.sides[i].browser.change();
                Ok(())
            }
            Step::Restart(i) => {
                self.sides[i].restarts_left -= 1;
                self.feed(i, NegIn::IceRestartWanted)
            }
            Step::Event(i) => {
                let browser = &mut self.sides[i].browser;
                browser.event_queued = false;
                if browser.needed && browser.signaling() == Sig::Stable {
                    self.feed(i, NegIn::NegotiationNeeded)?;
                }
                Ok(())
            }
            Step::Finish(i) => {
                let local_sdp = self.carry_out(i)?;
                self.feed(i, NegIn::Done { local_sdp })
            }
            Step::Deliver(i) => {
                let message = self.sides[i].inbox.pop_front().ok_or("nothing to deliver")?;
                self.feed(i, message)
            }
            Step::Gather(i) => {
                self.gather(i);
                Ok(())
            }
            Step::Forge(i) => {
                self.sides[i].forgeries_left -= 1;
                self.feed(i, NegIn::YourTurn)
            }
        }
    }

    fn gather(&mut self, i: usize) {
        let side = &mut self.sides[i];
        let number = side.browser.pending_ufrag;
        let json = format!("{}{number} #{}", side.name, side.candidates_left);
        side.candidates_left -= 1;
        side.sent_candidates.push((number, json.clone()));
        let ufrag = Some(format!("{}{number}", side.name));
        self.sides[1 - i].inbox.push_back(NegIn::Candidate { ufrag, json });
    }

    /// Does in the browser what the machine asked for.
    fn carry_out(&mut self, i: usize) -> Result<Option<String>, String> {
        let side = &mut self.sides[i];
        let command = side.command.take().ok_or("no command")?;
        let browser = &mut side.browser;
        match command {
            NegOut::SetLocal => {
                let sdp = match (browser.signaling(), browser.remote_offer.clone()) {
                    (Sig::Stable, _) => {
                        let restart = std::mem::take(&mut browser.restart);
                        browser.fresh_ufrag(restart);
                        let sdp = format!("offer {}{} {}", side.name, browser.pending_ufrag, browser.changes);
                        browser.local_offer = Some((sdp.clone(), browser.changes));
                        sdp
                    }
                    (Sig::HaveRemoteOffer, Some(offer)) => {
                        browser.theirs = offer.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default();
                        if side.polite && !browser.slots_adopted {
                            return Err("answered before adopting the slots".into());
                        }
                        browser.settle();
                        format!("answer {}{} to {offer}", side.name, browser.ufrag)
                    }
                    other => return Err(format!("SetLocal in {other:?}")),
                };
                if self.sides[i].candidates_left > 1 {
                    // The wire may carry a candidate ahead of the description it belongs to.
                    self.gather(i);
                }
                return Ok(Some(sdp));
            }
            NegOut::AdoptSlots => {
                if !side.polite || browser.slots_adopted || browser.signaling() != Sig::HaveRemoteOffer {
                    return Err("AdoptSlots out of place".into());
                }
                browser.slots_adopted = true;
            }
            NegOut::SetRemoteOffer(sdp) => {
                if let Some((_, changes)) = browser.local_offer.take() {
                    // Rolled back. What the offer restarted is to be restarted still.
                    browser.restart |= browser.pending_ufrag != browser.ufrag && browser.ufrag != 0;
                    browser.pending_ufrag = browser.ufrag;
                    if changes <= browser.negotiated {
                        browser.anything |= browser.restart;
                    }
                }
                let ufrag = sdp.split(' ').nth(1).unwrap_or_default().to_owned();
                let restarts = browser.remote_ufrag.as_ref() != Some(&ufrag);
                browser.fresh_ufrag(restarts);
                browser.remote_ufrag = Some(ufrag);
                browser.remote_offer = Some(sdp);
            }
            NegOut::SetRemoteAnswer(sdp) => {
                let Some((offer, changes)) = browser.local_offer.clone() else {
                    return Err("an answer in a wrong state".into());
                };
                if !sdp.ends_with(&format!(" to {offer}")) {
                    return Err(format!("{sdp} came for {offer}"));
                }
                browser.remote_ufrag = sdp.split(' ').nth(1).map(str::to_owned);
                browser.negotiated = browser.negotiated.max(changes);
                browser.settle();
            }
            NegOut::RestartIce => {
                browser.restart = true;
                browser.change();
            }
            NegOut::AddCandidate(json) => {
                let ufrag = json.split(' ').next().map(str::to_owned);
                if browser.remote_ufrag != ufrag {
                    return Err(format!("{json} added to {:?}", browser.remote_ufrag));
                }
                browser.added.push(json);
            }
            other => return Err(format!("{other:?} is no command")),
        }
        Ok(None)
    }

    fn feed(&mut self, i: usize, input: NegIn) -> Result<(), String> {
        let mut out = Vec::new();
        self.sides[i].machine.handle(input, &mut out);
        for effect in out {
            let name = self.sides[i].name;
            let ufrag = format!("{name}{}", self.sides[i].browser.pending_ufrag);
            let message = match effect {
                NegOut::Rebuild => return Err("gave up".into()),
                NegOut::SendOffer(sdp) => NegIn::Offer { sdp, ufrag },
                NegOut::SendAnswer(sdp) => NegIn::Answer { sdp, ufrag },
                NegOut::SendWantTurn => NegIn::WantTurn,
                NegOut::SendYourTurn => NegIn::YourTurn,
                NegOut::SendPassTurn => NegIn::PassTurn,
                command => {
                    if self.sides[i].command.replace(command).is_some() {
                        return Err("two commands at once".into());
                    }
                    continue;
                }
            };
            self.sides[1 - i].inbox.push_back(message);
        }
        Ok(())
    }

    /// What must hold once nothing can happen any more.
    pub fn check_end(&self) -> Result<(), String> {
        for (i, side) in self.sides.iter().enumerate() {
            let other = &self.sides[1 - i];
            if side.browser.signaling() != Sig::Stable || side.machine.signaling() != Sig::Stable {
                return Err(format!("{} is left in {:?}", side.name, side.browser.signaling()));
            }
            if side.browser.negotiated < side.browser.changes {
                return Err(format!("a change of {} was never negotiated", side.name));
            }
            let lost =
                |(ufrag, json): &&(u8, String)| *ufrag == side.browser.ufrag && !other.browser.added.contains(json);
            if let Some(candidate) = side.sent_candidates.iter().find(lost) {
                return Err(format!("the candidate {candidate:?} was lost"));
            }
        }
        Ok(())
    }
}
