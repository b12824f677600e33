//! Sections of a page, read again from the server and swapped as they are, while nobody works in them.
//!
//! Only sections without islands: what is swapped in is finished HTML and nothing else.

use std::{cell::RefCell, collections::BTreeSet, time::Duration};

use leptos::{prelude::*, wasm_bindgen::JsCast};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DocumentFragment, Element, HtmlTemplateElement, Response};

use super::{gone, page};

#[derive(Default)]
struct Wanted {
    /// Selectors of what is out of date.
    stale: BTreeSet<&'static str>,
    /// Of them: what may no longer be shown, whoever works in it.
    forced: BTreeSet<&'static str>,
    timer: Option<TimeoutHandle>,
    watching: bool,
}

thread_local! {
    static WANTED: RefCell<Wanted> = RefCell::default();
}

/// Reads these sections again, a moment after the last change: a burst asks once. The moment differs from
/// page to page, so that a change does not bring every reader to the server at once.
pub(super) fn sections(selectors: &[&'static str], after_ms: u64) {
    WANTED.with_borrow_mut(|wanted| wanted.stale.extend(selectors));
    watch_hands();
    let spread = (js_sys::Math::random() * 700.0) as u64;
    again_in(Duration::from_millis(after_ms + spread));
}

/// Reads these sections again now, and swaps them under the hands of whoever works there: something in them is no
/// longer for this reader. For sections in which nobody types.
pub(super) fn at_once(selectors: &[&'static str]) {
    WANTED.with_borrow_mut(|wanted| {
        wanted.stale.extend(selectors);
        wanted.forced.extend(selectors);
    });
    watch_hands();
    again_in(Duration::ZERO);
}

fn again_in(time: Duration) {
    let timer = set_timeout_with_handle(|| spawn_local(read()), time).ok();
    if let Some(earlier) = WANTED.with_borrow_mut(|wanted| std::mem::replace(&mut wanted.timer, timer)) {
        earlier.clear();
    }
}

/// Somebody has a form open in it, or the focus.
pub(super) fn is_busy(section: &Element) -> bool {
    page::holds_focus(section) || section.query_selector("details[open]").ok().flatten().is_some()
}

/// Somebody works in it, and nothing has to go from it.
fn is_kept(selector: &str, section: &Element) -> bool {
    is_busy(section) && !WANTED.with_borrow(|wanted| wanted.forced.contains(selector))
}

async fn read() {
    let stale: Vec<_> = WANTED.with_borrow(|wanted| wanted.stale.iter().copied().collect());
    let ready =
        stale.iter().any(|selector| page::find(selector).is_some_and(|section| !is_kept(selector, &section)));
    mark_stale(&stale);
    if !ready {
        return;
    }
    let asked = gone::times();
    let Some(fresh) = fetch().await else {
        return again_in(Duration::from_secs(10));
    };
    if gone::times() != asked {
        // The answer may still have what went while it was on its way.
        return again_in(Duration::ZERO);
    }
    for selector in stale {
        let (Some(old), Some(new)) = (page::find(selector), fresh.query_selector(selector).ok().flatten())
        else {
            continue;
        };
        // It may have been taken up while the answer was on its way.
        if is_kept(selector, &old) {
            continue;
        }
        WANTED.with_borrow_mut(|wanted| {
            wanted.stale.remove(selector);
            wanted.forced.remove(selector);
        });
        swap(&old, &new);
    }
}

/// Whoever stood in the section stands at the same link again, or at the beginning of the page.
fn swap(old: &Element, new: &Element) {
    let focus = page::focused().filter(|_| page::holds_focus(old));
    let _ = old.replace_with_with_node_1(new);
    let Some(focus) = focus else { return };
    let link = focus.get_attribute("href").map(|href| format!("a[href=\"{href}\"]"));
    let same = link.and_then(|link| new.query_selector(&link).ok().flatten());
    if let Some(place) = same.or_else(|| page::find("#main")) {
        page::focus(&place);
    }
}

/// The page as it is now. A template takes the HTML without running or loading anything of it.
async fn fetch() -> Option<DocumentFragment> {
    let fetched = JsFuture::from(window().fetch_with_str(&page::source())).await.ok()?;
    let response: Response = fetched.dyn_into().ok()?;
    if response.status() == 404 {
        gone::unshared();
        return None;
    }
    if !response.ok() || response.redirected() {
        return None;
    }
    let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    let template: HtmlTemplateElement = document().create_element("template").ok()?.dyn_into().ok()?;
    template.set_inner_html(&text);
    Some(template.content())
}

/// Says of what is held back that it is out of date.
fn mark_stale(selectors: &[&'static str]) {
    for selector in selectors {
        if let Some(section) = page::find(selector).filter(is_busy) {
            let _ = section.set_attribute("data-stale", "");
        }
    }
}

/// When hands leave a section, what was held back is read.
fn watch_hands() {
    if WANTED.with_borrow_mut(|wanted| std::mem::replace(&mut wanted.watching, true)) {
        return;
    }
    for event in ["focusout", "click"] {
        page::listen(&document(), event, |_| {
            let waits = WANTED.with_borrow(|wanted| !wanted.stale.is_empty() && wanted.timer.is_some());
            if waits {
                again_in(Duration::from_millis(400));
            }
        });
    }
}
