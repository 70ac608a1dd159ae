//! The MultiRTC server.
