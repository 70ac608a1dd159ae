//! What cargo cannot do: the site for browsers, the watch loop, checks of the tree, the sum of all tests.

mod compress;
mod digest;
mod publish;
mod site;
mod sizes;
mod style;
mod tree;
mod wasm;

use std::{error::Error, process::ExitCode};

/// Any failure, with a sentence that a person understands.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

const MANUAL: &str = "\
Usage: cargo run -p xtask -- <command>

  site [--dev]   build the browser's half into target/site; --dev: quick to build, large to load
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["site"] => site::build(site::Mode::Release),
        ["site", "--dev"] => site::build(site::Mode::Dev),
        _ => Err(MANUAL.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
