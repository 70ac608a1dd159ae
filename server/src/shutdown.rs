//! An orderly end: signals, and the stages everything that runs goes through.

use crate::Error;
use tokio_util::sync::CancellationToken;

/// Waits for SIGTERM or SIGINT (Ctrl-C elsewhere).
///
/// # Errors
/// [`Error::Signals`] if the operating system does not let the process listen.
pub async fn signal() -> Result<(), Error> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(Error::Signals)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(Error::Signals)?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        Ok(())
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(Error::Signals)
}

/// The stages of the end, each a token everybody concerned watches.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stages {
    /// Not ready for new work: probes say so and upgrades are refused.
    pub(crate) draining: CancellationToken,
    /// Every socket says what it still has to say, and closes.
    pub(crate) sockets: CancellationToken,
    /// Nothing is listened to any more.
    pub(crate) listener: CancellationToken,
}
