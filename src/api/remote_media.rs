//! Media of others on this side.

use crate::api::local_media::LocalMedia;
use crate::api::recorder::Recorder;
use crate::api::transfer::Sink;
use crate::browser::bindings::same;
use crate::browser::snapshot::snapshot;
use crate::error::{Error, MediaError};
use crate::protocol::Source;
use gloo_events::EventListener;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DomException, HtmlMediaElement, MediaStream};

/// One publication of somebody else, as far as it has arrived.
///
/// Looked up with [`Room::media`](crate::Room::media). The stream stays the same object for the publication's whole
/// life, also when the connection under it is rebuilt, so an element once attached never needs to be attached again.
/// A person's camera and microphone share one stream, so that the browser keeps lips and voice together.
#[derive(Clone)]
pub struct RemoteMedia {
    pub(crate) stream: MediaStream,
    pub(crate) blocked: Rc<dyn Fn()>,
}

impl RemoteMedia {
    /// Plays it in an element until the attachment is dropped.
    ///
    /// Sets `srcObject` and calls `play()`. Where the browser refuses to play sound without a click, the room tells
    /// with `PlaybackBlocked`; attach again, or call [`Attachment::play`], inside one.
    pub fn attach(&self, to: &HtmlMediaElement) -> Attachment {
        let blocked = Rc::clone(&self.blocked);
        Attachment::new(to, &self.stream, move || blocked())
    }

    /// A PNG of what it shows now, at most that many pixels wide.
    ///
    /// # Errors
    ///
    /// `Ended` for something without pictures.
    pub async fn snapshot(&self, max_width: u32) -> Result<Blob, MediaError> {
        snapshot(&self.stream, max_width).await
    }

    /// Records it; see [`Recorder`].
    ///
    /// # Errors
    ///
    /// As [`Recorder::start`].
    pub async fn record(&self, into: Sink) -> Result<Recorder, Error> {
        Recorder::start(&self.stream, into).await
    }

    /// The same media as a source of this page, to be published in another room: what arrives here is sent on from
    /// there. It ends with the publication.
    pub fn forward(&self) -> LocalMedia {
        // Its own tracks: muting what is sent on is not to mute what is seen here.
        LocalMedia::from_stream(MediaStream::clone(&self.stream), Source::Forwarded)
    }

    /// The stream, for elements and recorders of the application's own.
    pub fn stream(&self) -> MediaStream {
        same(&self.stream)
    }
}

/// A stream playing in an element; dropping it takes the stream off the element.
#[must_use = "dropping an attachment stops playing"]
pub struct Attachment {
    element: HtmlMediaElement,
    stream: MediaStream,
    blocked: Rc<RefCell<dyn FnMut()>>,
    _listener: EventListener,
}

impl Attachment {
    pub(crate) fn new(element: &HtmlMediaElement, stream: &MediaStream, blocked: impl FnMut() + 'static) -> Self {
        element.set_src_object(Some(stream));
        let blocked: Rc<RefCell<dyn FnMut()>> = Rc::new(RefCell::new(blocked));
        // A track added later makes the element load anew, and paused elements stay paused.
        let listener = {
            let (element, blocked) = (element.clone(), Rc::clone(&blocked));
            EventListener::new(&element.clone(), "loadedmetadata", move |_| {
                if element.paused() {
                    play(&element, &blocked);
                }
            })
        };
        let attachment = Self { element: element.clone(), stream: same(stream), blocked, _listener: listener };
        attachment.play();
        attachment
    }

    /// Plays, if it does not already; to be called inside a click where the browser refused before.
    pub fn play(&self) {
        play(&self.element, &self.blocked);
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        // Another attachment may have taken the element over meanwhile.
        if self.element.src_object().as_ref() == Some(&self.stream) {
            self.element.set_src_object(None);
        }
    }
}

fn play(element: &HtmlMediaElement, blocked: &Rc<RefCell<dyn FnMut()>>) {
    let Ok(playing) = element.play() else { return };
    let blocked = Rc::clone(blocked);
    spawn_local(async move {
        let Err(error) = JsFuture::from(playing).await else { return };
        // `AbortError` only says that a newer load took over.
        let refused = error.dyn_ref::<DomException>().is_some_and(|error| error.name() == "NotAllowedError");
        if refused && let Ok(mut blocked) = blocked.try_borrow_mut() {
            blocked();
        }
    });
}
