//! From a room's state to the tiles that show it: a pure function.

use multirtc::core::event::{LinkPhase, PeerState, RoomState};
use multirtc::protocol::{Online, Participant, PeerId, Publication, PublicationId, Source, TrackState};
use std::collections::BTreeSet;

/// What a tile shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TileMedia {
    /// A person's camera, with their voice.
    Camera,
    /// A voice alone.
    Audio,
    /// A screen, with its sound.
    Screen,
    /// A file being played.
    File,
    /// Nothing yet: somebody who sends nothing.
    Nobody,
}

impl TileMedia {
    /// The value of `data-media`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Audio => "audio",
            Self::Screen => "screen",
            Self::File => "file",
            Self::Nobody => "none",
        }
    }
}

/// How far a tile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TileState {
    /// Announced; nothing has arrived.
    Pending,
    /// Picture or sound is there.
    Live,
    /// There is no way to that person for now.
    Failed,
}

impl TileState {
    /// The value of `data-state`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Live => "live",
            Self::Failed => "failed",
        }
    }
}

/// One tile. Its key never changes while it is shown, so that a playing element is never made anew.
#[derive(Debug, Clone, PartialEq)]
pub struct TileView {
    /// Stable for the tile's life: the person and what of theirs it shows.
    pub key: String,
    /// Whose it is.
    pub peer: PeerId,
    /// How they are called.
    pub name: String,
    /// Whether it shows this page's own media.
    pub local: bool,
    /// What it shows.
    pub media: TileMedia,
    /// How far it is.
    pub state: TileState,
    /// Their microphone is muted; also true when they send no sound.
    pub audio_muted: bool,
    /// Their picture is muted.
    pub video_muted: bool,
    /// The connection to them, or theirs to the server, is being repaired.
    pub reconnecting: bool,
    /// They are speaking.
    pub speaking: bool,
    /// The browser refuses to play their sound without a click.
    pub blocked: bool,
    /// The publications in it; the first is the one that names it.
    pub publications: Vec<PublicationId>,
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
    /// Whether people who send nothing have a tile too.
    pub everybody: bool,
}

/// The tiles of a room, newest first.
pub fn tiles(state: &RoomState, shown: &Shown) -> Vec<TileView> {
    let mut people: Vec<(u64, Vec<TileView>)> = vec![(state.me.joined_seq, of_person(&state.me, None, shown))];
    people.extend(state.others.iter().map(|peer| (peer.who.joined_seq, of_person(&peer.who, Some(peer), shown))));
    people.sort_by_key(|(joined, _)| std::cmp::Reverse(*joined));
    people.into_iter().flat_map(|(_, tiles)| tiles).collect()
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
        let media = match (camera, microphone) {
            (Some(_), _) => TileMedia::Camera,
            (None, Some(_)) => TileMedia::Audio,
            (None, None) => TileMedia::Nobody,
        };
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
    let live = shown.live.contains(&key) || media == TileMedia::Nobody;
    let state = match () {
        () if unreachable => TileState::Failed,
        () if live => TileState::Live,
        () if shown.overdue.contains(&key) => TileState::Failed,
        () => TileState::Pending,
    };
    TileView {
        peer: who.peer.clone(),
        name: display_name(who),
        local: peer.is_none(),
        media,
        state,
        audio_muted: audio != TrackState::Live,
        video_muted: matches!(video, TrackState::Muted | TrackState::Paused),
        reconnecting: repairing,
        speaking: peer.is_some_and(|peer| peer.speaking),
        blocked: shown.blocked.contains(&key),
        publications: parts.iter().map(|part| part.id.clone()).collect(),
        key,
    }
}
