//! What a first visit downloads, page by page.

use crate::{Result, loader, publish, tree};
use std::{fs, path::Path};

/// Most bytes of a page's first load: HTML, CSS, JavaScript and wasm, in brotli.
const BUDGET: u64 = 300 * 1024;
/// Most bytes that have been reached: no page may grow beyond it. It comes down with every step towards [`BUDGET`].
const REACHED: u64 = 552 * 1024;
/// What the HTML of a page may take of it; the build does not render pages.
const HTML: u64 = 16 * 1024;
/// What every page loads.
const COMMON: [&str; 4] = ["app.css", "app.js", loader::NAME, "app.wasm"];

/// The compressed sizes of a built site, in bytes.
#[derive(Debug, Default)]
pub struct Sizes {
    common: Vec<(&'static str, u64)>,
    pages: Vec<Page>,
}

#[derive(Debug)]
struct Page {
    name: String,
    files: usize,
    bytes: u64,
}

impl Sizes {
    /// Measures the site in a folder.
    pub fn of(site: &Path) -> Result<Self> {
        let folder = site.join(publish::hashed_folder(site)?);
        let size = |file: &str| -> Result<u64> {
            let compressed = folder.join(format!("{file}.br"));
            let sent = if compressed.is_file() { compressed } else { folder.join(file) };
            Ok(fs::metadata(sent)?.len())
        };
        let mut sizes = Self::default();
        for file in COMMON {
            sizes.common.push((file, size(file)?));
        }
        for (function, files) in publish::read_chunks(site)? {
            let mut page = Page { name: readable(&function).to_owned(), files: files.len(), bytes: 0 };
            for file in files {
                page.bytes += size(&format!("{file}.wasm"))?;
            }
            sizes.pages.push(page);
        }
        Ok(sizes)
    }

    /// Prints the table.
    pub fn print(&self) {
        println!("          bytes of a first load, in brotli");
        for (file, bytes) in &self.common {
            println!("{bytes:>8}  {file}");
        }
        let common = self.common();
        println!("{common:>8}  together; with their own chunks, and up to {HTML} of HTML:");
        for page in &self.pages {
            let load = common + page.bytes + HTML;
            let over = load.saturating_sub(BUDGET);
            let verdict = if over > 0 { format!("  OVER the budget by {over}") } else { String::new() };
            println!("{load:>8}  {} ({} in {} chunks){verdict}", page.name, page.bytes, page.files);
        }
    }

    /// What every page loads has to leave room for the page.
    ///
    /// # Errors
    /// When it alone is over the budget of a page.
    pub fn check_common(&self) -> Result<()> {
        match self.common() + HTML {
            load if load > BUDGET => Err(format!("every first load is {load} bytes; {BUDGET} is the budget").into()),
            _ => Ok(()),
        }
    }

    fn common(&self) -> u64 {
        self.common.iter().map(|(_, bytes)| bytes).sum()
    }
}

/// Checks every page of the site that was built last.
///
/// # Errors
/// With the names of the pages whose first load is over what has been reached.
pub fn check_pages() -> Result<()> {
    let sizes = Sizes::of(&tree::root()?.join("target/site"))?;
    sizes.print();
    let room = REACHED.saturating_sub(sizes.common() + HTML);
    let over: Vec<&str> = sizes.pages.iter().filter(|page| page.bytes > room).map(|page| page.name.as_str()).collect();
    if over.is_empty() {
        return Ok(());
    }
    Err(format!("a first load of more than {REACHED} bytes: {}", over.join(", ")).into())
}

/// `__landing_page_view_123456` is the landing page's view.
fn readable(function: &str) -> &str {
    let name = function.trim_start_matches('_');
    name.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end_matches('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(common: u64, page: u64) -> Sizes {
        let page = Page { name: readable("__room_page_view_42").to_owned(), files: 1, bytes: page };
        Sizes { common: vec![("app.wasm", common)], pages: vec![page] }
    }

    #[test]
    fn the_common_part_alone_is_checked_by_the_build() {
        assert!(sizes(BUDGET - HTML, 1_000_000).check_common().is_ok());
        assert!(sizes(BUDGET - HTML + 1, 0).check_common().is_err());
    }

    #[test]
    fn pages_have_readable_names() {
        assert_eq!(sizes(0, 0).pages[0].name, "room_page_view");
    }
}
