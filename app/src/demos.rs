//! All demos: one table that drives the index, the routes, the titles and the old addresses.

#[cfg(feature = "ssr")]
mod highlight;
pub mod mute_unmute;
pub mod simplest;
#[cfg(feature = "ssr")]
pub mod sources;
mod table;
pub mod video_broadcasting;
pub mod video_conferencing;

pub use table::DEMOS;

use crate::templates::{LobbyConfig, QuickConfig};

/// What distinguishes the demo at `/demos/<slug>` from others in which one names a room; `None` if it is no such demo.
pub fn lobby_config(slug: &str) -> Option<LobbyConfig> {
    Some(match slug {
        "video-conferencing" => video_conferencing::config(),
        "video-broadcasting" => video_broadcasting::config(),
        _ => return None,
    })
}

/// What distinguishes the demo at `/demos/<slug>` from others with a few buttons; `None` if it is no such demo.
pub fn quick_config(slug: &str) -> Option<QuickConfig> {
    Some(match slug {
        "simplest" => simplest::config(),
        "mute-unmute" => mute_unmute::config(),
        _ => return None,
    })
}

/// One demo, as much of it as the index needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demo {
    /// Its row in the table of the original's README; the two quick starts stand before it.
    pub row: Option<u8>,
    /// Its exact name there.
    pub name: &'static str,
    /// Its address below `/demos/`.
    pub slug: &'static str,
    /// What it is for, in a sentence.
    pub purpose: &'static str,
    /// The page it is a configuration of.
    pub template: Template,
    /// What is sent.
    pub kinds: &'static [Kind],
    /// Who sends to whom.
    pub flow: Flow,
    /// It works already.
    pub built: bool,
    /// The names of the files it had, each of which leads here.
    pub files: &'static [&'static str],
}

/// The page that a demo is a configuration of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// Name a room, others find it in a list.
    Lobby,
    /// A few buttons that start something at once.
    Quick,
    /// One large picture, the others small.
    Stage,
    /// Chat and files without media.
    Data,
    /// People with different parts.
    Roles,
    /// A form and its result.
    Lab,
    /// A whole product.
    Flagship,
    /// An application of its own.
    Application,
}

/// What is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sound.
    Audio,
    /// Pictures of a camera.
    Video,
    /// Pictures of a screen.
    Screen,
    /// Messages and files.
    Data,
}

/// Who sends to whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Everybody to everybody.
    ManyToMany,
    /// Two people.
    OneToOne,
    /// One to all, who only watch.
    OneWay,
    /// All four, to choose from.
    Any,
    /// Some to each other, others only watch.
    Roles,
    /// Several rooms at once.
    Several,
    /// Nobody: on this computer only.
    Local,
    /// A shared surface.
    Board,
}

impl Kind {
    /// Its icon in the sprite.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Audio => "mic",
            Self::Video => "camera",
            Self::Screen => "screen",
            Self::Data => "data",
        }
    }

    /// Its name.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Audio => "Sound",
            Self::Video => "Camera",
            Self::Screen => "Screen",
            Self::Data => "Messages and files",
        }
    }
}

impl Flow {
    /// Its pictogram in the sprite.
    pub const fn pictogram(self) -> &'static str {
        match self {
            Self::ManyToMany => "flow-mesh",
            Self::OneToOne => "flow-pair",
            Self::OneWay => "flow-one-way",
            Self::Any => "flow-one-to-many",
            Self::Roles => "flow-roles",
            Self::Several => "flow-several",
            Self::Local => "flow-local",
            Self::Board => "flow-board",
        }
    }

    /// It in words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ManyToMany => "Everybody to everybody",
            Self::OneToOne => "Two people",
            Self::OneWay => "One to many viewers",
            Self::Any => "Any direction",
            Self::Roles => "People with different parts",
            Self::Several => "Several rooms at once",
            Self::Local => "On your computer",
            Self::Board => "A shared surface",
        }
    }
}

impl Demo {
    /// Its address.
    pub fn path(&self) -> String {
        format!("/demos/{}", self.slug)
    }

    /// The demo before it in the table.
    pub fn previous(&self) -> Option<&'static Self> {
        position(self.slug)?.checked_sub(1).and_then(|at| DEMOS.get(at))
    }

    /// The demo after it in the table.
    pub fn next(&self) -> Option<&'static Self> {
        DEMOS.get(position(self.slug)? + 1)
    }

    /// The words a filter looks for, in small letters: its number, name, purpose and slug.
    pub fn words(&self) -> String {
        let number = self.row.map(|row| row.to_string()).unwrap_or_default();
        format!("{number} {} {} {}", self.name, self.purpose, self.slug).to_lowercase()
    }
}

fn position(slug: &str) -> Option<usize> {
    DEMOS.iter().position(|demo| demo.slug == slug)
}

/// The demo at `/demos/<slug>`.
pub fn find(slug: &str) -> Option<&'static Demo> {
    position(slug).and_then(|at| DEMOS.get(at))
}

/// The demo that had the file `file`, such as `AppRTC-Look.html`, in the original; whatever the case.
pub fn by_file(file: &str) -> Option<&'static Demo> {
    DEMOS.iter().find(|demo| demo.files.iter().any(|old| old.eq_ignore_ascii_case(file)))
}

/// The file in the repository that a demo is written in.
pub fn file(slug: &str) -> String {
    format!("app/src/demos/{}.rs", slug.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn forty_three_entries_in_the_order_of_the_table() {
        assert_eq!(DEMOS.len(), 43);
        assert!(DEMOS[..2].iter().all(|demo| demo.row.is_none()));
        let rows: Vec<u8> = DEMOS.iter().filter_map(|demo| demo.row).collect();
        assert_eq!(rows, (1..=41).collect::<Vec<u8>>());
    }

    #[test]
    fn names_and_slugs_are_there_once() {
        assert_eq!(DEMOS.iter().map(|demo| demo.name).collect::<BTreeSet<_>>().len(), 43);
        assert_eq!(DEMOS.iter().map(|demo| demo.slug).collect::<BTreeSet<_>>().len(), 43);
        for demo in &DEMOS {
            assert!(demo.slug.parse::<multirtc::protocol::LobbyId>().is_ok(), "{} is a lobby", demo.slug);
            assert!(demo.slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
            assert!(!demo.purpose.is_empty() && demo.purpose.ends_with('.'), "{}", demo.name);
        }
    }

    #[test]
    fn the_templates_have_as_many_rows_as_designed() {
        let rows = |template| DEMOS.iter().filter(|demo| demo.row.is_some() && demo.template == template).count();
        assert_eq!([Template::Lobby, Template::Quick, Template::Stage, Template::Data].map(rows), [14, 9, 2, 3]);
        assert_eq!([Template::Roles, Template::Lab, Template::Flagship, Template::Application].map(rows), [5, 4, 2, 2]);
    }

    #[test]
    fn old_files_lead_to_one_demo_each() {
        for (file, slug) in [
            ("AppRTC-Look.html", "apprtc-look"),
            ("Renegotiation.html", "renegotiation"),
            ("features.html", "ice-servers-and-resolutions"),
            ("socketio-auto-open-join-room.html", "auto-open-join-room"),
            ("RTCMultiConnection.sharePartOfScreen.html", "share-part-of-screen"),
            ("VIDEO-CONFERENCING.HTML", "video-conferencing"),
        ] {
            assert_eq!(by_file(file).map(|demo| demo.slug), Some(slug));
        }
        let all: Vec<String> = DEMOS.iter().flat_map(|demo| demo.files).map(|file| file.to_lowercase()).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert_eq!(by_file("nothing.html"), None);
    }

    #[test]
    fn neighbours_lead_through_the_whole_table() {
        let mut seen = 1;
        let mut at = &DEMOS[0];
        assert_eq!(at.previous(), None);
        while let Some(next) = at.next() {
            assert_eq!(next.previous(), Some(at));
            (at, seen) = (next, seen + 1);
        }
        assert_eq!(seen, 43);
    }

    #[test]
    fn the_filter_finds_words_in_any_order_and_case() {
        use crate::islands::demo_filter::matches;
        let found = |filter: &str| {
            DEMOS
                .iter()
                .filter(|demo| matches(&demo.words(), &filter.to_lowercase()))
                .map(|demo| demo.slug)
                .collect::<Vec<_>>()
        };
        assert_eq!(found("").len(), 43);
        assert!(found("SNAPSHOT take").contains(&"take-snapshot"));
        assert!(found("no such demo anywhere").is_empty());
        assert!(found("24").contains(&"mute-unmute"));
    }
}
