//! What this page sends in a room.

use super::RoomInner;
use crate::api::local_media::LocalMedia;
use crate::api::publication::{LocalPublication, PublicationInner};
use crate::browser::connection::Connection;
use crate::core::encoding::Encoding;
use crate::core::event::{Event, MediaEnd};
use crate::core::slots::slot_direction;
use crate::core::topology::{Kind, may_send};
use crate::error::{Error, PublishError};
use crate::protocol::{ClientMsg, PeerId, PublicationId, Source, TrackState};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

impl RoomInner {
    pub(super) fn publish(self: &Rc<Self>, media: LocalMedia) -> Result<LocalPublication, PublishError> {
        self.here()?;
        let (source, plan, role) = {
            let state = self.state.get();
            (media.source(), state.info.plan, state.me.role)
        };
        for kind in kinds(&media) {
            if !may_send(&plan, kind, role) {
                return Err(PublishError::NotAllowed { kind });
            }
        }
        let place = match source {
            Source::Microphone => Some(Kind::Audio),
            Source::Camera => Some(Kind::Video),
            _ => None,
        }
        .filter(|place| !self.published.borrow().iter().any(|other| other.place == Some(*place)));
        let id = self.mint()?;
        let publication = Rc::new(PublicationInner {
            id: id.clone(),
            source,
            place,
            room: Rc::downgrade(self),
            muted: Cell::new(false),
            paused: Cell::new(false),
            encoding: Cell::default(),
            ending: RefCell::default(),
            media: RefCell::new(media.clone()),
        });
        let (audio, video) = media.track_states();
        publication.muted.set([audio, video].contains(&TrackState::Muted));
        self.published.borrow_mut().push(Rc::clone(&publication));
        for link in self.all_links() {
            link.update_outgoing(|connection| match place {
                Some(kind) => {
                    let track = if kind == Kind::Video { media.video() } else { media.audio() };
                    connection.set_place_encoding(kind == Kind::Video, Encoding::default());
                    connection.set_place_track(kind == Kind::Video, track);
                }
                None => {
                    for track in [media.audio(), media.video()].into_iter().flatten() {
                        drop(connection.add_extra(&id, track, &media.stream()));
                    }
                }
            });
        }
        self.watch_ending(&publication);
        self.announce_publications();
        Ok(LocalPublication(publication))
    }

    pub(super) fn mint(&self) -> Result<PublicationId, PublishError> {
        let number = self.client.next_publication();
        let me = self.state.get().me.peer;
        let short: String = me.as_str().chars().take(20).collect();
        format!("{short}-{number}").parse().map_err(|_| PublishError::Other(Error::Unsupported("that many sources")))
    }

    /// Ends the publication when its source ends by itself.
    pub fn watch_ending(self: &Rc<Self>, publication: &Rc<PublicationInner>) {
        let (room, id) = (Rc::downgrade(self), publication.id.clone());
        let mut first = true;
        let ended = publication.media.borrow().ended();
        let subscription = ended.subscribe(move |ended| {
            let was_first = std::mem::take(&mut first);
            if *ended
                && !was_first
                && let Some(room) = room.upgrade()
            {
                let from = room.state.get().me.peer;
                room.unpublish(&id);
                room.emit([Event::MediaEnded { publication: id.clone(), from, why: MediaEnd::SourceEnded }]);
            }
        });
        let before = publication.ending.replace(Some(subscription));
        drop(before);
    }

    /// Puts the publication's present tracks under its senders.
    pub fn replace_tracks(&self, publication: &PublicationInner) {
        let on = !publication.paused.get();
        for link in self.all_links() {
            link.update_outgoing(|connection| lay(connection, publication, on));
        }
    }

    /// Takes the tracks of a publication off and puts them back, for one person who gets nothing of it: an encoder that
    /// begins anew begins with a whole picture.
    pub(super) fn send_anew(&self, peer: &PeerId, id: &PublicationId) {
        let own = self.published.borrow().iter().find(|own| own.id == *id).cloned();
        if let (Some(own), Some(link)) = (own.filter(|own| !own.paused.get()), self.link(peer)) {
            link.update_outgoing(|connection| {
                lay(connection, &own, false);
                lay(connection, &own, true);
            });
        }
    }

    pub fn unpublish(&self, id: &PublicationId) {
        let gone = {
            let mut published = self.published.borrow_mut();
            published.iter().position(|publication| publication.id == *id).map(|at| published.remove(at))
        };
        let Some(gone) = gone else { return };
        for link in self.all_links() {
            link.update_outgoing(|connection| match gone.place {
                Some(kind) => connection.set_place_track(kind == Kind::Video, None),
                None => connection.remove_extra(id),
            });
        }
        self.announce_publications();
    }

    /// Tells the room what this page publishes.
    pub fn announce_publications(&self) {
        if self.gone.get() {
            return;
        }
        let publications: Vec<_> = self.published.borrow().iter().map(|publication| publication.describe()).collect();
        self.roster.borrow_mut().set_my_publications(publications.clone());
        self.publish_state();
        self.client.post(ClientMsg::Publish { room: self.id.clone(), publications });
    }

    /// Takes back what a lowered role or a changed plan no longer allows, and turns the places accordingly.
    pub(super) fn drop_forbidden(&self) {
        let state = self.state_now();
        let forbidden: Vec<PublicationId> = self
            .published
            .borrow()
            .iter()
            .filter(|publication| {
                let media = publication.media.borrow();
                kinds(&media).into_iter().any(|kind| !may_send(&state.info.plan, kind, state.me.role))
            })
            .map(|publication| publication.id.clone())
            .collect();
        for id in forbidden {
            self.unpublish(&id);
        }
        let links: Vec<_> = self.links.borrow().iter().map(|(peer, link)| (peer.clone(), Rc::clone(link))).collect();
        for (peer, link) in links {
            let Some(theirs) = state.others.iter().find(|other| other.who.peer == peer).map(|other| other.who.role)
            else {
                continue;
            };
            link.update_outgoing(|connection| {
                for (video, kind) in [(false, Kind::Audio), (true, Kind::Video)] {
                    if let Some(direction) = slot_direction(&state.info.plan, kind, state.me.role, theirs)
                        && connection.has_place(video)
                    {
                        connection.set_place_direction(video, direction);
                    }
                }
            });
        }
    }
}

/// Puts the publication's tracks under its senders of one connection, or takes them off.
fn lay(connection: &Connection, publication: &PublicationInner, on: bool) {
    let media = publication.media.borrow().clone();
    let (audio, video) = (media.audio().filter(|_| on), media.video().filter(|_| on));
    match publication.place {
        Some(Kind::Video) => connection.set_place_track(true, video),
        Some(_) => connection.set_place_track(false, audio),
        None => {
            connection.replace_extra(&publication.id, false, audio);
            connection.replace_extra(&publication.id, true, video);
        }
    }
}

/// What a source needs leave to send.
fn kinds(media: &LocalMedia) -> Vec<Kind> {
    if media.source() == Source::Screen {
        return vec![Kind::Screen];
    }
    let (audio, video) = media.track_states();
    let mut kinds = Vec::new();
    if audio != TrackState::Absent {
        kinds.push(Kind::Audio);
    }
    if video != TrackState::Absent {
        kinds.push(Kind::Video);
    }
    kinds
}
