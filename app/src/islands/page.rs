//! What islands ask of the page: find, listen, fetch, and draw a part into it.

use std::time::Duration;

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
};
use serde::de::DeserializeOwned;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, DomParser, Element, Event, EventTarget, HtmlElement, Node, Response, Storage, SupportedType,
};

use super::clock;
use crate::pages::parts::{Toast, Tone};

/// The first element that matches.
pub fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// All that match, inside `root`, as they stand now.
pub fn all(root: &Element, selector: &str) -> Vec<Element> {
    let Ok(nodes) = root.query_selector_all(selector) else { return vec![] };
    (0..nodes.length()).filter_map(|index| nodes.item(index)?.dyn_into().ok()).collect()
}

/// All that match on the whole page.
pub fn all_of(selector: &str) -> Vec<Element> {
    document().document_element().map(|root| all(&root, selector)).unwrap_or_default()
}

/// Sets an element's text, and touches the page only when it differs.
pub fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Sets or removes an attribute.
pub fn set_attribute(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// Listens for as long as the page lives.
pub fn listen(target: &EventTarget, event: &str, act: impl FnMut(Event) + 'static) {
    let act = Closure::<dyn FnMut(Event)>::new(act);
    let _ = target.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    act.forget();
}

/// The element with focus.
pub fn focused() -> Option<Element> {
    document().active_element()
}

/// Focus is on `element` or inside it.
pub fn holds_focus(element: &Element) -> bool {
    focused().is_some_and(|active| element.contains(Some(active.unchecked_ref::<Node>())))
}

pub fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// The device's own small memory; none where it is forbidden.
pub fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// Draws parts into a new `tag` and returns it.
///
/// What is returned is a copy: the view it was made of is dropped, or every change of a long night would
/// leave its share of memory behind. It can therefore carry no listeners.
pub fn draw<V: IntoView + 'static>(tag: &str, view: impl FnOnce() -> V + 'static) -> Option<Element> {
    let container: HtmlElement = document().create_element(tag).ok()?.dyn_into().ok()?;
    let handle = leptos::mount::mount_to(container.clone(), move || {
        provide_context(clock::setting());
        view()
    });
    let copy = container.clone_node_with_deep(true).ok()?;
    drop(handle);
    copy.dyn_into().ok()
}

/// Where this page is read again. What answered a form stands at an address that only takes forms, and a link to
/// one thing asks for another page once that thing has moved on: so the page says it itself.
pub fn source() -> String {
    let said = |selector, name| find(selector).and_then(|part: Element| part.get_attribute(name));
    let source = said("#main", "data-source").or_else(|| said(".link-state", "data-path"));
    source.or_else(|| window().location().pathname().ok()).unwrap_or_default()
}

/// A sentence about what has just happened, for so long; or until it is dismissed.
pub fn say(tone: Tone, text: String, stays: Option<Duration>) {
    let drawn = draw("div", move || view! { <Toast tone=tone text=text dismiss=source() /> });
    let (Some(toast), Some(place)) = (drawn.and_then(|drawn| drawn.first_element_child()), toasts()) else {
        return;
    };
    let _ = place.append_child(&toast);
    if let Some(time) = stays {
        set_timeout(move || toast.remove(), time);
    }
}

/// Where such sentences stand.
fn toasts() -> Option<Element> {
    find(".toasts").or_else(|| {
        let place = document().create_element("div").ok()?;
        place.set_class_name("toasts");
        document().body()?.append_child(&place).ok()?;
        Some(place)
    })
}

/// `GET` as JSON; none when it failed or was not understood.
pub async fn get<T: DeserializeOwned>(path: &str) -> Option<T> {
    let response = answer(JsFuture::from(window().fetch_with_str(path)).await)?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    serde_json::from_str(&text).ok()
}

/// `GET` as a page of this site, parsed beside the one on screen; its scripts do not run.
pub async fn read(path: &str) -> Option<Document> {
    let response =
        answer(JsFuture::from(window().fetch_with_str(path)).await).filter(|it| !it.redirected())?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    parse(&text)
}

/// A page's text as a document.
pub fn parse(text: &str) -> Option<Document> {
    DomParser::new().ok()?.parse_from_string(text, SupportedType::TextHtml).ok()
}

fn answer(fetched: Result<JsValue, JsValue>) -> Option<Response> {
    fetched.ok()?.dyn_into::<Response>().ok().filter(Response::ok)
}
