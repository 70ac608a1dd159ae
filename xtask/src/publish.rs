//! The shape of the site folder: an immutable part under a hash, the rest under its own names.

use crate::{Result, digest, tree, wasm::Chunks};
use serde_json::json;
use std::{collections::BTreeMap, fs, path::Path};

/// Tells the server where the immutable part is and which chunks belong together.
pub const MANIFEST: &str = "site.json";

/// Moves `pkg/*` to `pkg/<hash>/*`. One hash covers them all, so that their relative imports of each other hold.
pub fn hash_folder(site: &Path) -> Result<()> {
    let pkg = site.join("pkg");
    let hash = digest::of_files(&pkg, &tree::files(&pkg)?, "")?;
    let whole = site.join("pkg.unnamed");
    fs::rename(&pkg, &whole)?;
    fs::create_dir_all(&pkg)?;
    fs::rename(whole, pkg.join(hash))?;
    Ok(())
}

/// Copies the static files beside the immutable part.
pub fn copy_public(public: &Path, site: &Path) -> Result<()> {
    for file in tree::files(public)? {
        let to = site.join(file.strip_prefix(public)?);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(file, to)?;
    }
    Ok(())
}

/// Writes [`MANIFEST`].
pub fn write_manifest(site: &Path, chunks: &Chunks) -> Result<()> {
    let folder = hashed_folder(site)?;
    let chunks: BTreeMap<_, _> = chunks.iter().collect();
    fs::write(site.join(MANIFEST), json!({ "folder": format!("/{folder}"), "chunks": chunks }).to_string())?;
    Ok(())
}

/// Reads what [`write_manifest`] wrote.
pub fn read_chunks(site: &Path) -> Result<BTreeMap<String, Vec<String>>> {
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(site.join(MANIFEST))?)?;
    Ok(serde_json::from_value(manifest["chunks"].clone())?)
}

/// The immutable part, such as `pkg/0123456789abcdef`.
pub fn hashed_folder(site: &Path) -> Result<String> {
    let entry = fs::read_dir(site.join("pkg"))?.next().ok_or("the site has no pkg folder")??;
    tree::address(site, &entry.path())
}
