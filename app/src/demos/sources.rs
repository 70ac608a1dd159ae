//! The files the demos are written in, for those who want to read them. On the server only: no wasm carries them.

use super::highlight::highlight;

/// Each demo's own file, by slug.
const SOURCES: &[(&str, &str)] = &[
    ("simplest", include_str!("simplest.rs")),
    ("video-conferencing", include_str!("video_conferencing.rs")),
    ("video-broadcasting", include_str!("video_broadcasting.rs")),
    ("mute-unmute", include_str!("mute_unmute.rs")),
];

/// The source of a demo as HTML with its words marked; `None` for a demo without a file.
pub fn html(slug: &str) -> Option<String> {
    SOURCES.iter().find(|(demo, _)| *demo == slug).map(|(_, source)| highlight(source))
}
