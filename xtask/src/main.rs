//! What cargo cannot do: the site for browsers, the watch loop, rules of the tree, the sum of all tests.

mod compress;
mod digest;
mod layers;
mod loader;
mod publish;
mod scenarios;
mod script;
mod site;
mod sizes;
mod style;
mod suite;
mod tree;
mod wasm;
mod watch;

use std::{error::Error, fmt, process::ExitCode};
use suite::Part;

/// Any failure, with a sentence that a person understands.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A failure that has been printed already.
#[derive(Debug)]
struct Said;

impl fmt::Display for Said {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl Error for Said {}

const MANUAL: &str = "\
Usage: cargo run --package xtask -- <command>

  site [--dev]   build the browser's half into target/site; --dev: quick to build, large to load
  scenarios [--release]
                 build the library's scenarios into target/scenarios[-release], for the browser tests and benchmarks
  watch          build, serve, and do both again after each change
  rules          check who imports whom, and how long files are
  test           all checks and tests; or some of: lint unit browsers";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !error.is::<Said>() {
                eprintln!("error: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<()> {
    match words {
        ["site"] => site::build(site::Mode::Release),
        ["site", "--dev"] => site::build(site::Mode::Dev),
        ["scenarios"] => scenarios::build(scenarios::Mode::Checked),
        ["scenarios", "--release"] => scenarios::build(scenarios::Mode::Release),
        ["watch"] => watch::run(),
        ["rules"] => layers::check(),
        ["test"] => suite::run(&[Part::Lint, Part::Unit, Part::Browsers]),
        ["test", names @ ..] => {
            let parts: Result<Vec<Part>> = names.iter().map(|name| part(name)).collect();
            suite::run(&parts?)
        }
        _ => Err(MANUAL.into()),
    }
}

fn part(name: &str) -> Result<Part> {
    match name {
        "lint" => Ok(Part::Lint),
        "unit" => Ok(Part::Unit),
        "browsers" => Ok(Part::Browsers),
        _ => Err(MANUAL.into()),
    }
}
