//! Real-time rooms in the browser: open, join, publish, send. **Negotiation is never yours.**

pub mod core;
pub mod protocol;
