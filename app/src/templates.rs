//! The pages that demos are configurations of.

pub mod lobby_page;
mod page_frame;
pub mod quick_page;
mod rooms_of_page;

pub use lobby_page::{LobbyConfig, LobbyPage};
pub use quick_page::{QuickButtons, QuickConfig, QuickPage};
