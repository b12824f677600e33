//! The incident's page beside its timeline.

use leptos::prelude::*;

/// Sections that are read again when something in them has changed.
#[island]
pub fn IncidentLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start();
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::{prelude::*, wasm_bindgen::JsCast};
    use serde::Deserialize;
    use web_sys::{Element, HtmlDetailsElement};

    use crate::{
        islands::{draft, live, page, refresh},
        model::{Number, entry::EntryKind},
    };

    #[derive(Deserialize)]
    struct Kind {
        kind: EntryKind,
    }

    /// Of any event: enough to know what to read again.
    #[derive(Deserialize)]
    struct Event {
        number: Number,
        version: Option<i64>,
        noun: Option<String>,
        entry: Option<Kind>,
    }

    const HEAD: &[&str] = &["#incident-head", "#inc-mini", "#understanding"];
    const EXHIBITS: &[&str] = &["#exhibits", "#ev-h", "#inc-tabs"];

    pub(super) fn start() {
        let Some(main) = page::find("#main") else { return };
        let attribute = |name| main.get_attribute(name).unwrap_or_default();
        let Ok(number) = attribute("data-number").parse::<Number>() else { return };
        if window().location().search().is_ok_and(|query| query.contains("opened=")) {
            draft::forget(&format!("watchfloor.draft.{}.new", attribute("data-person")));
        }
        for kind in ["incident", "entry", "evidence", "task", "share", "notice"] {
            let number = number.clone();
            live::subscribe(kind, move |data| {
                if let Ok(event) = serde_json::from_str::<Event>(data) {
                    if event.number == number {
                        changed(kind, &event);
                    }
                }
            });
        }
        close_on_the_outside();
    }

    fn changed(kind: &str, event: &Event) {
        match (kind, event.noun.as_deref()) {
            ("incident", _) => {
                let known = page::find("#incident-head").and_then(|head| head.get_attribute("data-version"));
                let same = known.and_then(|known| known.parse::<i64>().ok()) == event.version;
                // A post moves nothing but the clock of the next update: that can wait.
                refresh::sections(HEAD, if same { 4000 } else { 300 });
            }
            ("entry", _) => {
                if event.entry.as_ref().is_some_and(|entry| entry.kind == EntryKind::Evidence) {
                    refresh::sections(EXHIBITS, 300);
                }
            }
            ("evidence", _) | (_, Some("exhibit" | "evidence")) => refresh::sections(EXHIBITS, 300),
            ("task", _) | (_, Some("task")) => refresh::sections(&["#tasks", "#inc-tabs"], 300),
            ("share", _) | (_, Some("share")) => {
                refresh::sections(&["#shares", "#organisations", "#inc-tabs"], 300)
            }
            (_, Some("posture")) => refresh::sections(&["#organisations"], 300),
            (_, Some("indicator")) => refresh::sections(&["#indicators", "#inc-tabs"], 300),
            _ => {}
        }
    }

    /// A form that hangs over the page closes by a press beside it or Escape, unless something was typed.
    fn close_on_the_outside() {
        page::listen(&document(), "click", |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            for act in
                page::find("#incident-head").map(|head| page::all(&head, ".act[open]")).unwrap_or_default()
            {
                let inside = target.as_ref().is_some_and(|target| act.contains(Some(target)));
                if !inside && !was_typed_in(&act) {
                    act.unchecked_ref::<HtmlDetailsElement>().set_open(false);
                }
            }
        });
        page::listen(&document(), "keydown", |event| {
            let escape =
                event.dyn_ref::<web_sys::KeyboardEvent>().is_some_and(|event| event.key() == "Escape");
            let open = page::focused().and_then(|focus| focus.closest(".act[open]").ok().flatten());
            if let Some(act) = open.filter(|act| escape && !was_typed_in(act)) {
                act.unchecked_ref::<HtmlDetailsElement>().set_open(false);
                if let Some(summary) = act.query_selector("summary").ok().flatten() {
                    page::focus(&summary);
                }
            }
        });
    }

    fn was_typed_in(act: &Element) -> bool {
        page::all(act, "textarea, input:not([type=hidden], [type=radio], [type=checkbox])").iter().any(
            |control| {
                let property = |name: &str| {
                    js_sys::Reflect::get(control, &name.into()).ok().and_then(|value| value.as_string())
                };
                property("value") != property("defaultValue")
            },
        )
    }
}
