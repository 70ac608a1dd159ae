//! The own devices: opened, switched, muted, shown in a preview.

use crate::display::DeviceState;
use crate::model::call::Call;
use crate::model::media_words;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use multirtc::protocol::{ProfilePatch, Source};
use multirtc::{CameraOptions, LocalMedia, LocalPublication, MediaError, MicOptions};
use std::cell::RefCell;

use super::Engine;

impl Engine {
    pub fn toggle_microphone(&self) {
        self.toggle(Source::Microphone);
    }

    pub fn toggle_camera(&self) {
        self.toggle(Source::Camera);
    }

    pub(super) fn toggle(&self, source: Source) {
        let Some(call) = self.0.call.get() else { return };
        self.0.muted_by_pause.set(false);
        if let Some(publication) = self.published(source) {
            let before = publication.media().ended().get();
            if source == Source::Camera && self.0.config.everybody {
                // A camera that is off is off: its light too.
                if before || publication.is_paused() {
                    return self.open_device(call, source);
                }
                publication.pause();
            } else {
                publication.set_muted(!publication.is_muted());
                let what = if source == Source::Camera { "picture" } else { "sound" };
                let verb = if publication.is_muted() { "muted" } else { "unmuted" };
                self.log(format!("You {verb} your {what}"));
            }
            return self.tell_devices();
        }
        let device = self.device(source);
        let open = device.borrow_mut().take();
        if open.is_some() {
            drop(open);
            return self.tell_devices();
        }
        self.open_device(call, source);
    }

    pub(super) fn open_device(&self, call: Call, source: Source) {
        (if source == Source::Camera { call.camera } else { call.microphone }).try_set(DeviceState::Starting);
        let opening: LocalBoxFuture<'static, Result<LocalMedia, MediaError>> = match source {
            Source::Camera => LocalMedia::camera(CameraOptions::default()).boxed_local(),
            _ => LocalMedia::microphone(MicOptions::default()).boxed_local(),
        };
        let engine = self.clone();
        spawn_local(async move {
            match opening.await {
                Ok(media) => engine.opened(call, source, media).await,
                Err(error) => {
                    engine.problem(source, Some(&error));
                    engine.tell_devices();
                    call.error.try_set(Some(media_words::refused(source, &error)));
                }
            }
        });
    }

    pub(super) async fn opened(&self, call: Call, source: Source, media: LocalMedia) {
        call.error.try_set(None);
        self.problem(source, None);
        *self.device(source).borrow_mut() = Some(media.clone());
        let room = self.0.room.borrow().clone();
        if let Some(room) = room {
            match self.published(source) {
                Some(publication) => drop(publication.replace(media)),
                None => drop(room.publish(media).await),
            }
            self.0.playback.sync(call, &room);
        }
        self.tell_devices();
    }

    pub(super) fn device(&self, source: Source) -> &RefCell<Option<LocalMedia>> {
        if source == Source::Camera { &self.0.camera } else { &self.0.microphone }
    }

    pub(super) fn published(&self, source: Source) -> Option<LocalPublication> {
        let room = self.0.room.borrow().clone()?;
        room.published().into_iter().find(|publication| publication.source() == source)
    }

    /// Brings the device signals, the preview and its meter up to date.
    pub(super) fn tell_devices(&self) {
        let Some(call) = self.0.call.get() else { return };
        let problems = *self.0.problems.borrow();
        let [microphone, camera] = problems;
        for (source, signal, problem) in
            [(Source::Microphone, call.microphone, microphone), (Source::Camera, call.camera, camera)]
        {
            let state = match self.published(source) {
                Some(publication) => DeviceState::from(!publication.is_muted() && !publication.is_paused()),
                None if self.device(source).borrow().is_some() => DeviceState::On,
                None => problem,
            };
            signal.try_set(state);
        }
        if let Some(element) = &*self.0.preview.borrow() {
            element.set_src_object(self.0.camera.borrow().as_ref().map(LocalMedia::stream).as_ref());
        }
        let outside = self.0.room.borrow().is_none();
        let metered = self.0.microphone.borrow().clone().filter(|_| outside && self.0.config.everybody);
        let before = self.0.meter.replace(metered.and_then(|microphone| microphone.meter()).map(|meter| {
            let watching = meter.level().subscribe(move |level| {
                call.level.try_set(*level);
            });
            (meter, watching)
        }));
        if before.is_some() && outside {
            call.level.try_set(0.0);
        }
    }

    /// Remembers why a device is not there, or that it is.
    pub(super) fn problem(&self, source: Source, error: Option<&MediaError>) {
        let state = match error {
            None => DeviceState::Off,
            Some(MediaError::NoDevice) => DeviceState::Missing,
            Some(MediaError::Ended) => DeviceState::Lost,
            Some(_) => DeviceState::Blocked,
        };
        let [microphone, camera] = &mut *self.0.problems.borrow_mut();
        *(if source == Source::Camera { camera } else { microphone }) = state;
    }

    /// Opens what may be opened without a question.
    pub fn preview_allowed(&self) {
        let Some(call) = self.0.call.get() else { return };
        for source in [Source::Microphone, Source::Camera] {
            let engine = self.clone();
            spawn_local(async move {
                if LocalMedia::allowed(source).await && engine.device(source).borrow().is_none() {
                    engine.open_device(call, source);
                }
            });
        }
    }

    pub fn set_name(&self, name: String) {
        *self.0.name.borrow_mut() = name.clone();
        let engine = self.clone();
        spawn_local(async move {
            if let Some(client) = engine.client().await {
                let patch = ProfilePatch { name: Some(name), ..ProfilePatch::default() };
                drop(client.update_profile(patch).await);
            }
        });
    }
}
