//! The MultiRTC server: pages, signaling and rooms in one executable that needs nothing beside it.
//!
//! [`Server::bind`] starts everything and says where it listens; [`Running::shutdown`] ends it in order. Requests pass
//! the request log, limits and the origin check; `/ws` becomes a socket with a bounded queue; every frame goes to the
//! one hub, a plain value behind a lock that is **never held while anything waits**; its answers go to the queues.
//!
//! | module | holds |
//! |---|---|
//! | [`config`] | every flag and variable |
//! | `router` | what is answered where |
//! | `ws`, `socket`, `outbound`, `frame_budget` | one WebSocket: admission, heartbeat, queue, limits |
//! | `hub_driver` | the hub, its clock, its randomness and its timer |
//! | `password_hasher` | the threads on which passwords are hashed |
//! | `turn` | credentials for the TURN servers |
//! | `services`, `rooms` | what pages and previews may ask of the hub |
//! | [`origin`], [`client_address`], `fingerprint`, `gate`, `post_guard` | who may ask, and how often |
//! | [`pages`], [`assets`] | the site: pages, server functions, files |
//! | `health`, [`shutdown`], [`logging`] | running it |

// The types of pages are as deep as their markup.
#![recursion_limit = "512"]

pub mod assets;
pub mod client_address;
pub mod config;
mod error;
mod fingerprint;
mod frame_budget;
mod gate;
mod health;
mod hub_driver;
pub mod logging;
pub mod origin;
mod outbound;
pub mod pages;
mod password_hasher;
mod post_guard;
mod rooms;
mod router;
mod running;
mod services;
pub mod shutdown;
mod socket;
mod turn;
mod ws;

pub use config::Config;
pub use error::Error;
pub use running::{Running, Server};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks; whoever panicked with the lock held has been reported where it happened.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
