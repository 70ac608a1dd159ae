//! What pages are made of.
//!
//! A component takes signals of plain data and callbacks; it decides nothing about rooms and calls nobody but its owner.
//! Everything is rendered by the server first, so controls that need the wasm are disabled until it is there
//! ([`hydration`]). The frames of pages are rendered by the server alone.

pub mod announcer;
pub mod control_bar;
#[cfg(feature = "ssr")]
pub mod demo_page;
pub mod dialog;
pub mod error_banner;
pub mod event_log;
pub mod hydration;
pub mod icon;
pub mod live;
pub mod lobby_bar;
#[cfg(feature = "ssr")]
pub mod page_shell;
pub mod preview;
pub mod room_frame;
pub mod room_list;
pub mod screen;
pub mod share_link;
#[cfg(feature = "ssr")]
pub mod source_view;
pub mod status_line;
pub mod theme_switch;
pub mod tile;
pub mod tile_grid;
pub mod tile_toolbar;
pub mod toast;

pub use announcer::{Announcer, LiveRegion};
pub use control_bar::ControlBar;
#[cfg(feature = "ssr")]
pub use demo_page::{BadRoomId, DemoFrame, NotBuiltYet};
pub use dialog::{Dialog, PromptDialog};
pub use error_banner::{ErrorBanner, NoteBanner};
pub use event_log::EventLog;
pub use hydration::{provide_hydration, use_hydrated};
pub use icon::Icon;
pub use lobby_bar::LobbyBar;
#[cfg(feature = "ssr")]
pub use page_shell::PageShell;
pub use preview::Preview;
pub use room_frame::RoomFrame;
pub use room_list::RoomList;
pub use screen::ScreenPage;
pub use share_link::ShareLink;
#[cfg(feature = "ssr")]
pub use source_view::SourceView;
pub use status_line::StatusLine;
pub use theme_switch::ThemeSwitch;
pub use tile::{Tile, TileElement};
pub use tile_grid::TileGrid;
pub use toast::{Toast, ToastRegion, Toasts};
