//! The way to somebody: why none was found, and when the credentials of relays are renewed.
//!
//! Whether two networks let two browsers reach each other is known only once it was tried (ICE, RFC 8445), and what
//! failed is known only in pieces: an error of a relay, a candidate that never came, a clock. A [`Search`] puts the pieces
//! together while a link is not connected, over all the connections made for it, and names **one cause that a person can
//! do something about**. It judges this end alone; what the other end lacks shows there.

#[cfg(test)]
mod tests;

use super::{Machine, Millis};

/// Milliseconds after which a way that was not found is worth a word; the browser itself takes up to half a minute.
pub const PATIENCE: Millis = 12_000;

/// Milliseconds the browser has at least to try the other end's addresses.
const CHECKS: Millis = 6_000;

/// Milliseconds between two requests for credentials, at least.
const RENEWAL: Millis = 1_000;

/// Why there is no way to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoWay {
    /// Only a relay would help, and there is none.
    NoRelay,
    /// The relay does not accept the credentials, or gives this person no more.
    RelayRefused,
    /// The relay does not answer.
    RelayUnreachable,
    /// There is a relay, and still nothing comes through.
    Blocked,
}

/// What can happen while a way is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchIn {
    /// A connection was made: the first input, and again after each rebuild.
    Began {
        /// Whether it knows of a relay.
        relays: bool,
        /// Whether it may use nothing else.
        relay_only: bool,
    },
    /// A description of the other end came: it is there, and takes part.
    Heard,
    /// There is a relayed candidate.
    Relayed,
    /// A relay gave an error: of the relay itself (RFC 8489, 14.8), or 701 of the browser that could not reach it
    /// (W3C WebRTC 1.0, 4.8.3).
    RelayError {
        /// Which.
        code: u16,
    },
    /// The browser has gathered all candidates of its own.
    Gathered,
    /// A way was found.
    Connected,
    /// It was lost again.
    Lost,
    /// The deadline has come.
    Tick,
}

/// The search for a way to one person; it outlives the connections that carry the link.
///
/// What it says is the cause as far as it is known now, whenever that changes; none when a way was found.
#[derive(Debug, Clone, Default)]
pub struct Search {
    relays: bool,
    relay_only: bool,
    heard: bool,
    relayed: bool,
    refused: bool,
    gathered: bool,
    /// When to judge; none while connected.
    until: Option<Millis>,
    told: Option<NoWay>,
}

impl Search {
    /// What is the matter, if it can be told by now.
    fn judged(&self, now: Millis) -> Option<NoWay> {
        let until = self.until?;
        // Nothing more will come. Before that, a new connection has not seen yet what the one before has told.
        let hopeless = self.relay_only && self.gathered && !self.relayed;
        let late = now >= until && (self.heard || self.relay_only) && (self.gathered || self.told.is_none());
        if !hopeless && !late {
            return self.told;
        }
        Some(match (self.relayed, self.relays, self.refused) {
            (true, ..) => NoWay::Blocked,
            (_, false, _) => NoWay::NoRelay,
            (_, _, true) => NoWay::RelayRefused,
            _ => NoWay::RelayUnreachable,
        })
    }
}

impl Machine for Search {
    type In = SearchIn;
    type Out = Option<NoWay>;

    fn handle(&mut self, input: SearchIn, now: Millis, out: &mut Vec<Option<NoWay>>) {
        match input {
            SearchIn::Began { relays, relay_only } => {
                let until = self.until.or(Some(now.saturating_add(PATIENCE)));
                *self = Self { relays, relay_only, until, told: self.told, ..Self::default() };
            }
            SearchIn::Heard => {
                self.until = self.until.map(|until| until.max(now.saturating_add(CHECKS)));
                self.heard = true;
            }
            SearchIn::Relayed => self.relayed = true,
            SearchIn::RelayError { code } => self.refused |= (300..700).contains(&code),
            SearchIn::Gathered => self.gathered = true,
            SearchIn::Connected => self.until = None,
            SearchIn::Lost => self.until = Some(now.saturating_add(PATIENCE)),
            SearchIn::Tick => {}
        }
        let judged = self.judged(now);
        if std::mem::replace(&mut self.told, judged) != judged {
            out.push(judged);
        }
    }

    fn deadline(&self) -> Option<Millis> {
        self.until.filter(|_| self.told.is_none() && (self.heard || self.relay_only))
    }
}

/// In how many milliseconds to ask for new credentials: when half of their time is over.
pub fn renew_in(expires_ms: u64, now_ms: u64) -> Millis {
    (expires_ms.saturating_sub(now_ms) / 2).max(RENEWAL)
}

/// Whether a candidate (RFC 8839, 5.1) is a relay's address.
pub fn is_relayed(candidate: &str) -> bool {
    candidate.contains(" typ relay")
}
