//! The wall, drawn anew whenever the room changes: at most once a second, and once a minute anyway.

use leptos::prelude::*;

/// Draws nothing itself.
#[island]
pub fn WallLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::Cell, time::Duration};

    use leptos::prelude::*;
    use wasm_bindgen_futures::spawn_local;

    use crate::islands::{clock, live, page};

    const PACE: Duration = Duration::from_secs(1);

    thread_local! {
        static ASKED: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn start() {
        live::subscribe("incident", |_| ask());
        let _ = set_interval_with_handle(ask, Duration::from_secs(60));
        let _ = set_interval_with_handle(watch_targets, PACE);
    }

    /// A target that passes belongs into the other list, though nobody has done anything.
    fn watch_targets() {
        let now = clock::now().seconds();
        let Some(content) = page::find("#wall-content") else { return };
        let passed = page::all(&content, "[data-tick=left], [data-tick=until]").iter().any(|element| {
            let at = element.get_attribute("data-at").and_then(|at| at.parse::<i64>().ok());
            at.is_some_and(|at| now - at == 1)
        });
        if passed {
            ask();
        }
    }

    /// Asks once for all that happens within a second.
    fn ask() {
        if !ASKED.replace(true) {
            set_timeout(
                || {
                    ASKED.set(false);
                    spawn_local(async { _ = draw().await });
                },
                PACE,
            );
        }
    }

    /// Reads the page again and takes over its content: the server draws the wall, the browser moves it in.
    async fn draw() -> Option<()> {
        let fresh = page::read("/wall").await?;
        let (shown, drawn) = (page::find("#wall-content")?, fresh.get_element_by_id("wall-content")?);
        shown.set_text_content(None);
        while let Some(part) = drawn.first_child() {
            shown.append_child(&part).ok()?;
        }
        live::told();
        Some(())
    }
}
