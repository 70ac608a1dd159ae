//! Rebuilds on save and keeps the server running.

use crate::{Result, site, tree};
use std::{
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
    time::{Duration, Instant, SystemTime},
};

/// How often the files are looked at.
const EVERY: Duration = Duration::from_millis(300);

/// What the site is made from, and what the server is.
const SITE: [&str; 6] = ["Cargo.toml", "src", "derive", "app", "style", "public"];
const SERVER: [&str; 5] = ["Cargo.toml", "src", "derive", "app", "server"];

/// Builds, starts the server, and does so again after each change, until the terminal ends it.
///
/// What does not compile is shown, and the last version that did stays up.
pub fn run() -> Result<()> {
    let root = tree::root()?;
    let (mut site_seen, mut server_seen) = (None, None);
    let mut running: Option<Child> = None;
    loop {
        let (site_now, server_now) = (times(&root, &SITE)?, times(&root, &SERVER)?);
        let start = Instant::now();
        let site_changed = site_seen.as_ref() != Some(&site_now);
        let server_changed = server_seen.as_ref() != Some(&server_now);
        if site_changed {
            report(site::build(site::Mode::Dev));
        }
        if server_changed && build_server(&root)? {
            stop(running.take())?;
            running = Some(Command::new(tree::target()?.join("debug/multirtc")).spawn()?);
        }
        if site_changed || server_changed {
            println!("watch: ready after {:.1} s; reload the page", start.elapsed().as_secs_f32());
        }
        (site_seen, server_seen) = (Some(site_now), Some(server_now));
        thread::sleep(EVERY);
    }
}

fn build_server(root: &Path) -> Result<bool> {
    let status = Command::new("cargo").current_dir(root).args(["build", "--package", "server"]).status()?;
    Ok(status.success())
}

fn stop(server: Option<Child>) -> Result<()> {
    if let Some(mut server) = server {
        server.kill()?;
        server.wait()?;
    }
    Ok(())
}

fn report(outcome: Result<()>) {
    if let Err(error) = outcome {
        eprintln!("error: {error}");
    }
}

/// When each file was written last.
fn times(root: &Path, places: &[&str]) -> Result<Vec<(PathBuf, SystemTime)>> {
    let mut times = Vec::new();
    for place in places {
        for file in tree::files(&root.join(place))? {
            // An editor may have removed its temporary file in between.
            if let Ok(written) = file.metadata().and_then(|metadata| metadata.modified()) {
                times.push((file, written));
            }
        }
    }
    Ok(times)
}
