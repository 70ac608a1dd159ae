//! How the ways to the others do, measured while somebody wants to know.
//!
//! A report costs a browser real work, so a room has one [`Sampler`], which asks one connection after the other and hands
//! each sample to everything that reads samples. A room whose page asks for none has none, nor the code of it.

use crate::api::peer::Peer;
use crate::api::room::RoomInner;
use crate::api::watch::Watch;
use crate::browser::link::Link;
use crate::core::event::Quality;
use crate::core::stats::{Digest, LinkStats, Sample};
use crate::protocol::PeerId;
use gloo_timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;

/// Milliseconds between two rounds.
const PERIOD: u32 = 2_000;
/// The same while nobody sees the page.
const HIDDEN_PERIOD: u32 = 10_000;

/// Something that reads samples.
pub(crate) trait Reader {
    /// Whether it is for nothing any more.
    fn is_done(&self, room: &RoomInner) -> bool;
    fn wants(&self, room: &RoomInner, link: &Link) -> bool;
    fn take(&self, room: &Rc<RoomInner>, link: &Rc<Link>, sample: &Sample);
    /// No sample comes any more.
    fn end(&self, _room: &RoomInner) {}
    /// The figures it makes of the samples of one person.
    fn watch(&self, _of: &PeerId) -> Option<Watch<LinkStats>> {
        None
    }
}

/// Takes samples of a room's links while there are readers.
#[derive(Default)]
pub(crate) struct Sampler {
    room: Weak<RoomInner>,
    readers: RefCell<Vec<Rc<dyn Reader>>>,
    running: Cell<bool>,
    /// One of the readers mends what stalls.
    pub mends: Cell<bool>,
}

impl Sampler {
    /// The one of a room.
    pub fn of(room: &Rc<RoomInner>) -> Rc<Self> {
        let known = room.sampler.borrow().clone();
        known.unwrap_or_else(|| {
            let sampler = Rc::new(Self { room: Rc::downgrade(room), ..Self::default() });
            room.sampler.replace(Some(Rc::clone(&sampler)));
            sampler
        })
    }

    /// From now on samples go to a reader too, until it is done.
    pub fn add(self: &Rc<Self>, reader: Rc<dyn Reader>) {
        self.readers.borrow_mut().push(reader);
        if !self.running.replace(true) {
            spawn_local(run(Rc::downgrade(self)));
        }
    }

    fn readers(&self) -> Vec<Rc<dyn Reader>> {
        self.readers.borrow().clone()
    }

    /// Lets go of who is done, and says whether anybody is left.
    fn is_wanted(&self, room: &RoomInner) -> bool {
        let (done, left): (Vec<_>, _) = self.readers.take().into_iter().partition(|reader| reader.is_done(room));
        self.readers.borrow_mut().extend(left);
        done.iter().for_each(|reader| reader.end(room));
        !self.readers.borrow().is_empty()
    }
}

/// Rounds, until nobody wants samples or the room is gone. Waiting, it keeps neither the room nor a link.
async fn run(sampler: Weak<Sampler>) {
    loop {
        let Some((this, room)) = sampler.upgrade().and_then(|this| this.room.upgrade().map(|room| (this, room))) else {
            return;
        };
        if room.is_gone() || !this.is_wanted(&room) {
            this.running.set(false);
            return;
        }
        let links: Vec<Weak<Link>> = room.all_links().iter().map(Rc::downgrade).collect();
        drop((this, room));
        for link in links {
            round(&sampler, &link).await;
        }
        let is_hidden = web_sys::window().and_then(|window| window.document()).is_some_and(|page| page.hidden());
        TimeoutFuture::new(if is_hidden { HIDDEN_PERIOD } else { PERIOD }).await;
    }
}

async fn round(sampler: &Weak<Sampler>, link: &Weak<Link>) {
    let (Some(wants), Some(asked)) = (wanted(sampler, link), link.upgrade()) else { return };
    if wants.is_empty() {
        return;
    }
    let Some(sample) = asked.sample().await else { return };
    drop(asked);
    // Who wants it may have changed meanwhile, and the room may be gone.
    let room = sampler.upgrade().and_then(|this| this.room.upgrade());
    if let (Some(wants), Some(room), Some(asked)) = (wanted(sampler, link), room, link.upgrade()) {
        wants.iter().for_each(|reader| reader.take(&room, &asked, &sample));
    }
}

/// Who wants samples of a link; `None` once the room is gone.
fn wanted(sampler: &Weak<Sampler>, link: &Weak<Link>) -> Option<Vec<Rc<dyn Reader>>> {
    let (this, link) = (sampler.upgrade()?, link.upgrade()?);
    let room = this.room.upgrade().filter(|room| !room.is_gone())?;
    Some(this.readers().into_iter().filter(|reader| reader.wants(&room, &link)).collect())
}

impl Peer {
    /// How the connection with them does: measured from the first call on every two seconds, every ten while the page
    /// is hidden, until nobody holds what this returns or is subscribed to it.
    ///
    /// While it is measured, [`PeerState::quality`](crate::core::event::PeerState::quality) says how well it is. Of
    /// somebody who is not there it says nothing, for ever.
    pub fn stats(&self) -> Watch<LinkStats> {
        let Some(room) = self.room.upgrade().filter(|room| !room.is_gone()) else {
            return Watch::new(LinkStats::default());
        };
        let sampler = Sampler::of(&room);
        let known = sampler.readers().iter().find_map(|reader| reader.watch(&self.id));
        known.unwrap_or_else(|| {
            let measured = Watch::new(LinkStats::default());
            sampler.add(Rc::new(Measured {
                peer: self.id.clone(),
                watch: measured.clone(),
                digest: RefCell::default(),
            }));
            measured
        })
    }
}

/// The figures of one person.
struct Measured {
    peer: PeerId,
    watch: Watch<LinkStats>,
    digest: RefCell<Digest>,
}

impl Reader for Measured {
    fn is_done(&self, room: &RoomInner) -> bool {
        self.watch.is_unwatched() || !room.is_member(&self.peer)
    }

    fn wants(&self, _room: &RoomInner, link: &Link) -> bool {
        *link.peer() == self.peer
    }

    fn take(&self, room: &Rc<RoomInner>, _link: &Rc<Link>, sample: &Sample) {
        let (stats, quality) = {
            let mut digest = self.digest.borrow_mut();
            (digest.take(sample.clone()), digest.quality())
        };
        room.set_quality(&self.peer, quality);
        self.watch.set(stats);
    }

    fn end(&self, room: &RoomInner) {
        room.set_quality(&self.peer, Quality::Unknown);
    }

    fn watch(&self, of: &PeerId) -> Option<Watch<LinkStats>> {
        (*of == self.peer).then(|| self.watch.clone())
    }
}
