//! The live list of rooms.

use crate::api::watch::{Subscription, Watch};
use crate::core::sorted::sorted;
use crate::protocol::{Admission, LobbyFilter, LobbyUpdate, RoomId, RoomInfo};
use futures::StreamExt;
use litemap::LiteMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The lobby's rooms as they are, newest first, narrowed by a filter. Dropping the last one stops watching.
pub struct Lobby {
    rooms: Watch<Vec<RoomInfo>>,
    _narrowing: Subscription,
    watch: Rc<LobbyWatch>,
    last: Option<Box<dyn FnOnce()>>,
}

/// What every [`Lobby`] of a client draws from.
pub(crate) struct LobbyWatch {
    all: Watch<Vec<RoomInfo>>,
    by_id: RefCell<LiteMap<RoomId, RoomInfo>>,
    watchers: Cell<u32>,
}

impl Default for LobbyWatch {
    fn default() -> Self {
        Self { all: Watch::new(Vec::new()), by_id: RefCell::default(), watchers: Cell::new(0) }
    }
}

impl LobbyWatch {
    pub fn is_watched(&self) -> bool {
        self.watchers.get() > 0
    }

    pub fn apply(&self, update: LobbyUpdate) {
        let mut by_id = self.by_id.borrow_mut();
        match update {
            LobbyUpdate::Snapshot { rooms, .. } => {
                by_id.clear();
                for info in rooms {
                    by_id.insert(info.room.clone(), info);
                }
            }
            LobbyUpdate::Upsert { info } => drop(by_id.insert(info.room.clone(), *info)),
            LobbyUpdate::Remove { room } => drop(by_id.remove(&room)),
        }
        // The newest first; those of one moment by their ids.
        let rooms = sorted(by_id.values().cloned(), |a, b| (b.created_ms, &a.room) < (a.created_ms, &b.room));
        drop(by_id);
        self.all.set(rooms);
    }
}

impl Lobby {
    /// A view on what is watched; and whether it is the first, so that watching has to begin.
    pub(crate) fn watch(watch: &Rc<LobbyWatch>, filter: LobbyFilter) -> (Self, bool) {
        let rooms = Watch::new(Vec::new());
        let narrowed = rooms.clone();
        let narrowing = watch.all.subscribe(move |all| {
            narrowed.set(all.iter().filter(|info| matches(&filter, info)).cloned().collect());
        });
        let first = watch.watchers.get() == 0;
        watch.watchers.set(watch.watchers.get() + 1);
        (Self { rooms, _narrowing: narrowing, watch: Rc::clone(watch), last: None }, first)
    }

    pub(crate) fn on_last_drop(mut self, f: impl FnOnce() + 'static) -> Self {
        self.last = Some(Box::new(f));
        self
    }

    /// The rooms now, and whenever they change.
    pub fn rooms(&self) -> Watch<Vec<RoomInfo>> {
        self.rooms.clone()
    }

    /// The first room that can be joined, now or later.
    pub async fn next_open(&self) -> RoomInfo {
        let mut rooms = self.rooms.stream();
        loop {
            match rooms.next().await {
                Some(rooms) => {
                    if let Some(open) = rooms.into_iter().find(joinable) {
                        return open;
                    }
                }
                None => std::future::pending().await,
            }
        }
    }
}

impl Drop for Lobby {
    fn drop(&mut self) {
        self.watch.watchers.set(self.watch.watchers.get().saturating_sub(1));
        if self.watch.watchers.get() == 0
            && let Some(last) = self.last.take()
        {
            last();
        }
    }
}

/// Whether somebody could walk in now.
pub fn joinable(info: &RoomInfo) -> bool {
    info.count < info.capacity && info.admission == Admission::Open
}

fn matches(filter: &LobbyFilter, info: &RoomInfo) -> bool {
    let text = filter.text.as_ref().is_none_or(|text| {
        let (text, name) = (text.to_lowercase(), info.details.name.to_lowercase());
        name.contains(&text) || info.details.topic.to_lowercase().contains(&text)
    });
    text && filter.tags.is_subset(&info.details.tags) && (!filter.only_joinable || joinable(info))
}
