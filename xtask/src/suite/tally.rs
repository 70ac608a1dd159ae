//! What a runner's lines say about how many tests passed.

/// How a runner reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One check: its exit status is all there is.
    Check,
    /// `Summary [   0.5s] 12 tests run: 11 passed, 1 failed, 0 skipped`
    Nextest,
    /// `test result: ok. 3 passed; 0 failed; …`, once an executable
    Cargo,
    /// `10 passed, 0 failed`, alone on its line
    Playwright,
}

/// Counted tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many did what they should.
    pub passed: u64,
    /// How many did not, or did not come to their end.
    pub failed: u64,
}

impl Tally {
    /// Adds what one line of a runner says, if it says anything.
    pub fn read(&mut self, format: Format, line: &str) {
        let line = line.trim();
        let says = match format {
            Format::Check => false,
            Format::Nextest => line.starts_with("Summary ["),
            Format::Cargo => line.starts_with("test result:"),
            Format::Playwright => {
                line.starts_with(|letter: char| letter.is_ascii_digit()) && line.contains(" passed, ")
            }
        };
        if says {
            let (passed, failed) = (before(line, "passed"), before(line, "failed"));
            self.passed += passed;
            self.failed += match format {
                // Tests that ran out of time or leaked are named apart; the number of those that ran covers them.
                Format::Nextest => before(line, "tests run").max(before(line, "test run")).saturating_sub(passed),
                _ => failed,
            };
        }
    }

    /// A runner that ended with an error has failed, whatever it counted; one that counted nothing counts as one.
    pub fn conclude(&mut self, success: bool) {
        if !success && self.failed == 0 {
            self.failed = 1;
        } else if success && self.passed == 0 {
            self.passed = 1;
        }
    }
}

/// The number right before `word`.
fn before(line: &str, word: &str) -> u64 {
    let Some((head, _)) = line.split_once(word) else { return 0 };
    let number = head.trim_end().rsplit(|letter: char| !letter.is_ascii_digit() && letter != '/').next();
    // "5/12 tests run": stopped after five.
    number.and_then(|number| number.rsplit('/').next()).and_then(|number| number.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(format: Format, lines: &[&str]) -> (u64, u64) {
        let mut tally = Tally::default();
        for line in lines {
            tally.read(format, line);
        }
        (tally.passed, tally.failed)
    }

    #[test]
    fn each_runner_is_understood() {
        let nextest = "     Summary [   0.512s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 3 skipped";
        assert_eq!(tally(Format::Nextest, &["  PASS [ 0.1s] a passed", nextest]), (10, 2));
        assert_eq!(tally(Format::Nextest, &["Summary [ 0.5s] 1 test run: 1 passed, 0 skipped"]), (1, 0));
        assert_eq!(tally(Format::Nextest, &["Summary [ 0.5s] 5/12 tests run: 4 passed, 1 failed"]), (4, 8));
        let cargo = [
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test hub::tests::passed ... ok",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored",
        ];
        assert_eq!(tally(Format::Cargo, &cargo), (4, 2));
        assert_eq!(
            tally(Format::Playwright, &["  ok 1 it passed", "  7 passed (3s)", "7 passed, 1 failed, 2 skipped"]),
            (7, 1)
        );
    }

    #[test]
    fn a_runner_that_breaks_has_failed() {
        for (before, success, after) in
            [((5, 0), false, (5, 1)), ((5, 2), false, (5, 2)), ((0, 0), true, (1, 0)), ((5, 0), true, (5, 0))]
        {
            let mut tally = Tally { passed: before.0, failed: before.1 };
            tally.conclude(success);
            assert_eq!((tally.passed, tally.failed), after);
        }
    }
}
