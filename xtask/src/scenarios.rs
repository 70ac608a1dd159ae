//! The scenarios of the library, and its example, as a page loads them: scripts and wasm in `target/scenarios`.

use crate::{Result, tree};
use std::{fs, process::Command};
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

/// What is built: what cargo is told, and the wasm that comes of it.
const PARTS: [(&[&str], &str); 2] = [
    (&["--package", "scenarios"], "scenarios.wasm"),
    (
        &["--package", "multirtc", "--features", "browser", "--example", "moderator_and_participant"],
        "examples/moderator_and_participant.wasm",
    ),
];

/// How they are compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// With everything a debug build checks.
    Checked,
    /// As browsers download the site; for measuring.
    Release,
}

/// Compiles them, and binds them to JavaScript.
pub fn build(mode: Mode) -> Result<()> {
    let (name, profile, built) = match mode {
        Mode::Checked => ("scenarios", "dev", "debug"),
        Mode::Release => ("scenarios-release", "wasm-release", "wasm-release"),
    };
    let folder = tree::target()?.join(name);
    fs::create_dir_all(&folder)?;
    for (package, wasm) in PARTS {
        let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .current_dir(tree::root()?)
            .args(["build", "--target", TARGET, "--profile", profile])
            .args(package)
            .status()?;
        if !status.success() {
            return Err(format!("{wasm} did not compile").into());
        }
        let wasm = tree::target()?.join(TARGET).join(built).join(wasm);
        Bindgen::new().input_path(wasm).web(true)?.typescript(false).generate(&folder)?;
    }
    Ok(())
}
