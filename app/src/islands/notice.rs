//! The bell's count on every page, and the list of notifications as it changes.

use leptos::prelude::*;

/// Reads the list again when something new came or something went.
#[island]
pub fn NoticesLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::watch_list();
}

/// Keeps the count at the bell.
#[island]
pub fn NoticeCount() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::watch_count();
}

/// The button on one's own page that lets this browser say that something came, while nobody looks at the page.
#[island]
pub fn DesktopNotices() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::offer();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::Cell, time::Duration};

    use leptos::prelude::*;
    use serde::Deserialize;
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::{Notification, NotificationOptions, NotificationPermission};

    use crate::{
        islands::{gone, live, page, refresh},
        model::{inbox::ShareCounts, notice::NoticeCount},
    };

    thread_local! {
        static ASKED: Cell<bool> = const { Cell::new(false) };
    }

    pub(super) fn watch_list() {
        const LIST: &[&str] = &["#notice-list", "#notice-tabs", "#notice-all"];
        on_change(|gone| if gone { refresh::at_once(LIST) } else { refresh::sections(LIST, 300) });
    }

    pub(super) fn watch_count() {
        live::subscribe("notice", say);
        on_change(|_| {
            if !ASKED.replace(true) {
                let spread = Duration::from_millis(300 + (js_sys::Math::random() * 700.0) as u64);
                set_timeout(|| spawn_local(count()), spread);
            }
        });
    }

    /// A notice of one's own came, or something went with its notices.
    fn on_change(act: impl Fn(bool) + Clone + 'static) {
        for kind in ["notice", "incident", "share"] {
            let act = act.clone();
            live::subscribe(kind, move |data| {
                let gone = gone::is_said(data);
                if gone || data.contains("\"noun\":\"notice\"") {
                    act(gone);
                }
            });
        }
    }

    /// A notice of one's own; of other events there is nothing to say.
    #[derive(Deserialize)]
    struct Event {
        says: String,
    }

    /// Whether this person wants it in this browser: asked for by the button, kept on the device.
    const WANTED: &str = "watchfloor.desktop";

    fn is_wanted() -> bool {
        let kept = page::storage().and_then(|storage| storage.get_item(WANTED).ok().flatten());
        kept.is_some() && Notification::permission() == NotificationPermission::Granted
    }

    /// Says what the event says, and only while nobody looks at the page.
    fn say(data: &str) {
        if !document().hidden() || !is_wanted() {
            return;
        }
        let Ok(Event { says }) = serde_json::from_str(data) else { return };
        let options = NotificationOptions::new();
        options.set_body(&says);
        options.set_tag(&says);
        let _ = Notification::new_with_options("Watchfloor", &options);
    }

    pub(super) fn offer() {
        let Some(button) = page::find("#desktop-notices") else { return };
        tell(&button);
        page::listen(&button.clone(), "click", move |_| {
            let button = button.clone();
            spawn_local(async move {
                let Some(storage) = page::storage() else { return };
                if is_wanted() {
                    let _ = storage.remove_item(WANTED);
                } else if let Ok(asked) = Notification::request_permission() {
                    let _ = JsFuture::from(asked).await;
                    let _ = storage.set_item(WANTED, "1");
                }
                tell(&button);
            });
        });
    }

    /// The button says how it stands.
    fn tell(button: &web_sys::Element) {
        let refused = Notification::permission() == NotificationPermission::Denied;
        let (words, pressed) = match (refused, is_wanted()) {
            (true, _) => ("Your browser forbids notifications", "false"),
            (false, true) => ("Browser notifications are on", "true"),
            (false, false) => ("Turn on browser notifications", "false"),
        };
        page::set_text(button, words);
        page::set_attribute(button, "aria-pressed", Some(pressed));
        page::set_attribute(button, "disabled", refused.then_some(""));
    }

    async fn count() {
        ASKED.set(false);
        let Some(count) = page::get::<NoticeCount>("/notifications/count").await else { return };
        let Some(shown) = page::find(".bell-count") else { return };
        page::set_text(&shown, &ShareCounts::words(count.unread));
        page::set_attribute(&shown, "hidden", (count.unread == 0).then_some(""));
    }
}
