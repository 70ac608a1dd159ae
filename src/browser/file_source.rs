//! A file of this page, read in parts, for any number of receivers.

use super::outcome::thrown;
use crate::core::event::FileMeta;
use crate::core::transfer::{FileDigest, Sha256Digest, clean_name};
use crate::error::Error;
use js_sys::{ArrayBuffer, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// A file and what is known of its digest.
pub(crate) struct FileSource {
    file: File,
    size: u64,
    digest: RefCell<FileDigest>,
}

impl FileSource {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size")]
    pub fn new(file: File) -> Self {
        let size = file.size() as u64;
        Self { file, size, digest: RefCell::default() }
    }

    pub fn meta(&self) -> FileMeta {
        /// Bytes of a media type; longer ones are nobody's.
        const MIME: usize = 127;
        let mime = Some(self.file.type_()).filter(|mime| mime.len() <= MIME).unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let modified_ms = Some(self.file.last_modified() as u64);
        FileMeta { name: clean_name(&self.file.name()), mime, size: self.size, modified_ms, sha256: None }
    }

    /// The bytes from `offset` on, and the digest if these were the last that were missing.
    pub async fn read(&self, offset: u64, length: u64) -> Result<(Vec<u8>, Option<Sha256Digest>), Error> {
        #[expect(clippy::cast_precision_loss, reason = "no file is that large")]
        let slice = self.file.slice_with_f64_and_f64(offset as f64, (offset + length) as f64).map_err(thrown)?;
        let read = JsFuture::from(slice.array_buffer()).await.map_err(thrown)?;
        let buffer: ArrayBuffer = read.dyn_into().map_err(|_| Error::Unsupported("files"))?;
        let bytes = Uint8Array::new(&buffer).to_vec();
        let mut digest = self.digest.borrow_mut();
        digest.feed(offset, &bytes);
        Ok((bytes, digest.of_all(self.size)))
    }
}
