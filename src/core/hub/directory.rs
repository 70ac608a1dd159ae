//! The rooms as outsiders may know them, and who follows them: lists, filters, changes merged by room.

use crate::core::Millis;
use crate::protocol::limits::{LOBBY_ROOMS, LOBBY_SNAPSHOT_ROOMS};
use crate::protocol::{Admission, LobbyFilter, LobbyId, LobbyUpdate, PeerId, RoomId, RoomInfo, ServerMsg, Visibility};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Milliseconds between two deliveries to one follower: five a second.
const DELIVERY_MS: Millis = 200;
/// With more rooms changed than this a follower gets a new snapshot.
const MERGED_ROOMS: usize = 64;

/// Somebody who follows a lobby, a room, or both.
struct Watcher {
    lobby: LobbyId,
    list: Option<List>,
    room: Option<Followed>,
    /// Nobody can be told at present; changes are remembered.
    paused: bool,
    delivered: Option<Millis>,
    due: Option<Millis>,
}

impl Watcher {
    fn has_news(&self) -> bool {
        self.list.as_ref().is_some_and(|list| !list.dirty.is_empty())
            || self.room.as_ref().is_some_and(|followed| followed.dirty)
    }
}

struct List {
    filter: LobbyFilter,
    shown: BTreeSet<RoomId>,
    dirty: BTreeSet<RoomId>,
}

struct Followed {
    room: RoomId,
    told: Option<RoomInfo>,
    dirty: bool,
}

/// Keeps what is publicly known, knows nothing else.
#[derive(Default)]
pub(super) struct DirectoryMachine {
    rooms: BTreeMap<LobbyId, BTreeMap<RoomId, RoomInfo>>,
    watchers: BTreeMap<PeerId, Watcher>,
    by_lobby: BTreeMap<LobbyId, BTreeSet<PeerId>>,
    queue: BTreeSet<(Millis, PeerId)>,
}

impl DirectoryMachine {
    pub(super) fn room(&self, lobby: &LobbyId, room: &RoomId) -> Option<&RoomInfo> {
        self.rooms.get(lobby)?.get(room)
    }

    /// Listed rooms that pass, the newest first.
    pub(super) fn listed(&self, lobby: &LobbyId, filter: &LobbyFilter) -> Vec<&RoomInfo> {
        let rooms = self.rooms.get(lobby).into_iter().flat_map(BTreeMap::values);
        let mut listed: Vec<_> = rooms.filter(|info| passes(filter, info)).collect();
        listed.sort_by_key(|info| Reverse(info.created_ms));
        listed.truncate(LOBBY_ROOMS);
        listed
    }

    /// A room is there, changed, or gone.
    pub(super) fn update(&mut self, lobby: &LobbyId, room: &RoomId, info: Option<RoomInfo>, now: Millis) {
        if self.room(lobby, room) == info.as_ref() {
            return;
        }
        let rooms = self.rooms.entry(lobby.clone()).or_default();
        match info {
            Some(info) => {
                rooms.insert(room.clone(), info);
            }
            None => {
                rooms.remove(room);
            }
        }
        if rooms.is_empty() {
            self.rooms.remove(lobby);
        }
        for peer in self.by_lobby.get(lobby).into_iter().flatten() {
            let Some(watcher) = self.watchers.get_mut(peer) else { continue };
            if let Some(list) = &mut watcher.list {
                list.dirty.insert(room.clone());
            }
            if let Some(followed) = watcher.room.as_mut().filter(|followed| followed.room == *room) {
                followed.dirty = true;
            }
            schedule(&mut self.queue, peer, watcher, now);
        }
    }

    /// Follows a lobby from here on; the answer is the list as it is.
    pub(super) fn watch(&mut self, peer: &PeerId, lobby: &LobbyId, filter: LobbyFilter, now: Millis) -> ServerMsg {
        let (message, shown) = self.snapshot(lobby, &filter);
        let watcher = self.watcher(peer, lobby);
        watcher.list = Some(List { filter, shown, dirty: BTreeSet::new() });
        watcher.delivered = Some(now);
        message
    }

    pub(super) fn unwatch(&mut self, peer: &PeerId) {
        if let Some(watcher) = self.watchers.get_mut(peer) {
            watcher.list = None;
        }
        self.tidy(peer);
    }

    /// What is known of one room; with `watch` it is followed instead of any other, without it no longer.
    pub(super) fn look_up(&mut self, peer: &PeerId, lobby: &LobbyId, room: RoomId, watch: bool) -> ServerMsg {
        let info = self.room(lobby, &room).cloned();
        if watch {
            self.watcher(peer, lobby).room = Some(Followed { room, told: info.clone(), dirty: false });
        } else if let Some(watcher) = self.watchers.get_mut(peer) {
            watcher.room.take_if(|followed| followed.room == room);
            self.tidy(peer);
        }
        ServerMsg::Room { info }
    }

    /// The follower's socket is gone; changes wait.
    pub(super) fn pause(&mut self, peer: &PeerId) {
        if let Some(watcher) = self.watchers.get_mut(peer) {
            watcher.paused = true;
            if let Some(due) = watcher.due.take() {
                self.queue.remove(&(due, peer.clone()));
            }
        }
    }

    /// The follower is back; `afresh`: what it was told before may be lost.
    pub(super) fn resume(&mut self, peer: &PeerId, afresh: bool, now: Millis, out: &mut Vec<(PeerId, ServerMsg)>) {
        let Some(watcher) = self.watchers.get_mut(peer) else { return };
        watcher.paused = false;
        if !afresh {
            if watcher.has_news() {
                schedule(&mut self.queue, peer, watcher, now);
            }
            return;
        }
        let lobby = watcher.lobby.clone();
        if let Some(filter) = watcher.list.as_ref().map(|list| list.filter.clone()) {
            let message = self.watch(peer, &lobby, filter, now);
            out.push((peer.clone(), message));
        }
        let followed = self.watchers.get(peer).and_then(|watcher| watcher.room.as_ref());
        if let Some(room) = followed.map(|followed| followed.room.clone()) {
            let message = self.look_up(peer, &lobby, room, true);
            out.push((peer.clone(), message));
        }
    }

    pub(super) fn remove(&mut self, peer: &PeerId) {
        self.unwatch(peer);
        if let Some(watcher) = self.watchers.get_mut(peer) {
            watcher.room = None;
        }
        self.tidy(peer);
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        self.queue.first().map(|(due, _)| *due)
    }

    /// Tells followers what changed since they were last told.
    pub(super) fn deliver(&mut self, now: Millis, out: &mut Vec<(PeerId, ServerMsg)>) {
        while self.queue.first().is_some_and(|(due, _)| *due <= now) {
            let Some((_, peer)) = self.queue.pop_first() else { return };
            let Some(watcher) = self.watchers.get_mut(&peer) else { continue };
            watcher.due = None;
            watcher.delivered = Some(now);
            let rooms = self.rooms.get(&watcher.lobby);
            let info = |room: &RoomId| rooms.and_then(|rooms| rooms.get(room));
            if let Some(followed) = watcher.room.as_mut().filter(|followed| followed.dirty) {
                followed.dirty = false;
                let news = info(&followed.room);
                if followed.told.as_ref() != news {
                    followed.told = news.cloned();
                    out.push((peer.clone(), ServerMsg::Room { info: news.cloned() }));
                }
            }
            let Some(list) = &mut watcher.list else { continue };
            if list.dirty.len() > MERGED_ROOMS {
                let (lobby, filter) = (watcher.lobby.clone(), list.filter.clone());
                let message = self.watch(&peer, &lobby, filter, now);
                out.push((peer, message));
                continue;
            }
            for room in std::mem::take(&mut list.dirty) {
                let update = match info(&room).filter(|info| passes(&list.filter, info)) {
                    Some(info) => {
                        list.shown.insert(room);
                        LobbyUpdate::Upsert { info: Box::new(info.clone()) }
                    }
                    None if list.shown.remove(&room) => LobbyUpdate::Remove { room },
                    None => continue,
                };
                out.push((peer.clone(), ServerMsg::Lobby { update }));
            }
        }
    }

    fn snapshot(&self, lobby: &LobbyId, filter: &LobbyFilter) -> (ServerMsg, BTreeSet<RoomId>) {
        let listed = self.listed(lobby, filter);
        let more = listed.len() > LOBBY_SNAPSHOT_ROOMS;
        let rooms: Vec<RoomInfo> = listed.into_iter().take(LOBBY_SNAPSHOT_ROOMS).cloned().collect();
        let shown = rooms.iter().map(|info| info.room.clone()).collect();
        (ServerMsg::Lobby { update: LobbyUpdate::Snapshot { rooms, more } }, shown)
    }

    fn watcher(&mut self, peer: &PeerId, lobby: &LobbyId) -> &mut Watcher {
        self.by_lobby.entry(lobby.clone()).or_default().insert(peer.clone());
        self.watchers.entry(peer.clone()).or_insert_with(|| Watcher {
            lobby: lobby.clone(),
            list: None,
            room: None,
            paused: false,
            delivered: None,
            due: None,
        })
    }

    /// Forgets whoever follows nothing any more.
    fn tidy(&mut self, peer: &PeerId) {
        let idle = |watcher: &Watcher| watcher.list.is_none() && watcher.room.is_none();
        if !self.watchers.get(peer).is_some_and(idle) {
            return;
        }
        let Some(watcher) = self.watchers.remove(peer) else { return };
        if let Some(due) = watcher.due {
            self.queue.remove(&(due, peer.clone()));
        }
        if let Some(peers) = self.by_lobby.get_mut(&watcher.lobby) {
            peers.remove(peer);
            if peers.is_empty() {
                self.by_lobby.remove(&watcher.lobby);
            }
        }
    }

    /// Followers by session, and whether what changed is going to reach them; for the checks.
    pub(super) fn watchers(&self) -> impl Iterator<Item = (&PeerId, bool)> {
        self.watchers.iter().map(|(peer, watcher)| {
            let queued = watcher.due.is_some_and(|due| self.queue.contains(&(due, peer.clone())));
            (peer, watcher.paused || !watcher.has_news() || queued)
        })
    }

    /// Everything known, for the checks.
    pub(super) fn all(&self) -> impl Iterator<Item = (&LobbyId, &RoomId, &RoomInfo)> {
        self.rooms.iter().flat_map(|(lobby, rooms)| rooms.iter().map(move |(room, info)| (lobby, room, info)))
    }
}

fn schedule(queue: &mut BTreeSet<(Millis, PeerId)>, peer: &PeerId, watcher: &mut Watcher, now: Millis) {
    if watcher.paused || watcher.due.is_some() {
        return;
    }
    let due = watcher.delivered.map_or(now, |delivered| now.max(delivered + DELIVERY_MS));
    watcher.due = Some(due);
    queue.insert((due, peer.clone()));
}

fn passes(filter: &LobbyFilter, info: &RoomInfo) -> bool {
    let joinable = || info.count < info.capacity && matches!(info.admission, Admission::Open | Admission::Knock);
    let contains = |text: &str| {
        let text = text.to_lowercase();
        let details = &info.details;
        [&details.name, &details.topic]
            .into_iter()
            .chain(&details.tags)
            .any(|field| field.to_lowercase().contains(&text))
    };
    info.visibility == Visibility::Listed
        && filter.tags.is_subset(&info.details.tags)
        && (!filter.only_joinable || joinable())
        && filter.text.as_deref().is_none_or(contains)
}
