//! Recording what is seen and heard.

use crate::api::transfer::Sink;
use crate::browser::file_sink::FileSink;
use crate::browser::outcome::{forget, thrown};
use crate::error::Error;
use futures::channel::mpsc;
use futures::future::{LocalBoxFuture, Shared};
use futures::{FutureExt, StreamExt};
use gloo_events::EventListener;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobEvent, HtmlAudioElement, MediaRecorder, MediaRecorderOptions, MediaStream, RecordingState};

/// Milliseconds of a recording that a crash may cost.
const SLICE_MS: i32 = 1_000;
/// What is asked for, in this order.
const MIMES: [&str; 4] = ["video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
/// The same for what has no picture.
const AUDIO_MIMES: [&str; 3] = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

/// A recording that is being made (W3C MediaStream Recording).
///
/// What was recorded is put away every second, so that a page that crashes loses no more; on the disk of the origin
/// unless told otherwise. Any number may run at once. Dropping it stops, and gives up what was recorded.
pub struct Recorder {
    recorder: MediaRecorder,
    mime: String,
    written: Shared<LocalBoxFuture<'static, Result<Option<Blob>, Error>>>,
    /// Milliseconds recorded before the last pause, and since when it runs.
    recorded: Cell<f64>,
    since: Cell<Option<f64>>,
    /// Plays the sound to nobody: what arrives from others is decoded only where it is played.
    playing: Option<HtmlAudioElement>,
    _listeners: Vec<EventListener>,
}

/// A recording that was made.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The file; `None` where it was put where the person wanted it.
    pub blob: Option<Blob>,
    /// Its media type, with codecs.
    pub mime: String,
    /// How long it is, without pauses.
    pub millis: u64,
}

enum Piece {
    Recorded(Blob),
    Over,
}

impl Recorder {
    /// Begins to record a stream: all its tracks as they are now.
    ///
    /// # Errors
    ///
    /// `Unsupported` where the browser has no recorder for it; `Browser` when there is nowhere to put it.
    pub async fn start(stream: &MediaStream, into: Sink) -> Result<Self, Error> {
        let has_video = stream.get_video_tracks().length() > 0;
        let mimes: &[&str] = if has_video { &MIMES } else { &AUDIO_MIMES };
        let mime = mimes.iter().find(|mime| MediaRecorder::is_type_supported(mime)).copied();
        let mime = mime.ok_or(Error::Unsupported("recordings"))?;
        let picking = (into == Sink::Picked).then(|| FileSink::pick("recording.webm")).flatten();
        let sink = match (picking, into) {
            (Some(picking), _) => FileSink::picked(picking).await?,
            (None, Sink::Memory) => FileSink::memory(),
            (None, _) => FileSink::disk().await?,
        };
        let options = MediaRecorderOptions::new();
        options.set_mime_type(mime);
        let recorder =
            MediaRecorder::new_with_media_stream_and_media_recorder_options(stream, &options).map_err(thrown)?;
        let (pieces, coming) = mpsc::unbounded();
        let (recorded, over) = (pieces.clone(), pieces);
        let listeners = vec![
            EventListener::new(&recorder, "dataavailable", move |event| {
                let data = event.dyn_ref::<BlobEvent>().and_then(BlobEvent::data);
                drop(data.map(|data| recorded.unbounded_send(Piece::Recorded(data))));
            }),
            EventListener::new(&recorder, "stop", move |_| drop(over.unbounded_send(Piece::Over))),
        ];
        let written = write(coming, sink, mime.to_owned()).boxed_local().shared();
        let writing = written.clone();
        spawn_local(async move { drop(writing.await) });
        let playing = HtmlAudioElement::new().ok().filter(|_| stream.get_audio_tracks().length() > 0);
        if let Some(playing) = &playing {
            playing.set_muted(true);
            playing.set_src_object(Some(stream));
            drop(playing.play().map(forget));
        }
        recorder.start_with_time_slice(SLICE_MS).map_err(thrown)?;
        let since = Cell::new(Some(js_sys::Date::now()));
        Ok(Self {
            recorder,
            mime: mime.to_owned(),
            written,
            recorded: Cell::new(0.0),
            since,
            playing,
            _listeners: listeners,
        })
    }

    /// Records nothing until [`resume`](Self::resume).
    pub fn pause(&self) {
        if self.recorder.pause().is_ok()
            && let Some(since) = self.since.take()
        {
            self.recorded.set(self.recorded.get() + js_sys::Date::now() - since);
        }
    }

    /// Goes on.
    pub fn resume(&self) {
        if self.recorder.resume().is_ok() && self.since.get().is_none() {
            self.since.set(Some(js_sys::Date::now()));
        }
    }

    /// Stops, and resolves with the recording when all of it is put away.
    ///
    /// # Errors
    ///
    /// What storage said.
    pub async fn stop(self) -> Result<Recording, Error> {
        self.pause();
        self.end();
        let blob = self.written.clone().await?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds")]
        let millis = self.recorded.get() as u64;
        Ok(Recording { blob, mime: self.mime.clone(), millis })
    }

    fn end(&self) {
        // It has stopped by itself when all its tracks have ended.
        if self.recorder.state() != RecordingState::Inactive {
            drop(self.recorder.stop());
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.end();
        if let Some(playing) = &self.playing {
            playing.set_src_object(None);
        }
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder").field("mime", &self.mime).finish_non_exhaustive()
    }
}

async fn write(
    mut coming: mpsc::UnboundedReceiver<Piece>,
    sink: FileSink,
    mime: String,
) -> Result<Option<Blob>, Error> {
    while let Some(Piece::Recorded(piece)) = coming.next().await {
        sink.write_blob(&piece).await?;
    }
    sink.close(&mime).await
}
