//! What signaling costs: this server and a bare relay, under the same load, in one run.
//!
//! The bare relay ([`relay`]) accepts WebSockets, forwards texts between the two of a room and does nothing else; both
//! run in processes of their own, alternately loaded by the same clients over real sockets ([`load`]). Machines differ
//! and are busy, so what counts is how the two compare. Ends with a failure if a target is missed.
//!
//! | measured | target |
//! |---|---|
//! | messages a second of the server's processor time | at least 0.8 of the bare relay's |
//! | resident memory of an idle socket | at most 20 KiB |
//! | the slowest hundredth at 2,000 messages a second | at most 20 ms, or twice the bare relay's |

mod client;
mod load;
mod measure;
mod process;
mod relay;
mod report;

use process::Server;
use report::{Bound, Report};
use std::{env, error::Error, process::ExitCode};

/// Any failure, with a sentence that a person understands.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Where the executable of the server is.
const EXECUTABLE: &str = "MULTIRTC_BIN";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let relay = arguments.iter().any(|argument| argument == relay::ARGUMENT);
    let outcome = if relay { relay::serve().await.map(|()| true) } else { compare(&arguments).await };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures what is named (`cost`, `latency`, `idle`), or everything, and prints it; false if a target was missed.
async fn compare(names: &[String]) -> Result<bool> {
    let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let executable = env::var(EXECUTABLE).map_err(|_| format!("{EXECUTABLE} has to name the server's executable"))?;
    process::check_open_files()?;
    let mut report = Report::default();

    let (ours, bare) = (Server::ours(&executable).await?, Server::bare().await?);
    if wanted("cost") {
        let cost = measure::cost(&ours, &bare).await?;
        report.row("messages per CPU second", cost, "", Bound::AtLeastOf(0.8));
    }
    if wanted("latency") {
        let latency = measure::latency(&ours, &bare).await?;
        report.row("median latency at 2,000/s", latency.map(|l| l.median_ms), "ms", Bound::None);
        let bound = Bound::AtMost { limit: 20.0, or_times: 2.0 };
        report.row("99th percentile at 2,000/s", latency.map(|l| l.p99_ms), "ms", bound);
    }
    if wanted("idle") {
        // What a message has ever needed is not given back at once: from the beginning.
        let (ours, bare) = (Server::ours(&executable).await?, Server::bare().await?);
        let idle = measure::idle(&ours, &bare).await?;
        let bound = Bound::AtMost { limit: 20.0, or_times: 0.0 };
        report.row("memory of an idle socket", idle.map(|bytes| bytes / 1024.0), "KiB", bound);
    }
    Ok(report.print())
}
