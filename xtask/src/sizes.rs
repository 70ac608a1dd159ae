//! What a first visit downloads, page by page.

use crate::{Result, loader, publish, wasm::Chunks};
use std::{collections::BTreeMap, fs, path::Path};

/// Most bytes of a page's first load: HTML, CSS, JavaScript and wasm, in brotli.
const BUDGET: u64 = 640 * 1024;
/// What the HTML of a page may take of it; the build does not render pages.
const HTML: u64 = 16 * 1024;
/// What every page loads.
const COMMON: [&str; 4] = ["app.css", "app.js", loader::NAME, "app.wasm"];

/// Prints the table.
///
/// # Errors
/// When a page is over its budget.
pub fn check(site: &Path, chunks: &Chunks) -> Result<()> {
    let folder = site.join(publish::hashed_folder(site)?);
    let size = |file: &str| -> Result<u64> {
        let compressed = folder.join(format!("{file}.br"));
        let sent = if compressed.is_file() { compressed } else { folder.join(file) };
        Ok(fs::metadata(sent)?.len())
    };
    println!("{:>8}  brotli bytes of every page's first load", "");
    let mut common = 0;
    for file in COMMON {
        println!("{:>8}  {file}", size(file)?);
        common += size(file)?;
    }
    println!("{common:>8}  together, and with its own chunks:");
    let mut heaviest = common;
    for (function, files) in chunks.iter().collect::<BTreeMap<_, _>>() {
        let mut own = 0;
        for file in files {
            own += size(&format!("{file}.wasm"))?;
        }
        println!("{:>8}  {} (+{own} in {})", common + own, readable(function), files.len());
        heaviest = heaviest.max(common + own);
    }
    if heaviest + HTML > BUDGET {
        return Err(format!("a first load of {heaviest} bytes and {HTML} for its HTML is over {BUDGET}").into());
    }
    Ok(())
}

/// `__landing_page_view_123456` is the landing page's view.
fn readable(function: &str) -> &str {
    let name = function.trim_start_matches('_');
    name.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end_matches('_')
}
