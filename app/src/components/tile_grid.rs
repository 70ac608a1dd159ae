//! The stage: all tiles, each as large as fits.

use super::{
    icon::Icon,
    tile::{Tile, TileElement},
};
use crate::components::live::{Each, ViewOf, When, live};
use crate::{
    display::{Origin, TileAction, TileControl, TileDisplay},
    dom::resize,
};
use leptos::{ev::KeyboardEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use multirtc::core::layout::{self, GAP, Paged, Size};

/// Lays tiles out on the room it has, again whenever that or their number changes.
#[component]
pub fn TileGrid(
    /// The tiles in the order they are shown; each is known by its stream.
    #[prop(into)]
    tiles: Signal<Vec<TileDisplay>>,
    /// The controls of each.
    #[prop(into)]
    controls: Signal<&'static [TileControl]>,
    /// What somebody wants of a tile.
    #[prop(into)]
    on_action: Callback<(String, TileAction)>,
    /// Takes the media element of each tile.
    #[prop(into)]
    on_element: Callback<TileElement>,
    /// A box of its own in the page, instead of all the room there is.
    #[prop(optional)]
    boxed: bool,
    /// What is shown while there are no tiles.
    #[prop(optional)]
    children: Option<ChildrenFn>,
) -> impl IntoView {
    let (list, size) = (NodeRef::<html::Ul>::new(), RwSignal::new(Size::new(0, 0)));
    let stage = NodeRef::<html::Div>::new();
    measure(stage, size);
    let keys = Memo::new(move |_| tiles.read().iter().map(|tile| tile.stream.clone()).collect::<Vec<_>>());
    let paged = Memo::new(move |before: Option<&Option<Paged>>| {
        let count = u32::try_from(keys.read().len()).unwrap_or(u32::MAX);
        let current = before.copied().flatten().map(|paged| paged.grid.shape);
        layout::paged(size.get(), count, current)
    });
    let page = RwSignal::new(0_u32);
    let pages = Memo::new(move |_| paged.get().map_or(1, |paged| paged.pages));
    let at = Memo::new(move |_| page.get().min(pages.get() - 1));
    Effect::new(move || {
        if let Some((list, paged)) = list.get().zip(paged.get()) {
            apply(&list, paged);
        }
    });
    let turn = move |back: bool| {
        let at = at.get_untracked();
        page.set(if back { at.saturating_sub(1) } else { (at + 1).min(pages.get_untracked() - 1) });
    };
    let keyed = move |event: KeyboardEvent| match event.key().as_str() {
        "PageUp" => turn(true),
        "PageDown" => turn(false),
        key => move_focus(key, &event),
    };
    let tile = move |key: String| {
        let place = {
            let key = key.clone();
            Memo::new(move |_| keys.read().iter().position(|other| *other == key))
        };
        let shown = Signal::derive(move || match (paged.get(), place.get()) {
            (Some(paged), Some(place)) => u32::try_from(place).is_ok_and(|place| place / paged.per_page == at.get()),
            _ => true,
        });
        // A tile that goes keeps its last look until it is out of the document.
        let tile = Memo::new(move |before: Option<&TileDisplay>| {
            let tiles = tiles.read();
            let found = tiles.iter().find(|tile| tile.stream == key).or(before).cloned();
            found.unwrap_or_else(|| TileDisplay::new(key.clone(), "", "", Origin::Remote))
        });
        view! { <Tile tile controls on_action on_element shown=shown /> }.into_any()
    };
    let blocked = Memo::new(move |_| {
        let held = |tile: &&TileDisplay| tile.sound_blocked;
        tiles.read().iter().filter(held).map(|tile| tile.stream.clone()).collect::<Vec<_>>()
    });
    let hear = move |_| {
        for stream in blocked.get_untracked() {
            on_action.run((stream, TileAction::Hear));
        }
    };
    let grid = live(move || paged.get().map(|paged| format!("{}x{}", paged.grid.shape.columns, paged.grid.shape.rows)));
    view! {
        <div class="stage" class:boxed=boxed node_ref=stage data-testid="stage" data-page=live(move || at.get())>
            <ul class="tiles" node_ref=list aria-label="People and screens" data-grid=grid on:keydown=keyed>
                <Each keys=keys.into() row=ViewOf::new(tile) />
            </ul>
            {children
                .map(|children| {
                    view! {
                        <When when=live(move || keys.read().is_empty())>
                            <div class="stage-empty">{children()}</div>
                        </When>
                    }
                })}
            <When when=live(move || blocked.read().len() > 1)>
                <div class="sound-bar">
                    <button type="button" class="button primary" on:click=hear>
                        <Icon name="volume" />
                        "Turn sound on"
                    </button>
                </div>
            </When>
            <When when=live(move || pages.get() > 1)>
                <div class="stage-pages">
                    <button
                        type="button"
                        class="button square"
                        aria-label="Previous people"
                        disabled=live(move || at.get() == 0)
                        on:click=move |_| turn(true)
                    >
                        <Icon name="arrow-left" />
                    </button>
                    <output>{live(move || format!("{} of {}", at.get() + 1, pages.get()))}</output>
                    <button
                        type="button"
                        class="button square"
                        aria-label="Next people"
                        disabled=live(move || at.get() + 1 >= pages.get())
                        on:click=move |_| turn(false)
                    >
                        <Icon name="arrow-right" />
                    </button>
                </div>
            </When>
        </div>
    }
    .into_any()
}

/// Keeps `size` at the room inside the stage, in whole pixels.
fn measure(stage: NodeRef<html::Div>, size: RwSignal<Size>) {
    let observation = StoredValue::new_local(None);
    stage.on_load(move |stage| {
        let observed = resize::observe(&stage, move |width, height| {
            // A size is never negative and fits by far.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, as it should")]
            let now = Size::new(width as u32, height as u32);
            if size.try_get_untracked().is_some_and(|before| before != now) {
                let _ = size.try_set(now);
            }
        });
        let _ = observation.try_set_value(observed);
    });
}

/// Writes the size of a tile where the style sheet reads it; scripts may, attributes of the server may not.
fn apply(list: &HtmlElement, Paged { grid, .. }: Paged) {
    let style = list.style();
    let columns = grid.shape.columns;
    for (name, pixels) in [
        ("--tile-width", grid.tile.width),
        ("--tile-height", grid.tile.height),
        ("--grid-width", columns * grid.tile.width + (columns - 1) * GAP),
    ] {
        // Fails for read-only declarations only, which this is not.
        let _ = style.set_property(name, &format!("{pixels}px"));
    }
}

/// Arrow keys go from tile to tile by where they are, Enter goes into the controls of one.
fn move_focus(key: &str, event: &KeyboardEvent) {
    let Some(from) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
    if from.get_attribute("data-testid").as_deref() != Some("tile") {
        return;
    }
    let next = if key == "Enter" {
        from.query_selector(".tile-toolbar button").ok().flatten().and_then(|button| button.dyn_into().ok())
    } else {
        neighbour(&from, key)
    };
    if let Some(next) = next {
        event.prevent_default();
        let _ = HtmlElement::focus(&next);
    }
}

/// The nearest tile in the direction of an arrow key.
fn neighbour(from: &HtmlElement, key: &str) -> Option<HtmlElement> {
    let (across, down) = match key {
        "ArrowLeft" => (-1, 0),
        "ArrowRight" => (1, 0),
        "ArrowUp" => (0, -1),
        "ArrowDown" => (0, 1),
        _ => return None,
    };
    let center = |tile: &HtmlElement| {
        (tile.offset_left() + tile.offset_width() / 2, tile.offset_top() + tile.offset_height() / 2)
    };
    let (x, y) = center(from);
    let siblings = from.parent_element()?.children();
    (0..siblings.length())
        .filter_map(|at| siblings.item(at)?.dyn_into::<HtmlElement>().ok())
        .filter(|tile| tile.offset_width() > 0)
        .filter_map(|tile| {
            let (dx, dy) = (center(&tile).0 - x, center(&tile).1 - y);
            let (ahead, aside) = (dx * across + dy * down, (dx * down).abs() + (dy * across).abs());
            (ahead > 0).then_some((ahead + 2 * aside, tile))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, tile)| tile)
}
