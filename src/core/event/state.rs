//! The state of a room and of the session: level-triggered, complete, comparable.

use super::{LinkPhase, NoWay};
use crate::protocol::{KnockId, Participant, Profile, PublicationId, RoomInfo};
use std::collections::BTreeSet;

/// A room at one moment: what a page draws.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomState {
    /// The room itself.
    pub info: RoomInfo,
    /// The person at this page.
    pub me: Participant,
    /// Everybody else, in the order they joined.
    pub others: Vec<PeerState>,
    /// Who waits to be let in, in the order they knocked; empty unless host or moderator.
    pub knocks: Vec<(KnockId, Profile)>,
    /// Whether the server can be reached; without it the room goes on, and what is shown may be old.
    pub signaling: bool,
}

/// One other participant, with what this page knows of the way to them.
#[derive(Debug, Clone, PartialEq)]
pub struct PeerState {
    /// What the server says of them.
    pub who: Participant,
    /// How the connection with them stands.
    pub link: LinkPhase,
    /// Why there is no connection with them, where that is known.
    pub no_way: Option<NoWay>,
    /// How well it carries what it should.
    pub quality: Quality,
    /// Whether they speak right now.
    pub speaking: bool,
    /// Those of their publications of which something has arrived.
    pub started: BTreeSet<PublicationId>,
}

/// How well a link carries what it should; it changes when two of three samples, 2 s apart, agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// Not measured yet.
    Unknown,
    /// Nothing to notice.
    Good,
    /// Loss, delay or a low bitrate that can be noticed.
    Fair,
    /// Hard to follow.
    Poor,
    /// Nothing arrives.
    Lost,
}

/// How the session with the server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalingStatus {
    /// First connection under way.
    Connecting,
    /// Welcomed, and nothing lost since.
    Online,
    /// Lost, and being retried.
    Retrying {
        /// Which attempt is under way or comes next, from 1.
        attempt: u32,
    },
    /// Not connected and not trying: disconnected, ended or given up.
    Offline,
}
