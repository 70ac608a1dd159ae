//! Why the server could not start, or stopped by itself.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why the server could not start, or stopped by itself.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is taken, not allowed, or not one of this machine.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// What `--listen` asked for.
        address: SocketAddr,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The operating system has no randomness to give; ids and tokens would be guessable.
    #[error("no randomness from the operating system: {0}")]
    Randomness(getrandom::Error),
    /// Signals cannot be listened for, so an orderly stop would be impossible.
    #[error("cannot listen for signals: {0}")]
    Signals(io::Error),
    /// The log filter is not in `target=level` form.
    #[error("bad log filter {filter:?}: {reason}")]
    LogFilter {
        /// What `--log` asked for.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is a TURN server, and nothing to make credentials with.
    #[error("--turn-server needs a secret: set MULTIRTC_TURN_SECRET or give --turn-secret-file")]
    NoTurnSecret,
    /// The file with the secret cannot be read, or there is nothing in it.
    #[error("cannot read the secret in {path}: {source}")]
    TurnSecretFile {
        /// What `--turn-secret-file` asked for.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}
