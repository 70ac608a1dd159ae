//! Names of rooms as they stand in an address: what people type, folded; and new ones, minted.

use multirtc::protocol::RoomId;

/// Letters of the shortest name that leads anywhere.
pub const SHORTEST: usize = 3;
/// Letters of the longest address of a room.
pub const LONGEST: usize = 64;

const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aiou";
/// Digits and letters without those that look like another.
const SYMBOLS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Why what was typed leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Nowhere {
    /// Nothing was typed.
    #[error("Type the name of a room, or paste its link.")]
    Empty,
    /// Too few letters.
    #[error("A name needs at least three letters or digits.")]
    TooShort,
    /// A link to another site.
    #[error("This link leads to {0}, not to a room here.")]
    OtherSite(String),
    /// A link to something else on this site.
    #[error("This link does not lead to a room.")]
    NotARoom,
}

/// A new name for a room: three words that can be said aloud and three characters, from 63 of the 64 bits.
///
/// Whoever does not have it cannot guess it, if the bits are random.
pub fn mint(bits: u64) -> String {
    let pick = |from: &[u8], at: u32, mask: u64| {
        usize::try_from((bits >> at) & mask).ok().and_then(|index| from.get(index)).map_or('x', |&byte| byte.into())
    };
    let consonant = |at| pick(CONSONANTS, at, 15);
    let vowel = |at| pick(VOWELS, at, 3);
    let mut name = String::with_capacity(21);
    for word in 0..3 {
        let at = word * 16;
        name.extend([consonant(at), vowel(at + 4), consonant(at + 6), vowel(at + 10), consonant(at + 12), '-']);
    }
    name.extend([48, 53, 58].map(|at| pick(SYMBOLS, at, 31)));
    name
}

/// The address of a name somebody typed: lower case, accents off, everything else a hyphen; `None` if too little is left.
///
/// Scripts that have no such letters get a code of their own, the same wherever the name is typed.
pub fn fold(name: &str) -> Option<String> {
    let mut folded = String::new();
    let mut foreign = false;
    for character in name.trim().chars().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' => folded.push(character),
            '\u{300}'..='\u{36f}' | '\'' | '’' => {}
            _ => match latin(character) {
                Some(letters) => folded.push_str(letters),
                None => {
                    foreign |= character.is_alphanumeric();
                    if !folded.is_empty() && !folded.ends_with('-') {
                        folded.push('-');
                    }
                }
            },
        }
    }
    if foreign {
        let code = code_of(name);
        folded.truncate(LONGEST - code.len() - 1);
        folded = format!("{}-{code}", folded.trim_matches('-'));
    }
    folded.truncate(LONGEST);
    let folded = folded.trim_matches('-');
    (folded.len() >= SHORTEST).then(|| folded.to_owned())
}

/// Thirteen characters that stand for a name of any script.
fn code_of(name: &str) -> String {
    let name: String = name.trim().chars().flat_map(char::to_lowercase).collect();
    // FNV-1a, 64 bits: an address, not a secret.
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (0..13)
        .filter_map(|at| usize::try_from((hash >> (at * 5)) & 31).ok())
        .filter_map(|index| SYMBOLS.get(index))
        .map(|&byte| char::from(byte))
        .collect()
}

/// Latin letters with something on, under or through them.
fn latin(character: char) -> Option<&'static str> {
    Some(match character {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ'..='ặ' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ'..='ệ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' | 'ỉ' | 'ị' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ŀ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ŋ' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ơ' | 'ọ'..='ợ' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' | 'ư' | 'ụ'..='ự' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' | 'ỳ'..='ỹ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// The path on this site that a link, a code or a name leads to; `host` is this site's own, if it is known.
///
/// # Errors
/// Where it leads nowhere, with a sentence that says why.
pub fn destination(typed: &str, host: Option<&str>) -> Result<String, Nowhere> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Nowhere::Empty);
    }
    match path_of(typed, host)? {
        Some(path) => known_path(path).ok_or(Nowhere::NotARoom),
        None => fold(typed).map(|slug| format!("/r/{slug}")).ok_or(Nowhere::TooShort),
    }
}

/// The path of a link; `None` for something that is a name.
fn path_of<'a>(typed: &'a str, host: Option<&str>) -> Result<Option<&'a str>, Nowhere> {
    let lower = typed.to_ascii_lowercase();
    let scheme = ["https://", "http://"].into_iter().find(|scheme| lower.starts_with(scheme));
    if scheme.is_none() && typed.starts_with('/') {
        return Ok(Some(typed));
    }
    let rest = typed.get(scheme.map_or(0, str::len)..).unwrap_or_default();
    let (named, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let ours = host.is_none_or(|host| named.eq_ignore_ascii_case(host));
    match scheme {
        Some(_) if ours => Ok(Some(path)),
        Some(_) => Err(Nowhere::OtherSite(named.to_owned())),
        // Pasted without its beginning.
        None if host.is_some() && ours && !path.is_empty() => Ok(Some(path)),
        None => Ok(None),
    }
}

/// A path as it may be given to a browser: of a room or a demo, with the rest kept if it is harmless.
fn known_path(path: &str) -> Option<String> {
    let (path, rest) = path.split_at(path.find(['?', '#']).unwrap_or(path.len()));
    let path = path.trim_end_matches('/');
    let known = if let Some(room) = path.strip_prefix("/r/") {
        room.parse::<RoomId>().is_ok()
    } else {
        path.strip_prefix("/demos/").is_some_and(is_slug)
    };
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"?#&=%+-_.~".contains(&byte);
    let rest = if rest.bytes().all(harmless) { rest } else { "" };
    known.then(|| format!("{path}{rest}"))
}

/// May it be the slug of a demo? The server knows which there are; the table of all demos is no part of the wasm.
fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    #[test]
    fn minted_names_are_rooms_and_stay_as_they_are() {
        for bits in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef] {
            let name = mint(bits);
            assert_eq!(name.len(), 21);
            assert!(name.parse::<RoomId>().is_ok());
            assert_eq!(fold(&name), Some(name));
        }
        assert_eq!(mint(0), "babab-babab-babab-000");
    }

    #[test]
    fn each_of_63_bits_changes_the_name() {
        let names: std::collections::BTreeSet<String> = (0..63).map(|bit| mint(1 << bit)).chain([mint(0)]).collect();
        assert_eq!(names.len(), 64);
    }

    #[test]
    fn typed_names_are_folded() {
        for (typed, slug) in [
            ("Blue Fox", "blue-fox"),
            ("  Tea & biscuits!  ", "tea-biscuits"),
            ("Café Zürich", "cafe-zurich"),
            ("Cafe\u{301}", "cafe"),
            ("STRAẞE", "strasse"),
            ("Łódź – Ærø", "lodz-aero"),
            ("İstanbul", "istanbul"),
            ("Đặng", "dang"),
            ("rock'n'roll", "rocknroll"),
            ("a@b.c", "a-b-c"),
            ("__dev__", "dev"),
            ("--a--b--c--", "a-b-c"),
        ] {
            assert_eq!(fold(typed).as_deref(), Some(slug), "{typed}");
        }
        for nothing in ["", "  ", "ab", "-.-", "🎉🎉🎉"] {
            assert_eq!(fold(nothing), None, "{nothing}");
        }
        assert_eq!(fold(&"x".repeat(300)).unwrap().len(), LONGEST);
    }

    #[test]
    fn other_scripts_get_a_code_of_their_own() {
        let (numbers, greek) = (fold("数字").unwrap(), fold("Ομάδα 7").unwrap());
        assert_ne!(numbers, greek);
        assert_eq!(fold(" 数字 "), Some(numbers.clone()));
        assert_eq!(fold("ΟΜΆΔΑ 7"), Some(greek.clone()));
        for slug in [numbers, greek, fold(&"数".repeat(90)).unwrap(), fold(&format!("{}数", "a".repeat(90))).unwrap()]
        {
            assert!(slug.parse::<RoomId>().is_ok() && !slug.starts_with('-') && slug.len() <= LONGEST, "{slug}");
        }
    }

    #[test]
    fn links_names_and_codes_lead_to_rooms() {
        let host = Some("meet.example:3000");
        for (typed, path) in [
            ("https://meet.example:3000/r/blue-fox", "/r/blue-fox"),
            ("HTTP://MEET.example:3000/r/Blue_Fox/", "/r/Blue_Fox"),
            ("meet.example:3000/r/blue-fox?x=1#k=2", "/r/blue-fox?x=1#k=2"),
            ("/r/blue-fox", "/r/blue-fox"),
            ("/demos/video-conferencing?room=a&c=b", "/demos/video-conferencing?room=a&c=b"),
            ("/r/blue-fox?\r\nSet-Cookie: a", "/r/blue-fox"),
            ("Blue fox", "/r/blue-fox"),
            ("tea/biscuits", "/r/tea-biscuits"),
        ] {
            assert_eq!(destination(typed, host).as_deref(), Ok(path), "{typed}");
        }
        assert_eq!(destination("https://meet.example/r/blue-fox", None).as_deref(), Ok("/r/blue-fox"));
    }

    #[test]
    fn what_leads_nowhere_says_why() {
        let host = Some("meet.example");
        assert_eq!(destination("  ", host), Err(Nowhere::Empty));
        assert_eq!(destination("ab", host), Err(Nowhere::TooShort));
        assert_eq!(
            destination("https://evil.example/r/blue-fox", host),
            Err(Nowhere::OtherSite("evil.example".to_owned()))
        );
        for typed in [
            "https://meet.example",
            "https://meet.example/r/",
            "/r/a b",
            "/demos/No",
            "/demos/",
            "//evil.example/r/x",
            "/",
        ] {
            assert_eq!(destination(typed, host), Err(Nowhere::NotARoom), "{typed}");
        }
    }
}
