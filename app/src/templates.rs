//! The pages that demos are configurations of.

mod call_frame;
pub mod lobby_page;
pub mod quick_page;
mod rehearsal;
mod rooms_of_page;
mod stage;

pub use lobby_page::{LobbyConfig, LobbyPage};
pub use quick_page::{QuickButtons, QuickConfig, QuickPage};
pub use rehearsal::prepare_in_time;
pub use rooms_of_page::page_address;
pub use stage::Stage;
