//! Media that stalls although its connection is fine: noticed, told and mended.

use crate::api::room::{Room, RoomInner};
use crate::api::statistics::{Reader, Sampler};
use crate::browser::link::Link;
use crate::browser::link_owner::LinkOwner as _;
use crate::browser::streams::publication_of;
use crate::core::stall::{Live, StallOut, Stalls};
use crate::core::stats::Sample;
use crate::protocol::{PeerId, TrackState};
use litemap::LiteMap;
use std::cell::RefCell;
use std::rc::Rc;

impl Room {
    /// From now on this page notices when something that should be live brings no picture or no sound for four seconds
    /// though its link is fine: it says so with [`Event::MediaStalled`](crate::core::event::Event::MediaStalled), has
    /// its sender send it anew, and after eight seconds the connection made anew, once, if it comes from a camera or a
    /// microphone. What is drawn, played or shared may rightly stand still; of that it says so and no more.
    ///
    /// Every two seconds, every ten while the page is hidden, it asks the browser about one connection after the other
    /// over which something should arrive. A page that never calls this is spared its code; the pages it gets media from
    /// need not call it.
    pub fn mend_media(&self) {
        let sampler = Sampler::of(&self.0);
        if !sampler.mends.replace(true) {
            sampler.add(Rc::new(Mender::default()));
        }
    }
}

/// Watches over what arrives from everybody.
#[derive(Default)]
struct Mender(RefCell<LiteMap<PeerId, Stalls>>);

impl Reader for Mender {
    fn is_done(&self, room: &RoomInner) -> bool {
        self.0.borrow_mut().retain(|peer, _| room.is_member(peer));
        false
    }

    fn wants(&self, room: &RoomInner, link: &Link) -> bool {
        let is_watched = self.0.borrow().get(link.peer()).is_some_and(|stalls| !stalls.is_empty());
        is_watched || !due(room, link, None).is_empty()
    }

    fn take(&self, room: &Rc<RoomInner>, link: &Rc<Link>, sample: &Sample) {
        let (live, mut out) = (due(room, link, Some(sample)), Vec::new());
        {
            let mut all = self.0.borrow_mut();
            let mut stalls = all.remove(link.peer()).unwrap_or_default();
            stalls.sample(live, sample.alive, sample.at, &mut out);
            all.insert(link.peer().clone(), stalls);
        }
        for what in out {
            match what {
                StallOut::Stalled { publication, stalled } => room.media_stalled(&publication, stalled),
                StallOut::Ask(publication) => link.with_data(|data, _, _| data.ask_anew(publication)),
                StallOut::Rebuild => {
                    if let Some(id) = link.id() {
                        room.request_rebuild(link.peer(), id);
                    }
                }
            }
        }
    }
}

/// What should arrive over a link now, and what of it has.
fn due(room: &RoomInner, link: &Link, sample: Option<&Sample>) -> Vec<Live> {
    let state = room.state_before();
    let Some(other) = state.others.iter().find(|other| other.who.peer == *link.peer()) else { return Vec::new() };
    let (bindings, received) = link.received();
    let live = received.iter().filter_map(|item| {
        let publication = publication_of(&other.who, &bindings, item)?;
        let (video, track) = (item.track.kind() == "video", item.track.id());
        let state = if video { publication.video } else { publication.audio };
        let stream = sample.and_then(|sample| sample.inbound.iter().find(|stream| stream.track == track));
        let count = stream.map_or(0.0, |stream| if video { stream.frames } else { stream.packets });
        let (publication, source) = (publication.id.clone(), publication.source);
        (state == TrackState::Live).then_some(Live { publication, source, video, count })
    });
    live.collect()
}
