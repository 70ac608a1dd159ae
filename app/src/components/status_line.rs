//! Where things stand, in one sentence.

use crate::components::live::live;
use crate::model::Status;
use leptos::prelude::*;

/// How serious a status is, as `data-tone`: it colours the dot before the sentence.
const fn tone(status: Status) -> &'static str {
    match status {
        Status::Connected => "good",
        Status::FetchingUserMedia
        | Status::UserMediaFetched
        | Status::DetectingRoomPresence
        | Status::RoomNotAvailable
        | Status::Connecting => "busy",
        Status::Disconnected | Status::MuteRequestDenied => "warn",
        Status::RoomFull | Status::Ejected | Status::Failed => "bad",
        _ => "calm",
    }
}

/// The status line; it is read out politely when it changes.
#[component]
pub fn StatusLine(
    /// Where the page stands.
    #[prop(into)]
    status: Signal<Status>,
    /// Said instead of the sentence of the status.
    #[prop(optional, into)]
    text: MaybeProp<String>,
) -> impl IntoView {
    view! {
        <p
            class="status"
            role="status"
            aria-live="polite"
            data-testid="status"
            data-state=live(move || status.get().as_str())
            data-tone=live(move || tone(status.get()))
        >
            <span class="dot" aria-hidden="true"></span>
            <span>{live(move || text.get().unwrap_or_else(|| status.get().sentence().to_owned()))}</span>
        </p>
    }
    .into_any()
}
