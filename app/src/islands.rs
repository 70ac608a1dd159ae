//! The living parts of pages that are no demo.
//!
//! Each is an island: the server renders it in its place in a page, the browser loads its chunk and brings it to life.

pub mod demo_filter;
pub mod recent_rooms;
pub mod room_call;

pub use demo_filter::DemoFilter;
pub use recent_rooms::RecentRooms;
pub use room_call::RoomCall;
