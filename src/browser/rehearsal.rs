//! A call with nobody, so that the first real one finds everything warm.

use super::configuration::ConnectionConfig;
use super::connection::Connection;
use crate::core::slots::SlotDirection;
use crate::error::Error;
use web_sys::RtcSdpType;

/// Lets two connections of this page agree on a call and drops them: when the first real one comes, the browser's engine
/// is running, and the code that it takes is compiled.
pub(crate) async fn warm_up() {
    // What does not work here is told by the first real connection.
    let _ = rehearse().await;
}

async fn rehearse() -> Result<(), Error> {
    let config = ConnectionConfig { ice: &[], relay_only: false, channels: true };
    let (caller, called) = (Connection::new(&config, |_| ())?, Connection::new(&config, |_| ())?);
    for video in [false, true] {
        caller.add_place(video, SlotDirection::SendRecv, None)?;
    }
    called.set_remote(RtcSdpType::Offer, &caller.set_local().await?).await?;
    for video in [false, true] {
        called.adopt_place(video, SlotDirection::SendRecv, None, &[]);
    }
    caller.set_remote(RtcSdpType::Answer, &called.set_local().await?).await?;
    caller.close();
    called.close();
    Ok(())
}
