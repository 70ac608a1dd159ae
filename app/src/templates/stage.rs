//! The tiles of a call, whose code is loaded when the page enters a room.

use crate::components::TileGrid;
use crate::display::TileControl;
use crate::model::Call;
use leptos::prelude::*;

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
    Suspend::new(tiles(call, controls, boxed)).into_any()
}

/// Loads the code of the stage as soon as the page is on its way into a room: it is there before the first picture is.
pub fn load_stage_on_entry(call: Call) {
    Effect::new(move || {
        if call.status.get().is_entering() {
            let _ = lazy_preload!(tiles);
        }
    });
}

#[lazy]
fn tiles(call: Call, controls: &'static [TileControl], boxed: bool) -> AnyView {
    view! {
        <TileGrid
            tiles=call.tiles()
            controls=Signal::stored(controls)
            on_action=move |(key, action): (String, _)| call.act(&key, action)
            on_element=move |element| call.element(&element)
            boxed
        />
    }
    .into_any()
}
