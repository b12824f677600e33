//! The composer as it is written in: the sentence that says who will see it, and entries on their way.
//!
//! An entry shows at once as sending; it becomes solid when the server has confirmed it, stays with its
//! text when it was refused, and waits on the device while there is no network.

use leptos::prelude::*;

/// Takes over the form `#compose` and the sentence `#audience` in it.
#[island]
pub fn ComposerLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start();
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{
        prelude::*,
        wasm_bindgen::{JsCast, JsValue},
    };
    use web_sys::{Element, HtmlFormElement, KeyboardEvent, SubmitEvent};

    use crate::{
        islands::{
            draft::{self, Draft},
            mention, outbox, page,
        },
        model::{
            Tlp,
            audience::{Audience, addresses},
        },
    };

    pub(super) fn start() {
        let Some(form) = form() else { return };
        let (Some(action), Some(person)) = (form.get_attribute("action"), form.get_attribute("data-person"))
        else {
            return;
        };
        outbox::start(format!("/api/v1{action}"), format!("watchfloor.outbox.{person}.{action}"));
        let place = format!("watchfloor.draft.{person}.{action}");
        forget_posted(&place);
        let untouched = draft::read(&form);
        let key = key_of(&place, draft::first(&untouched, "corrects"));
        // What the server has sent back stands nowhere else.
        let returned = form.has_attribute("data-typed");
        if let Some(Draft { pairs, .. }) = draft::kept(&key).filter(|_| !returned) {
            draft::fill(&form, &pairs);
        }
        let kept = key.clone();
        draft::watch(&form, move |draft| {
            let text = draft::first(&draft.pairs, "text");
            let nothing = text.trim().is_empty() || (draft.pairs == untouched && !returned);
            if nothing { draft::forget(&kept) } else { draft::keep(&kept, &draft) }
        });
        page::listen(&form, "input", |_| tell());
        // A reset takes effect after its event.
        page::listen(&form, "reset", |_| queue_microtask(tell));
        tell();
        mention::start();
        page::listen(&form, "keydown", |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                if let Some(form) = self::form() {
                    let _ = form.request_submit();
                }
            }
        });
        page::listen(&form, "submit", move |event| {
            let submitter = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
            let preview = submitter.is_some_and(|button| button.has_attribute("name"));
            // What the form itself sends, the server confirms on the page that follows.
            if submit(preview) {
                event.prevent_default();
                draft::forget(&key);
            }
        });
    }

    /// The words of a correction are kept beside those of a new entry: neither comes back as the other.
    fn key_of(place: &str, corrects: &str) -> String {
        if corrects.is_empty() { place.to_owned() } else { format!("{place}.{corrects}") }
    }

    /// The server says which draft it has by now: in the address, once.
    fn forget_posted(place: &str) {
        let location = window().location();
        let (query, path, hash) = (location.search(), location.pathname(), location.hash());
        let query = query.unwrap_or_default();
        let Some(said) = query.strip_prefix("?posted=") else { return };
        let (corrects, rest) = said.split_once('&').unwrap_or((said, ""));
        draft::forget(&key_of(place, corrects));
        let asked = if rest.is_empty() { String::new() } else { format!("?{rest}") };
        if let (Ok(history), Ok(path), Ok(hash)) = (window().history(), path, hash) {
            let here = format!("{path}{asked}{hash}");
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&here));
        }
    }

    /// Sends the entry from here; false leaves it to the form itself: the server's own page says what is
    /// missing, or shows the correction in its place.
    fn submit(preview: bool) -> bool {
        let Some(form) = form() else { return false };
        let pairs = draft::read(&form);
        let corrects = !draft::first(&pairs, "corrects").is_empty();
        let empty = draft::first(&pairs, "text").trim().is_empty();
        if preview || corrects || empty {
            return false;
        }
        let Some(body) = outbox::body(&pairs) else { return false };
        outbox::send(body, sentence(&form).visible_to);
        form.reset();
        // What came back from the server is the form's own text: posted, it is gone as well.
        if let Some(text) = page::find("#c-text") {
            draft::set_value(&text, "");
        }
        close_sheet(&form);
        true
    }

    fn form() -> Option<HtmlFormElement> {
        page::find("#compose")?.dyn_into().ok()
    }

    /// On a phone the composer is a sheet: the one that the address points to.
    fn close_sheet(form: &Element) {
        let location = window().location();
        if location.hash().is_ok_and(|hash| hash == "#compose") {
            let _ = location.set_hash("timeline");
        }
        let _ = form.remove_attribute("data-open");
    }

    fn tell() {
        let Some(form) = form() else { return };
        let Audience { visible_to, not_to } = sentence(&form);
        if let Some(yes) = page::find("#audience b") {
            page::set_text(&yes, &visible_to);
        }
        if let Some(no) = page::find("#audience .vis-no") {
            let words = if not_to.is_empty() { not_to } else { format!("(not {not_to})") };
            page::set_text(&no, &words);
        }
    }

    fn sentence(form: &HtmlFormElement) -> Audience {
        let pairs = draft::read(form);
        let tlp = draft::first(&pairs, "tlp").parse().unwrap_or(Tlp::Red);
        let own = form.get_attribute("data-me").unwrap_or_default();
        let mut named = addresses(draft::first(&pairs, "named"));
        named.retain(|email| *email != own);
        let named: Vec<_> = named.iter().map(|email| outbox::name_of(email)).collect();
        let (chosen, others) = draft::ticked(form);
        Audience::of(tlp, &draft::strs(&chosen), &draft::strs(&others), &draft::strs(&named))
    }
}
