//! The server as its clients see it: over real sockets, on port 0, without mocks.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod client;
mod http;
mod process;
mod world;

mod admission;
mod executable;
mod fingerprints;
mod garbage;
mod heartbeat;
mod links;
mod lobby;
mod many;
mod noise;
mod pages;
mod passwords;
mod probes;
mod race;
mod relays;
mod restart;
mod resume;
mod rooms;
mod shutdown;
mod size;
mod slow_reader;
mod visits;
