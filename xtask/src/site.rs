//! Builds `target/site`: everything a browser downloads.

use crate::{Result, compress, digest, publish, sizes::Sizes, style, tree, wasm};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The style sheets: what they are called, and what they are made of.
const SHEETS: [(&str, &str); 3] =
    [("app.css", "style/main.css"), ("index.css", "style/index.css"), ("room.css", "style/room.css")];

/// For whom the site is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The smallest files; takes its time.
    Release,
    /// The quickest build; nothing is compressed.
    Dev,
}

/// What the site is made from, below the root of the workspace.
const INPUTS: [&str; 9] = ["Cargo.toml", "Cargo.lock", "src", "derive", "app", "style", "public", "xtask", ".cargo"];

/// Builds the site, unless nothing has changed since the last time.
///
/// # Errors
/// When a step fails, or when what every page loads is over the budget of one.
pub fn build(mode: Mode) -> Result<()> {
    let root = tree::root()?;
    let site = root.join("target/site");
    let stamp_file = root.join("target/site.stamp");
    let stamp = stamp(&root, mode)?;
    if site.join(publish::MANIFEST).is_file() && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        println!("site: up to date");
        return Ok(());
    }
    let wasm = wasm::compile(mode)?;
    let work = fresh(root.join("target/site.new"))?;
    let pkg = fresh(work.join("pkg"))?;
    let chunks = wasm::bind(&wasm, &pkg, mode)?;
    for (sheet, source) in SHEETS {
        fs::write(pkg.join(sheet), style::bundle(&root.join(source))?)?;
    }
    publish::hash_folder(&work)?;
    publish::copy_public(&root.join("public"), &work)?;
    if mode == Mode::Release {
        compress_all(&work, &root.join("target/site.cache"))?;
    }
    publish::write_manifest(&work, &chunks)?;
    if mode == Mode::Release {
        let sizes = Sizes::of(&work)?;
        sizes.print();
        sizes.check_common()?;
    }
    if site.exists() {
        fs::remove_dir_all(&site)?;
    }
    fs::rename(work, site)?;
    fs::write(stamp_file, stamp)?;
    Ok(())
}

/// Changes whenever the site would.
fn stamp(root: &Path, mode: Mode) -> Result<String> {
    let mut files = Vec::new();
    for input in INPUTS {
        files.extend(tree::files(&root.join(input))?);
    }
    let compiler = Command::new("rustc").arg("--version").output()?;
    let salt = format!("{mode:?} {}", String::from_utf8_lossy(&compiler.stdout));
    digest::of_files(root, &files, &salt)
}

fn fresh(folder: PathBuf) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Puts a `.br` beside every file that shrinks.
fn compress_all(folder: &Path, cache: &Path) -> Result<()> {
    for file in tree::files(folder)? {
        if compress::shrinks(&file) {
            let bytes = fs::read(&file)?;
            let compressed = compress::brotli(&bytes, cache)?;
            if compressed.len() < bytes.len() {
                let mut name = file.into_os_string();
                name.push(".br");
                fs::write(name, compressed)?;
            }
        }
    }
    Ok(())
}
