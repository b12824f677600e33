//! The bell's count on every page, and the list of notifications as it changes.

use leptos::prelude::*;

/// Reads the list again when something new came or something went.
#[island]
pub fn NoticesLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::watch_list();
}

/// Keeps the count at the bell.
#[island]
pub fn NoticeCount() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::watch_count();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::Cell, time::Duration};

    use leptos::prelude::*;
    use wasm_bindgen_futures::spawn_local;

    use crate::{
        islands::{live, page, refresh},
        model::{inbox::ShareCounts, notice::NoticeCount},
    };

    thread_local! {
        static ASKED: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn watch_list() {
        on_change(|| refresh::sections(&["#notice-list", "#notice-tabs", "#notice-all"], 300));
    }

    pub(super) fn watch_count() {
        on_change(|| {
            if !ASKED.replace(true) {
                let spread = Duration::from_millis(300 + (js_sys::Math::random() * 700.0) as u64);
                set_timeout(|| spawn_local(count()), spread);
            }
        });
    }

    /// A notice of one's own came, or an incident went with its notices.
    fn on_change(act: impl Fn() + Clone + 'static) {
        let went = act.clone();
        live::subscribe("notice", move |data| {
            if data.contains("\"noun\":\"notice\"") {
                act();
            }
        });
        live::subscribe("incident", move |data| {
            if data.contains("\"gone\":true") {
                went();
            }
        });
    }

    async fn count() {
        ASKED.set(false);
        let Some(count) = page::get::<NoticeCount>("/notifications/count").await else { return };
        let Some(shown) = page::find(".bell-count") else { return };
        page::set_text(&shown, &ShareCounts::words(count.unread));
        page::set_attribute(&shown, "hidden", (count.unread == 0).then_some(""));
    }
}
