//! The tiles of a call, whose code is loaded when a call has become likely.

use crate::components::TileGrid;
use crate::display::{Origin, TileControl, TileDisplay};
use crate::model::Call;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos::tachys::view::{Mountable, Render};
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a page is left alone before it rehearses.
const REHEARSED_AFTER: Duration = Duration::from_millis(200);

/// The controls of the tile that is rehearsed: those that most pages have.
const REHEARSED: &[TileControl] =
    &[TileControl::MuteAudio, TileControl::MuteVideo, TileControl::Volume, TileControl::Fullscreen];

/// The tiles of a call.
#[component]
pub fn Stage(
    /// The page's call.
    call: Call,
    /// The controls of each tile, in order.
    controls: &'static [TileControl],
    /// A box of its own in the page, instead of all the room there is.
    #[prop(default = true)]
    boxed: bool,
) -> impl IntoView {
    Suspend::new(tiles(call, call.tiles().into(), controls, boxed)).into_any()
}

/// Loads the code of the stage as soon as there is a room to join or the page is on its way into one, so that it is
/// there before the first picture is; a page on which nothing happens never loads it. `at_once` is for pages that are
/// about one call.
pub fn load_stage_in_time(call: Call, at_once: bool) {
    let likely = Memo::new(move |_| at_once || call.status.get().is_entering() || !call.rooms.read().is_empty());
    Effect::new(move || {
        if likely.get() {
            let _ = lazy_preload!(tiles);
            set_timeout(move || rehearse(call), REHEARSED_AFTER);
        }
    });
}

/// Draws a tile nobody sees and takes it away again: a browser compiles code when it is first called, which would take
/// as long as the call takes to connect.
fn rehearse(call: Call) {
    if call.status.try_get_untracked().is_none_or(|status| status.is_entering()) {
        return;
    }
    let owner = Owner::new();
    let tile = TileDisplay::new("rehearsal", "", "", Origin::Remote);
    let drawing = owner.with(|| ScopedFuture::new(tiles(call, Signal::stored(vec![tile]), REHEARSED, true)));
    spawn_local(async move {
        let stage = drawing.await;
        owner.with(|| {
            if let Ok(element) = document().create_element("div") {
                let mut drawn = stage.build();
                drawn.mount(&element, None);
                drawn.unmount();
            }
        });
        owner.cleanup();
    });
}

#[lazy]
fn tiles(call: Call, tiles: Signal<Vec<TileDisplay>>, controls: &'static [TileControl], boxed: bool) -> AnyView {
    view! {
        <TileGrid
            tiles
            controls=Signal::stored(controls)
            on_action=move |(key, action): (String, _)| call.act(&key, action)
            on_element=move |element| call.element(&element)
            boxed
        />
    }
    .into_any()
}
