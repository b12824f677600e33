//! "Take it" without leaving the list: the form is sent from here, and the row changes as any change does.

use std::time::Duration;

use leptos::{prelude::*, wasm_bindgen::JsCast};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Element, FormData, HtmlFormElement, RequestInit, RequestRedirect, Response, UrlSearchParams};

use super::page;
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
    let status = send(&form).await;
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

/// Sends the form as it stands; the status of the answer, 0 where it leads elsewhere.
async fn send(form: &HtmlFormElement) -> Option<u16> {
    let data = FormData::new_with_form(form).ok()?;
    let body = UrlSearchParams::new_with_str("").ok()?;
    for pair in js_sys::try_iter(data.as_ref()).ok()??.flatten() {
        let pair: js_sys::Array = pair.dyn_into().ok()?;
        body.append(&pair.get(0).as_string()?, &pair.get(1).as_string()?);
    }
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_body(&body);
    options.set_redirect(RequestRedirect::Manual);
    let address = form.get_attribute("action")?;
    let fetched = JsFuture::from(window().fetch_with_str_and_init(&address, &options)).await.ok()?;
    fetched.dyn_into::<Response>().ok().map(|response| response.status())
}
