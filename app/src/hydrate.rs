//! The browser's way in: `boot.js` calls [`hydrate`] once, then every island by its own name.

use wasm_bindgen::prelude::wasm_bindgen;

/// Prepares what all islands share. A panic says in the console where it came from.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
