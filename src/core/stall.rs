//! Media that should flow and does not, although its link is fine.
//!
//! What counts is what is decoded or arrives, never a state of the browser: a track falls mute for a stalled network and
//! for a sender without a track alike. A publication that stands still for four seconds is said to be stalled, and its
//! sender is asked to take the track off and put it back, which makes a key frame; after eight the connection is made
//! anew, once, until it flows again. What may rightly stand still is said and asked for, but no reason for a new
//! connection: nobody draws on a canvas all the time.

#[cfg(test)]
mod tests;

use super::Millis;
use crate::protocol::{PublicationId, Source};

/// Milliseconds of standing still that make a stall.
const STALLED: Millis = 4_000;
/// Milliseconds of standing still for which asking the sender was no cure.
const INCURABLE: Millis = 8_000;
/// Milliseconds between two samples after which this page was asleep, rather than what it gets.
const ASLEEP: Millis = 15_000;

/// A track of a publication that should be live, as it is at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// The publication.
    pub publication: PublicationId,
    /// Where it comes from.
    pub source: Source,
    /// Its picture, or else its sound.
    pub video: bool,
    /// Pictures decoded, or packets arrived, on the present connection.
    pub count: f64,
}

/// What is to be done or told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StallOut {
    /// A publication stands still, or flows again.
    Stalled {
        /// Which.
        publication: PublicationId,
        /// Whether it stands still now.
        stalled: bool,
    },
    /// Its sender is to send it anew.
    Ask(PublicationId),
    /// The connection is to be made anew.
    Rebuild,
}

/// What comes over one link, and since when it does not.
#[derive(Debug, Clone, Default)]
pub struct Stalls {
    tracks: Vec<Track>,
    /// When the last sample was.
    last: Millis,
}

#[derive(Debug, Clone)]
struct Track {
    live: Live,
    /// When it last flowed, or began to be waited for.
    flowed: Millis,
    /// More had come in the last sample.
    flows: bool,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Flows,
    Asked,
    /// Nothing more is tried.
    Rebuilt,
}

impl Stalls {
    /// Whether nothing is watched.
    pub fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }

    /// Takes what should be live now. `alive` says that the link's heartbeat is heard: while it is not, everything stands
    /// still and nothing is stalled.
    pub fn sample(&mut self, live: Vec<Live>, alive: bool, now: Millis, out: &mut Vec<StallOut>) {
        let counts = alive && now.saturating_sub(self.last) < ASLEEP;
        self.last = now;
        let before = std::mem::take(&mut self.tracks);
        let were_stalled = stalled(&before);
        for live in live {
            let is_it = |track: &&Track| track.live.publication == live.publication && track.live.video == live.video;
            let track = match before.iter().find(is_it) {
                Some(known) if counts => known.clone().next(live, now, out),
                Some(known) => Track { live, flowed: now, ..known.clone() },
                None => Track { live, flowed: now, flows: false, stage: Stage::Flows },
            };
            self.tracks.push(track);
        }
        let are_stalled = stalled(&self.tracks);
        let news = |these: &[PublicationId], those: &[PublicationId], stalled: bool| -> Vec<StallOut> {
            let new = these.iter().filter(|id| !those.contains(id)).cloned();
            new.map(|publication| StallOut::Stalled { publication, stalled }).collect()
        };
        out.extend(news(&are_stalled, &were_stalled, true));
        out.extend(news(&were_stalled, &are_stalled, false));
    }
}

impl Track {
    fn next(mut self, live: Live, now: Millis, out: &mut Vec<StallOut>) -> Self {
        // A counter that jumped back belongs to another connection.
        let before = if live.count < self.live.count { 0.0 } else { self.live.count };
        let flows = live.count > before;
        self.live = live;
        let flowed_before = std::mem::replace(&mut self.flows, flows);
        if flows {
            // The ask alone brings a picture or two.
            if flowed_before || self.stage == Stage::Flows {
                self.flowed = now;
                self.stage = Stage::Flows;
            }
            return self;
        }
        let still = now.saturating_sub(self.flowed);
        if self.stage == Stage::Flows && still >= STALLED {
            self.stage = Stage::Asked;
            say(StallOut::Ask(self.live.publication.clone()), out);
        }
        if self.stage == Stage::Asked && still >= INCURABLE && !may_rest(self.live.source) {
            self.stage = Stage::Rebuilt;
            say(StallOut::Rebuild, out);
        }
        self
    }
}

/// Says it, if it is not said already.
fn say(what: StallOut, out: &mut Vec<StallOut>) {
    if !out.contains(&what) {
        out.push(what);
    }
}

/// Publications of which something stands still, each once.
fn stalled(tracks: &[Track]) -> Vec<PublicationId> {
    let mut stalled: Vec<PublicationId> = Vec::new();
    for track in tracks {
        if track.stage != Stage::Flows && !stalled.contains(&track.live.publication) {
            stalled.push(track.live.publication.clone());
        }
    }
    stalled
}

/// Whether it may be what it should and yet bring nothing for a while.
const fn may_rest(source: Source) -> bool {
    !matches!(source, Source::Camera | Source::Microphone)
}
