//! Open incidents that look like the one that is being typed, said before it is opened a second time.

use std::{cell::RefCell, time::Duration};

use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlFormElement;

use super::{draft, page, send};

/// The server is asked when the hands have rested for so long.
const REST: Duration = Duration::from_millis(700);
/// What the page says of them: at the title, and at the side.
const PARTS: [&str; 2] = ["#alike-said", "#alike"];

#[derive(Default)]
struct Asked {
    timer: Option<TimeoutHandle>,
    /// For which title.
    title: String,
}

thread_local! {
    static ASKED: RefCell<Asked> = RefCell::default();
}

/// Looks again, once the title has stood for a moment.
pub(super) fn look(form: &HtmlFormElement) {
    let form = form.clone();
    let timer = set_timeout_with_handle(move || spawn_local(ask(form)), REST).ok();
    if let Some(earlier) = ASKED.with_borrow_mut(|asked| std::mem::replace(&mut asked.timer, timer)) {
        earlier.clear();
    }
}

/// The form as it would come back, of which these parts are taken. It is a help: where no answer comes, nothing is said.
async fn ask(form: HtmlFormElement) {
    let title = draft::value_of("#f-title");
    if ASKED.with_borrow_mut(|asked| std::mem::replace(&mut asked.title, title.clone())) == title {
        return;
    }
    let Some(response) = send::form(&form, Some("look")).await.filter(|response| response.ok()) else {
        return;
    };
    let Ok(text) = response.text() else { return };
    let text = JsFuture::from(text).await.ok().and_then(|text| text.as_string()).unwrap_or_default();
    let Some(fresh) = page::parse(&text) else { return };
    if draft::value_of("#f-title") != title {
        return;
    }
    for selector in PARTS {
        let (Some(old), Some(new)) = (page::find(selector), fresh.query_selector(selector).ok().flatten())
        else {
            continue;
        };
        if !page::holds_focus(&old) && old.inner_html() != new.inner_html() {
            old.set_inner_html(&new.inner_html());
        }
    }
}
