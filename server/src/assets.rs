//! The files browsers download: inside a release executable, read from the build folder by a debug one.

#[cfg(not(site_inside))]
mod folder;
mod response;
mod table;

pub use table::{Asset, Assets};
