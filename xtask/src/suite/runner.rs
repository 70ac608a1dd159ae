//! Runs one step after another, shows what they print, and counts.

use super::tally::{Format, Tally};
use crate::{Result, tree};
use std::{
    io::{BufRead, BufReader, Read, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::Mutex,
    thread,
    time::Instant,
};

/// One command.
#[derive(Debug)]
pub struct Step {
    pub name: &'static str,
    pub program: &'static str,
    pub arguments: Vec<String>,
    pub variables: Vec<(String, String)>,
    pub folder: PathBuf,
    pub format: Format,
}

impl Step {
    /// A command to run in the current folder.
    pub fn new(name: &'static str, program: &'static str, arguments: &[&str], format: Format) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { name, program, arguments, variables: Vec::new(), folder: PathBuf::from("."), format }
    }
}

/// The steps so far.
#[derive(Debug, Default)]
pub struct Runner {
    finished: Vec<(&'static str, Tally, f32)>,
}

impl Runner {
    /// Runs a cargo command that passes or fails as a whole.
    pub fn check(&mut self, name: &'static str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<()> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.run(Step { variables, folder: tree::root()?, ..Step::new(name, "cargo", arguments, Format::Check) })
    }

    /// Runs a cargo command that counts.
    pub fn cargo(&mut self, name: &'static str, arguments: &[&str], format: Format) -> Result<()> {
        self.run(Step { folder: tree::root()?, ..Step::new(name, "cargo", arguments, format) })
    }

    /// Runs a check of our own.
    pub fn own(&mut self, name: &'static str, check: impl FnOnce() -> Result<()>) {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = check();
        if let Err(error) = &outcome {
            eprintln!("error: {error}");
        }
        self.add(name, Tally::default(), outcome.is_ok(), start);
    }

    /// Runs a command to its end.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn run(&mut self, step: Step) -> Result<()> {
        println!("\n== {}: {} {}", step.name, step.program, step.arguments.join(" "));
        let start = Instant::now();
        let mut child = Command::new(step.program)
            .args(&step.arguments)
            .envs(step.variables)
            .current_dir(step.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} cannot be started: {error}", step.program))?;
        let tally = Mutex::new(Tally::default());
        let (out, err) = (child.stdout.take(), child.stderr.take());
        thread::scope(|scope| {
            scope.spawn(|| out.map(|out| copy(out, std::io::stdout(), &tally, step.format)));
            scope.spawn(|| err.map(|err| copy(err, std::io::stderr(), &tally, step.format)));
        });
        let success = child.wait()?.success();
        let tally = tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.add(step.name, tally, success, start);
        Ok(())
    }

    /// Prints the sum.
    ///
    /// # Errors
    /// When anything failed.
    pub fn finish(self) -> Result<()> {
        println!();
        let mut sum = Tally::default();
        for (name, tally, seconds) in self.finished {
            println!("{seconds:>7.1} s  {:>5} passed  {:>3} failed  {name}", tally.passed, tally.failed);
            sum.passed += tally.passed;
            sum.failed += tally.failed;
        }
        println!("{} passed, {} failed", sum.passed, sum.failed);
        if sum.failed == 0 { Ok(()) } else { Err(crate::Said.into()) }
    }

    fn add(&mut self, name: &'static str, mut tally: Tally, success: bool, start: Instant) {
        tally.conclude(success);
        self.finished.push((name, tally, start.elapsed().as_secs_f32()));
    }
}

fn copy(from: impl Read, mut to: impl Write, tally: &Mutex<Tally>, format: Format) {
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
        // Nobody reading is no reason to stop counting.
        let _ = to.write_all(&line);
        if let Ok(mut tally) = tally.lock() {
            tally.read(format, &String::from_utf8_lossy(&line));
        }
        line.clear();
    }
}
