//! Opening an incident with the browser's help: the draft is kept, the audience is said on every change, due
//! times run with the clock, counties are suggested, kinds follow their category.

use leptos::prelude::*;

/// Takes over the form `#new-incident` and the line `#draft` that says what is kept.
#[island]
pub fn NewIncidentLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use leptos::{prelude::*, wasm_bindgen::JsCast};
    use wasm_bindgen_futures::spawn_local;
    use web_sys::{Element, HtmlFormElement, HtmlInputElement, KeyboardEvent, SubmitEvent};

    use crate::{
        islands::{
            alike, clock,
            draft::{self, Draft, first},
            page,
        },
        model::{
            Tlp,
            audience::{Audience, addresses},
            board::percent,
        },
    };

    fn form() -> Option<HtmlFormElement> {
        page::find("#new-incident")?.dyn_into().ok()
    }

    pub(super) fn start() {
        let Some(form) = form() else { return };
        let key = format!("watchfloor.draft.{}.new", form.get_attribute("data-person").unwrap_or_default());
        let untouched = draft::read(&form);
        // Nothing has been sent yet: a kept draft may be put back.
        let fresh = form.has_attribute("data-fresh");
        if let Some(Draft { at, pairs }) = draft::kept::<Draft>(&key).filter(|_| fresh) {
            draft::fill(&form, &pairs);
            let setting = clock::setting();
            say(&format!("Your draft of {} is back", setting.zone().near(at, setting.now())), true);
            alike::look(&form);
        }
        if let Some(button) = page::find("#draft-discard") {
            let key = key.clone();
            page::listen(&button, "click", move |_| {
                draft::forget(&key);
                if let Some(form) = self::form() {
                    form.reset();
                    tell(&form);
                }
                say("", false);
            });
        }
        draft::watch(&form, move |draft| {
            if draft.pairs == untouched {
                draft::forget(&key);
                return say("", false);
            }
            draft::keep(&key, &draft);
            say(&format!("Draft kept on this device, {}", clock::hms(draft.at)), false);
        });
        for event in ["input", "change"] {
            let form = form.clone();
            page::listen(&form.clone(), event, move |event| {
                tell(&form);
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                if let Some(target) = target {
                    changed(&target);
                    if target.id() == "f-title" {
                        alike::look(&form);
                    }
                }
            });
        }
        tell(&form);
        for place in page::all(&form, "[data-place]") {
            suggest(&place);
        }
        kinds();
        let presets = form.clone();
        page::listen(&form, "submit", move |event| {
            let button = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
            let preset = button.filter(|button| button.get_attribute("name").as_deref() == Some("preset"));
            if let Some(preset) = preset.and_then(|button| button.get_attribute("value")) {
                event.prevent_default();
                tick(&presets, &preset);
                tell(&presets);
            }
        });
        let keys = form.clone();
        page::listen(&form, "keydown", move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                let _ = keys.request_submit();
            }
        });
        let _ = set_interval_with_handle(due, Duration::from_secs(20));
    }

    /// The line about the draft; `back` offers to let go of it.
    fn say(words: &str, back: bool) {
        if let Some(line) = page::find("#draft") {
            page::set_attribute(&line, "hidden", words.is_empty().then_some(""));
        }
        if let Some(said) = page::find("#draft-said") {
            page::set_text(&said, words);
        }
        if let Some(discard) = page::find("#draft-discard") {
            page::set_attribute(&discard, "hidden", (!back).then_some(""));
        }
    }

    /// Who would see it.
    fn tell(form: &HtmlFormElement) {
        let pairs = draft::read(form);
        let tlp = first(&pairs, "tlp").parse().unwrap_or(Tlp::Amber);
        let (chosen, others) = draft::ticked(form);
        let named = addresses(first(&pairs, "named"));
        let audience = Audience::of(tlp, &draft::strs(&chosen), &draft::strs(&others), &draft::strs(&named));
        if let Some(yes) = page::find("#visible-to b") {
            page::set_text(&yes, &audience.visible_to);
        }
        if let Some(no) = page::find("#not-visible-to") {
            let words = if audience.not_to.is_empty() { "nobody is left out" } else { &audience.not_to };
            page::set_text(&no, words);
        }
    }

    fn tick(form: &HtmlFormElement, preset: &str) {
        for tick in page::all(form, ".share-grid input[name=share_with]") {
            let sector = tick.get_attribute("data-sector").unwrap_or_default();
            let Some(tick) = tick.dyn_ref::<HtmlInputElement>() else { continue };
            match preset {
                "everybody" => tick.set_checked(true),
                "nobody" => tick.set_checked(false),
                "all_agencies" if sector == "agency" => tick.set_checked(true),
                "all_companies" if sector == "company" => tick.set_checked(true),
                _ => {}
            }
        }
    }

    fn changed(control: &Element) {
        if control.id() == "category-top" {
            kinds();
        }
        if control.get_attribute("name").as_deref() == Some("jurisdiction_state") {
            if let Some(place) = control.closest("[data-place]").ok().flatten() {
                suggest(&place);
            }
        }
    }

    /// The kinds of the chosen category only.
    fn kinds() {
        let top = draft::value_of("#category-top");
        let Some(select) = page::find("#f-category") else { return };
        for group in page::all(&select, "optgroup") {
            let other = !top.is_empty() && group.get_attribute("label").as_deref() != Some(&top);
            page::set_attribute(&group, "hidden", other.then_some(""));
            page::set_attribute(&group, "disabled", other.then_some(""));
        }
    }

    /// Counties of the chosen state.
    fn suggest(place: &Element) {
        let value = |selector| {
            let control = place.query_selector(selector).ok().flatten()?;
            js_sys::Reflect::get(&control, &"value".into()).ok()?.as_string()
        };
        let state = value("select").unwrap_or_default();
        let Some(list) = place.query_selector("datalist").ok().flatten() else { return };
        if list.get_attribute("data-state").as_deref() == Some(&state) {
            return;
        }
        let _ = list.set_attribute("data-state", &state);
        list.set_text_content(None);
        if state.is_empty() {
            return;
        }
        spawn_local(async move {
            let path = format!("/counties?state={}", percent(&state));
            let names: Vec<String> = page::get(&path).await.unwrap_or_default();
            for name in names {
                if let Ok(option) = document().create_element("option") {
                    let _ = option.set_attribute("value", &name);
                    let _ = list.append_child(&option);
                }
            }
        });
    }

    /// Due times count from now on, not from when the page was made.
    fn due() {
        let Some(root) = page::find(".nf-side") else { return };
        let setting = clock::setting();
        for element in page::all(&root, "[data-in]") {
            let seconds = element.get_attribute("data-in").and_then(|text| text.parse().ok()).unwrap_or(0);
            let at = setting.now().plus_seconds(seconds);
            if let Some(time) = element.first_element_child() {
                page::set_text(&time, &setting.zone().near(at, setting.now()));
            }
        }
    }
}
