//! People offered after an `@` in the composer: those who would see the entry as it is marked at that moment,
//! out of the list that the page carries anyway. The server has the last word.

use leptos::{prelude::*, wasm_bindgen::JsCast};
use web_sys::{Element, HtmlTextAreaElement, KeyboardEvent};

use super::{draft, page};
use crate::model::{Tlp, audience::addresses};

/// At most so many at a time.
const OFFERED: usize = 6;

/// A person of the page's list.
struct Person {
    email: String,
    name: String,
    organisation: String,
}

/// Watches the text of the composer.
pub(super) fn start() {
    let Some(area) = area() else { return };
    let _ = area.set_attribute("aria-autocomplete", "list");
    let _ = area.set_attribute("aria-controls", "c-mentions");
    page::listen(&area, "input", |_| offer());
    page::listen(&area, "click", |_| offer());
    page::listen(&area, "blur", |_| close());
    page::listen(&area, "keydown", |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if pressed(key) {
            key.prevent_default();
            key.stop_propagation();
        }
    });
}

fn area() -> Option<HtmlTextAreaElement> {
    page::find("#c-text")?.dyn_into().ok()
}

fn list() -> Option<Element> {
    page::find("#c-mentions").filter(|list| !list.has_attribute("hidden"))
}

fn close() {
    if let Some(list) = page::find("#c-mentions") {
        list.set_inner_html("");
        page::set_attribute(&list, "hidden", Some(""));
    }
    if let Some(area) = area() {
        page::set_attribute(&area, "aria-activedescendant", None);
    }
}

/// The text before the caret, and after it.
fn around(area: &HtmlTextAreaElement) -> Option<(String, String)> {
    let caret = area.selection_start().ok()?? as usize;
    let units: Vec<u16> = area.value().encode_utf16().collect();
    let (before, after) = units.split_at_checked(caret)?;
    Some((String::from_utf16_lossy(before), String::from_utf16_lossy(after)))
}

/// What stands between the last `@` and the caret, where that `@` begins a word.
fn asked(before: &str) -> Option<&str> {
    let (head, word) = before.rsplit_once('@')?;
    let begins = !head.ends_with(|c: char| c.is_alphanumeric() || "@._+-".contains(c));
    (begins && word.len() <= 40 && !word.contains(char::is_whitespace)).then_some(word)
}

/// Who would see the entry, out of those who see the incident.
fn people() -> Vec<Person> {
    let (Some(form), Some(known)) = (page::find("#compose"), page::find("#c-people")) else { return vec![] };
    let tlp = page::find("#compose [name=tlp]:checked").and_then(|radio| radio.get_attribute("value"));
    let tlp: Option<Tlp> = tlp.and_then(|word| word.parse().ok());
    let named = addresses(&draft::value_of("#c-named"));
    let (chosen, _) = draft::ticked(&form);
    let own = form.get_attribute("data-me");
    let sees = |person: &Person| match tlp {
        Some(Tlp::Red) => named.contains(&person.email),
        Some(Tlp::Amber | Tlp::AmberStrict) => chosen.contains(&person.organisation),
        Some(_) => true,
        None => false,
    };
    let people = page::all(&known, "option").into_iter().filter_map(|option| {
        let words = option.text_content()?;
        let (name, organisation) = words.rsplit_once(", ")?;
        let (name, organisation) = (name.to_owned(), organisation.to_owned());
        Some(Person { email: option.get_attribute("value")?, name, organisation })
    });
    people.filter(|person| own.as_ref() != Some(&person.email) && sees(person)).collect()
}

fn offer() {
    let Some(before) = area().and_then(|area| around(&area)).map(|(before, _)| before) else { return };
    let Some(word) = asked(&before).map(str::to_lowercase) else { return close() };
    let fits = |person: &Person| {
        person.email.starts_with(&word)
            || person.name.to_lowercase().split(' ').any(|part| part.starts_with(&word))
            || person.organisation.to_lowercase().starts_with(&word)
    };
    let found: Vec<_> = people().into_iter().filter(fits).take(OFFERED).collect();
    let (Some(list), false) = (page::find("#c-mentions"), found.is_empty()) else { return close() };
    let rows = page::draw("ul", move || {
        let row = |(n, person): (usize, Person)| {
            let email = person.email.clone();
            view! {
                <li role="option" id=format!("c-mention-{n}") aria-selected=(n == 0).to_string() data-email=email>
                    <b>{person.name}</b>" "<span>{person.organisation}</span>" "<small>{person.email}</small>
                </li>
            }
        };
        found.into_iter().enumerate().map(row).collect_view()
    });
    let Some(rows) = rows else { return };
    list.set_inner_html(&rows.inner_html());
    for option in page::all(&list, "li") {
        // Before the text loses its focus.
        page::listen(&option.clone(), "mousedown", move |event| {
            event.prevent_default();
            choose(&option);
        });
    }
    page::set_attribute(&list, "hidden", None);
    tell_selected("c-mention-0");
}

fn tell_selected(id: &str) {
    if let Some(area) = area() {
        page::set_attribute(&area, "aria-activedescendant", Some(id));
    }
}

/// True: the key was meant for the list.
fn pressed(key: &KeyboardEvent) -> bool {
    let Some(list) = list().filter(|_| !key.ctrl_key() && !key.meta_key()) else { return false };
    let options = page::all(&list, "li");
    let here =
        options.iter().position(|option| option.get_attribute("aria-selected").as_deref() == Some("true"));
    let here = here.unwrap_or_default();
    match key.key().as_str() {
        "ArrowDown" => select(&options, (here + 1) % options.len().max(1)),
        "ArrowUp" => select(&options, here.checked_sub(1).unwrap_or(options.len().saturating_sub(1))),
        "Enter" | "Tab" => options.get(here).inspect(|option| choose(option)).is_some(),
        "Escape" => {
            close();
            true
        }
        _ => false,
    }
}

fn select(options: &[Element], there: usize) -> bool {
    for (n, option) in options.iter().enumerate() {
        page::set_attribute(option, "aria-selected", Some(if n == there { "true" } else { "false" }));
    }
    if let Some(option) = options.get(there) {
        tell_selected(&option.id());
    }
    true
}

/// Puts the whole address in place of what was typed.
fn choose(option: &Element) {
    let (Some(area), Some(email)) = (area(), option.get_attribute("data-email")) else { return };
    let Some((before, after)) = around(&area) else { return };
    let Some(word) = asked(&before) else { return };
    let head = &before[..before.len() - word.len()];
    let space = if after.starts_with(char::is_whitespace) { "" } else { " " };
    let written = format!("{head}{email}{space}");
    let caret = written.encode_utf16().count() as u32;
    area.set_value(&format!("{written}{after}"));
    let _ = area.set_selection_range(caret, caret);
    close();
}
