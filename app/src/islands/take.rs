//! "Take it" without leaving the list: the form is sent from here, and the row changes as any change does.

use std::time::Duration;

use leptos::{prelude::*, wasm_bindgen::JsCast};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlFormElement};

use super::{page, send};
use crate::pages::parts::Tone;

/// A sentence about what was done stays this long.
const SAID: Duration = Duration::from_secs(8);

/// Takes over the forms in the list.
pub(super) fn start(list: &Element) {
    page::listen(list, "submit", |event| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form.filter(|form| form.class_list().contains("take")) else { return };
        let number = form
            .closest(".brow")
            .ok()
            .flatten()
            .and_then(|row| row.get_attribute("data-number"))
            .unwrap_or_default();
        event.prevent_default();
        spawn_local(take(form, number));
    });
}

async fn take(form: HtmlFormElement, number: String) {
    let button = form.query_selector("button").ok().flatten();
    if let Some(button) = &button {
        page::set_attribute(button, "disabled", Some(""));
    }
    // 0 where the answer leads elsewhere.
    let status = send::form(&form, None).await.map(|response| response.status());
    if let Some(button) = &button {
        page::set_attribute(button, "disabled", None);
    }
    match status {
        // The answer leads to the incident; the list stays, and the stream brings the row.
        Some(0 | 200..=399) => page::say(Tone::Ok, format!("You own {number} now."), Some(SAID)),
        None => {
            let words = format!("{number} was not taken: the server did not answer. Try again.");
            page::say(Tone::Danger, words, Some(SAID));
        }
        // Somebody was faster, or it is not ours to take any more: the incident's page says which.
        Some(_) => {
            let _ = window().location().assign(&format!("/incidents/{number}"));
        }
    }
}
