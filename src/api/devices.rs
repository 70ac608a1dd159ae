//! Which microphones, cameras and speakers there are.

use crate::api::watch::Watch;
use crate::browser::capture;
use crate::core::event::DeviceId;
use crate::error::MediaError;
use gloo_events::EventListener;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MediaDeviceInfo, MediaDeviceKind};

/// What a device is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKind {
    /// Takes sound.
    Microphone,
    /// Takes pictures.
    Camera,
    /// Plays sound.
    Speaker,
}

/// A device, as the browser shows it to this origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Stable for this origin until its data is cleared; empty before the person has allowed the first capture.
    pub id: DeviceId,
    /// The same for devices that are one piece, such as the halves of a headset.
    pub group: String,
    /// What it is for.
    pub kind: DeviceKind,
    /// Its name; empty before the person has allowed the first capture.
    pub label: String,
}

/// The list of devices, kept up to date while this is kept (Media Capture and Streams, 9.2).
///
/// It is read anew when something is plugged in or out, and after each capture of this page, since only then the browser
/// tells names.
#[derive(Clone)]
pub struct Devices(Rc<Listing>);

struct Listing {
    list: Watch<Vec<Device>>,
    _listener: EventListener,
}

thread_local! {
    /// Lists to read anew after a capture.
    static LISTINGS: RefCell<Vec<Weak<Listing>>> = const { RefCell::new(Vec::new()) };
}

impl Devices {
    /// Reads the list, and goes on watching.
    ///
    /// # Errors
    ///
    /// `InsecureContext` or `Unsupported` where there are no devices to ask for.
    pub async fn watch() -> Result<Self, MediaError> {
        let devices = capture::devices()?;
        let listing = Rc::new_cyclic(|listing: &Weak<Listing>| {
            let listing = listing.clone();
            Listing {
                list: Watch::new(Vec::new()),
                _listener: EventListener::new(&devices, "devicechange", move |_| read_again(&listing)),
            }
        });
        LISTINGS.with_borrow_mut(|all| all.push(Rc::downgrade(&listing)));
        listing.list.set(read().await?);
        Ok(Self(listing))
    }

    /// The list, in the browser's order: the default of each kind first.
    pub fn list(&self) -> Watch<Vec<Device>> {
        self.0.list.clone()
    }
}

/// A capture has begun: names may be told now.
pub(crate) fn captured() {
    LISTINGS.with_borrow_mut(|all| {
        all.retain(|listing| listing.strong_count() > 0);
        all.iter().for_each(read_again);
    });
}

fn read_again(listing: &Weak<Listing>) {
    let listing = listing.clone();
    spawn_local(async move {
        let read = read().await;
        if let (Some(listing), Ok(list)) = (listing.upgrade(), read) {
            listing.list.set(list);
        }
    });
}

async fn read() -> Result<Vec<Device>, MediaError> {
    let unsupported = MediaError::Unsupported("lists of devices");
    let reading = capture::devices()?.enumerate_devices().map_err(|_| unsupported.clone())?;
    let all: js_sys::Array = JsFuture::from(reading).await.map_err(|_| unsupported.clone())?.unchecked_into();
    Ok(all.iter().filter_map(|info| device(info.unchecked_ref())).collect())
}

fn device(info: &MediaDeviceInfo) -> Option<Device> {
    let kind = match info.kind() {
        MediaDeviceKind::Audioinput => DeviceKind::Microphone,
        MediaDeviceKind::Videoinput => DeviceKind::Camera,
        MediaDeviceKind::Audiooutput => DeviceKind::Speaker,
        _ => return None,
    };
    Some(Device { id: DeviceId(info.device_id()), group: info.group_id(), kind, label: info.label() })
}
