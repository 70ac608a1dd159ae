//! Where the files are that the site build wrote.

use std::{collections::HashMap, sync::Arc};

/// The built files, as the server knows them; a cheap clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site(Arc<Files>);

#[derive(Debug, PartialEq, Eq)]
struct Files {
    folder: String,
    chunks: HashMap<String, Vec<String>>,
}

impl Site {
    /// A site whose scripts, wasm and styles are under `folder` (an absolute path without a slash at its end).
    ///
    /// `chunks` names, for every lazily loaded function, the wasm files that it needs.
    pub fn new(folder: String, chunks: HashMap<String, Vec<String>>) -> Self {
        Self(Arc::new(Files { folder, chunks }))
    }

    /// The address of one built file, such as `app.js`.
    pub fn address(&self, file: &str) -> String {
        format!("{}/{file}", self.0.folder)
    }

    /// The folder that holds the built files.
    pub fn folder(&self) -> &str {
        &self.0.folder
    }

    /// The addresses of the wasm files that an island needs beside the main one.
    ///
    /// Its name is that of its function in snake case: the build knows `VideoConferencing` as
    /// `video_conferencing_loader` and a number.
    pub fn island_chunks(&self, island: &str) -> Vec<String> {
        let is_it = |function: &str| {
            let name = function.trim_start_matches('_').trim_end_matches(|letter: char| letter.is_ascii_digit());
            name.strip_suffix("_loader_") == Some(island)
        };
        let chunks = self.0.chunks.iter().find(|(function, _)| is_it(function)).map(|(_, chunks)| chunks);
        chunks.into_iter().flatten().map(|chunk| self.address(&format!("{chunk}.wasm"))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_island_is_found_by_its_name() {
        let chunks = HashMap::from([
            ("simplest_loader_123".to_owned(), vec!["chunk_1".to_owned(), "split_simplest".to_owned()]),
            ("not_simplest_loader_7".to_owned(), vec!["chunk_2".to_owned()]),
        ]);
        let site = Site::new("/pkg/1f".to_owned(), chunks);
        assert_eq!(site.island_chunks("simplest"), ["/pkg/1f/chunk_1.wasm", "/pkg/1f/split_simplest.wasm"]);
        assert_eq!(site.island_chunks("simple"), Vec::<String>::new());
    }
}
