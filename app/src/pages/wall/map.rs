//! The tile map: each state where its neighbours are, its worst open severity as shape, letter and colour.

use leptos::prelude::*;

use crate::{
    model::{Severity, wall::WallTile},
    pages::parts::setting,
};

/// Distance of two tiles, and the side of one.
const STEP: i64 = 72;
const SIDE: i64 = 63;

#[component]
pub fn TileMap(tiles: Vec<WallTile>) -> impl IntoView {
    let columns = tiles.iter().map(|tile| tile.col).max().unwrap_or(10) + 1;
    let rows = tiles.iter().map(|tile| tile.row).max().unwrap_or(7) + 1;
    let view_box = format!("0 0 {} {}", columns * STEP - 6, rows * STEP - 6);
    let label = label(&tiles);
    let tiles = tiles.into_iter().map(tile).collect_view();
    view! { <svg class="w-map" viewBox=view_box role="img" aria-label=label>{tiles}</svg> }
}

/// The map in words: `Worst open severity by state. Emergency: GA, PA. High: MI.`
fn label(tiles: &[WallTile]) -> String {
    let mut text = "Worst open severity by state.".to_owned();
    for severity in Severity::ALL {
        let states: Vec<&str> = tiles
            .iter()
            .filter(|tile| tile.worst == Some(*severity))
            .map(|tile| tile.state.as_str())
            .collect();
        if !states.is_empty() {
            text.push_str(&format!(" {}: {}.", severity.label(), states.join(", ")));
        }
    }
    text
}

fn tile(tile: WallTile) -> impl IntoView {
    let (x, y) = (tile.col * STEP, tile.row * STEP);
    let middle = x + SIDE / 2 + 2;
    let name_y = y + if tile.worst.is_some() { 27 } else { 42 };
    let glyph = tile.worst.map(|severity| {
        let href = setting().icon(&format!("sev-{severity}"));
        view! { <use_ class="tile-g" href=href x=middle - 14 y=y + 32 width="28" height="28"></use_> }
    });
    view! {
        <g class="tile" data-sev=tile.worst.map(Severity::wire)>
            <rect x=format!("{x}.5") y=format!("{y}.5") width=SIDE height=SIDE rx="5"></rect>
            <text class="tile-n" x=middle y=name_y>{tile.state}</text>
            {glyph}
        </g>
    }
}
