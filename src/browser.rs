//! Drivers: one file per browser API, each owning every `JsValue`, closure and timer it makes.
//!
//! Nothing here decides anything; what to do comes from the machines in [`crate::core`]. Every call that can throw goes
//! through a binding with `catch`: a synchronous exception through any other ends the whole wasm instance.

pub(crate) mod bindings;
pub(crate) mod candidate;
pub(crate) mod capture;
pub(crate) mod channels;
pub(crate) mod clock;
pub(crate) mod configuration;
pub(crate) mod connection;
pub(crate) mod data;
pub(crate) mod digest;
pub(crate) mod encoding;
pub(crate) mod file_sink;
pub(crate) mod file_source;
pub(crate) mod incarnation;
pub(crate) mod json;
pub(crate) mod level;
pub(crate) mod link;
pub(crate) mod link_owner;
pub(crate) mod memory_hub;
pub(crate) mod outcome;
pub(crate) mod rehearsal;
pub(crate) mod route;
pub(crate) mod snapshot;
pub(crate) mod statistics;
pub(crate) mod streams;
pub(crate) mod transport;
