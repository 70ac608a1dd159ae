//! The streams of others: one for a person's camera and microphone, one for each further publication.
//!
//! A stream outlives the connections under it. When a connection is rebuilt, the new tracks replace the old ones in the
//! same `MediaStream`, so that no element has to be attached again and no tile changes.

use crate::browser::bindings::same;
use crate::browser::connection::Received;
use crate::protocol::{Participant, PeerId, Publication, PublicationId, Source, TrackBinding, TrackState};
use litemap::LiteMap;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{MediaStream, MediaStreamTrack};

#[derive(Default)]
pub(crate) struct RemoteStreams {
    /// Camera and microphone, by person.
    places: RefCell<LiteMap<PeerId, MediaStream>>,
    /// Everything else, by publication.
    extras: RefCell<LiteMap<PublicationId, MediaStream>>,
    /// What can be attached now.
    resolved: RefCell<LiteMap<PublicationId, (PeerId, MediaStream)>>,
}

/// What a look at the received tracks found.
pub(crate) struct Found {
    /// The publication a track belongs to.
    pub publication: PublicationId,
    /// Whether media arrives on it.
    pub flowing: bool,
    /// Whether it could not be attached before.
    pub new: bool,
}

impl RemoteStreams {
    /// Brings the streams of one person up to date with the roster and the tracks received from them.
    pub fn refresh(&self, who: &Participant, bindings: &[TrackBinding], received: &[Received]) -> Vec<Found> {
        let mut wanted: LiteMap<PublicationId, Vec<&MediaStreamTrack>> = LiteMap::new();
        for item in received {
            let video = item.track.kind() == "video";
            let publication = publication_of(who, bindings, item);
            let Some(publication) = publication else { continue };
            let state = if video { publication.video } else { publication.audio };
            // What is not in the roster is not shown, whatever arrives.
            if state != TrackState::Absent {
                wanted.entry(publication.id.clone()).or_default().push(&item.track);
            }
        }
        let on_places = |id: &PublicationId| !bindings.iter().any(|binding| binding.publication == *id);
        let place_tracks: Vec<_> =
            wanted.iter().filter(|(id, _)| on_places(id)).flat_map(|(_, tracks)| tracks.iter().copied()).collect();
        let place = stream_of(&self.places, &who.peer);
        if let Some(place) = &place {
            set_tracks(place, &place_tracks);
        }
        let mut found = Vec::new();
        for (id, tracks) in wanted {
            let stream = if on_places(&id) {
                place.clone()
            } else {
                let extra = stream_of(&self.extras, &id);
                if let Some(extra) = &extra {
                    set_tracks(extra, &tracks);
                }
                extra
            };
            let Some(stream) = stream else { continue };
            let flowing = tracks.iter().any(|track| !track.muted());
            let new = self.resolved.borrow_mut().insert(id.clone(), (who.peer.clone(), stream)).is_none();
            found.push(Found { publication: id, flowing, new });
        }
        let gone: Vec<_> = self
            .resolved
            .borrow()
            .iter()
            .filter(|(id, (peer, _))| *peer == who.peer && !who.publications.iter().any(|other| other.id == **id))
            .map(|(id, _)| id.clone())
            .collect();
        for id in gone {
            self.resolved.borrow_mut().remove(&id);
            self.extras.borrow_mut().remove(&id);
        }
        found
    }

    /// The stream of a publication, once it has arrived.
    pub fn get(&self, id: &PublicationId) -> Option<MediaStream> {
        self.resolved.borrow().get(id).map(|(_, stream)| same(stream))
    }

    /// Forgets a person.
    pub fn forget(&self, peer: &PeerId) {
        self.places.borrow_mut().remove(peer);
        let mut extras = self.extras.borrow_mut();
        self.resolved.borrow_mut().retain(|id, (owner, _)| {
            let keep = owner != peer;
            if !keep {
                extras.remove(id);
            }
            keep
        });
    }
}

/// Which of somebody's publications a received track belongs to.
pub(crate) fn publication_of<'a>(
    who: &'a Participant,
    bindings: &[TrackBinding],
    item: &Received,
) -> Option<&'a Publication> {
    let mut all = who.publications.iter();
    match &item.publication {
        Some(id) => all.find(|publication| publication.id == *id),
        None => {
            let source = if item.track.kind() == "video" { Source::Camera } else { Source::Microphone };
            all.find(|publication| {
                publication.source == source && !bindings.iter().any(|binding| binding.publication == publication.id)
            })
        }
    }
}

fn stream_of<K: Ord + Clone>(streams: &RefCell<LiteMap<K, MediaStream>>, key: &K) -> Option<MediaStream> {
    if let Some(stream) = streams.borrow().get(key) {
        return Some(same(stream));
    }
    let stream = MediaStream::new().ok()?;
    streams.borrow_mut().insert(key.clone(), same(&stream));
    Some(stream)
}

fn set_tracks(stream: &MediaStream, wanted: &[&MediaStreamTrack]) {
    let present: Vec<MediaStreamTrack> = stream.get_tracks().iter().filter_map(|track| track.dyn_into().ok()).collect();
    for track in &present {
        if !wanted.contains(&track) {
            stream.remove_track(track);
        }
    }
    for track in wanted {
        if !present.contains(track) {
            stream.add_track(track);
        }
    }
}
