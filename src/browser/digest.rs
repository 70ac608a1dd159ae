//! SHA-256 of what is at hand, by the browser; and of whole files, piece by piece, as no browser does.

use super::outcome::thrown;
use crate::core::transfer::{PIECE, Sha256Digest};
use crate::error::Error;
use js_sys::{ArrayBuffer, Uint8Array};
use sha2::{Digest as _, Sha256};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// The digest of some bytes: natively and beside the page where the browser offers it (Web Cryptography API, in secure
/// contexts), otherwise here.
pub(crate) async fn sha256(bytes: &Uint8Array) -> Sha256Digest {
    match native(bytes).await {
        Some(digest) => digest,
        None => Sha256::digest(bytes.to_vec()).into(),
    }
}

async fn native(bytes: &Uint8Array) -> Option<Sha256Digest> {
    let crypto = web_sys::window()?.crypto().ok()?;
    // Absent where the context is not secure.
    let subtle = js_sys::Reflect::get(&crypto, &"subtle".into()).ok().filter(JsValue::is_object)?;
    let subtle: web_sys::SubtleCrypto = subtle.unchecked_into();
    let digest = subtle.digest_with_str_and_buffer_source("SHA-256", bytes).ok()?;
    let digest: ArrayBuffer = JsFuture::from(digest).await.ok()?.dyn_into().ok()?;
    Uint8Array::new(&digest).to_vec().try_into().ok()
}

/// Some bytes of a blob.
pub(crate) async fn read(blob: &Blob, offset: u64, length: u64) -> Result<Uint8Array, Error> {
    #[expect(clippy::cast_precision_loss, reason = "no file is that large")]
    let slice = blob.slice_with_f64_and_f64(offset as f64, (offset + length) as f64).map_err(thrown)?;
    let read = JsFuture::from(slice.array_buffer()).await.map_err(thrown)?;
    let buffer: ArrayBuffer = read.dyn_into().map_err(|_| Error::Unsupported("files"))?;
    Ok(Uint8Array::new(&buffer))
}

/// The digest of a whole blob, as `sha256sum` prints it. Some seconds for a gigabyte, with the page going on meanwhile.
pub(crate) async fn sha256_of(blob: &Blob, size: u64) -> Result<Sha256Digest, Error> {
    let mut digest = Sha256::new();
    let mut offset = 0;
    while offset < size {
        let bytes = read(blob, offset, PIECE.min(size - offset)).await?;
        if bytes.length() == 0 {
            return Err(Error::Unsupported("files that change"));
        }
        digest.update(bytes.to_vec());
        offset += u64::from(bytes.length());
    }
    Ok(digest.finalize().into())
}
