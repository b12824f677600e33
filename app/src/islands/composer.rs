//! The composer as it is written in: the sentence that says who will see it, and entries on their way.
//!
//! An entry shows at once as sending; it becomes solid when the server has confirmed it, stays with its
//! text when it was refused, and waits on the device while there is no network.

use leptos::prelude::*;

use crate::{
    model::{Number, PersonId, audience::Audience},
    pages::parts::Icon,
};

/// The sentence under the composer; it also takes over what the form sends.
#[island]
pub fn ComposerLive(
    number: Number,
    /// Whose drafts these are on this device.
    me: PersonId,
    /// The sentence for the form as the server drew it.
    audience: Audience,
) -> impl IntoView {
    let audience = RwSignal::new(audience);
    // After this view has taken over what the server drew: a change before that would not fit it.
    #[cfg(feature = "hydrate")]
    queue_microtask(move || browser::start(number, me, audience));
    #[cfg(not(feature = "hydrate"))]
    let _ = (number, me);
    let not = move || match audience.get().not_to {
        not if not.is_empty() => String::new(),
        not => format!("(not {not})"),
    };
    view! {
        <output class="vis-preview" id="audience" aria-live="polite">
            <Icon name="eye" />
            <span><span class="vis-yes">"Visible to: "<b>{move || audience.get().visible_to}</b></span>" "<span class="vis-no">{not}</span></span>
        </output>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{prelude::*, wasm_bindgen::JsCast};
    use web_sys::{HtmlFormElement, HtmlInputElement, KeyboardEvent, SubmitEvent};

    use crate::{
        islands::{
            draft::{self, Draft},
            outbox, page,
        },
        model::{
            Number, PersonId, Tlp,
            audience::{Audience, addresses},
        },
    };

    pub(super) fn start(number: Number, me: PersonId, audience: RwSignal<Audience>) {
        let Some(form) = form() else { return };
        let draft_key = format!("watchfloor.draft.{me}.{number}");
        outbox::start(number, me);
        restore(&form, &draft_key);
        let key = draft_key.clone();
        draft::watch(&form, move |draft| {
            let text = draft::first(&draft.pairs, "text");
            if text.trim().is_empty() { draft::forget(&key) } else { draft::keep(&key, &draft) }
        });
        for event in ["input", "change", "reset"] {
            let form = form.clone();
            page::listen(&form.clone(), event, move |_| {
                // A reset takes effect after its event.
                let form = form.clone();
                queue_microtask(move || audience.set(sentence(&form)));
            });
        }
        audience.set(sentence(&form));
        let keys = form.clone();
        page::listen(&form, "keydown", move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                let _ = keys.request_submit();
            }
        });
        let sending = form.clone();
        page::listen(&form, "submit", move |event| {
            let submitter = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
            let preview = submitter.is_some_and(|button| button.get_attribute("name").is_some());
            let pairs = draft::read(&sending);
            let corrects = !draft::first(&pairs, "corrects").is_empty();
            let empty = draft::first(&pairs, "text").trim().is_empty();
            if preview || corrects || empty {
                // The server's own page says what is missing, or shows the correction in its place.
                draft::forget(&draft_key);
                return;
            }
            let Some(body) = outbox::body(&pairs) else { return };
            event.prevent_default();
            outbox::send(body, sentence(&sending));
            sending.reset();
            draft::forget(&draft_key);
            close_sheet();
        });
    }

    fn form() -> Option<HtmlFormElement> {
        page::find("#compose")?.dyn_into().ok()
    }

    /// What was typed before the page went away, unless the server has sent something of its own.
    fn restore(form: &HtmlFormElement, key: &str) {
        let Some(Draft { pairs, .. }) = draft::kept(key) else { return };
        let untouched = draft::first(&draft::read(form), "text").trim().is_empty();
        if untouched && !form.has_attribute("data-open") {
            draft::fill(form, &pairs);
        }
    }

    /// On a phone the composer is a sheet: the one that the address points to.
    fn close_sheet() {
        if window().location().hash().is_ok_and(|hash| hash == "#compose") {
            let _ = window().location().set_hash("timeline");
        }
        if let Some(form) = form() {
            let _ = form.remove_attribute("data-open");
        }
    }

    fn sentence(form: &HtmlFormElement) -> Audience {
        let pairs = draft::read(form);
        let tlp = draft::first(&pairs, "tlp").parse().unwrap_or(Tlp::Red);
        let (mut chosen, mut others) = (vec![], vec![]);
        for tick in page::all(form, ".aud-row input[data-short]") {
            let Some(tick) = tick.dyn_ref::<HtmlInputElement>() else { continue };
            let short = tick.get_attribute("data-short").unwrap_or_default();
            if tick.checked() { &mut chosen } else { &mut others }.push(short);
        }
        let own = form.get_attribute("data-me").unwrap_or_default();
        let named: Vec<_> = addresses(draft::first(&pairs, "named"))
            .into_iter()
            .filter(|email| *email != own)
            .map(|email| outbox::name_of(&email))
            .collect();
        Audience::of(tlp, &refs(&chosen), &refs(&others), &refs(&named))
    }

    fn refs(list: &[String]) -> Vec<&str> {
        list.iter().map(String::as_str).collect()
    }
}
