//! The executable: reads the settings, serves, ends in order when asked to.

use clap::Parser;
use server::{Config, Error, Server, logging, shutdown};
use std::{
    io::{Write, stdout},
    process::ExitCode,
};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Config::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("multirtc: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> Result<(), Error> {
    logging::start(config.log_format, &config.log)?;
    let running = Server::bind(config).await?;
    // Nobody reading the line is no reason to stop.
    let _ = writeln!(stdout(), "listening on http://{}", running.address());
    shutdown::signal().await?;
    tokio::select! {
        () = running.shutdown() => Ok(()),
        // Asked twice: at once.
        again = shutdown::signal() => again,
    }
}
