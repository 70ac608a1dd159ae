//! A file between two pages over a real server, for measuring.

use crate::files::{digest, offered};
use crate::stage::{Outcome, connected, until};
use multirtc::protocol::{RoomId, Target};
use multirtc::{Client, Config, Events, Room, RoomOptions, Sink, Transfer};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::File;

thread_local! {
    /// The room of this page, for as long as the page lives.
    static ROOM: RefCell<Option<Room>> = const { RefCell::new(None) };
    static EVENTS: RefCell<Option<Events>> = const { RefCell::new(None) };
    static LAST: RefCell<Option<Transfer>> = const { RefCell::new(None) };
}

/// Enters a room and waits until somebody else is there and connected.
///
/// # Errors
///
/// With what did not come about.
#[wasm_bindgen]
pub async fn meet(name: String) -> Result<(), JsError> {
    enter(&name).await.map_err(|error| JsError::new(&error.to_string()))
}

async fn enter(name: &str) -> Outcome {
    let id: RoomId = name.parse()?;
    let client = Client::connect(Config::new("/ws", "between-pages".parse()?)).await?;
    let (room, _) = client.open_or_join(RoomOptions::new().id(id)).await?;
    room.files();
    // From here on, lest an offer comes before somebody waits for it.
    EVENTS.set(Some(room.events()));
    until(&room.state(), "somebody is there", |state| !state.others.is_empty()).await?;
    connected(&room).await?;
    ROOM.set(Some(room));
    Ok(())
}

/// Sends a file to the other page; resolves when it is there.
///
/// # Errors
///
/// With what did not come about.
#[wasm_bindgen]
pub async fn send(file: File) -> Result<(), JsError> {
    let room = ROOM.with_borrow(Clone::clone).ok_or_else(|| JsError::new("meet first"))?;
    let sending = room.files().send(file, &Target::All)?;
    sending.done().await?;
    keep(sending);
    Ok(())
}

/// Gets the next file into memory or onto the disk of the origin.
///
/// # Errors
///
/// With what did not come about.
#[wasm_bindgen]
pub async fn get(on_disk: bool) -> Result<(), JsError> {
    let room = ROOM.with_borrow(Clone::clone).ok_or_else(|| JsError::new("meet first"))?;
    let mut events = EVENTS.take().ok_or_else(|| JsError::new("one at a time"))?;
    let getting = offered(&mut events, &room).await.map_err(|error| JsError::new(&error.to_string()))?;
    EVENTS.set(Some(events));
    getting.accept(if on_disk { Sink::Disk } else { Sink::Memory }).await?;
    getting.done().await?;
    keep(getting);
    Ok(())
}

/// The SHA-256 of the file that was sent or got last.
///
/// # Errors
///
/// When there was none.
#[wasm_bindgen]
pub async fn last_digest() -> Result<String, JsError> {
    let last = LAST.with_borrow(Clone::clone).ok_or_else(|| JsError::new("send or get first"))?;
    digest(&last).await.map_err(|error| JsError::new(&error.to_string()))
}

fn keep(transfer: Transfer) {
    LAST.set(Some(transfer));
}

/// Has the connection with the others made anew.
///
/// # Errors
///
/// When nobody is there.
#[wasm_bindgen]
pub fn restart() -> Result<(), JsError> {
    let room = ROOM.with_borrow(Clone::clone).ok_or_else(|| JsError::new("meet first"))?;
    for other in room.state().get().others {
        room.peer(&other.who.peer).ok_or_else(|| JsError::new("nobody there"))?.restart()?;
    }
    Ok(())
}

/// Bytes of this module's memory.
#[wasm_bindgen]
pub fn memory_bytes() -> f64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
    f64::from(buffer.byte_length())
}
