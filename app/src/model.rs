//! What pages draw from and act through: signals of plain data over the engine.
//!
//! A page makes one [`Call`] for each room it can be in at a time. The signals exist on the server too, where they keep
//! their first values; the engine behind them exists in the browser only.

pub mod address;
pub mod call;
#[cfg(feature = "hydrate")]
mod engine;
#[cfg(feature = "hydrate")]
mod media_words;
#[cfg(feature = "hydrate")]
mod playback;
#[cfg(feature = "hydrate")]
mod route_words;
pub mod status;
pub mod tiles;

pub use call::{Call, CallConfig, Kinds, LogLine, Notice};
#[cfg(feature = "hydrate")]
pub use engine::Understudy;
pub use status::Status;
pub use tiles::TileView;
