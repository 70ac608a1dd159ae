//! The folders of the workspace.

use crate::Result;
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The root of the workspace that `cargo run` was called in; clones that share a target folder share this executable.
pub fn root() -> Result<PathBuf> {
    let here =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    Ok(here.parent().ok_or("xtask is not inside the workspace")?.to_owned())
}

/// Where cargo builds.
pub fn target() -> Result<PathBuf> {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => Ok(root()?.join(folder)),
        None => Ok(root()?.join("target")),
    }
}

/// All files under `path` (which may be a file itself), sorted; nothing if there is no such path.
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(path, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), found)?;
        }
    } else if path.is_file() {
        found.push(path.to_owned());
    }
    Ok(())
}

/// The address of `file` below `folder`, with slashes on every system.
pub fn address(folder: &Path, file: &Path) -> Result<String> {
    let below = file.strip_prefix(folder)?;
    let names: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    Ok(names.join("/"))
}
