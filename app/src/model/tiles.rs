//! From a room's state to the tiles that show it: a pure function.

use crate::display::{Origin, TileDisplay, TileMedia, TilePhase, TileTrouble};
use multirtc::core::event::{LinkPhase, PeerState, Quality, RoomState};
use multirtc::core::sorted::sorted;
use multirtc::protocol::{Online, Participant, PeerId, Publication, PublicationId, Source, TrackState};
use std::collections::BTreeSet;

/// One tile of a room. Its stream never changes while it is shown, so that a playing element is never made anew.
#[derive(Debug, Clone, PartialEq)]
pub struct TileView {
    /// What is drawn.
    pub display: TileDisplay,
    /// Whose it is.
    pub peer: PeerId,
    /// The publications in it; the first is the one that names it.
    pub publications: Vec<PublicationId>,
}

impl TileView {
    /// What identifies it.
    pub fn key(&self) -> &str {
        &self.display.stream
    }

    /// Whether it shows this page's own media.
    pub fn local(&self) -> bool {
        self.display.origin == Origin::Local
    }
}

/// What a page knows beyond the room's state.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    /// Tiles of which a first frame or sound was presented, by key.
    pub live: BTreeSet<String>,
    /// Tiles that waited too long for it, by key.
    pub overdue: BTreeSet<String>,
    /// Tiles the browser does not let play aloud, by key.
    pub blocked: BTreeSet<String>,
    /// Tiles whose sound is off on this page only, by key.
    pub silenced: BTreeSet<String>,
    /// Tiles whose picture is off on this page only, by key.
    pub hidden: BTreeSet<String>,
    /// People who closed their page: without tiles, though their seat is kept a little longer.
    pub departed: BTreeSet<PeerId>,
    /// Whether people who send nothing have a tile too.
    pub everybody: bool,
}

/// The tiles of a room, newest first.
pub fn tiles(state: &RoomState, shown: &Shown) -> Vec<TileView> {
    let others = state.others.iter().filter(|peer| !shown.departed.contains(&peer.who.peer));
    let people = std::iter::once((&state.me, None)).chain(others.map(|peer| (&peer.who, Some(peer))));
    let newest_first = sorted(people, |(a, _), (b, _)| a.joined_seq > b.joined_seq);
    newest_first.into_iter().flat_map(|(who, peer)| of_person(who, peer, shown)).collect()
}

/// How a person is called when they gave no name.
pub fn display_name(who: &Participant) -> String {
    let name = who.profile.name.trim();
    if name.is_empty() { format!("Guest {}", short(&who.peer)) } else { name.to_owned() }
}

fn short(peer: &PeerId) -> &str {
    let text = peer.as_str();
    text.get(text.len().saturating_sub(4)..).unwrap_or(text)
}

fn of_person(who: &Participant, peer: Option<&PeerState>, shown: &Shown) -> Vec<TileView> {
    let has = |publication: &&Publication, source| publication.source == source;
    let camera = who.publications.iter().find(|publication| has(publication, Source::Camera));
    let microphone = who.publications.iter().find(|publication| has(publication, Source::Microphone));
    let mut tiles = Vec::new();
    if camera.is_some() || microphone.is_some() || shown.everybody {
        let media = if camera.is_some() { TileMedia::Camera } else { TileMedia::Audio };
        let parts: Vec<&Publication> = camera.into_iter().chain(microphone).collect();
        let audio = microphone.map_or(TrackState::Absent, |publication| publication.audio);
        let video = camera.map_or(TrackState::Absent, |publication| publication.video);
        tiles.push(tile(format!("{}-person", who.peer), who, peer, media, &parts, (audio, video), shown));
    }
    for publication in &who.publications {
        let on_person = [camera, microphone].into_iter().flatten().any(|part| part.id == publication.id);
        if on_person {
            continue;
        }
        let media = match publication.source {
            Source::Screen => TileMedia::Screen,
            Source::File => TileMedia::File,
            Source::Microphone => TileMedia::Audio,
            _ if publication.video == TrackState::Absent => TileMedia::Audio,
            _ => TileMedia::Camera,
        };
        let key = publication.id.as_str().to_owned();
        let states = (publication.audio, publication.video);
        tiles.push(tile(key, who, peer, media, &[publication], states, shown));
    }
    tiles
}

fn tile(
    key: String,
    who: &Participant,
    peer: Option<&PeerState>,
    media: TileMedia,
    parts: &[&Publication],
    (audio, video): (TrackState, TrackState),
    shown: &Shown,
) -> TileView {
    let unreachable = peer.is_some_and(|peer| peer.link == LinkPhase::Failed);
    let repairing = peer.is_some_and(|peer| {
        peer.who.online != Online::Connected
            || matches!(peer.link, LinkPhase::Interrupted | LinkPhase::Restarting { .. } | LinkPhase::Rebuilding { .. })
    });
    let live = shown.live.contains(&key) || parts.is_empty();
    let phase = match () {
        () if unreachable => TilePhase::Failed,
        () if live => TilePhase::Live,
        () if shown.overdue.contains(&key) => TilePhase::Failed,
        () => TilePhase::Pending,
    };
    let local = peer.is_none();
    let origin = if local { Origin::Local } else { Origin::Remote };
    let display = TileDisplay {
        media,
        phase,
        audio,
        video,
        speaking: peer.is_some_and(|peer| peer.speaking),
        quality: peer.map_or(Quality::Unknown, |peer| peer.quality),
        trouble: repairing.then_some(TileTrouble::Reconnecting { seconds: 0 }),
        sound_blocked: shown.blocked.contains(&key),
        silenced: shown.silenced.contains(&key),
        hidden: shown.hidden.contains(&key),
        mirrored: local && media == TileMedia::Camera,
        ..TileDisplay::new(key, who.peer.as_str(), display_name(who), origin)
    };
    TileView { display, peer: who.peer.clone(), publications: parts.iter().map(|part| part.id.clone()).collect() }
}
