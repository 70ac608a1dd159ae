//! Logic without a browser or a server in it: no clock, randomness, task, socket or DOM.
//!
//! Everything hard lives here as a plain value with one shape, [`Machine`]: time comes in as a number, effects go out
//! as values. A driver's whole loop is: take an event, call `handle`, carry out the outputs in order, arm one timer.

pub mod backoff;
pub mod data;
pub mod delivery;
pub mod encoding;
pub mod event;
pub mod heartbeat;
pub mod hub;
pub mod layout;
pub mod negotiation;
pub mod rehearsal;
pub mod roster;
pub mod route;
pub mod sdp;
pub mod session;
#[cfg(test)]
mod simulator;
pub mod slots;
pub mod sorted;
pub mod stall;
pub mod stats;
pub mod supervisor;
pub mod topology;
pub mod transfer;

/// Milliseconds on some monotonic clock; only differences mean anything.
pub type Millis = u64;

/// A sans-I/O state machine.
pub trait Machine {
    /// What can happen to it.
    type In;
    /// What it wants done.
    type Out;
    /// Takes one input. Total: every input in every state has a defined result, and none panics.
    fn handle(&mut self, input: Self::In, now: Millis, out: &mut Vec<Self::Out>);
    /// When `handle` must be called with a tick at the latest.
    fn deadline(&self) -> Option<Millis>;
}
