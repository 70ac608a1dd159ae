//! Where a file that comes in is put: in memory, on the disk of this origin, or where the person wants it.
//!
//! Follows the File System standard (WHATWG) and the File System Access draft (WICG) for the picker, which only some
//! browsers have.

use super::outcome::thrown;
use crate::error::Error;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions,
    FileSystemWritableFileStream,
};

/// What somebody else sent is never shown by its own word for itself.
pub(crate) const UNTRUSTED: &str = "application/octet-stream";
/// What the names of files on the disk of this origin begin with; the time of their making follows.
const PREFIX: &str = "incoming-";
/// Milliseconds after which such a file is taken away: it was saved long ago, or never will be.
const KEPT_MS: f64 = 24.0 * 3_600_000.0;

/// Bytes are written to it in order, then it is closed.
pub(crate) enum FileSink {
    Memory(Array),
    Disk { file: FileSystemFileHandle, stream: FileSystemWritableFileStream },
    Picked { stream: FileSystemWritableFileStream },
}

impl FileSink {
    pub fn memory() -> Self {
        Self::Memory(Array::new())
    }

    /// A new file on the disk of this origin, which nobody sees until it is saved elsewhere.
    pub async fn disk() -> Result<Self, Error> {
        let storage = web_sys::window().ok_or(Error::Unsupported("files"))?.navigator().storage();
        let folder: FileSystemDirectoryHandle = resolved(storage.get_directory()).await?;
        sweep(&folder).await;
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let name = format!("{PREFIX}{}-{}", js_sys::Date::now(), js_sys::Math::random().to_bits());
        let file: FileSystemFileHandle = resolved(folder.get_file_handle_with_options(&name, &options)).await?;
        let stream = resolved(file.create_writable()).await?;
        Ok(Self::Disk { file, stream })
    }

    /// A file the person picks; `None` where the browser has no picker. Has to be called in a click.
    pub fn pick(name: &str) -> Option<Promise> {
        let window = web_sys::window()?;
        let picker: Function = Reflect::get(&window, &"showSaveFilePicker".into()).ok()?.dyn_into().ok()?;
        let options = Object::new();
        Reflect::set(&options, &"suggestedName".into(), &name.into()).ok()?;
        picker.call1(&window, &options).ok()?.dyn_into().ok()
    }

    pub async fn picked(picking: Promise) -> Result<Self, Error> {
        let file: FileSystemFileHandle = resolved(picking).await?;
        Ok(Self::Picked { stream: resolved(file.create_writable()).await? })
    }

    /// A piece that follows those before.
    pub async fn write(&self, bytes: &Uint8Array) -> Result<(), Error> {
        match self {
            Self::Memory(parts) => {
                // The browser takes it over, and puts it on a disk when that is much.
                let blob = blob_of(&Array::of1(bytes), UNTRUSTED)?;
                parts.push(&blob);
                Ok(())
            }
            Self::Disk { stream, .. } | Self::Picked { stream } => {
                let writing = stream.write_with_js_u8_array(bytes).map_err(thrown)?;
                JsFuture::from(writing).await.map(drop).map_err(thrown)
            }
        }
    }

    /// A part of what this page makes, which follows those before.
    pub async fn write_blob(&self, part: &Blob) -> Result<(), Error> {
        match self {
            Self::Memory(parts) => {
                parts.push(part);
                Ok(())
            }
            Self::Disk { stream, .. } | Self::Picked { stream } => {
                let writing = stream.write_with_blob(part).map_err(thrown)?;
                JsFuture::from(writing).await.map(drop).map_err(thrown)
            }
        }
    }

    /// Everything is there; returns it as of that type, unless it is where the person wanted it.
    pub async fn close(self, mime: &str) -> Result<Option<Blob>, Error> {
        match self {
            Self::Memory(parts) => blob_of(&parts, mime).map(Some),
            Self::Disk { file, stream } => {
                JsFuture::from(stream.close()).await.map_err(thrown)?;
                let blob: Blob = resolved(file.get_file()).await?;
                blob.slice_with_f64_and_f64_and_content_type(0.0, blob.size(), mime).map(Some).map_err(thrown)
            }
            Self::Picked { stream } => JsFuture::from(stream.close()).await.map(|_| None).map_err(thrown),
        }
    }

    /// Nothing of it is wanted.
    pub async fn abort(self) {
        if let Self::Disk { stream, .. } | Self::Picked { stream } = self {
            drop(JsFuture::from(stream.abort()).await);
        }
    }
}

fn blob_of(parts: &Array, mime: &str) -> Result<Blob, Error> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    Blob::new_with_u8_array_sequence_and_options(parts, &options).map_err(thrown)
}

async fn resolved<T: JsCast>(promise: Promise) -> Result<T, Error> {
    let value: JsValue = JsFuture::from(promise).await.map_err(thrown)?;
    value.dyn_into().map_err(|_| Error::Unsupported("files"))
}

/// Takes away what other visits have left.
async fn sweep(folder: &FileSystemDirectoryHandle) {
    let keys = folder.keys();
    let now = js_sys::Date::now();
    while let Ok(next) = keys.next() {
        let Ok(next) = JsFuture::from(next).await else { return };
        let value = Reflect::get(&next, &"value".into()).ok().and_then(|name| name.as_string());
        let Some(name) = value else { return };
        let made = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next()?.parse::<f64>().ok());
        if made.is_some_and(|made| now - made > KEPT_MS) {
            drop(JsFuture::from(folder.remove_entry(&name)).await);
        }
    }
}
