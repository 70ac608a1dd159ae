//! A file under way, seen from this page.

use crate::api::files::FilesInner;
use crate::api::watch::Watch;
use crate::browser::digest;
use crate::browser::file_sink::FileSink;
use crate::browser::file_source::FileSource;
use crate::core::event::{FileMeta, TransferError, TransferId};
use crate::core::transfer::{Sha256Digest, Side};
use crate::error::Error;
use crate::protocol::PeerId;
use futures::StreamExt;
use js_sys::Uint8Array;
use litemap::LiteMap;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use web_sys::Blob;

/// Where a file that comes in is put.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sink {
    /// In the browser's memory; for what is shown and not large.
    Memory,
    /// On the disk of this origin, until it is saved: for anything large. What was not saved within a day is taken away.
    #[default]
    Disk,
    /// Where the person wants it, if the browser can ask; otherwise as [`Disk`](Self::Disk). To be accepted in a click.
    Picked,
}

/// A file on its way to others, or to this page. Cheap to clone; dropping it ends nothing.
#[derive(Clone)]
pub struct Transfer(pub(crate) Rc<TransferInner>);

/// Shared by all handles of one transfer.
pub(crate) struct TransferInner {
    pub id: TransferId,
    pub meta: FileMeta,
    pub files: Weak<FilesInner>,
    pub end: End,
    /// Everybody at the other end, and how it stands with them.
    pub with: RefCell<LiteMap<PeerId, Standing>>,
    pub progress: Watch<(u64, u64)>,
    pub over: Watch<bool>,
}

/// This page's end.
pub(crate) enum End {
    Sends(FileSource),
    Gets { number: u32, storage: RefCell<Storage> },
}

/// Where the bytes go, one after the other.
#[derive(Default)]
pub(crate) struct Storage {
    /// None before it was accepted, and while something is written.
    pub sink: Option<FileSink>,
    pub unwritten: VecDeque<(Vec<u8>, Sha256Digest)>,
    /// What a piece is copied to for the browser.
    pub buffer: Option<Uint8Array>,
    pub stored: u64,
    pub writing: bool,
    /// There was a place for it already.
    pub accepted: bool,
    pub complete: bool,
    /// Nothing more is wanted.
    pub ended: bool,
    pub blob: Option<Blob>,
}

/// How it stands with one person.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Standing {
    Going(u64),
    Over(Result<(), TransferError>),
}

impl Transfer {
    /// Its id, as events name it.
    pub fn id(&self) -> TransferId {
        self.0.id
    }

    /// What the file says of itself; the name is safe to show and to save under.
    pub fn meta(&self) -> FileMeta {
        self.0.meta.clone()
    }

    /// Whether this page sends it.
    pub fn is_mine(&self) -> bool {
        matches!(self.0.end, End::Sends(_))
    }

    /// Takes a file that was offered.
    ///
    /// # Errors
    ///
    /// `Cancelled` when the person closed the picker: the offer stands; or when it was accepted before, or is over. `Storage` when there is nowhere to put it, which
    /// ends the transfer.
    pub fn accept(&self, into: Sink) -> impl Future<Output = Result<(), TransferError>> + use<> {
        // At once, since the browser wants to see the click.
        let picking = (into == Sink::Picked).then(|| FileSink::pick(&self.0.meta.name)).flatten();
        let this = self.clone();
        async move {
            let picked = picking.is_some();
            let opened = match (picking, into) {
                (Some(picking), _) => FileSink::picked(picking).await,
                (None, Sink::Memory) => Ok(FileSink::memory()),
                (None, _) => FileSink::disk().await,
            };
            match opened {
                Ok(sink) => {
                    if this.0.accepted(sink).await {
                        Ok(())
                    } else {
                        Err(TransferError::Cancelled)
                    }
                }
                Err(Error::Browser { name, .. }) if picked && name == "AbortError" => Err(TransferError::Cancelled),
                Err(error) => {
                    let why = TransferError::Storage(error.to_string());
                    this.0.end(why.clone());
                    Err(why)
                }
            }
        }
    }

    /// Does not take it.
    pub fn refuse(&self) {
        self.0.end(TransferError::Refused);
    }

    /// Ends it, for everybody.
    pub fn cancel(&self) {
        self.0.end(TransferError::Cancelled);
    }

    /// Lets it rest.
    pub fn pause(&self) {
        self.0.rest(true);
    }

    /// Lets it go on, unless the other side wants it to rest.
    pub fn resume(&self) {
        self.0.rest(false);
    }

    /// Bytes stored and bytes in all; of the slowest receiver that has not ended, where there are several.
    pub fn progress(&self) -> Watch<(u64, u64)> {
        self.0.progress.clone()
    }

    /// Whether it is over for everybody.
    pub fn over(&self) -> bool {
        self.0.over.get()
    }

    /// The SHA-256 of the whole file, to be compared by people: it is read once more for it. That the file is what was
    /// sent was made sure of piece by piece.
    ///
    /// # Errors
    ///
    /// `Storage` when it cannot be read, or is not here: not yet, or where the person wanted it.
    pub async fn sha256(&self) -> Result<Sha256Digest, TransferError> {
        let digest = match &self.0.end {
            End::Sends(source) => source.sha256().await,
            End::Gets { storage, .. } => {
                let blob = storage.borrow().blob.clone();
                let blob = blob.ok_or_else(|| TransferError::Storage("the file is not here".to_owned()))?;
                digest::sha256_of(&blob, self.0.meta.size).await
            }
        };
        digest.map_err(|error| TransferError::Storage(error.to_string()))
    }

    /// Resolves when it is over for everybody: with the file, where it came here and was not put elsewhere.
    ///
    /// # Errors
    ///
    /// What stopped it; where it went to several, only if it reached none of them.
    pub async fn done(&self) -> Result<Option<Blob>, TransferError> {
        let mut over = self.0.over.stream();
        while over.next().await == Some(false) {}
        let with = self.0.with.borrow();
        let outcomes = || {
            with.values().filter_map(|standing| match standing {
                Standing::Over(outcome) => Some(outcome.clone()),
                Standing::Going(_) => None,
            })
        };
        if !outcomes().any(|outcome| outcome.is_ok()) {
            return Err(outcomes().find_map(Result::err).unwrap_or(TransferError::PeerLeft));
        }
        match &self.0.end {
            End::Sends(_) => Ok(None),
            End::Gets { storage, .. } => Ok(storage.borrow().blob.clone()),
        }
    }
}

impl Storage {
    /// A piece as the browser takes it; of use until the next.
    pub fn buffer(&mut self, bytes: &[u8]) -> Uint8Array {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let whole = self.buffer.take().filter(|buffer| buffer.length() >= length);
        let whole = whole.unwrap_or_else(|| Uint8Array::new_with_length(length));
        let part = whole.subarray(0, length);
        part.copy_from(bytes);
        self.buffer = Some(whole);
        part
    }
}

impl TransferInner {
    pub fn side(&self) -> Side {
        match self.end {
            End::Sends(_) => Side::Sender,
            End::Gets { .. } => Side::Receiver,
        }
    }

    /// Its number on a link.
    pub fn number(&self) -> u32 {
        match &self.end {
            End::Sends(_) => self.id.0,
            End::Gets { number, .. } => *number,
        }
    }

    /// Those it is not over with.
    pub fn going(&self) -> Vec<PeerId> {
        let with = self.with.borrow();
        let going = with.iter().filter(|(_, standing)| matches!(standing, Standing::Going(_)));
        going.map(|(peer, _)| peer.clone()).collect()
    }

    /// It stands differently with one of them.
    pub fn stands(&self, peer: &PeerId, standing: Standing) {
        self.with.borrow_mut().insert(peer.clone(), standing);
        let going: Vec<u64> = self
            .with
            .borrow()
            .values()
            .filter_map(|standing| if let Standing::Going(done) = standing { Some(*done) } else { None })
            .collect();
        match going.into_iter().min() {
            Some(done) => self.progress.set((done, self.meta.size)),
            None => {
                if self.with.borrow().values().any(|standing| *standing == Standing::Over(Ok(()))) {
                    self.progress.set((self.meta.size, self.meta.size));
                }
                self.over.set(true);
            }
        }
    }

    fn end(&self, why: TransferError) {
        self.each_link(|transfers, number, side, _, out| transfers.cancel(side, number, why.clone(), out));
    }

    fn rest(&self, on: bool) {
        self.each_link(|transfers, number, side, now, _| transfers.rest(side, number, on, now));
    }
}

impl std::fmt::Debug for Transfer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transfer").field("id", &self.0.id).field("meta", &self.0.meta).finish_non_exhaustive()
    }
}
