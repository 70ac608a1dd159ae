//! Brotli at its best, once per content.

use crate::{Result, digest};
use std::{fs, path::Path};

/// Files of these kinds are worth compressing.
const KINDS: [&str; 9] = ["css", "html", "js", "json", "svg", "txt", "wasm", "webmanifest", "xml"];

/// Is `path` of a kind that shrinks?
pub fn shrinks(path: &Path) -> bool {
    path.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known))
}

/// `bytes` at quality 11; what was compressed before comes from `cache`.
pub fn brotli(bytes: &[u8], cache: &Path) -> Result<Vec<u8>> {
    let known = cache.join(digest::of_bytes(bytes)).with_extension("br");
    if let Ok(compressed) = fs::read(&known) {
        return Ok(compressed);
    }
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    fs::create_dir_all(cache)?;
    fs::write(known, &compressed)?;
    Ok(compressed)
}
