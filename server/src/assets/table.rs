//! All files of the site by address: whatever is not in this table does not exist, so no path can leave it.

use app::site::Site;
use bytes::Bytes;
use serde::Deserialize;
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// Written by the site build: where the immutable files are, and which chunks belong together.
const MANIFEST: &str = "/site.json";
/// The ending of a file's compressed form.
const BROTLI: &str = ".br";

/// The site: its files and what pages need to know of them.
#[derive(Debug)]
pub struct Assets {
    files: HashMap<String, Asset>,
    site: Site,
    immutable: Option<String>,
}

/// One file.
#[derive(Debug, Clone)]
pub struct Asset {
    /// As it is.
    pub identity: Bytes,
    /// Compressed with brotli, where that is smaller.
    pub brotli: Option<Bytes>,
    /// Changes with the contents.
    pub tag: String,
}

#[derive(Deserialize)]
struct Manifest {
    folder: String,
    chunks: HashMap<String, Vec<String>>,
}

impl Assets {
    /// The site of this build.
    #[cfg(site_inside)]
    pub fn current() -> Arc<Self> {
        static INSIDE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/site.rs"));
        static SITE: std::sync::LazyLock<Arc<Assets>> = std::sync::LazyLock::new(|| {
            let files = INSIDE.iter().map(|(address, bytes)| ((*address).to_owned(), Bytes::from_static(bytes)));
            Arc::new(Assets::new(files))
        });
        SITE.clone()
    }

    /// The site as the build folder has it at this moment; cargo-leptos says which one is its own.
    #[cfg(not(site_inside))]
    pub fn current() -> Arc<Self> {
        let folder = match std::env::var_os("LEPTOS_SITE_ROOT") {
            Some(folder) => folder.into(),
            None => std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/site"),
        };
        Arc::new(Self::new(super::folder::read(&folder)))
    }

    /// A table of addresses and contents. Without a manifest the files are where cargo-leptos puts them.
    pub fn new(contents: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let mut contents: HashMap<String, Bytes> = contents.into_iter().collect();
        let manifest =
            contents.remove(MANIFEST).and_then(|manifest| serde_json::from_slice::<Manifest>(&manifest).ok());
        contents.remove(&format!("{MANIFEST}{BROTLI}"));
        let mut files: HashMap<String, Asset> = HashMap::new();
        let (compressed, plain): (Vec<_>, Vec<_>) =
            contents.into_iter().partition(|(address, _)| address.ends_with(BROTLI));
        for (address, identity) in plain {
            let tag = tag(&identity);
            files.insert(address, Asset { identity, brotli: None, tag });
        }
        for (address, bytes) in compressed {
            if let Some(file) = files.get_mut(address.trim_end_matches(BROTLI)) {
                file.brotli = Some(bytes);
            }
        }
        let immutable = manifest.as_ref().map(|manifest| format!("{}/", manifest.folder));
        let site = match manifest {
            Some(manifest) => Site::new(manifest.folder, manifest.chunks),
            None => Site::new("/pkg".to_owned(), HashMap::new()),
        };
        Self { files, site, immutable }
    }

    /// What pages need to know.
    pub fn site(&self) -> Site {
        self.site.clone()
    }

    /// The file at an address.
    pub fn get(&self, address: &str) -> Option<&Asset> {
        self.files.get(address)
    }

    /// Whether the contents at this address can never change: it carries their hash.
    pub fn is_immutable(&self, address: &str) -> bool {
        self.immutable.as_deref().is_some_and(|folder| address.starts_with(folder))
    }
}

fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
