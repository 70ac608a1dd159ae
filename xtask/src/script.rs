//! Scripts without what only people read.

use crate::Result;

/// Drops indentation, blank lines, and comments that have lines of their own.
///
/// # Errors
/// When a text of the script goes over the end of a line: what stands there may matter.
pub fn slim(script: &str) -> Result<String> {
    let mut slim = String::new();
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        let starts_comment = line.starts_with("/*");
        if in_comment || starts_comment {
            in_comment = !line.ends_with("*/");
        } else if line.matches('`').count() % 2 == 1 {
            return Err("a text of the script goes over the end of a line".into());
        } else if !line.is_empty() && !line.starts_with("//") {
            slim.push_str(line);
            slim.push('\n');
        }
    }
    Ok(slim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_runs_is_left() -> Result<()> {
        let script = "/** A number.\n * @returns {number}\n */\nfunction f() {\n    // one\n\n    return 'a // b' + `c`;\n}\n/* end */\n";
        assert_eq!(slim(script)?, "function f() {\nreturn 'a // b' + `c`;\n}\n");
        Ok(())
    }

    #[test]
    fn a_text_of_several_lines_is_an_error() {
        assert!(slim("const a = `one\n    two`;").is_err());
    }
}
