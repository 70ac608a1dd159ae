//! The files browsers download: inside a release executable, read from the build folder by a debug one.

#[cfg(not(site_inside))]
mod folder;
mod response;
mod table;

pub(crate) use response::accepts_brotli;
pub use table::{Asset, Assets};
