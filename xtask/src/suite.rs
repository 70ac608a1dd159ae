//! All checks and tests, one after another, and the sum of what they found.

mod runner;
mod tally;

use crate::{Result, layers, scenarios, site, sizes, tree};
use runner::{Runner, Step};
use std::process::Command;
use tally::Format;

const WASM: &str = "wasm32-unknown-unknown";

/// A part of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Formatting, clippy for both targets, the rules of the tree, documentation.
    Lint,
    /// Tests that run without a browser.
    Unit,
    /// Tests in browsers, against the release executable.
    Browsers,
}

/// Runs the parts to their ends and prints `N passed, N failed` as the last line.
///
/// # Errors
/// When anything failed.
pub fn run(parts: &[Part]) -> Result<()> {
    let mut runner = Runner::default();
    for part in parts {
        match part {
            Part::Lint => lint(&mut runner)?,
            Part::Unit => unit(&mut runner)?,
            Part::Browsers => browsers(&mut runner)?,
        }
    }
    runner.finish()
}

fn lint(runner: &mut Runner) -> Result<()> {
    runner.check("format", &["fmt", "--all", "--check"], &[])?;
    runner.own("rules of the tree", layers::check);
    runner.check("clippy", &["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"], &[])?;
    let packages = ["--package", "multirtc", "--package", "app", "--package", "scenarios"];
    let browser = [packages.as_slice(), &["--features", "multirtc/browser,app/hydrate"]].concat();
    let clippy = [&["clippy", "--lib", "--examples", "--target", WASM], &*browser, &["--", "-Dwarnings"]].concat();
    runner.check("clippy for browsers", &clippy, &[])?;
    let strict = [("RUSTDOCFLAGS", "-Dwarnings")];
    runner.check("documentation", &["doc", "--workspace", "--no-deps"], &strict)?;
    let doc = [&["doc", "--no-deps", "--target", WASM], &*browser].concat();
    runner.check("documentation for browsers", &doc, &strict)
}

fn unit(runner: &mut Runner) -> Result<()> {
    let has_nextest =
        Command::new("cargo").args(["nextest", "--version"]).output().is_ok_and(|output| output.status.success());
    if has_nextest {
        let tests = ["nextest", "run", "--workspace", "--no-fail-fast", "--no-tests=fail"];
        runner.cargo("tests", &tests, Format::Nextest)?;
        runner.cargo(
            "examples in the documentation",
            &["test", "--workspace", "--doc", "--no-fail-fast"],
            Format::Cargo,
        )
    } else {
        runner.cargo("tests", &["test", "--workspace", "--no-fail-fast"], Format::Cargo)
    }
}

fn browsers(runner: &mut Runner) -> Result<()> {
    runner.own("site", || site::build(site::Mode::Release));
    runner.own("first loads", sizes::check_pages);
    runner.own("scenarios of the library", || scenarios::build(scenarios::Mode::Checked));
    runner.check("executable", &["build", "--release", "--package", "server"], &[])?;
    let folder = tree::root()?.join("end2end");
    let executable = tree::target()?.join("release/multirtc").display().to_string();
    runner.run(Step {
        folder: folder.clone(),
        ..Step::new("types of the browser tests", "npm", &["run", "--silent", "check"], Format::Check)
    })?;
    runner.run(Step {
        folder,
        variables: vec![("MULTIRTC_BIN".to_owned(), executable)],
        ..Step::new("browsers", "npx", &["--no-install", "playwright", "test"], Format::Playwright)
    })
}
