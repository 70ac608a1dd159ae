//! What every demo page does with its address: the lobby it is in, the room it is to join, the links it hands on.

use crate::dom::page;
use crate::model::address::{Address, BadAddress, address};
use crate::model::{Call, CallConfig};
use leptos::prelude::*;
use multirtc::protocol::RoomId;

/// Characters of the token of a private lobby: 71 random bits, and short enough to be a lobby with every slug.
const TOKEN_CHARACTERS: usize = 12;

/// Reads the page's address, once: it does not change while the page is shown.
pub fn page_address(slug: &str) -> Result<Address, BadAddress> {
    address(slug, page::query("c").as_deref(), page::query("room").as_deref())
}

/// Makes the page's call, and joins the room of the address as soon as the page has come to life.
pub fn page_call(config: CallConfig, address: &Address) -> Call {
    let call = Call::new(config);
    if let Some(room) = address.room.clone() {
        // Effects run in the browser only.
        Effect::new(move || call.join(room.clone()));
    }
    call
}

/// The links a page hands on; empty until the browser has told where the page is.
#[derive(Clone, Copy)]
pub struct Links {
    /// The page's own private lobby, or a fresh one.
    pub private: RwSignal<String>,
    /// Whether the page is in a private lobby already.
    pub is_private: bool,
    /// The room the page is in.
    pub room: Signal<String>,
}

/// The links of a page.
pub fn page_links(slug: &'static str, address: Address, room: Signal<Option<RoomId>>) -> Links {
    let origin = RwSignal::new(String::new());
    let private = RwSignal::new(String::new());
    let is_private = address.token.is_some();
    let here = address.clone();
    Effect::new(move || {
        let now = page::origin();
        let token = here.token.clone().unwrap_or_else(random_token);
        private.set(format!("{now}{}", Address { token: Some(token), ..here.clone() }.path(slug, None)));
        origin.set(now);
    });
    let room = Signal::derive(move || match (room.get(), origin.get()) {
        (Some(room), origin) if !origin.is_empty() => format!("{origin}{}", address.path(slug, Some(&room))),
        _ => String::new(),
    });
    Links { private, is_private, room }
}

fn random_token() -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    page::random_bytes::<TOKEN_CHARACTERS>()
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(*byte) % ALPHABET.len()).map(|letter| char::from(*letter)))
        .collect()
}

/// The room a page is in, by id.
pub fn room_id(call: Call) -> Signal<Option<RoomId>> {
    Signal::derive(move || call.room.read().as_ref().map(|room| room.info.room.clone()))
}
