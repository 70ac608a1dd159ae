//! What components need of the browser, one interface a file.
//!
//! Each function is there on the server too and does nothing, so that a component has no `cfg` of its own.

pub mod clipboard;
pub mod fullscreen;
pub mod listing;
pub mod page;
pub mod resize;
pub mod share;
pub mod storage;
pub mod theme;
