//! Asking for a publication anew, over `control`: a version byte, a type byte, and the publication's id in UTF-8.

use crate::core::Millis;
use crate::core::heartbeat::VERSION;
use crate::protocol::PublicationId;
use std::collections::VecDeque;

/// Type byte.
const SEND_ANEW: u8 = 0x40;
/// Milliseconds in which the same is not done twice: a track taken off and put back ever again would never be seen.
const AGAIN: Millis = 2_000;
/// Publications that are remembered as asked for.
const REMEMBERED: usize = 8;

/// What is asked for, by either side.
#[derive(Debug, Default)]
pub(super) struct Anew {
    to_ask: VecDeque<PublicationId>,
    /// What the other side asked for lately, and when.
    heard: VecDeque<(PublicationId, Millis)>,
}

impl Anew {
    pub(super) fn ask(&mut self, publication: PublicationId) {
        if !self.to_ask.contains(&publication) {
            self.to_ask.push_back(publication);
        }
    }

    /// A new connection brings everything anew by itself.
    pub(super) fn closed(&mut self) {
        self.to_ask.clear();
    }

    pub(super) fn next_frame(&mut self) -> Option<Vec<u8>> {
        let publication = self.to_ask.pop_front()?;
        Some([&[VERSION, SEND_ANEW], publication.as_str().as_bytes()].concat())
    }

    /// Whether the other side may be given what it asks for.
    pub(super) fn hear(&mut self, publication: &PublicationId, now: Millis) -> bool {
        self.heard.retain(|(_, at)| now.saturating_sub(*at) < AGAIN);
        let grants = self.heard.len() < REMEMBERED && !self.heard.iter().any(|(known, _)| known == publication);
        if grants {
            self.heard.push_back((publication.clone(), now));
        }
        grants
    }
}

/// The publication a frame asks for; `None` for any other frame.
pub(super) fn read(frame: &[u8]) -> Option<PublicationId> {
    let (&[VERSION, SEND_ANEW], id) = frame.split_first_chunk()? else { return None };
    str::from_utf8(id).ok()?.parse().ok()
}
