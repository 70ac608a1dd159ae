//! Tiles on a stage: which grid shows everybody as large as possible.
//!
//! Ladders of fixed grids and square roots both waste space on odd sizes, so every number of columns is tried and the
//! largest tile wins. Whole pixels and exact fractions throughout: the same stage gives the same picture everywhere.

/// Pixels between two tiles.
pub const GAP: u32 = 8;
/// Pixels that the shorter side of a tile has at least, before the grid is cut into pages.
pub const SHORTEST_SIDE: u32 = 140;
/// Per cent of additional tile area that another grid must offer before the current one is given up.
pub const WORTH_MOVING: u64 = 8;

/// A width and a height in whole CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Size {
    /// A size of `width` by `height` pixels.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Square pixels.
    pub const fn area(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// The length of the shorter side.
    pub const fn shorter(self) -> u32 {
        if self.width < self.height { self.width } else { self.height }
    }
}

/// How many columns and rows a grid has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Tiles side by side in a full row.
    pub columns: u32,
    /// Rows, the last of which may be shorter.
    pub rows: u32,
}

impl Shape {
    /// The shape with this many columns for `tiles` tiles, unless one of its columns would stay empty.
    fn with_columns(columns: u32, tiles: u32) -> Option<Self> {
        let rows = tiles.div_ceil(columns);
        (rows * columns - tiles < rows).then_some(Self { columns, rows })
    }
}

/// A grid for one stage: every tile has the same size, the last row is centred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Columns and rows.
    pub shape: Shape,
    /// The size of each tile.
    pub tile: Size,
}

/// The part of many tiles that is shown at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paged {
    /// The grid of a full page.
    pub grid: Grid,
    /// Tiles on a full page.
    pub per_page: u32,
    /// Pages, at least one.
    pub pages: u32,
}

/// Where a tile is, in pixels from the top left corner of the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rectangle {
    /// Pixels from the left edge of the stage.
    pub left: u32,
    /// Pixels from the top edge of the stage.
    pub top: u32,
    /// The size of the tile.
    pub size: Size,
}

/// The best grid for `tiles` tiles; `None` without tiles, or where the stage has no room for a pixel of each.
///
/// `current` is the shape on the screen now: it stays unless another gives at least [`WORTH_MOVING`] per cent more.
pub fn grid(stage: Size, tiles: u32, current: Option<Shape>) -> Option<Grid> {
    let best = (1..=tiles)
        .filter_map(|columns| Shape::with_columns(columns, tiles))
        .filter_map(|shape| tile(stage, shape).map(|tile| Grid { shape, tile }))
        .max_by_key(|Grid { shape, tile }| {
            let empty = shape.columns * shape.rows - tiles;
            (tile.area(), std::cmp::Reverse(empty), tile.shorter())
        })?;
    let kept = current
        .filter(|shape| shape.columns > 0 && Shape::with_columns(shape.columns, tiles) == Some(*shape))
        .and_then(|shape| tile(stage, shape).map(|tile| Grid { shape, tile }))
        .filter(|kept| best.tile.area() * 100 < kept.tile.area() * (100 + WORTH_MOVING));
    Some(kept.unwrap_or(best))
}

/// Like [`grid`], but shows a page at a time where tiles would become too small to recognise a face.
pub fn paged(stage: Size, tiles: u32, current: Option<Shape>) -> Option<Paged> {
    let readable = |grid: &Grid| grid.tile.shorter() >= SHORTEST_SIDE;
    let (grid, per_page) = (1..=tiles)
        .rev()
        .find_map(|count| grid(stage, count, current).filter(readable).map(|grid| (grid, count)))
        .or_else(|| grid(stage, tiles.min(1), None).map(|grid| (grid, 1)))?;
    Some(Paged { grid, per_page, pages: tiles.div_ceil(per_page) })
}

/// The place of each of `tiles` tiles in reading order: the block is centred, and so is its last row.
pub fn places(stage: Size, grid: Grid, tiles: u32) -> Vec<Rectangle> {
    let Grid { shape, tile } = grid;
    let length = |count: u32, side: u32| count * side + count.saturating_sub(1) * GAP;
    let rows = tiles.div_ceil(shape.columns);
    let top = stage.height.saturating_sub(length(rows, tile.height)) / 2;
    (0..tiles)
        .map(|index| {
            let (row, column) = (index / shape.columns, index % shape.columns);
            let in_row = shape.columns.min(tiles - row * shape.columns);
            let left = stage.width.saturating_sub(length(in_row, tile.width)) / 2;
            Rectangle { left: left + column * (tile.width + GAP), top: top + row * (tile.height + GAP), size: tile }
        })
        .collect()
}

/// The largest tile that fits the cells of a shape: from 4:3 (1:1 on a portrait stage) to 16:9.
fn tile(stage: Size, shape: Shape) -> Option<Size> {
    let (columns, rows) = (u64::from(shape.columns), u64::from(shape.rows));
    // A cell is `width / columns` by `height / rows`; fractions stay fractions until the end.
    let width = u64::from(stage.width.checked_sub((shape.columns - 1).checked_mul(GAP)?)?);
    let height = u64::from(stage.height.checked_sub((shape.rows - 1).checked_mul(GAP)?)?);
    let (least_wide, least_high) = if stage.width >= stage.height { (4, 3) } else { (1, 1) };
    let (mut tile_width, mut tile_height) = (width / columns, height / rows);
    if width * rows * 9 > height * columns * 16 {
        tile_width = height * 16 / (rows * 9);
    } else if width * rows * least_high < height * columns * least_wide {
        tile_height = width * least_high / (columns * least_wide);
    }
    let size = Size::new(u32::try_from(tile_width).ok()?, u32::try_from(tile_height).ok()?);
    (size.shorter() > 0).then_some(size)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;
    use proptest::prelude::*;

    /// Stage, number of tiles, columns, rows, tile width, tile height.
    const VECTORS: &[(u32, u32, u32, u32, u32, u32, u32)] = &[
        (1280, 640, 1, 1, 1, 1137, 640),
        (1280, 640, 2, 2, 1, 636, 477),
        (1280, 640, 3, 2, 2, 561, 316),
        (1280, 640, 4, 2, 2, 561, 316),
        (1280, 640, 5, 3, 2, 421, 316),
        (1280, 640, 6, 3, 2, 421, 316),
        (1280, 640, 7, 3, 3, 369, 208),
        (1280, 640, 8, 3, 3, 369, 208),
        (1280, 640, 9, 3, 3, 369, 208),
        (1280, 640, 10, 4, 3, 314, 208),
        (1280, 640, 12, 4, 3, 314, 208),
        (900, 700, 1, 1, 1, 900, 675),
        (900, 700, 2, 1, 2, 615, 346),
        (900, 700, 3, 2, 2, 446, 334),
        (900, 700, 4, 2, 2, 446, 334),
        (900, 700, 5, 2, 3, 405, 228),
        (900, 700, 6, 2, 3, 405, 228),
        (900, 700, 7, 3, 3, 294, 221),
        (900, 700, 8, 3, 3, 294, 221),
        (900, 700, 9, 3, 3, 294, 221),
        (900, 700, 10, 3, 4, 294, 169),
        (900, 700, 12, 3, 4, 294, 169),
        (768, 900, 2, 1, 2, 768, 446),
        (768, 900, 3, 1, 3, 523, 294),
        (768, 900, 4, 2, 2, 380, 380),
        (768, 900, 5, 2, 3, 380, 294),
        (768, 900, 6, 2, 3, 380, 294),
        (768, 900, 9, 3, 3, 250, 250),
        (390, 680, 1, 1, 1, 390, 390),
        (390, 680, 2, 1, 2, 390, 336),
        (390, 680, 3, 1, 3, 390, 221),
        (390, 680, 4, 1, 4, 291, 164),
        (390, 680, 5, 2, 3, 191, 191),
        (390, 680, 6, 2, 3, 191, 191),
        (390, 680, 7, 2, 4, 191, 164),
        (390, 680, 8, 2, 4, 191, 164),
        (390, 680, 9, 2, 5, 191, 129),
        (390, 680, 10, 2, 5, 191, 129),
        (390, 680, 12, 2, 6, 189, 106),
        (640, 360, 2, 2, 1, 316, 237),
        (640, 360, 4, 2, 2, 312, 176),
        (640, 360, 5, 3, 2, 208, 156),
        (640, 360, 6, 3, 2, 208, 156),
    ];

    #[test]
    fn gives_the_designed_grids() {
        for &(width, height, tiles, columns, rows, tile_width, tile_height) in VECTORS {
            assert_eq!(
                grid(Size::new(width, height), tiles, None),
                Some(Grid { shape: Shape { columns, rows }, tile: Size::new(tile_width, tile_height) }),
                "{tiles} tiles on {width}x{height}"
            );
        }
    }

    #[test]
    fn a_phone_shows_eight_at_a_time() {
        let stage = Size::new(390, 680);
        assert_eq!(paged(stage, 8, None).map(|paged| (paged.per_page, paged.pages)), Some((8, 1)));
        for (tiles, pages) in [(9, 2), (12, 2), (16, 2), (17, 3)] {
            let paged = paged(stage, tiles, None).unwrap();
            assert_eq!((paged.per_page, paged.pages), (8, pages), "{tiles} tiles");
            assert_eq!(paged.grid.shape, Shape { columns: 2, rows: 4 });
        }
    }

    #[test]
    fn nothing_to_show_is_no_grid() {
        assert_eq!(grid(Size::new(800, 600), 0, None), None);
        assert_eq!(grid(Size::new(0, 600), 1, None), None);
        assert_eq!(paged(Size::new(800, 0), 3, None), None);
        assert_eq!(paged(Size::new(20, 20), 60, None).map(|paged| (paged.per_page, paged.pages)), Some((1, 60)));
    }

    #[test]
    fn a_small_gain_does_not_move_anybody() {
        // Four people, stage resized past the point where 1x4 would be a little larger than 2x2.
        let two_by_two = Shape { columns: 2, rows: 2 };
        let moved = (400..1200)
            .map(|height| Size::new(390, height))
            .find(|stage| grid(*stage, 4, None).unwrap().shape != two_by_two)
            .unwrap();
        assert_eq!(grid(moved, 4, Some(two_by_two)).unwrap().shape, two_by_two);
        let far = Size::new(390, 1000);
        assert_eq!(grid(far, 4, Some(two_by_two)).unwrap().shape, Shape { columns: 1, rows: 4 });
    }

    #[test]
    fn a_shape_that_no_longer_holds_everybody_is_given_up() {
        let current = Some(Shape { columns: 2, rows: 2 });
        assert_eq!(grid(Size::new(1280, 640), 5, current).unwrap().shape, Shape { columns: 3, rows: 2 });
        assert_eq!(grid(Size::new(1280, 640), 2, current).unwrap().shape, Shape { columns: 2, rows: 1 });
        assert!(grid(Size::new(1280, 640), 2, Some(Shape { columns: 0, rows: 0 })).is_some());
    }

    #[test]
    fn the_last_row_is_centred() {
        let stage = Size::new(1280, 640);
        let places = places(stage, grid(stage, 3, None).unwrap(), 3);
        assert_eq!(places[2].left, (1280 - 561) / 2);
        assert_eq!(places[0].top, places[1].top);
        assert!(places[2].top > places[0].top);
    }

    proptest! {
        #[test]
        fn tiles_are_inside_apart_in_order_and_well_proportioned(
            width in 160u32..4000, height in 160u32..3000, tiles in 1u32..40,
            columns in 0u32..8, rows in 0u32..8,
        ) {
            let stage = Size::new(width, height);
            let current = Some(Shape { columns, rows });
            if let Some(grid) = grid(stage, tiles, current) {
                let places = places(stage, grid, tiles);
                prop_assert_eq!(places.len(), tiles as usize);
                for place in &places {
                    prop_assert!(place.left + place.size.width <= width);
                    prop_assert!(place.top + place.size.height <= height);
                }
                for pair in places.windows(2) {
                    let (before, after) = (pair[0], pair[1]);
                    let same_row = before.top == after.top && before.left + before.size.width + GAP <= after.left;
                    let next_row = before.top + before.size.height + GAP <= after.top;
                    prop_assert!(same_row || next_row);
                }
                // Flooring moves each side by less than a pixel.
                let Size { width: w, height: h } = grid.tile;
                prop_assert!(u64::from(w) * 9 <= (u64::from(h) + 1) * 16);
                let (wide, high) = if width >= height { (4, 3) } else { (1, 1) };
                prop_assert!((u64::from(w) + 1) * high >= u64::from(h) * wide);
            }
        }

        #[test]
        fn a_page_is_readable_or_holds_one(width in 20u32..2000, height in 20u32..2000, tiles in 1u32..60) {
            let paged = paged(Size::new(width, height), tiles, None).unwrap();
            prop_assert!(paged.grid.tile.shorter() >= SHORTEST_SIDE || paged.per_page == 1);
            prop_assert!(paged.per_page * paged.pages >= tiles && paged.per_page * (paged.pages - 1) < tiles);
        }

        #[test]
        fn the_same_stage_twice_changes_nothing(width in 200u32..2000, height in 200u32..2000, tiles in 1u32..30) {
            let stage = Size::new(width, height);
            let first = grid(stage, tiles, None);
            prop_assert_eq!(grid(stage, tiles, first.map(|grid| grid.shape)), first);
        }
    }
}
