//! The ways into a room, step by step.

use crate::model::call::{Call, Kinds, Notice};
use crate::model::media_words;
use crate::model::status::Status;
use futures::FutureExt;
use futures::future::{LocalBoxFuture, join};
use leptos::prelude::*;
use leptos::task::spawn_local;
use multirtc::core::topology::{Kind, may_send};
use multirtc::protocol::{LobbyFilter, Role, RoomId, RoomInfo, RoomPlan, Source};
use multirtc::{
    CameraOptions, Captured, Client, Error, JoinError, LocalMedia, MediaError, MicOptions, Room, RoomOptions,
};
use std::collections::BTreeSet;

use super::Engine;
use super::drawing::is_drawn;

impl Engine {
    pub fn open(&self, id: Option<RoomId>, name: String) {
        let Some((call, attempt)) = self.begin() else { return };
        let kinds = allowed(self.0.config.kinds, &self.0.config.plan, Role::Host);
        // Asked for at once, inside the click.
        let capturing = self.capturing(kinds);
        let engine = self.clone();
        spawn_local(async move {
            let Some(()) = engine.captured(capturing.await, kinds, attempt) else { return };
            call.status.try_set(Status::Connecting);
            let Some(client) = engine.client().await else { return };
            let mut options = RoomOptions::new().plan(engine.0.config.plan).name(name_or_anonymous(&name));
            if let Some(id) = id {
                options = options.id(id);
            }
            if let Some(capacity) = engine.0.config.capacity {
                options = options.capacity(capacity);
            }
            let outcome = client.create(options).await;
            engine.entered(outcome, attempt);
        });
    }

    pub fn join(&self, id: RoomId) {
        let Some((call, attempt)) = self.begin() else { return };
        self.0.left.borrow_mut().remove(&id);
        let engine = self.clone();
        spawn_local(async move {
            call.status.try_set(Status::DetectingRoomPresence);
            let Some(client) = engine.client().await else { return };
            let listed =
                call.rooms.try_get_untracked().and_then(|rooms| rooms.into_iter().find(|info| info.room == id));
            let found = match listed {
                Some(info) => Ok(Some(info)),
                None => client.lookup(&id).await,
            };
            let info = match found {
                Ok(Some(info)) => info,
                Ok(None) => {
                    if !engine.current(attempt) {
                        return;
                    }
                    call.status.try_set(Status::RoomNotAvailable);
                    client.wait_for(&id).await
                }
                Err(error) => return engine.fail(attempt, &JoinError::Other(error)),
            };
            engine.join_found(&client, info, attempt).await;
        });
    }

    pub fn join_first(&self) {
        let Some((call, attempt)) = self.begin() else { return };
        let engine = self.clone();
        spawn_local(async move {
            call.status.try_set(Status::DetectingRoomPresence);
            let Some(client) = engine.client().await else { return };
            let there = call.rooms.try_with_untracked(|rooms| !rooms.is_empty()).unwrap_or_default();
            if !there {
                call.status.try_set(Status::RoomNotAvailable);
            }
            let lobby = client.lobby(LobbyFilter { tags: BTreeSet::new(), text: None, only_joinable: true });
            let info = lobby.next_open().await;
            drop(lobby);
            engine.join_found(&client, info, attempt).await;
        });
    }

    /// From knowing that the room is there to being in it. The camera is asked for here and not before.
    pub(super) async fn join_found(&self, client: &Client, info: RoomInfo, attempt: u64) {
        let Some(call) = self.0.call.get().filter(|_| self.current(attempt)) else { return };
        if info.count >= info.capacity {
            return self.fail(attempt, &JoinError::Full);
        }
        let kinds = allowed(self.0.config.kinds, &info.plan, info.guest_role);
        let outcome = if self.0.permitted.get() {
            // The one status of a way in without questions: each costs a drawing of the page.
            call.status.try_set(Status::Connecting);
            let capturing = self.capture(kinds);
            // Nobody will be asked, so nothing has to be waited for. A room entered without devices is left again.
            let (captured, outcome) = join(capturing, client.join(info.room)).await;
            let Some(()) = self.captured(captured, kinds, attempt) else { return };
            outcome
        } else {
            let capturing = self.capturing(kinds);
            let Some(()) = self.captured(capturing.await, kinds, attempt) else { return };
            call.status.try_set(Status::Connecting);
            client.join(info.room).await
        };
        self.entered(outcome, attempt);
    }

    pub fn enter(&self, id: RoomId, name: String) {
        let Some((call, attempt)) = self.begin() else { return };
        let engine = self.clone();
        spawn_local(async move {
            call.status.try_set(Status::Connecting);
            let Some(client) = engine.client().await else { return };
            let mut options = RoomOptions::new().id(id).plan(engine.0.config.plan).name(name).unlisted();
            if let Some(capacity) = engine.0.config.capacity {
                options = options.capacity(capacity);
            }
            let outcome = client.open_or_join(options).await.map(|(room, _)| room);
            engine.entered(outcome, attempt);
        });
    }

    pub fn cancel(&self) {
        let Some(call) = self.0.call.get() else { return };
        if call.status.get_untracked().is_entering() {
            self.0.attempt.set(self.0.attempt.get() + 1);
            self.release();
            call.status.set(Status::Idle);
        }
    }

    /// Begins a way in, unless the page is in a room or on another way already.
    pub(super) fn begin(&self) -> Option<(Call, u64)> {
        let call = self.0.call.get()?;
        if !call.can_enter_untracked() {
            return None;
        }
        call.error.set(None);
        call.note.set(None);
        // Before anything awaits: a second click finds the page on its way.
        call.status.set(Status::DetectingRoomPresence);
        let attempt = self.0.attempt.get() + 1;
        self.0.attempt.set(attempt);
        Some((call, attempt))
    }

    pub(super) fn current(&self, attempt: u64) -> bool {
        self.0.attempt.get() == attempt
    }

    pub(super) async fn client(&self) -> Option<Client> {
        let connecting = self.0.connecting.borrow().clone()?;
        match connecting.await {
            Ok(client) => Some(client),
            Err(error) => {
                self.fail(self.0.attempt.get(), &JoinError::Other(error));
                None
            }
        }
    }

    /// Opens the devices, and says so: the browser may be asking.
    fn capturing(&self, kinds: Kinds) -> LocalBoxFuture<'static, Captured> {
        if let Some(call) = self.0.call.get()
            && kinds != Kinds::default()
        {
            call.status.try_set(Status::FetchingUserMedia);
        }
        self.capture(kinds)
    }

    fn capture(&self, kinds: Kinds) -> LocalBoxFuture<'static, Captured> {
        if let Some(understudy) = &self.0.understudy {
            let camera = understudy.camera.clone();
            return futures::future::ready(Captured { camera, ..Captured::default() }).boxed_local();
        }
        match (kinds.video, kinds.audio) {
            (true, true) => LocalMedia::best_effort(CameraOptions::default(), MicOptions::default()).boxed_local(),
            (true, false) => alone(Source::Camera, LocalMedia::camera(CameraOptions::default())).boxed_local(),
            (false, true) => alone(Source::Microphone, LocalMedia::microphone(MicOptions::default())).boxed_local(),
            (false, false) => futures::future::ready(Captured::default()).boxed_local(),
        }
    }

    /// Keeps what was captured; `None` when that is not enough to go on.
    pub(super) fn captured(&self, got: Captured, wanted: Kinds, attempt: u64) -> Option<()> {
        let call = self.0.call.get().filter(|_| self.current(attempt))?;
        if wanted == Kinds::default() {
            return Some(());
        }
        for (source, error) in &got.problems {
            self.problem(*source, Some(error));
        }
        if got.camera.is_none() && got.microphone.is_none() {
            if let Some((source, error)) = got.problems.first() {
                call.error.try_set(Some(media_words::refused(*source, error)));
            }
            call.status.try_set(Status::Failed);
            return None;
        }
        if let Some((source, error)) = got.problems.first() {
            call.note.try_set(Some(media_words::missing(*source, error)));
        }
        *self.0.camera.borrow_mut() = got.camera;
        *self.0.microphone.borrow_mut() = got.microphone;
        self.tell_devices();
        if call.status.try_get_untracked() == Some(Status::FetchingUserMedia) {
            call.status.try_set(Status::UserMediaFetched);
        }
        Some(())
    }

    pub(super) fn entered(&self, outcome: Result<Room, JoinError>, attempt: u64) {
        let room = match outcome {
            // The page has gone elsewhere meanwhile: dropping the room leaves it.
            Ok(_) if !self.current(attempt) => return,
            Ok(room) => room,
            Err(error) => return self.fail(attempt, &error),
        };
        let Some(call) = self.0.call.get() else { return };
        *self.0.room.borrow_mut() = Some(room.clone());
        let engine = self.clone();
        let events = room.on(move |event| engine.on_event(event));
        *self.0.in_room.borrow_mut() = vec![events];
        for media in [&self.0.camera, &self.0.microphone].into_iter().filter_map(|media| media.borrow().clone()) {
            spawn_local(publish(call, room.clone(), media));
        }
        let state = room.state().subscribe(self.drawing(call, room.clone()));
        let engine = self.clone();
        let reached = room.reached().subscribe(move |reached| {
            if *reached && !is_drawn(call) {
                engine.draw(call, &room);
            }
        });
        self.0.in_room.borrow_mut().extend([state, reached]);
    }

    pub(super) fn fail(&self, attempt: u64, error: &JoinError) {
        let Some(call) = self.0.call.get().filter(|_| self.current(attempt)) else { return };
        self.release();
        let (status, code, text) = join_words(error);
        call.error.try_set(Some(Notice { code: code.to_owned(), text }));
        call.status.try_set(status);
    }
}

async fn publish(call: Call, room: Room, media: LocalMedia) {
    if let Err(error) = room.publish(media).await {
        let code = "publish_refused".to_owned();
        call.error.try_set(Some(Notice { code, text: format!("You cannot send that here: {error}.") }));
    }
}

/// What of `kinds` the plan lets a role send.
fn allowed(kinds: Kinds, plan: &RoomPlan, role: Role) -> Kinds {
    Kinds {
        audio: kinds.audio && may_send(plan, Kind::Audio, role),
        video: kinds.video && may_send(plan, Kind::Video, role),
    }
}

async fn alone(source: Source, opening: impl Future<Output = Result<LocalMedia, MediaError>>) -> Captured {
    match opening.await {
        Ok(media) if source == Source::Camera => Captured { camera: Some(media), ..Captured::default() },
        Ok(media) => Captured { microphone: Some(media), ..Captured::default() },
        Err(error) => Captured { problems: vec![(source, error)], ..Captured::default() },
    }
}

fn name_or_anonymous(name: &str) -> &str {
    let name = name.trim();
    if name.is_empty() { "Anonymous" } else { name }
}

fn join_words(error: &JoinError) -> (Status, &'static str, String) {
    let (status, code, text) = match error {
        JoinError::NotFound => {
            (Status::Failed, "room_not_found", "That room is not open any more. Choose another, or open one.")
        }
        JoinError::Exists => {
            (Status::Failed, "room_exists", "A room of that name is open already. You can join it instead.")
        }
        JoinError::Full => (Status::RoomFull, "room_full", "The room is full. Try again when somebody has left."),
        JoinError::Locked => (Status::Failed, "room_locked", "The host has locked the room. Ask them to let you in."),
        JoinError::RateLimited { .. } => {
            (Status::Failed, "sig_rate", "That was too often in a short time. Wait a moment, then try again.")
        }
        JoinError::Other(Error::Offline) => {
            (Status::Failed, "sig_unreachable", "The server cannot be reached. Check your network, then try again.")
        }
        JoinError::Other(Error::Server(body)) => {
            return (Status::Failed, body.code.as_str(), body.code.sentence().to_owned());
        }
        other => return (Status::Failed, "room_denied", format!("You cannot enter: {other}.")),
    };
    (status, code, text.to_owned())
}
