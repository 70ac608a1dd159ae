//! What a first visit downloads, page by page.

use crate::{Result, loader, publish, tree};
use std::{fs, path::Path};

/// Most bytes of a demo's first load: HTML, CSS, JavaScript and wasm, in brotli.
const BUDGET: u64 = 320 * 1024;
/// Most bytes of the first load of a room at its own address, which has a preview of one's devices.
const ROOM_BUDGET: u64 = 336 * 1024;
/// The island of such a room.
const ROOM: &str = "room_call";
/// What the HTML of a demo may take of it; the build does not render pages, a browser test weighs them.
const HTML: u64 = 3 * 1024;
/// What every page loads.
const COMMON: [&str; 4] = ["app.css", "app.js", loader::NAME, "app.wasm"];

/// The compressed sizes of a built site, in bytes.
#[derive(Debug, Default)]
pub struct Sizes {
    common: Vec<(&'static str, u64)>,
    pages: Vec<Page>,
}

/// A lazily loaded function: an island, which is loaded with its page, or a part that is loaded when it is wanted.
#[derive(Debug)]
struct Page {
    name: String,
    is_island: bool,
    files: usize,
    bytes: u64,
}

impl Page {
    /// `lobby_page_loader_123456` is the island of the lobby page, `tiles_123456` a part.
    fn new(function: &str, files: usize, bytes: u64) -> Self {
        let name = function.trim_start_matches('_').trim_end_matches(|letter: char| letter.is_ascii_digit());
        let name = name.trim_end_matches('_');
        let island = name.strip_suffix("_loader");
        Self { name: island.unwrap_or(name).to_owned(), is_island: island.is_some(), files, bytes }
    }

    fn budget(&self) -> u64 {
        match self.name.as_str() {
            _ if !self.is_island => u64::MAX,
            ROOM => ROOM_BUDGET,
            _ => BUDGET,
        }
    }
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
            let mut page = Page::new(&function, files.len(), 0);
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
        println!("{common:>8}  together; with the chunks of an island, and up to {HTML} of HTML:");
        for page in self.pages.iter().filter(|page| page.is_island) {
            let load = common + page.bytes + HTML;
            let over = load.saturating_sub(page.budget());
            let verdict = if over > 0 { format!("  OVER the budget by {over}") } else { String::new() };
            println!("{load:>8}  {} ({} in {} chunks){verdict}", page.name, page.bytes, page.files);
        }
        for part in self.pages.iter().filter(|page| !page.is_island) {
            println!("{:>8}  {}, when it is wanted, less what is there by then", part.bytes, part.name);
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

    fn check_pages(&self) -> Result<()> {
        let rest = self.common() + HTML;
        let over: Vec<&str> =
            self.pages.iter().filter(|page| page.bytes + rest > page.budget()).map(|page| page.name.as_str()).collect();
        if over.is_empty() { Ok(()) } else { Err(format!("a first load over its budget: {}", over.join(", ")).into()) }
    }

    fn common(&self) -> u64 {
        self.common.iter().map(|(_, bytes)| bytes).sum()
    }
}

/// Checks every page of the site that was built last.
///
/// # Errors
/// With the names of the pages whose first load is over its budget.
pub fn check_pages() -> Result<()> {
    let sizes = Sizes::of(&tree::root()?.join("target/site"))?;
    sizes.print();
    sizes.check_pages()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(common: u64, name: &str, bytes: u64) -> Sizes {
        Sizes { common: vec![("app.wasm", common)], pages: vec![Page::new(name, 1, bytes)] }
    }

    #[test]
    fn the_common_part_alone_is_checked_by_the_build() {
        assert!(sizes(BUDGET - HTML, "lobby_page_loader_1", 1_000_000).check_common().is_ok());
        assert!(sizes(BUDGET - HTML + 1, "lobby_page_loader_1", 0).check_common().is_err());
    }

    #[test]
    fn islands_have_budgets_and_parts_have_none() {
        let over = |name: &str, bytes: u64| sizes(0, name, bytes).check_pages().is_err();
        assert!(!over("lobby_page_loader_42", BUDGET - HTML));
        assert!(over("lobby_page_loader_42", BUDGET - HTML + 1));
        assert!(!over("room_call_loader_42", ROOM_BUDGET - HTML));
        assert!(over("room_call_loader_42", ROOM_BUDGET - HTML + 1));
        assert!(!over("__tiles_42", u64::from(u32::MAX)));
    }
}
