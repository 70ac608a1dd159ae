//! One file a route.

mod demo;
mod demo_index;
mod landing;
mod not_found;
mod room;

pub use demo::DemoPage;
pub use demo_index::DemoIndexPage;
pub use landing::LandingPage;
pub use not_found::NotFound;
pub use room::RoomPage;
