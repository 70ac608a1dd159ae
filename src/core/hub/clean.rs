//! What people typed, made harmless: no control or direction characters, cut to length; what is too big is refused.

use super::refuse;
use crate::protocol::limits::{
    NAME_CHARS, PROFILE_BYTES, PROFILE_EXTRA_BYTES, PUBLICATIONS, ROOM_EXTRA_BYTES, TAG_CHARS, TAGS, THUMBNAIL_BYTES,
    TOPIC_CHARS,
};
use crate::protocol::{
    Change, ErrorBody, ErrorCode, Presence, Profile, ProfilePatch, Publication, RoomDetails, Thumbnail,
};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io;

/// Characters of a language tag; the longest registered ones have about that.
const LANGUAGE_CHARS: usize = 35;
/// The most a picture on a lobby card may measure, in pixels.
const THUMBNAIL_SIDE: u16 = 1024;

/// Bytes of a value as JSON, without writing it anywhere.
pub(super) fn json_bytes<T: Serialize>(value: &T) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    match serde_json::to_writer(&mut count, value) {
        Ok(()) => count.0,
        Err(_) => usize::MAX,
    }
}

/// One line of text: breaks become spaces, control, direction and invisible characters go, then trimmed and cut.
pub(super) fn line(text: &str, max_chars: usize) -> String {
    let kept: String = text
        .chars()
        .map(|c| if matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_direction(*c) && !is_blank(*c))
        .collect();
    let cut: String = kept.trim().chars().take(max_chars).collect();
    cut.trim_end().to_owned()
}

/// Characters that turn the direction of the text around them, with which one name can look like another.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Characters that show nothing; the joiners (U+200C, U+200D) stay, scripts and emoji need them.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

pub(super) fn profile(mut profile: Profile) -> Result<Profile, ErrorBody> {
    profile.name = line(&profile.name, NAME_CHARS);
    if json_bytes(&profile.extra) > PROFILE_EXTRA_BYTES {
        return Err(refuse(ErrorCode::BadPatch, "the profile's extra is too large"));
    }
    let extra = std::mem::take(&mut profile.extra);
    if json_bytes(&profile) > PROFILE_BYTES {
        return Err(refuse(ErrorCode::BadPatch, "the profile is too large"));
    }
    profile.extra = extra;
    Ok(profile)
}

/// The profile after a patch, or why not.
pub(super) fn patched(profile: &Profile, patch: ProfilePatch) -> Result<Profile, ErrorBody> {
    let mut patched = profile.clone();
    if let Some(name) = patch.name {
        patched.name = name;
    }
    match patch.avatar {
        None => {}
        Some(Change::Clear) => patched.avatar = None,
        Some(Change::Set(avatar)) => patched.avatar = Some(avatar),
    }
    if let Some(extra) = patch.extra {
        patched.extra = extra;
    }
    self::profile(patched)
}

pub(super) fn presence(mut presence: Presence) -> Presence {
    presence.status = line(&presence.status, TOPIC_CHARS);
    presence
}

pub(super) fn publications(mut list: Vec<Publication>) -> Result<Vec<Publication>, ErrorBody> {
    if list.len() > PUBLICATIONS {
        return Err(refuse(ErrorCode::BadPatch, "too many publications"));
    }
    let ids: BTreeSet<_> = list.iter().map(|publication| &publication.id).collect();
    if ids.len() < list.len() {
        return Err(refuse(ErrorCode::BadPatch, "a publication id is there twice"));
    }
    for publication in &mut list {
        publication.label = line(&publication.label, NAME_CHARS);
    }
    Ok(list)
}

pub(super) fn details(mut details: RoomDetails) -> Result<RoomDetails, ErrorBody> {
    details.name = line(&details.name, NAME_CHARS);
    details.topic = line(&details.topic, TOPIC_CHARS);
    details.tags = details.tags.iter().map(|tag| line(tag, TAG_CHARS)).filter(|tag| !tag.is_empty()).collect();
    if details.tags.len() > TAGS {
        return Err(refuse(ErrorCode::BadPatch, "too many tags"));
    }
    details.lang = details
        .lang
        .filter(|lang| (1..=LANGUAGE_CHARS).contains(&lang.len()))
        .filter(|lang| lang.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    if json_bytes(&details.extra) > ROOM_EXTRA_BYTES {
        return Err(refuse(ErrorCode::BadPatch, "the room's extra is too large"));
    }
    if let Some(thumbnail) = &details.thumbnail {
        self::thumbnail(thumbnail)?;
    }
    Ok(details)
}

fn thumbnail(thumbnail: &Thumbnail) -> Result<(), ErrorBody> {
    let text = thumbnail.base64.as_str();
    if text.len() > THUMBNAIL_BYTES {
        return Err(refuse(ErrorCode::TooLarge, "the thumbnail is too large"));
    }
    let digits = text.trim_end_matches('=');
    let base64 = text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/');
    // The first bytes of the two formats, as they look in base64: FF D8 FF; "RIFF", four bytes of length, "WEBP".
    let header = match thumbnail.mime.as_str() {
        "image/jpeg" => text.starts_with("/9j/"),
        "image/webp" => text.starts_with("UklGR") && text.get(12..16) == Some("RUJQ"),
        _ => false,
    };
    let sides = [thumbnail.width, thumbnail.height];
    if base64 && header && sides.iter().all(|side| (1..=THUMBNAIL_SIDE).contains(side)) {
        Ok(())
    } else {
        Err(refuse(ErrorCode::BadPatch, "the thumbnail is no JPEG or WebP picture"))
    }
}
