//! The client API: what an application calls.
//!
//! Handles are cheap clones and belong to the page's thread; dropping the last one releases what it held, cameras
//! included. *State* is a [`Watch`], level-triggered; *events* are a stream or a callback, edge-triggered.

mod client;
mod devices;
mod events;
mod files;
mod knock;
mod lobby;
mod local_media;
mod options;
mod peer;
mod publication;
mod recorder;
mod rejoin;
mod remote_media;
mod room;
mod stalls;
mod statistics;
mod transfer;
mod watch;

pub use crate::browser::level::LevelMeter;
pub use crate::browser::memory_hub::MemoryHub;
pub use crate::browser::rehearsal::Rehearsal;
pub use crate::browser::transport::{Duplex, Incoming, Opening, Transport};
pub use client::{Client, Opened};
pub(crate) use devices::captured;
pub use devices::{Device, DeviceKind, Devices};
pub use events::Events;
pub use files::Files;
pub use knock::{Entry, Waiting};
pub use lobby::{Lobby, joinable};
pub use local_media::{
    CameraOptions, Captured, ContentHint, Facing, LocalMedia, MicOptions, ScreenOptions, Span, VideoConstraints,
};
pub use options::{Config, IcePolicy, JoinOptions, ReconnectPolicy, RoomOptions};
pub use peer::Peer;
pub use publication::LocalPublication;
pub use recorder::{Recorder, Recording};
pub use remote_media::{Attachment, RemoteMedia};
pub use room::{Channel, Reliability, Room};
pub use transfer::{Sink, Transfer};
pub use watch::{Subscription, Watch};
