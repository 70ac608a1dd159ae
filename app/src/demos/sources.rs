//! What a demo's page tells learners: how it works, and the file it is written in. On the server only.

use super::highlight::highlight;

/// One demo's file.
#[derive(Debug)]
pub struct Source {
    /// The demo's address below `/demos/`.
    pub slug: &'static str,
    /// How it works, in a few sentences.
    pub how: &'static str,
    text: &'static str,
}

impl Source {
    /// The file as HTML, with its words marked.
    pub fn html(&self) -> String {
        highlight(self.text)
    }
}

/// `"slug": module` for each file in this folder.
macro_rules! sources {
    ($($slug:literal: $module:ident,)*) => {
        &[$(Source {
            slug: $slug,
            how: super::$module::HOW,
            text: include_str!(concat!(stringify!($module), ".rs")),
        },)*]
    };
}

static SOURCES: &[Source] = sources! {
    "simplest": simplest,
    "video-conferencing": video_conferencing,
    "video-broadcasting": video_broadcasting,
    "mute-unmute": mute_unmute,
};

/// The file of the demo at `/demos/<slug>`; `None` if it is not built yet.
pub fn source(slug: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demos::{DEMOS, Template, file, lobby_config, quick_config};

    #[test]
    fn every_built_demo_has_its_file_and_its_configuration() {
        for demo in &DEMOS {
            assert_eq!(demo.built, source(demo.slug).is_some(), "{}", demo.slug);
            let configured = match demo.template {
                Template::Lobby => lobby_config(demo.slug).map(|config| config.slug),
                Template::Quick => quick_config(demo.slug).map(|config| config.slug),
                _ => None,
            };
            assert_eq!(configured, demo.built.then_some(demo.slug));
        }
    }

    #[test]
    fn a_demo_is_written_in_the_file_that_its_page_names() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for source in SOURCES {
            let text = std::fs::read_to_string(root.join(file(source.slug))).unwrap_or_default();
            assert_eq!(text, source.text, "{}", source.slug);
        }
    }
}
