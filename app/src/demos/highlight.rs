//! Rust as HTML, with its words marked. Small on purpose: it marks what the eye looks for and leaves the rest.

/// Escapes `source` and puts comments, strings, keywords, types, macros and numbers into spans with a class each.
pub fn highlight(source: &str) -> String {
    let mut html = String::with_capacity(source.len() * 2);
    let mut rest = source;
    while let Some(token) = Token::first_of(rest) {
        token.write(&mut html);
        rest = rest.get(token.text.len()..).unwrap_or_default();
    }
    html
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token<'a> {
    text: &'a str,
    class: Option<&'static str>,
}

const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "else", "enum", "false", "fn", "for", "if", "impl",
    "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self", "static", "struct",
    "super", "trait", "true", "type", "use", "where", "while",
];

impl<'a> Token<'a> {
    fn first_of(rest: &'a str) -> Option<Self> {
        let first = rest.chars().next()?;
        let token = |length: usize, class| Self { text: rest.get(..length).unwrap_or(rest), class };
        Some(if rest.starts_with("//") {
            token(rest.find('\n').unwrap_or(rest.len()), Some("comment"))
        } else if first == '"' {
            token(string_length(rest), Some("string"))
        } else if let Some(length) = char_length(rest) {
            token(length, Some("string"))
        } else if first.is_ascii_digit() {
            token(length_while(rest, |c| c.is_ascii_alphanumeric() || c == '_'), Some("number"))
        } else if first.is_alphabetic() || first == '_' {
            let length = length_while(rest, |c| c.is_alphanumeric() || c == '_');
            let word = rest.get(..length).unwrap_or(rest);
            let follows = rest.get(length..).unwrap_or_default();
            let class = match () {
                () if KEYWORDS.contains(&word) => Some("keyword"),
                () if follows.starts_with('!') && !follows.starts_with("!=") => Some("macro"),
                () if first.is_uppercase() => Some("type"),
                () if follows.starts_with('(') => Some("function"),
                () => None,
            };
            token(length, class)
        } else {
            let plain = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '"' | '/' | '\''));
            token(length_while(rest, plain).max(first.len_utf8()), None)
        })
    }

    fn write(self, html: &mut String) {
        if let Some(class) = self.class {
            html.push_str("<span class=\"t-");
            html.push_str(class);
            html.push_str("\">");
        }
        for character in self.text.chars() {
            match character {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                _ => html.push(character),
            }
        }
        if self.class.is_some() {
            html.push_str("</span>");
        }
    }
}

fn length_while(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|character| !belongs(character)).unwrap_or(text.len())
}

/// The length of a string literal with its quotes.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// The length of a character literal; `None` for a lifetime.
fn char_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    let first = inside.chars().next()?;
    if first == '\\' {
        return inside.get(2..)?.find('\'').map(|at| at + 4);
    }
    inside.get(first.len_utf8()..)?.starts_with('\'').then(|| first.len_utf8() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked() {
        assert_eq!(
            highlight("let x: Room = open(\"a\\\"b\"); // go"),
            "<span class=\"t-keyword\">let</span> x: <span class=\"t-type\">Room</span> = \
             <span class=\"t-function\">open</span>(<span class=\"t-string\">&quot;a\\&quot;b&quot;</span>); \
             <span class=\"t-comment\">// go</span>"
        );
        assert_eq!(highlight("view! {"), "<span class=\"t-macro\">view</span>! {");
        assert_eq!(highlight("&'a str"), "&amp;'a str");
        assert_eq!(highlight("'\\n'"), "<span class=\"t-string\">'\\n'</span>");
        assert_eq!(highlight("a != b"), "a != b");
    }

    #[test]
    fn nothing_is_lost_and_nothing_gets_through() {
        for source in [include_str!("highlight.rs"), include_str!("../demos.rs"), "ü'\"\\", "'", "\"", "//", "<script>"]
        {
            let html = highlight(source);
            assert!(!html.contains("<script"));
            let mut text = String::new();
            let mut inside = false;
            for character in html.chars() {
                match character {
                    '<' => inside = true,
                    '>' if inside => inside = false,
                    _ if !inside => text.push(character),
                    _ => {}
                }
            }
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            assert_eq!(text, source);
        }
    }
}
