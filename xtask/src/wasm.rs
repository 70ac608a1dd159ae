//! The wasm of `app`: compiled, split into lazily loaded chunks, bound to JavaScript, stripped.

use crate::{Result, loader, script, site::Mode, tree};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::Options;

const TARGET: &str = "wasm32-unknown-unknown";

/// Which wasm files each lazily loaded function needs, without their ending.
pub type Chunks = HashMap<String, Vec<String>>;

/// Compiles the hydrating half of `app` and says where the wasm is.
///
/// Only this last link keeps its relocations, which the splitting reads; the dependencies are those of any other build.
pub fn compile(mode: Mode) -> Result<PathBuf> {
    let (profile, folder) = match mode {
        Mode::Release => ("wasm-release", "wasm-release"),
        Mode::Dev => ("dev", "debug"),
    };
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(tree::root()?)
        .args(["rustc", "--package", "app", "--lib", "--crate-type", "cdylib", "--features", "hydrate"])
        .args(["--target", TARGET, "--profile", profile, "--", "-Clink-args=--emit-relocs"])
        .status()?;
    if !status.success() {
        return Err("the wasm of `app` did not compile".into());
    }
    Ok(tree::target()?.join(TARGET).join(folder).join("app.wasm"))
}

/// Writes `app.js`, `app.wasm`, the script that loads chunks, and the chunks into `folder`.
pub fn bind(wasm: &Path, folder: &Path, mode: Mode) -> Result<Chunks> {
    let input = fs::read(wasm)?;
    let whole = folder.join("whole.wasm");
    let mut options = Options::new(&input);
    options.output_dir = folder;
    options.main_out_path = &whole;
    options.main_module = "./app.js";
    let link_name = format!("./{}", loader::NAME);
    options.link_name = &link_name;
    let split = wasm_split_cli_support::transform(options)?;
    let script = folder.join(loader::NAME);
    fs::write(&script, loader::make_patient(&fs::read_to_string(&script)?)?)?;
    Bindgen::new()
        .input_path(&whole)
        .out_name("app")
        .web(true)?
        // The chunks import what the main file exports.
        .keep_lld_exports(true)
        .demangle(false)
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(true)
        .generate(folder)?;
    fs::remove_file(whole)?;
    fs::rename(folder.join("app_bg.wasm"), folder.join("app.wasm"))?;
    if mode == Mode::Release {
        let main = folder.join("app.js");
        fs::write(&main, script::slim(&fs::read_to_string(&main)?)?)?;
        for chunk in split.split_modules {
            let stripped = without_names(&fs::read(&chunk)?)?;
            fs::write(chunk, stripped)?;
        }
    }
    Ok(split.prefetch_map)
}

/// Drops the custom sections that nobody needs in a browser: half of a chunk is names.
fn without_names(wasm: &[u8]) -> Result<Vec<u8>> {
    const HEADER: usize = 8;
    let mut kept = wasm.get(..HEADER).ok_or("a chunk is not wasm")?.to_vec();
    let mut rest = &wasm[HEADER..];
    while let [kind, ..] = *rest {
        let (length, prefix) = leb128(&rest[1..])?;
        let end = 1 + prefix + length;
        let section = rest.get(..end).ok_or("a chunk ends inside a section")?;
        if kind != 0 {
            kept.extend_from_slice(section);
        }
        rest = &rest[end..];
    }
    Ok(kept)
}

/// An unsigned number as wasm writes it, and how many bytes it took.
fn leb128(bytes: &[u8]) -> Result<(usize, usize)> {
    let mut number = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        number |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((number, index + 1));
        }
    }
    Err("a chunk has a section of unreadable length".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_sections_are_dropped_and_others_kept() -> Result<()> {
        let code = [10, 2, 1, 0];
        let names = [0, 0x85, 0x00, 4, b'n', b'a', b'm', b'e'];
        let wasm = [b"\0asm\x01\0\0\0".as_slice(), &names, &code].concat();
        assert_eq!(without_names(&wasm)?, [b"\0asm\x01\0\0\0".as_slice(), &code].concat());
        Ok(())
    }

    #[test]
    fn a_truncated_section_is_an_error() {
        assert!(without_names(b"\0asm\x01\0\0\0\x0a\x05\x01").is_err());
    }
}
