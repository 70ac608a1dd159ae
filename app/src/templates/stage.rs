//! The tiles of a call, whose code is loaded when a call has become likely.

use crate::components::TileGrid;
use crate::display::{TileControl, TileDisplay};
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
    Suspend::new(tiles(call, call.tiles().into(), controls, boxed)).into_any()
}

/// Loads the code of the tiles.
pub(super) fn load_tiles() {
    let _ = lazy_preload!(tiles);
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
