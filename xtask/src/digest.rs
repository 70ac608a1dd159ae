//! Names that change with the contents.

use crate::{Result, tree};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Sixteen hexadecimal digits of the SHA-256 of `bytes`.
pub fn of_bytes(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

/// The same over the names and contents of many files.
pub fn of_files(folder: &Path, files: &[PathBuf], salt: &str) -> Result<String> {
    let mut hash = Sha256::new_with_prefix(salt);
    for file in files {
        let bytes = fs::read(file)?;
        hash.update(tree::address(folder, file)?);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    Ok(hex(hash.finalize().as_slice()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
