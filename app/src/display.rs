//! What components draw: plain data, complete and comparable, without a handle of the engine in it.
//!
//! A view-model fills these and the components render them, so neither knows the other.

mod bar;
mod lobby;
mod person;
mod tile;

pub use bar::{BarControl, BarItem};
pub use lobby::{DeviceChoice, DeviceChoices, DeviceState, MicrophoneCheck};
pub use person::{initials, person_color, shown_name};
pub use tile::{Origin, TileAction, TileControl, TileDisplay, TileMedia, TilePhase, TileTrouble};
