//! File names of other people, made safe to show and to save under.

/// Characters of a name.
const LENGTH: usize = 120;
/// Characters of an extension that survives a name being cut.
const EXTENSION: usize = 12;
/// What Windows takes for devices, whatever extension follows.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];
/// The same, with a digit from 1 to 9.
const NUMBERED_DEVICES: [&str; 2] = ["COM", "LPT"];

/// The last component of a path, without what could make it mean something else than it shows.
///
/// Control and direction characters, and those some system takes for separators or wildcards, are left out; leading
/// dots and reserved device names get an underscore before them; 120 characters at most, with the extension kept. Never
/// empty.
///
/// ```
/// use multirtc::core::transfer::clean_name;
/// assert_eq!(clean_name("../../<img src=x onerror=alert(1)>.html"), "img src=x onerror=alert(1).html");
/// assert_eq!(clean_name("C:\\Windows\\CON.txt"), "_CON.txt");
/// ```
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let shown: String = last.chars().filter(|letter| !is_unsafe(*letter)).collect();
    let shown = shown.trim().trim_end_matches(['.', ' ']);
    let shown = cut(shown);
    if shown.is_empty() {
        "file".to_owned()
    } else if shown.starts_with('.') || is_device(&shown) {
        cut(&format!("_{shown}"))
    } else {
        shown
    }
}

fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '<' | '>' | ':' | '"' | '|' | '?' | '*')
        // Directions, joiners and other characters that do not show (Unicode Standard, annexes 9 and 31), and U+FFFD.
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(letter, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e007f}')
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    DEVICES.contains(&stem.as_str())
        || stem
            .strip_suffix(|digit: char| ('1'..='9').contains(&digit))
            .is_some_and(|rest| NUMBERED_DEVICES.contains(&rest))
}

fn cut(name: &str) -> String {
    if name.chars().count() <= LENGTH {
        return name.to_owned();
    }
    let extension = name.rfind('.').map_or("", |at| &name[at..]);
    let extension = if extension.chars().count() > EXTENSION { "" } else { extension };
    let stem: String = name.chars().take(LENGTH - extension.chars().count()).collect();
    format!("{stem}{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn s18_hostile_names() {
        let cases = [
            ("holiday.jpg", "holiday.jpg"),
            ("Übung – 3.pdf", "Übung – 3.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\system32\\cmd.exe", "cmd.exe"),
            ("a/b/", "b"),
            ("nul\0byte.txt", "nulbyte.txt"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("CON", "_CON"),
            ("con.tar.gz", "_con.tar.gz"),
            ("LPT1.log", "_LPT1.log"),
            ("LPT0.log", "LPT0.log"),
            ("COM", "COM"),
            (".bashrc", "_.bashrc"),
            ("..", "file"),
            ("", "file"),
            ("   ", "file"),
            ("trailing. . .", "trailing"),
            ("line\nbreak\t.txt", "linebreak.txt"),
        ];
        for (given, shown) in cases {
            assert_eq!(clean_name(given), shown, "{given:?}");
        }
    }

    #[test]
    fn s18_long_names_keep_their_extension() {
        let name = clean_name(&format!("{}.tar.gz", "ä".repeat(300)));
        assert_eq!(name.chars().count(), 120);
        assert!(name.ends_with("ä.gz"), "{name}");
        assert_eq!(clean_name(&"x".repeat(500)).len(), 120);
        assert_eq!(clean_name(&format!(".{}", "y".repeat(500))).len(), 120);
    }

    proptest! {
        #[test]
        fn s18_no_name_is_unsafe(name: String) {
            let shown = clean_name(&name);
            prop_assert!(!shown.is_empty() && shown.chars().count() <= 120);
            let unsafe_ones = ['/', '\\', '\0', '\u{202e}', ':'];
            prop_assert!(!shown.starts_with('.') && !shown.contains(unsafe_ones));
            prop_assert_eq!(clean_name(&shown), shown.clone(), "a clean name is left as it is");
        }
    }
}
