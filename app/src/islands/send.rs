//! Posting to the JSON API, once: a key makes a second try harmless; and a form as it stands.

use leptos::{prelude::*, wasm_bindgen::JsCast};
use serde::{Deserialize, de::DeserializeOwned};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, Headers, HtmlFormElement, RequestInit, RequestRedirect, Response, UrlSearchParams};

use crate::model::FieldErrors;

/// What became of it.
pub(super) enum Sent<T> {
    Done(T),
    /// The server said no; sending it again as it is would not help.
    Refused(String),
    /// The server was busy or full, in its own words; it may take it later.
    Busy(String),
    /// No answer: whether it arrived, its key will tell.
    Unanswered,
}

/// RFC 9457, as far as it is shown.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    title: String,
    detail: String,
    errors: FieldErrors,
}

/// A key for one act, kept for all its tries.
pub(super) fn key() -> String {
    let part = || (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:08x}{:08x}{:08x}{:08x}", part(), part(), part(), part())
}

/// Sends JSON under its key.
pub(super) async fn post<T: DeserializeOwned>(path: &str, key: &str, body: &str) -> Sent<T> {
    let response = match request(path, key, body).await {
        Some(response) => response,
        None => return Sent::Unanswered,
    };
    let status = response.status();
    let text = match response.text().map(JsFuture::from) {
        Ok(text) => text.await.ok().and_then(|text| text.as_string()).unwrap_or_default(),
        Err(_) => String::new(),
    };
    if response.ok() {
        return match serde_json::from_str(&text) {
            Ok(value) => Sent::Done(value),
            Err(_) => Sent::Busy("the answer was not understood".into()),
        };
    }
    let words = reason(status, &text);
    if retriable(status) { Sent::Busy(words) } else { Sent::Refused(words) }
}

/// Sends a form as it stands, with the name of the button that was pressed; the answer may lead elsewhere.
pub(super) async fn form(form: &HtmlFormElement, button: Option<&str>) -> Option<Response> {
    let data = FormData::new_with_form(form).ok()?;
    let body = UrlSearchParams::new_with_str("").ok()?;
    for pair in js_sys::try_iter(data.as_ref()).ok()??.flatten() {
        let pair: js_sys::Array = pair.dyn_into().ok()?;
        body.append(&pair.get(0).as_string()?, &pair.get(1).as_string()?);
    }
    if let Some(button) = button {
        body.append(button, "1");
    }
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_body(&body);
    options.set_redirect(RequestRedirect::Manual);
    let address = form.get_attribute("action")?;
    let fetched = JsFuture::from(window().fetch_with_str_and_init(&address, &options)).await.ok()?;
    fetched.dyn_into().ok()
}

async fn request(path: &str, key: &str, body: &str) -> Option<Response> {
    let headers = Headers::new().ok()?;
    headers.set("Content-Type", "application/json").ok()?;
    headers.set("Idempotency-Key", key).ok()?;
    let options = RequestInit::new();
    options.set_method("POST");
    options.set_headers(&headers);
    options.set_body(&body.into());
    let fetched = JsFuture::from(window().fetch_with_str_and_init(path, &options)).await;
    fetched.ok()?.dyn_into().ok()
}

/// The server was busy or full, not unwilling.
pub(super) const fn retriable(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

/// Why, in words for the person who sent it.
pub(super) fn reason(status: u16, body: &str) -> String {
    let refusal: Refusal = serde_json::from_str(body).unwrap_or_default();
    let fields: Vec<_> = refusal.errors.iter().map(|(_, message)| message.to_owned()).collect();
    if !fields.is_empty() {
        return fields.join("; ");
    }
    match [refusal.detail, refusal.title].into_iter().find(|words| !words.is_empty()) {
        Some(words) => words,
        None if status == 401 => "you are signed out".into(),
        None => format!("the server answered {status}"),
    }
}
