//! The site as it lies on the disk of who develops it.

use bytes::Bytes;
use std::{fs, path::Path};

/// Address and contents of every file; nothing where there is no folder, and pages then come without their wasm.
pub(super) fn read(folder: &Path) -> Vec<(String, Bytes)> {
    let mut found = Vec::new();
    collect(folder, "", &mut found);
    found
}

fn collect(folder: &Path, address: &str, found: &mut Vec<(String, Bytes)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let address = format!("{address}/{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if path.is_dir() {
            collect(&path, &address, found);
        } else if let Ok(bytes) = fs::read(path) {
            found.push((address, bytes.into()));
        }
    }
}
