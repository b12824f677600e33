//! The last words of an incident beside the list: `Space` on a row of the board.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Element};

use super::{list, page};
use crate::{
    model::{Severity, Tlp},
    pages::parts::{SeverityMark, Time, TlpChip},
};

/// How many entries are shown.
const SHOWN: usize = 3;

/// Whether the panel is open.
pub(super) fn is_open() -> bool {
    page::find("#peek").is_some_and(|panel| !panel.has_attribute("hidden"))
}

pub(super) fn close() {
    if let Some(panel) = page::find("#peek") {
        page::set_attribute(&panel, "hidden", Some(""));
        page::set_attribute(&panel, "data-of", None);
        panel.set_text_content(None);
    }
}

/// Shows the last words of this row's incident, read from its page as this viewer may see it.
pub(super) fn open(row: &Element) {
    let Some(number) = row.get_attribute("data-number") else { return };
    let row = row.clone();
    spawn_local(async move {
        let Some(fresh) = page::read(&format!("/incidents/{number}")).await else { return };
        // The cursor may have gone on while the page was on its way.
        let current = list::cursor().and_then(|row| row.get_attribute("data-number"));
        if current.as_deref() != Some(&number) {
            return;
        }
        show(&row, &number, lines(&fresh));
    });
}

/// An entry in one line.
struct Line {
    at: Option<crate::model::Moment>,
    who: String,
    words: String,
    tlp: Option<Tlp>,
}

fn text(root: &Element, selector: &str) -> String {
    let part = root.query_selector(selector).ok().flatten();
    part.and_then(|part| part.text_content()).unwrap_or_default().trim().to_owned()
}

fn lines(fresh: &Document) -> Vec<Line> {
    let Some(entries) = fresh.get_element_by_id("entries") else { return vec![] };
    let line = |item: Element| {
        let who = text(&item, ".te-head b:last-of-type, .te-line b");
        let line = text(&item, ".te-line");
        // A line of the system begins with who it is, and that is said already.
        let line = line.strip_prefix(&who).unwrap_or(&line).trim().to_owned();
        let words = ["p.te-decision, .te-text", ".te-change", ".te-file a"]
            .into_iter()
            .map(|selector| text(&item, selector))
            .chain([line])
            .find(|words| !words.is_empty())?;
        let label = item.query_selector(".te-head > .tlp").ok().flatten();
        Some(Line {
            at: item.get_attribute("data-at").and_then(|at| at.parse().ok()).map(crate::model::Moment),
            who,
            words,
            tlp: label.and_then(|label| label.get_attribute("data-tlp")).and_then(|tlp| tlp.parse().ok()),
        })
    };
    page::all(&entries, ":scope > li.te").into_iter().filter_map(line).take(SHOWN).collect()
}

fn show(row: &Element, number: &str, lines: Vec<Line>) {
    let Some(panel) = page::find("#peek") else { return };
    let (title, number, of) = (text(row, ".c-line a"), number.to_owned(), number.to_owned());
    let mut facts =
        [".c-status", ".c-owner :is(.who, .unowned)", ".target-line, .target-none", ".target-what"]
            .map(|selector| text(row, selector))
            .to_vec();
    facts.retain(|fact| !fact.is_empty());
    let facts = facts.join(" · ");
    let severity = row.query_selector(".c-sev .sev").ok().flatten();
    let severity = severity.and_then(|mark| mark.get_attribute("data-sev")?.parse::<Severity>().ok());
    let drawn = page::draw("div", move || {
        let none = lines.is_empty().then(|| view! { <p class="muted">"Nothing has been written yet."</p> });
        let lines: Vec<_> = lines
            .into_iter()
            .map(|line| {
                let at = line.at.map(|at| view! { <Time at=at /> });
                let chip = line.tlp.map(|tlp| view! { " "<TlpChip tlp=tlp /> });
                view! { <li>{at}<span><b>{line.who}</b>" "{line.words}{chip}</span></li> }
            })
            .collect();
        view! {
            <div class="panel-head">
                {severity.map(|severity| view! { <SeverityMark severity=severity /> })}
                <h2 id="peek-h">{title}</h2><span class="end mono">{number}</span>
            </div>
            <div class="panel-body">
                <p class="muted">{facts}</p>
                <ul class="peek-list">{lines}</ul>
                {none}
                <p class="muted"><kbd>"Enter"</kbd>" Open "<kbd>"Space"</kbd>" Close"</p>
            </div>
        }
    });
    panel.set_text_content(None);
    while let Some(part) = drawn.as_ref().and_then(|drawn| drawn.first_child()) {
        let _ = panel.append_child(&part);
    }
    page::set_attribute(&panel, "data-of", Some(&of));
    page::set_attribute(&panel, "hidden", None);
}
