//! Who is connected to whom: the set the plan demands, and the differences when something changes.

use super::authority::Action;
use super::buckets::{Bucket, Pace};
use super::membership::Member;
use super::mint::Mint;
use super::room::{RoomMachine, RoomOut};
use super::{Answer, refuse};
use crate::core::Millis;
use crate::core::topology::{self, should_connect};
use crate::protocol::limits::{CANDIDATE_BYTES, REBUILDS_PER_MINUTE, SDP_BYTES};
use crate::protocol::{
    ErrorBody, ErrorCode, LinkAssignment, LinkId, PeerId, Polite, RoomPlan, ServerMsg, SignalBody, TrackBinding,
};
use std::collections::BTreeMap;

const MINUTE_MS: Millis = 60_000;
/// Tracks one description may bind: each side's publications with two tracks each, twice over.
const SIGNAL_TRACKS: usize = 64;
/// Bytes of a media id or ICE user fragment; browsers use a few.
const SIGNAL_LABEL_BYTES: usize = 256;

/// The two ends by the order they came in; the newcomer is the polite one.
pub(super) type Pair = (u64, u64);

/// The connection between two members, in its present incarnation.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) id: LinkId,
    /// When it was rebuilt within the last minute.
    rebuilt: Vec<Millis>,
    /// Messages of the older and of the newer end.
    signals: [Bucket; 2],
}

pub(super) type Links = BTreeMap<Pair, Link>;

fn pair(a: &Member, b: &Member) -> Pair {
    (a.seq().min(b.seq()), a.seq().max(b.seq()))
}

/// The pairs the plan demands among these members.
pub(super) fn demanded<'a>(plan: &'a RoomPlan, members: &'a [Member]) -> impl Iterator<Item = Pair> + 'a {
    let seen = |member: &'a Member| topology::Member { peer: &member.who.peer, role: member.who.role };
    members.iter().enumerate().flat_map(move |(i, older)| {
        members[i + 1..]
            .iter()
            .filter(move |newer| should_connect(plan, &seen(older), &seen(newer)))
            .map(move |newer| pair(older, newer))
    })
}

/// What `me` is told of its link to `other`.
fn assignment(link: &Link, me: &Member, other: &Member) -> LinkAssignment {
    LinkAssignment {
        peer: other.who.peer.clone(),
        link: link.id,
        polite: Polite(me.seq() > other.seq()),
        same_engine: me.engine.is_some() && me.engine == other.engine,
        upstream: None,
    }
}

impl RoomMachine {
    /// Makes the links what the plan demands, and tells the ends; `quiet` learns of its links by a snapshot.
    pub(super) fn relink(&mut self, quiet: Option<u64>, mint: &mut Mint, out: &mut Vec<RoomOut>) {
        let wanted: Vec<Pair> = demanded(&self.terms.plan, &self.members).collect();
        let gone: Vec<Pair> = self.links.keys().filter(|pair| wanted.binary_search(pair).is_err()).copied().collect();
        for pair in gone {
            if let Some(link) = self.links.remove(&pair) {
                self.tell_ends(pair, quiet, out, |room, _, other| ServerMsg::LinkDown {
                    room,
                    peer: other.who.peer.clone(),
                    link: link.id,
                });
            }
        }
        for pair in wanted {
            if self.links.contains_key(&pair) {
                continue;
            }
            let link = Link { id: mint.link(), rebuilt: Vec::new(), signals: Default::default() };
            self.tell_ends(pair, quiet, out, |room, me, other| ServerMsg::LinkUp {
                room,
                link: assignment(&link, me, other),
            });
            self.links.insert(pair, link);
        }
    }

    /// Takes down the links of somebody who is no member any more.
    pub(super) fn unlink(&mut self, gone: &Member, out: &mut Vec<RoomOut>) {
        for other in &self.members {
            if let Some(link) = self.links.remove(&pair(gone, other)) {
                let message =
                    ServerMsg::LinkDown { room: self.key.room.clone(), peer: gone.who.peer.clone(), link: link.id };
                out.push(RoomOut::Tell { to: other.who.peer.clone(), message });
            }
        }
    }

    /// The links of one member, as that member sees them.
    pub(super) fn links_of(&self, me: &Member) -> Vec<LinkAssignment> {
        let others = self.members.iter().filter(|other| other.seq() != me.seq());
        others.filter_map(|other| Some(assignment(self.links.get(&pair(me, other))?, me, other))).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of the command and what it is measured by")]
    /// Passes a negotiation message on, if it belongs to the link as it is now.
    pub(super) fn signal(
        &mut self,
        from: &PeerId,
        to: PeerId,
        link: LinkId,
        body: SignalBody,
        pace: Option<Pace>,
        now: Millis,
        out: &mut Vec<RoomOut>,
    ) -> Answer {
        let (me, other) = self.ends(from, &to)?;
        let (pair, end) = (pair(me, other), usize::from(me.seq() > other.seq()));
        self.may(from, Action::Signal { linked: self.links.contains_key(&pair) })?;
        let current = self.links.get_mut(&pair).filter(|current| current.id == link).ok_or_else(stale)?;
        check_size(&body)?;
        if let Some(pace) = pace {
            current.signals[end].take(pace, 1, now)?;
        }
        if body != SignalBody::Unknown {
            let message = ServerMsg::Signal { room: self.key.room.clone(), from: from.clone(), link, body };
            out.push(RoomOut::Tell { to, message });
        }
        Ok(None)
    }

    /// Gives both ends the same new link in place of a broken one. Asking for one that was replaced does nothing.
    pub(super) fn rebuild(
        &mut self,
        from: &PeerId,
        peer: &PeerId,
        link: LinkId,
        now: Millis,
        mint: &mut Mint,
        out: &mut Vec<RoomOut>,
    ) -> Answer {
        self.may(from, Action::Rebuild { own: true })?;
        let (me, other) = self.ends(from, peer)?;
        let pair = pair(me, other);
        let current = self.links.get_mut(&pair).ok_or_else(not_linked)?;
        if link > current.id {
            return Err(stale());
        }
        if link < current.id {
            return Ok(Some(ServerMsg::Ok));
        }
        current.rebuilt.retain(|at| at + MINUTE_MS > now);
        if let Some(oldest) = current.rebuilt.first()
            && current.rebuilt.len() >= REBUILDS_PER_MINUTE as usize
        {
            let retry = u32::try_from((oldest + MINUTE_MS).saturating_sub(now)).unwrap_or(u32::MAX);
            let error = refuse(ErrorCode::RateLimited, "this link was rebuilt too often");
            return Err(ErrorBody { retry_after_ms: Some(retry), ..error });
        }
        current.rebuilt.push(now);
        current.id = mint.link();
        let link = current.clone();
        self.tell_ends(pair, None, out, |room, me, other| ServerMsg::LinkUp {
            room,
            link: assignment(&link, me, other),
        });
        Ok(Some(ServerMsg::Ok))
    }

    fn ends(&self, from: &PeerId, to: &PeerId) -> Result<(&Member, &Member), ErrorBody> {
        let me = self.member(from).ok_or_else(|| refuse(ErrorCode::NotInRoom, "not in this room"))?;
        let other = self.member(to).ok_or_else(|| refuse(ErrorCode::NoSuchPeer, "nobody of that id is here"))?;
        Ok((me, other))
    }

    fn tell_ends(
        &self,
        pair: Pair,
        quiet: Option<u64>,
        out: &mut Vec<RoomOut>,
        message: impl Fn(crate::protocol::RoomId, &Member, &Member) -> ServerMsg,
    ) {
        let find = |seq| self.members.iter().find(|member| member.seq() == seq);
        if let (Some(a), Some(b)) = (find(pair.0), find(pair.1)) {
            for (me, other) in [(a, b), (b, a)] {
                if Some(me.seq()) != quiet {
                    let to = me.who.peer.clone();
                    out.push(RoomOut::Tell { to, message: message(self.key.room.clone(), me, other) });
                }
            }
        }
    }
}

fn not_linked() -> ErrorBody {
    refuse(ErrorCode::NotLinked, "there is no link between these two")
}

fn stale() -> ErrorBody {
    refuse(ErrorCode::StaleLink, "this link was replaced")
}

fn check_size(body: &SignalBody) -> Result<(), ErrorBody> {
    let short = |text: &Option<String>| text.as_ref().is_none_or(|text| text.len() <= SIGNAL_LABEL_BYTES);
    let fits = match body {
        SignalBody::Offer { sdp, tracks } | SignalBody::Answer { sdp, tracks } => {
            let label = |track: &TrackBinding| track.mid.len() <= SIGNAL_LABEL_BYTES;
            sdp.len() <= SDP_BYTES && tracks.len() <= SIGNAL_TRACKS && tracks.iter().all(label)
        }
        SignalBody::Candidate { candidate, mid, ufrag, .. } => {
            candidate.len() <= CANDIDATE_BYTES && short(mid) && short(ufrag)
        }
        SignalBody::EndOfCandidates { ufrag } => short(ufrag),
        SignalBody::WantTurn | SignalBody::YourTurn | SignalBody::PassTurn | SignalBody::Unknown => true,
    };
    if fits { Ok(()) } else { Err(refuse(ErrorCode::TooLarge, "the description or candidate is too large")) }
}
