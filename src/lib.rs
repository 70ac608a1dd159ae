//! Real-time rooms in the browser: open, join, publish, send. **Negotiation is never yours.**
//!
//! A `Client` holds one session with a server. With it a page opens or joins a
//! `Room`, publishes what it captured, and draws what others publish from the room's state. Peer
//! connections, offers, ICE, recovery after a lost network, and coming back after a lost server are the library's.
//!
//! ```ignore
//! let client = Client::connect(Config::new("/ws", "classroom".parse()?)).await?;
//! let room = client.open_or_join(RoomOptions::new().id("algebra".parse()?)).await?.0;
//! let (camera, microphone) = LocalMedia::camera_and_microphone(Default::default(), Default::default()).await?;
//! room.publish(camera).await?;
//! room.publish(microphone).await?;
//! ```
//!
//! The crate has layers, and imports run one way: [`protocol`] (what goes over the wire) ← [`core`] (everything hard,
//! as plain values without a clock, a socket or a DOM) ← the browser drivers and the client API. The last two exist on
//! `wasm32` with the feature `browser`; a server uses the first two.

pub mod core;
pub mod protocol;

#[cfg(all(feature = "browser", target_arch = "wasm32"))]
mod api;
#[cfg(all(feature = "browser", target_arch = "wasm32"))]
mod browser;
#[cfg(all(feature = "browser", target_arch = "wasm32"))]
mod error;

#[cfg(all(feature = "browser", target_arch = "wasm32"))]
pub use api::*;
#[cfg(all(feature = "browser", target_arch = "wasm32"))]
pub use error::{Error, JoinError, MediaError, PublishError};
