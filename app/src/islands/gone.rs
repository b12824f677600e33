//! What its reader may no longer see leaves the page at once: nobody's pointer, focus or open form keeps it.
//!
//! Parts that go with the sight of an incident carry its number in `data-of`; a row of the board, and the page of
//! one thing, in `data-number`. A share, a hold and a request to pass on go by their id.

use std::cell::Cell;

use leptos::{prelude::*, wasm_bindgen::JsCast};
use serde::Deserialize;
use web_sys::{Element, HtmlElement};

use super::{list, live, page, peek, refresh};
use crate::{
    model::Number,
    pages::parts::{Icon, Tone},
};

thread_local! {
    /// How often something went.
    static TIMES: Cell<usize> = const { Cell::new(0) };
}

/// Any event that takes something away: an incident, or in one that stays a share or a request.
#[derive(Deserialize)]
struct Gone {
    number: Number,
    #[serde(default)]
    gone: bool,
    #[serde(default)]
    id: Option<String>,
}

pub(super) fn start() {
    for kind in ["incident", "share", "notice"] {
        live::subscribe(kind, |data| {
            if is_said(data) {
                take(data);
            }
        });
    }
    live::subscribe("left", |_| left());
}

/// Whether an event takes something away; the words of others cannot contain it, their quotes are escaped.
pub(super) fn is_said(data: &str) -> bool {
    data.contains("\"gone\":true")
}

/// Changes whenever something went: what was asked for before then must not be shown any more.
pub(super) fn times() -> usize {
    TIMES.get()
}

/// This person is nobody in the room any more: nothing of it stays.
pub(super) fn left() {
    for bar in page::all_of("#link-banner") {
        bar.remove();
    }
    empty("You are no longer in this room", "Your account or your organisation’s part in it has ended. ");
}

/// What this page is about is not for its reader any more: not one word of it stays.
pub(super) fn unshared() {
    empty("This is no longer shared with you", "It was taken back, or its marking changed. ");
}

fn take(data: &str) {
    let Ok(Gone { number, gone: true, id }) = serde_json::from_str(data) else { return };
    TIMES.set(TIMES.get() + 1);
    let parts = match &id {
        Some(id) => format!("#s-{id}, #o-{id}, #c-{id}, #share-{id}, [data-crossing=\"{id}\"]"),
        None => format!("[data-of=\"{number}\"], [data-number=\"{number}\"]"),
    };
    let mut worked_in = false;
    for part in page::all_of(&parts) {
        if part.id() == "main" {
            return unshared();
        }
        worked_in |= refresh::is_busy(&part);
        take_out(part);
    }
    // Pages that listen to nothing else count and page anew.
    if page::find(".lg-sheet").is_some() {
        refresh::sections(&[".lg-sheet"], 300);
    }
    if worked_in {
        page::say(Tone::Info, "What you had open is no longer shared with you.".to_owned(), None);
    }
}

/// Takes one part out. Whoever stood in it stands in the next one, or at the beginning of the page.
fn take_out(part: Element) {
    if part.id() == "peek" {
        return peek::close();
    }
    let near = part.next_element_sibling().or_else(|| part.previous_element_sibling());
    let focus = page::holds_focus(&part);
    let message = part.closest(".share").ok().flatten();
    if part.class_list().contains("brow") {
        list::remove(&part);
    } else {
        part.remove();
    }
    // The words of a share stand above those whom it was sent to.
    if let Some(message) = message.filter(|message| page::all(message, "[id^=share-]").is_empty()) {
        message.remove();
    }
    if focus {
        let near = near.filter(|near| near.is_connected());
        let near = near.and_then(|near| near.query_selector("a, button, summary").ok().flatten());
        if let Some(place) = near.or_else(|| page::find("#main")) {
            page::focus(&place);
        }
    }
}

/// Nothing of the page's own stays, and calm words say why.
fn empty(title: &'static str, why: &'static str) {
    let Some(main) = page::find("#main") else { return };
    for beside in page::all_of(".keybar, .toasts") {
        beside.remove();
    }
    for name in ["data-number", "data-source", "data-crossing"] {
        page::set_attribute(&main, name, None);
    }
    document().set_title(&format!("{title} · Watchfloor"));
    if let Some(body) = document().body() {
        body.set_class_name("page-problem");
    }
    main.set_class_name("problem");
    main.set_text_content(None);
    let drawn = page::draw("div", move || {
        view! {
            <Icon name="lock" />
            <h1>{title}</h1>
            <p>{why}"If you need it, ask the shift lead by phone; say the number, nothing else."</p>
            <div class="actions"><a class="btn" href="/board">"Back to the board"</a></div>
        }
    });
    if let Some(drawn) = drawn {
        drawn.set_class_name("empty");
        let _ = main.append_child(&drawn);
    }
    page::set_attribute(&main, "tabindex", Some("-1"));
    page::focus(&main);
    if let Some(main) = main.dyn_ref::<HtmlElement>() {
        main.scroll_into_view();
    }
}
