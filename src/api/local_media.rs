//! Sources on this side: a camera, a microphone, a screen.

use crate::api::recorder::Recorder;
use crate::api::remote_media::Attachment;
use crate::api::transfer::Sink;
use crate::api::watch::Watch;
use crate::browser::bindings::{MediaElement, Track, same};
use crate::browser::capture;
use crate::browser::level::LevelMeter;
use crate::browser::snapshot::snapshot;
use crate::core::event::DeviceId;
use crate::error::{Error, MediaError};
use crate::protocol::{Source, TrackState};
use gloo_events::EventListener;
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlCanvasElement, HtmlMediaElement, MediaStream, MediaStreamTrack, MediaStreamTrackState};

/// How to open a microphone; what is `None` is left to the browser.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MicOptions {
    /// This device and no other.
    pub device: Option<DeviceId>,
    /// Remove what the loudspeakers play.
    pub echo_cancellation: Option<bool>,
    /// Remove steady noise.
    pub noise_suppression: Option<bool>,
    /// Keep the volume even.
    pub auto_gain: Option<bool>,
    /// Two channels, for music.
    pub stereo: bool,
}

/// How to open a camera; what is `None` is left to the browser.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CameraOptions {
    /// This device and no other.
    pub device: Option<DeviceId>,
    /// The camera towards the person, or away from them.
    pub facing: Option<Facing>,
    /// Size and rate of the picture.
    pub video: VideoConstraints,
}

/// Which way a phone's camera looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facing {
    /// Towards the person.
    User,
    /// Away from the person.
    Environment,
}

/// Size and rate of a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct VideoConstraints {
    /// Pixels.
    pub width: Option<Span>,
    /// Pixels.
    pub height: Option<Span>,
    /// Frames per second.
    pub fps: Option<Span>,
    /// Width divided by height.
    pub aspect: Option<f64>,
}

/// A wished-for value with limits, as in `ConstrainDouble`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Span {
    /// At least.
    pub min: Option<f64>,
    /// As near as possible.
    pub ideal: Option<f64>,
    /// At most.
    pub max: Option<f64>,
}

impl Span {
    /// Exactly this value.
    pub const fn exactly(value: f64) -> Self {
        Self { min: Some(value), ideal: Some(value), max: Some(value) }
    }

    /// As near to this value as the device comes.
    pub const fn about(value: f64) -> Self {
        Self { min: None, ideal: Some(value), max: None }
    }
}

/// How to capture a screen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScreenOptions {
    /// Its sound too, where the browser offers it.
    pub audio: bool,
    /// Offer the page's own tab first.
    pub prefer_current_tab: bool,
    /// What the picture shows, so that the encoder keeps sharpness or movement.
    pub hint: ContentHint,
    /// At most this many frames per second.
    pub fps: Option<u32>,
}

/// What matters in a picture (W3C MediaStreamTrack Content Hints).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ContentHint {
    /// Sharp edges.
    #[default]
    Detail,
    /// Sharp letters.
    Text,
    /// Smooth movement.
    Motion,
}

impl ContentHint {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Detail => "detail",
            Self::Text => "text",
            Self::Motion => "motion",
        }
    }
}

/// One captured source: at most one audio and one video track, opened together.
///
/// A camera and a microphone are two, so that each can be switched, muted and released alone; a screen with its sound
/// is one. Cheap to clone; when the last clone is dropped and nothing publishes it, the device is released.
#[derive(Clone)]
pub struct LocalMedia(Rc<Capture>);

struct Capture {
    source: Source,
    stream: MediaStream,
    audio: Option<MediaStreamTrack>,
    video: Option<MediaStreamTrack>,
    ended: Watch<bool>,
    _listeners: Vec<EventListener>,
}

impl Drop for Capture {
    fn drop(&mut self) {
        stop(&self.stream);
    }
}

/// What [`LocalMedia::best_effort`] could get, and what it could not.
#[derive(Clone, Default)]
pub struct Captured {
    /// The camera, where there is one and it is allowed.
    pub camera: Option<LocalMedia>,
    /// The microphone, where there is one and it is allowed.
    pub microphone: Option<LocalMedia>,
    /// Why something is missing; empty when nothing is.
    pub problems: Vec<(Source, MediaError)>,
}

impl LocalMedia {
    /// Opens a microphone. Calls the browser at once, inside the click.
    pub fn microphone(options: MicOptions) -> impl Future<Output = Result<Self, MediaError>> {
        let asked = capture::user_media(None, Some(&options));
        async move { Ok(Self::from_stream(asked.await?, Source::Microphone)) }
    }

    /// Opens a camera without sound. Calls the browser at once, inside the click.
    pub fn camera(options: CameraOptions) -> impl Future<Output = Result<Self, MediaError>> {
        let asked = capture::user_media(Some(&options), None);
        async move { Ok(Self::from_stream(asked.await?, Source::Camera)) }
    }

    /// Opens both with one prompt, or fails. Calls the browser at once, inside the click.
    pub fn camera_and_microphone(
        camera: CameraOptions,
        microphone: MicOptions,
    ) -> impl Future<Output = Result<(Self, Self), MediaError>> {
        let asked = capture::user_media(Some(&camera), Some(&microphone));
        async move { split(&asked.await?) }
    }

    /// Opens whatever exists and is allowed. Never fails: what is missing is listed.
    ///
    /// One prompt for both; where the browser then refuses the pair because of one half, each is asked for alone.
    pub fn best_effort(camera: CameraOptions, microphone: MicOptions) -> impl Future<Output = Captured> {
        let asked = capture::user_media(Some(&camera), Some(&microphone));
        async move {
            if let Ok((camera, microphone)) = asked.await.and_then(|stream| split(&stream)) {
                return Captured { camera: Some(camera), microphone: Some(microphone), problems: Vec::new() };
            }
            let mut got = Captured::default();
            match Self::microphone(microphone).await {
                Ok(media) => got.microphone = Some(media),
                Err(error) => got.problems.push((Source::Microphone, error)),
            }
            match Self::camera(camera).await {
                Ok(media) => got.camera = Some(media),
                Err(error) => got.problems.push((Source::Camera, error)),
            }
            got
        }
    }

    /// Captures a screen, window or tab. Calls the browser at once: it needs the click.
    pub fn screen(options: ScreenOptions) -> impl Future<Output = Result<Self, MediaError>> {
        let asked = capture::display_media(&options);
        async move {
            let media = Self::from_stream(asked.await?, Source::Screen);
            if let Some(track) = media.video() {
                track.unchecked_ref::<Track>().set_content_hint(options.hint.as_str());
            }
            Ok(media)
        }
    }

    /// Treats a stream made elsewhere as if it had been captured here. Its tracks are stopped with the last clone.
    pub fn from_stream(stream: MediaStream, source: Source) -> Self {
        let audio = first_track(&stream.get_audio_tracks());
        let video = first_track(&stream.get_video_tracks());
        let ended = Watch::new(false);
        let listeners = [&audio, &video]
            .into_iter()
            .flatten()
            .map(|track| {
                let ended = ended.clone();
                EventListener::new(track, "ended", move |_| ended.set(true))
            })
            .collect();
        Self(Rc::new(Capture { source, stream, audio, video, ended, _listeners: listeners }))
    }

    /// Whether the browser has been told already that this page may use a device of this kind.
    ///
    /// Opening one then shows no question. False where the browser does not say.
    pub async fn allowed(source: Source) -> bool {
        let name = match source {
            Source::Camera => "camera",
            Source::Microphone => "microphone",
            _ => return false,
        };
        capture::permission_state(name).await == Some(web_sys::PermissionState::Granted)
    }

    /// Measures how loud it is, while the meter is kept; `None` for a source without sound.
    pub fn meter(&self) -> Option<LevelMeter> {
        self.0.audio.as_ref().and_then(|_| LevelMeter::new(&self.0.stream))
    }

    /// What kind of source it is.
    pub fn source(&self) -> Source {
        self.0.source
    }

    /// Shows it on this page, without sound: one's own voice is never played back.
    pub fn preview(&self, into: &HtmlMediaElement) -> Attachment {
        into.set_muted(true);
        Attachment::new(into, &self.0.stream, || {})
    }

    /// Whether the source has ended by itself: unplugged, permission withdrawn, the browser's *Stop sharing*.
    pub fn ended(&self) -> Watch<bool> {
        self.0.ended.clone()
    }

    /// The name the browser gives the device; empty where it gives none.
    pub fn label(&self) -> String {
        self.0.video.as_ref().or(self.0.audio.as_ref()).map(MediaStreamTrack::label).unwrap_or_default()
    }

    /// Releases the device now, whoever else holds a clone.
    pub fn stop(&self) {
        stop(&self.0.stream);
        self.0.ended.set(true);
    }

    /// What is drawn on a canvas, up to that many times a second (Media Capture from DOM Elements).
    ///
    /// # Errors
    ///
    /// `Unsupported` where the canvas cannot be captured: it shows pictures of other origins.
    pub fn from_canvas(canvas: &HtmlCanvasElement, fps: f64) -> Result<Self, MediaError> {
        let stream = canvas.capture_stream_with_frame_request_rate(fps);
        Ok(Self::from_stream(stream.map_err(|_| MediaError::Unsupported("captures of this canvas"))?, Source::Canvas))
    }

    /// What a media element of this page plays, such as a recording.
    ///
    /// # Errors
    ///
    /// `Unsupported` where the browser cannot, or the element plays something of another origin.
    pub fn from_element(element: &HtmlMediaElement) -> Result<Self, MediaError> {
        let unsupported = |_| MediaError::Unsupported("captures of this element");
        let stream = element.unchecked_ref::<MediaElement>().capture_stream().map_err(unsupported)?;
        Ok(Self::from_stream(stream, Source::File))
    }

    /// A PNG of what it shows now, at most that many pixels wide.
    ///
    /// # Errors
    ///
    /// `Ended` for something without pictures.
    pub async fn snapshot(&self, max_width: u32) -> Result<Blob, MediaError> {
        snapshot(&self.0.stream, max_width).await
    }

    /// Records it; see [`Recorder`].
    ///
    /// # Errors
    ///
    /// As [`Recorder::start`].
    pub async fn record(&self, into: Sink) -> Result<Recorder, Error> {
        Recorder::start(&self.0.stream, into).await
    }

    /// Changes size and rate of the picture while it runs; nothing is captured anew.
    ///
    /// # Errors
    ///
    /// `Overconstrained` when the device cannot, `Ended` without a picture; it stays as it was.
    pub async fn constrain(&self, video: VideoConstraints) -> Result<(), MediaError> {
        capture::constrain(self.0.video.as_ref().ok_or(MediaError::Ended)?, video).await
    }

    /// The device it comes from, where the browser says.
    pub fn device(&self) -> Option<DeviceId> {
        let track = self.0.video.as_ref().or(self.0.audio.as_ref())?;
        let settings = track.unchecked_ref::<Track>().settings().ok()?;
        js_sys::Reflect::get(&settings, &"deviceId".into()).ok()?.as_string().map(DeviceId)
    }

    /// The stream, for elements and recorders of the application's own.
    pub fn stream(&self) -> MediaStream {
        same(&self.0.stream)
    }

    pub(crate) fn audio(&self) -> Option<&MediaStreamTrack> {
        self.0.audio.as_ref()
    }

    pub(crate) fn video(&self) -> Option<&MediaStreamTrack> {
        self.0.video.as_ref()
    }

    /// Turns the tracks on or off; the device stays open.
    pub(crate) fn set_enabled(&self, enabled: bool) {
        for track in [self.audio(), self.video()].into_iter().flatten() {
            track.set_enabled(enabled);
        }
    }

    /// What others are told of the tracks: audio, video.
    pub(crate) fn track_states(&self) -> (TrackState, TrackState) {
        (state(self.audio()), state(self.video()))
    }
}

fn state(track: Option<&MediaStreamTrack>) -> TrackState {
    match track {
        None => TrackState::Absent,
        Some(track) if track.ready_state() == MediaStreamTrackState::Ended => TrackState::Paused,
        Some(track) if track.enabled() => TrackState::Live,
        Some(_) => TrackState::Muted,
    }
}

fn split(stream: &MediaStream) -> Result<(LocalMedia, LocalMedia), MediaError> {
    let one = |track: Option<MediaStreamTrack>, source| -> Result<LocalMedia, MediaError> {
        let track = track.ok_or(MediaError::NoDevice)?;
        let alone = MediaStream::new().map_err(|_| MediaError::Unsupported("media streams"))?;
        alone.add_track(&track);
        Ok(LocalMedia::from_stream(alone, source))
    };
    let camera = one(first_track(&stream.get_video_tracks()), Source::Camera)?;
    let microphone = one(first_track(&stream.get_audio_tracks()), Source::Microphone)?;
    Ok((camera, microphone))
}

fn first_track(tracks: &js_sys::Array) -> Option<MediaStreamTrack> {
    tracks.get(0).dyn_into().ok()
}

fn stop(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        if let Ok(track) = track.dyn_into::<MediaStreamTrack>() {
            track.stop();
        }
    }
}
