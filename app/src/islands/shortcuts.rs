//! Single keys, outside fields only; they can be switched off (WCAG 2.1.4).

use leptos::prelude::*;

/// Listens to keys. The sheet that lists them is drawn by the shell.
#[island]
pub fn ShortcutsLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::Cell;

    use leptos::{prelude::*, wasm_bindgen::JsCast};
    use web_sys::{HtmlDetailsElement, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent};

    use crate::islands::{list, page, peek};

    const SETTING: &str = "watchfloor.keys";

    thread_local! {
        /// `G` was pressed at this time (milliseconds since the page began): the next key says where to go.
        static GOING: Cell<f64> = const { Cell::new(f64::NEG_INFINITY) };
    }

    pub(super) fn start() {
        page::listen(&window(), "keydown", |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                pressed(event);
            }
        });
        let Some(switch) =
            page::find("#single-keys").and_then(|switch| switch.dyn_into::<HtmlInputElement>().ok())
        else {
            return;
        };
        switch.set_checked(are_on());
        let state = switch.clone();
        page::listen(&switch, "change", move |_| {
            if let Some(storage) = page::storage() {
                let _ = storage.set_item(SETTING, if state.checked() { "on" } else { "off" });
            }
        });
    }

    fn are_on() -> bool {
        page::storage().and_then(|storage| storage.get_item(SETTING).ok().flatten()).as_deref() != Some("off")
    }

    fn in_field() -> bool {
        page::focused().is_some_and(|active| {
            active
                .closest(
                    "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog",
                )
                .ok()
                .flatten()
                .is_some()
        })
    }

    fn pressed(event: &KeyboardEvent) {
        if event.key() == "Escape" {
            return escape();
        }
        if event.ctrl_key() && event.key() == "Enter" && send() {
            return event.prevent_default();
        }
        if event.ctrl_key()
            || event.alt_key()
            || event.meta_key()
            || event.repeat() && event.key() == "?"
            || in_field()
            || !are_on()
        {
            return;
        }
        let going = event.time_stamp() - GOING.replace(f64::NEG_INFINITY) < 1500.0;
        let known = match event.key().as_str() {
            "b" if going => go("/board"),
            "w" if going => go("/wall"),
            "s" if going => go("/shares"),
            "n" if going => go("/notifications"),
            "g" => {
                GOING.set(event.time_stamp());
                true
            }
            "c" => press(".board-new, .tabbar-new"),
            "/" => page::find("#board-q").inspect(page::focus).is_some(),
            "j" => step(1),
            "k" => step(-1),
            "." => press("#held-apply"),
            "p" => press("#feed-pause"),
            " " => look(),
            "a" if press(".brow[data-cursor] .take button") => true,
            key @ ("a" | "b" | "f" | "h" | "o" | "r" | "t" | "v") => act(key),
            key @ ("1" | "2" | "3" | "4") => press(&format!("#share-tabs a:nth-of-type({key})")),
            "x" => press(".brow[data-cursor] .pick input"),
            "S" => press("#bulk-share"),
            "e" => open_form("owner"),
            "s" => open_form("status"),
            "u" => compose("update"),
            "d" => compose("decision"),
            "n" => next_entry(),
            "T" => press("#appearance > summary"),
            "?" => open_sheet(),
            _ => false,
        };
        if known {
            event.prevent_default();
        }
    }

    fn go(path: &str) -> bool {
        window().location().assign(path).is_ok()
    }

    /// Presses what a pointer would press, if the page has it.
    fn press(selector: &str) -> bool {
        let button = page::find(selector).and_then(|button| button.dyn_into::<HtmlElement>().ok());
        button.inspect(HtmlElement::click).is_some()
    }

    fn open_sheet() -> bool {
        let sheet = page::find("#shortcuts").and_then(|sheet| sheet.dyn_into::<HtmlDialogElement>().ok());
        sheet.is_some_and(|sheet| sheet.open() || sheet.show_modal().is_ok())
    }

    /// Moves the cursor of the list; `Enter` then opens the row, as it would any link.
    fn step(by: isize) -> bool {
        let rows = list::rows();
        let here = rows.iter().position(|row| row.has_attribute("data-cursor"));
        let next = match here {
            Some(here) => here.saturating_add_signed(by).min(rows.len().saturating_sub(1)),
            None => 0,
        };
        let Some(row) = rows.get(next) else { return false };
        list::stand_on(row);
        if peek::is_open() {
            peek::open(row);
        }
        true
    }

    /// Opens the panel beside the list, or closes it.
    fn look() -> bool {
        let Some(row) = list::cursor() else { return false };
        if peek::is_open() {
            peek::close()
        } else {
            peek::open(&row)
        }
        true
    }

    /// A form of the incident that the cursor stands on, or of the one whose page this is.
    fn open_form(name: &str) -> bool {
        match list::cursor().and_then(|row| row.get_attribute("data-number")) {
            Some(number) => go(&format!("/incidents/{number}?form={name}#{name}")),
            None => press(&format!("#incident-head #{name}:not([open]) > summary")),
        }
    }

    /// An act on the share that the cursor stands on. What lets words out, or takes them back, is only reached by a
    /// key (`data-goto`): its button, or the field of its form. `Enter` presses it.
    fn act(key: &str) -> bool {
        let here = ".shrow[data-cursor]";
        if press(&format!("{here} [data-key={key}]")) {
            return true;
        }
        let Some(goal) = page::find(&format!("{here} [data-goto={key}]")) else { return false };
        let form = goal.closest(".sh-answer").ok().flatten();
        if let Some(form) = &form {
            form.unchecked_ref::<HtmlDetailsElement>().set_open(true);
        }
        let field = form.and_then(|form| form.query_selector("textarea, select, button").ok().flatten());
        page::focus(&field.unwrap_or(goal));
        true
    }

    /// Sends the answer that is being typed, as its button would.
    fn send() -> bool {
        let field = page::focused().filter(|field| field.matches("textarea, select").unwrap_or(false));
        let form = field.and_then(|field| field.closest(".sh-form").ok().flatten());
        let button = form.and_then(|form| form.query_selector("[type=submit]").ok().flatten());
        button.map(|button| button.unchecked_into::<HtmlElement>().click()).is_some()
    }

    fn compose(kind: &str) -> bool {
        let Some(text) = page::find("#c-text") else { return false };
        press(&format!("#compose [name=kind][value={kind}]"));
        let unseen = text.dyn_ref::<HtmlElement>().is_some_and(|text| text.offset_parent().is_none());
        if unseen {
            // On a phone the composer is a sheet that the address opens.
            let _ = window().location().set_hash("compose");
        }
        page::focus(&text);
        true
    }

    /// Moves through the story, from what is read to what was written before it.
    fn next_entry() -> bool {
        let Some(list) = page::find("#entries") else { return false };
        let entries = page::all(&list, ":scope > li");
        let here = entries.iter().position(page::holds_focus);
        let Some(next) = entries.get(here.map_or(0, |here| here + 1)) else { return false };
        let _ = next.set_attribute("tabindex", "-1");
        page::focus(next);
        true
    }

    /// Leaves the list, or closes the menu that is open and gives it its focus back.
    fn escape() {
        if let Some(menu) = page::find("details.menu[open]") {
            menu.unchecked_ref::<HtmlDetailsElement>().set_open(false);
            if let Some(summary) = menu.query_selector("summary").ok().flatten() {
                page::focus(&summary);
            }
            return;
        }
        if peek::is_open() {
            return peek::close();
        }
        if let Some(form) = page::focused().and_then(|focus| focus.closest(".sh-answer[open]").ok().flatten())
        {
            form.unchecked_ref::<HtmlDetailsElement>().set_open(false);
            form.query_selector("summary").ok().flatten().inspect(page::focus);
            return;
        }
        list::clear_cursor();
        if let Some(active) = page::focused().and_then(|active| active.dyn_into::<HtmlElement>().ok()) {
            if active.closest("#board-list, #share-list").ok().flatten().is_some() {
                let _ = active.blur();
            }
        }
    }
}
