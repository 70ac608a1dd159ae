//! Files between pages: what the transfers of a room's links need read, stored and told.

use crate::api::room::{Room, RoomInner};
use crate::api::transfer::{End, Standing, Storage, Transfer, TransferInner};
use crate::api::watch::Watch;
use crate::browser::digest;
use crate::browser::file_sink::{FileSink, UNTRUSTED};
use crate::browser::file_source::FileSource;
use crate::browser::link::Link;
use crate::core::Millis;
use crate::core::data::DataOut;
use crate::core::event::{Event, FileMeta, TransferError, TransferId};
use crate::core::transfer::{Side, TransferOut, Transfers};
use crate::error::Error;
use crate::protocol::{PeerId, Target};
use litemap::LiteMap;
use std::any::Any;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

/// The files of a room; see [`Room::files`]. Cheap to clone.
#[derive(Clone)]
pub struct Files(Rc<FilesInner>);

/// What a room knows of its files, if anything: a page that does not take part in them is spared their code.
pub(crate) trait RoomFiles {
    /// A link is there that may carry files.
    fn attach(&self, link: &Rc<Link>);
    fn take(&self, peer: &PeerId, about: TransferOut);
    /// Somebody has left.
    fn left(&self, peer: &PeerId);
    /// The room is gone.
    fn end(&self);
    fn any(self: Rc<Self>) -> Rc<dyn Any>;
}

pub(crate) struct FilesInner {
    this: Weak<FilesInner>,
    room: Weak<RoomInner>,
    transfers: RefCell<LiteMap<TransferId, Rc<TransferInner>>>,
    links: RefCell<LiteMap<PeerId, Rc<RefCell<Transfers>>>>,
}

impl Room {
    /// The files of this room. From the first call on this page takes part in them: it can send, and hears
    /// [`Event::FileOffered`], also of what was offered before.
    pub fn files(&self) -> Files {
        let known = self.0.files.borrow().clone().and_then(|files| files.any().downcast::<FilesInner>().ok());
        if let Some(known) = known {
            return Files(known);
        }
        let files = Rc::new_cyclic(|this| FilesInner {
            this: this.clone(),
            room: Rc::downgrade(&self.0),
            transfers: RefCell::default(),
            links: RefCell::default(),
        });
        self.0.files.replace(Some(files.clone()));
        for link in self.0.all_links() {
            files.attach(&link);
        }
        Files(files)
    }
}

impl Files {
    /// Offers a file to others and sends it to whoever accepts, each at their own pace, from disk to disk.
    ///
    /// It goes on by itself on every new connection. Each of them hears [`Event::FileOffered`]; how it goes is told by
    /// [`Event::FileProgress`], [`Event::FileDone`] and [`Event::FileFailed`], for each of them.
    ///
    /// # Errors
    ///
    /// `NoSuchPeer` when one of those named is not there, or nobody is; `WouldBlock` when too many files are under way
    /// to one of them; `RoomGone` after the room.
    pub fn send(&self, file: File, to: &Target) -> Result<Transfer, Error> {
        let room = self.0.room.upgrade().ok_or(Error::RoomGone)?;
        let links = room.links_to(to)?;
        if links.is_empty() {
            return Err(Error::NoSuchPeer);
        }
        let source = FileSource::new(file);
        let id = room.client().next_transfer();
        let transfer = self.0.add(id, source.meta(), End::Sends(source));
        for link in links {
            let (mut taken, meta) = (false, transfer.meta.clone());
            self.0.at_link(link.peer(), &mut |transfers, now, _| taken = transfers.offer(id.0, meta.clone(), now));
            if !taken {
                Transfer(transfer).cancel();
                return Err(Error::WouldBlock);
            }
            transfer.stands(link.peer(), Standing::Going(0));
        }
        Ok(Transfer(transfer))
    }

    /// A transfer of this room, under way or over.
    pub fn get(&self, id: TransferId) -> Option<Transfer> {
        self.0.transfers.borrow().get(&id).cloned().map(Transfer)
    }
}

impl FilesInner {
    fn add(&self, id: TransferId, meta: FileMeta, end: End) -> Rc<TransferInner> {
        let transfer = Rc::new(TransferInner {
            id,
            files: self.this.clone(),
            end,
            with: RefCell::new(LiteMap::new()),
            progress: Watch::new((0, meta.size)),
            over: Watch::new(false),
            meta,
        });
        self.transfers.borrow_mut().insert(id, Rc::clone(&transfer));
        transfer
    }

    fn find(&self, peer: &PeerId, number: u32, side: Side) -> Option<Rc<TransferInner>> {
        let transfers = self.transfers.borrow();
        let mut found = transfers.values().filter(|it| it.side() == side && it.number() == number);
        found.find(|it| matches!(it.with.borrow().get(peer), Some(Standing::Going(_)))).cloned()
    }

    /// Lets the transfers with somebody do something, and sees to what they want.
    fn at_link(&self, peer: &PeerId, act: Act<'_>) {
        let transfers = self.links.borrow().get(peer).cloned();
        let link = self.room.upgrade().and_then(|room| room.link(peer));
        if let (Some(transfers), Some(link)) = (transfers, link) {
            link.with_data(|_, now, out| {
                let mut about = Vec::new();
                act(&mut transfers.borrow_mut(), now, &mut about);
                out.extend(about.into_iter().map(DataOut::Transfer));
            });
        }
    }
}

type Act<'a> = &'a mut dyn FnMut(&mut Transfers, Millis, &mut Vec<TransferOut>);

impl RoomFiles for FilesInner {
    fn attach(&self, link: &Rc<Link>) {
        let transfers = Rc::new(RefCell::new(Transfers::default()));
        self.links.borrow_mut().insert(link.peer().clone(), Rc::clone(&transfers));
        link.with_data(|data, now, _| data.take_files(transfers, now));
    }

    fn left(&self, peer: &PeerId) {
        let transfers = self.links.borrow_mut().remove(peer);
        let mut about = Vec::new();
        if let Some(transfers) = transfers {
            transfers.borrow_mut().left(&mut about);
        }
        about.into_iter().for_each(|about| self.take(peer, about));
    }

    fn end(&self) {
        let transfers = self.transfers.take();
        for transfer in transfers.values() {
            transfer.store(|storage| storage.ended = true);
            for peer in transfer.going() {
                transfer.stands(&peer, Standing::Over(Err(TransferError::PeerLeft)));
            }
        }
    }

    fn any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn take(&self, peer: &PeerId, about: TransferOut) {
        let Some(room) = self.room.upgrade() else { return };
        let event = match about {
            TransferOut::Offered { number, meta } => {
                let id = room.client().next_transfer();
                let end = End::Gets { number, storage: RefCell::default() };
                let transfer = self.add(id, meta.clone(), end);
                transfer.stands(peer, Standing::Going(0));
                Event::FileOffered { transfer: id, from: peer.clone(), meta }
            }
            TransferOut::Read { number, offset, length } => {
                if let Some(transfer) = self.find(peer, number, Side::Sender) {
                    spawn_local(read(transfer, peer.clone(), offset, length));
                }
                return;
            }
            TransferOut::Store { number, bytes, digest } => {
                if let Some(transfer) = self.find(peer, number, Side::Receiver) {
                    transfer.store(|storage| storage.unwritten.push_back((bytes, digest)));
                }
                return;
            }
            TransferOut::Complete { number } => {
                if let Some(transfer) = self.find(peer, number, Side::Receiver) {
                    transfer.store(|storage| storage.complete = true);
                }
                return;
            }
            TransferOut::Progress { number, side, done, total } => {
                let Some(transfer) = self.find(peer, number, side) else { return };
                transfer.stands(peer, Standing::Going(done));
                Event::FileProgress { transfer: transfer.id, peer: peer.clone(), done, total }
            }
            TransferOut::Rests { number, side, on } => {
                let Some(transfer) = self.find(peer, number, side) else { return };
                Event::FilePaused { transfer: transfer.id, peer: peer.clone(), on }
            }
            TransferOut::Over { number, side, outcome } => {
                let Some(transfer) = self.find(peer, number, side) else { return };
                if side == Side::Receiver {
                    transfer.store(|storage| {
                        storage.ended = true;
                        storage.buffer = None;
                    });
                }
                transfer.stands(peer, Standing::Over(outcome.clone()));
                match outcome {
                    Ok(()) => Event::FileDone { transfer: transfer.id, peer: peer.clone() },
                    Err(why) => Event::FileFailed { transfer: transfer.id, peer: peer.clone(), why },
                }
            }
        };
        room.tell(&event);
    }
}

async fn read(transfer: Rc<TransferInner>, peer: PeerId, offset: u64, length: u64) {
    let End::Sends(source) = &transfer.end else { return };
    let mut read = Some(source.read(offset, length).await);
    let Some(files) = transfer.files.upgrade() else { return };
    let number = transfer.number();
    files.at_link(&peer, &mut |transfers, _, out| match read.take() {
        Some(Ok((bytes, digest))) => transfers.read(number, offset, bytes, digest, out),
        Some(Err(error)) => transfers.cancel(Side::Sender, number, storage_error(error), out),
        None => {}
    });
}

impl TransferInner {
    /// Lets the transfers with everybody it is not over with do something about it.
    pub fn each_link(&self, mut act: impl FnMut(&mut Transfers, u32, Side, Millis, &mut Vec<TransferOut>)) {
        let Some(files) = self.files.upgrade() else { return };
        for peer in self.going() {
            files.at_link(&peer, &mut |transfers, now, out| act(transfers, self.number(), self.side(), now, out));
        }
    }

    /// There is a place for it.
    pub async fn accepted(self: &Rc<Self>, sink: FileSink) -> bool {
        let mut unwanted = Some(sink);
        self.store(|storage| {
            if !storage.ended && !std::mem::replace(&mut storage.accepted, true) {
                storage.sink = unwanted.take();
            }
        });
        if let Some(unwanted) = unwanted {
            unwanted.abort().await;
            return false;
        }
        self.each_link(|transfers, number, _, now, _| transfers.accept(number, now));
        true
    }

    /// Changes what is to be stored, and sees to it that it is.
    fn store(self: &Rc<Self>, change: impl FnOnce(&mut Storage)) {
        let End::Gets { storage, .. } = &self.end else { return };
        change(&mut storage.borrow_mut());
        if !std::mem::replace(&mut storage.borrow_mut().writing, true) {
            let this = Rc::clone(self);
            spawn_local(async move {
                this.write().await;
                if let End::Gets { storage, .. } = &this.end {
                    storage.borrow_mut().writing = false;
                }
            });
        }
    }

    /// Writes what has come, one piece after the other, and closes when all is there.
    async fn write(&self) {
        let End::Gets { storage, .. } = &self.end else { return };
        loop {
            let Some(sink) = storage.borrow_mut().sink.take() else { return };
            let (ended, complete, piece) = {
                let mut storage = storage.borrow_mut();
                (storage.ended, storage.complete, storage.unwritten.pop_front())
            };
            if ended {
                storage.borrow_mut().unwritten.clear();
                return sink.abort().await;
            }
            let outcome = if let Some((bytes, digest)) = piece {
                // The same memory for all: what the browser would have to collect is soon more than a file.
                let piece = storage.borrow_mut().buffer(&bytes);
                let is_right = digest::sha256(&piece).await == digest;
                let written = if is_right {
                    sink.write(&piece).await.map_err(storage_error)
                } else {
                    Err(TransferError::Corrupt)
                };
                let stored = {
                    let mut storage = storage.borrow_mut();
                    storage.sink = Some(sink);
                    storage.stored += bytes.len() as u64;
                    storage.stored
                };
                written.map(|()| self.each_link(|it, number, _, now, out| it.stored(number, stored, now, out)))
            } else if complete {
                sink.close(UNTRUSTED).await.map_err(storage_error).map(|blob| {
                    storage.borrow_mut().blob = blob;
                    self.each_link(|it, number, _, _, out| it.completed(number, out));
                })
            } else {
                storage.borrow_mut().sink = Some(sink);
                return;
            };
            if let Err(why) = outcome {
                self.each_link(|it, number, side, _, out| it.cancel(side, number, why.clone(), out));
            }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn storage_error(error: Error) -> TransferError {
    TransferError::Storage(error.to_string())
}
