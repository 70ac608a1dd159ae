//! A file of this page, read in pieces, for any number of receivers.

use super::digest;
use crate::core::event::FileMeta;
use crate::core::transfer::{Sha256Digest, clean_name};
use crate::error::Error;
use web_sys::File;

/// A file of this page.
pub(crate) struct FileSource(File);

impl FileSource {
    pub fn new(file: File) -> Self {
        Self(file)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size")]
    fn size(&self) -> u64 {
        self.0.size() as u64
    }

    pub fn meta(&self) -> FileMeta {
        /// Bytes of a media type; longer ones are nobody's.
        const MIME: usize = 127;
        let mime = Some(self.0.type_()).filter(|mime| mime.len() <= MIME).unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let modified_ms = Some(self.0.last_modified() as u64);
        FileMeta { name: clean_name(&self.0.name()), mime, size: self.size(), modified_ms, sha256: None }
    }

    /// A piece and its digest.
    pub async fn read(&self, offset: u64, length: u64) -> Result<(Vec<u8>, Sha256Digest), Error> {
        let bytes = digest::read(&self.0, offset, length).await?;
        let digest = digest::sha256(&bytes).await;
        Ok((bytes.to_vec(), digest))
    }

    /// The digest of all of it.
    pub async fn sha256(&self) -> Result<Sha256Digest, Error> {
        digest::sha256_of(&self.0, self.size()).await
    }
}
