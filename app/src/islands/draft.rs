//! What stands in a form, read and written as a whole; and the copy of it that this device keeps until the
//! server has confirmed. A copy belongs to one person: whoever signs in next on this device never sees it.

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
};
use serde::{Deserialize, Serialize};
use web_sys::{Element, FormData, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

use super::{clock, page};
use crate::model::Moment;

/// A form's values with the time of the copy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    pub at: Moment,
    pub pairs: Vec<(String, String)>,
}

/// Values of a form in the order of its controls. Tokens and files never leave the page this way.
pub fn read(form: &HtmlFormElement) -> Vec<(String, String)> {
    let Ok(data) = FormData::new_with_form(form) else { return vec![] };
    let Ok(Some(entries)) = js_sys::try_iter(data.as_ref()) else { return vec![] };
    entries
        .filter_map(|entry| {
            let pair: js_sys::Array = entry.ok()?.dyn_into().ok()?;
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        })
        .filter(|(name, _)| !matches!(name.as_str(), "form_token" | "form_id" | "version"))
        .collect()
}

/// Puts values back; a name that is sent several times is filled in order.
pub fn fill(form: &HtmlFormElement, pairs: &[(String, String)]) {
    let root: &Element = form.as_ref();
    let mut used = vec![false; pairs.len()];
    for control in page::all(root, "[name]") {
        let name = control.get_attribute("name").unwrap_or_default();
        if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
            match input.type_().as_str() {
                "hidden" | "file" | "password" => continue,
                "radio" | "checkbox" => {
                    let value = input.value();
                    input.set_checked(pairs.iter().any(|(n, v)| *n == name && *v == value));
                    continue;
                }
                _ => {}
            }
        }
        let next = (0..pairs.len()).find(|index| !used[*index] && pairs[*index].0 == name);
        let Some(index) = next else { continue };
        used[index] = true;
        set_value(&control, &pairs[index].1);
    }
}

pub fn set_value(control: &Element, value: &str) {
    if let Some(area) = control.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(value);
    } else if let Some(select) = control.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    } else if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        input.set_value(value);
    }
}

pub fn value_of(selector: &str) -> String {
    let Some(control) = page::find(selector) else { return String::new() };
    js_sys::Reflect::get(&control, &JsValue::from_str("value"))
        .ok()
        .and_then(|value| value.as_string())
        .unwrap_or_default()
}

/// The first value of a name.
pub fn first<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
}

/// All values of a name.
pub fn all_of<'a>(pairs: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = &'a str> {
    pairs.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
}

pub fn keep<T: Serialize>(key: &str, value: &T) {
    if let (Some(storage), Ok(text)) = (page::storage(), serde_json::to_string(value)) {
        let _ = storage.set_item(key, &text);
    }
}

pub fn kept<T: for<'de> Deserialize<'de>>(key: &str) -> Option<T> {
    let text = page::storage()?.get_item(key).ok().flatten()?;
    serde_json::from_str(&text).ok()
}

pub fn forget(key: &str) {
    if let Some(storage) = page::storage() {
        let _ = storage.remove_item(key);
    }
}

/// Calls back every two seconds in which the form has changed, and once more when the page goes away.
pub fn watch(form: &HtmlFormElement, act: impl Fn(Draft) + 'static) {
    let last = RefCell::new(read(form));
    let form = form.clone();
    let look = Rc::new(move || {
        let pairs = read(&form);
        if *last.borrow() != pairs {
            last.replace(pairs.clone());
            act(Draft { at: clock::now(), pairs });
        }
    });
    let again = look.clone();
    let _ = set_interval_with_handle(move || again(), Duration::from_secs(2));
    page::listen(&window(), "pagehide", move |_| look());
}

/// Short names behind the boxes of an audience: those that are ticked, and the others. One's own
/// organisation, whose box cannot be changed, comes first.
pub fn ticked(form: &Element) -> (Vec<String>, Vec<String>) {
    let (mut chosen, mut others) = (vec![], vec![]);
    for tick in page::all(form, "input[data-short]") {
        let Some(tick) = tick.dyn_ref::<HtmlInputElement>() else { continue };
        let short = tick.get_attribute("data-short").unwrap_or_default();
        match (tick.disabled(), tick.checked()) {
            (true, _) => chosen.insert(0, short),
            (false, true) => chosen.push(short),
            (false, false) => others.push(short),
        }
    }
    (chosen, others)
}

pub fn strs(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}
