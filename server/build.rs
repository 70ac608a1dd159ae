//! Lists the files of `target/site`, so that a release executable carries them all.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rustc-check-cfg=cfg(site_inside)");
    // Debug builds read the folder at run time: a change of style or wasm then needs no new server.
    if env::var("PROFILE")? != "release" {
        return Ok(());
    }
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).parent().ok_or("no workspace")?.to_owned();
    let site = root.join("target/site");
    println!("cargo::rerun-if-changed={}", site.display());
    if !site.join("site.json").is_file() {
        return Err("there is no site to put into the executable: run `make site` first".into());
    }
    let mut table = String::from("&[\n");
    for file in files(&site)? {
        let below = file.strip_prefix(&site)?.to_string_lossy().replace('\\', "/");
        writeln!(table, "    ({:?}, include_bytes!({:?})),", format!("/{below}"), file.display().to_string())?;
    }
    table.push(']');
    fs::write(Path::new(&env::var("OUT_DIR")?).join("site.rs"), table)?;
    println!("cargo::rustc-cfg=site_inside");
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}
