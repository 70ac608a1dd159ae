//! The scenarios of the library, as a page loads them: `target/scenarios/scenarios.js` and its wasm.

use crate::{Result, tree};
use std::{fs, process::Command};
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles them with everything a debug build checks, and binds them to JavaScript.
pub fn build() -> Result<()> {
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(tree::root()?)
        .args(["build", "--package", "scenarios", "--target", TARGET])
        .status()?;
    if !status.success() {
        return Err("the scenarios of the library did not compile".into());
    }
    let folder = tree::target()?.join("scenarios");
    fs::create_dir_all(&folder)?;
    Bindgen::new()
        .input_path(tree::target()?.join(TARGET).join("debug/scenarios.wasm"))
        .web(true)?
        .typescript(false)
        .generate(folder)?;
    Ok(())
}
