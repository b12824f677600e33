//! The inbox of shares as it changes, and how many wait for an answer, on every page.

use leptos::prelude::*;

/// Reads the list again when a share moved; nothing moves while somebody works in it.
#[island]
pub fn SharesLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::watch_list();
}

/// Keeps the count in the navigation.
#[island]
pub fn ShareCount() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::watch_count();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::Cell, time::Duration};

    use leptos::{prelude::*, wasm_bindgen::JsCast};
    use wasm_bindgen_futures::spawn_local;
    use web_sys::{Element, Storage};

    use crate::{
        islands::{gone, list, live, page, refresh},
        model::inbox::ShareCounts,
    };

    thread_local! {
        static ASKED: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn watch_list() {
        let read = || refresh::sections(&["#share-list", "#share-tabs"], 300);
        on_change(read);
        return_to_place();
        page::listen(&document(), "submit", |event| {
            let form = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(row) = form.and_then(|form| form.closest(".shrow").ok().flatten()) {
                keep_place(&row);
            }
        });
    }

    /// Where somebody stood in the list, in this tab of the browser, while the page is asked for anew.
    const PLACE: &str = "watchfloor.place";

    fn memory() -> Option<Storage> {
        window().session_storage().ok().flatten()
    }

    /// The line that is acted on, and those beside it, should it leave the list.
    fn keep_place(row: &Element) {
        let beside = [Some(row.clone()), row.next_element_sibling(), row.previous_element_sibling()];
        let ids: Vec<_> = beside.into_iter().flatten().map(|row| format!("#{}", row.id())).collect();
        if let Some(memory) = memory() {
            let _ = memory.set_item(PLACE, &ids.join(" "));
        }
    }

    /// Back to the line, or to its neighbour; a form that came back has its own focus.
    fn return_to_place() {
        let Some(memory) = memory() else { return };
        let kept = memory.get_item(PLACE).ok().flatten();
        let _ = memory.remove_item(PLACE);
        let Some(kept) = kept.filter(|_| page::find(".sh-answer[open]").is_none()) else { return };
        match kept.split(' ').find_map(page::find) {
            Some(row) => list::stand_on(&row),
            None => _ = page::find("#main").inspect(page::focus),
        }
    }

    pub(super) fn watch_count() {
        on_change(|| {
            if !ASKED.replace(true) {
                let spread = Duration::from_millis(400 + (js_sys::Math::random() * 700.0) as u64);
                set_timeout(|| spawn_local(count()), spread);
            }
        });
    }

    /// A share that came or moved, or an incident that went with its shares.
    fn on_change(act: impl Fn() + Clone + 'static) {
        let moved = act.clone();
        live::subscribe("share", move |_| moved());
        let held = act.clone();
        live::subscribe("notice", move |data| {
            if ["\"noun\":\"hold\"", "\"noun\":\"onward\""].iter().any(|noun| data.contains(noun)) {
                held();
            }
        });
        live::subscribe("incident", move |data| {
            if gone::is_said(data) {
                act();
            }
        });
    }

    async fn count() {
        ASKED.set(false);
        let Some(counts) = page::get::<ShareCounts>("/shares/counts").await else { return };
        for n in document_counts() {
            page::set_text(&n, &ShareCounts::words(counts.answer));
            page::set_attribute(&n, "hidden", (counts.answer == 0).then_some(""));
        }
    }

    fn document_counts() -> Vec<web_sys::Element> {
        page::find("body").map(|body| page::all(&body, ".nav-count")).unwrap_or_default()
    }
}
