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

    /// The wasm files that each lazily loaded function needs, without their ending.
    pub fn chunks(&self) -> &HashMap<String, Vec<String>> {
        &self.0.chunks
    }
}
