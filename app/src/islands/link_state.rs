//! How the page stands to the server, in words, always in sight.
//!
//! Without a script it says of when the page is and offers to read it again.

use leptos::prelude::*;

/// Stands in the watch strip and on the wall.
#[component]
pub fn LinkState(
    /// Time of the page's data, as shown: `19:18:24`.
    as_of: String,
    /// This page.
    path: String,
) -> impl IntoView {
    let here = path.clone();
    view! {
        <p class="link-state" role="status" data-state="still" data-path=here>
            <span class="link-dot"></span>
            <span class="link-words">{format!("As of {as_of}")}</span>
            <a href=path>"Refresh"</a>
        </p>
        <LinkLive />
    }
}

/// Starts the stream and the clocks, and keeps the words of [`LinkState`] true.
#[island]
pub fn LinkLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start();
}

#[cfg(feature = "hydrate")]
mod browser {
    use crate::{
        islands::{
            clock, gone,
            live::{self, Link},
            page, tick,
        },
        model::{Moment, board::percent},
    };

    pub(super) fn start() {
        tick::start();
        gone::start();
        live::start();
        live::watch(show);
    }

    fn show(link: Link) {
        let since =
            |state, words: &str, at: Moment| (state, format!("{words}, data as of {}", clock::hms(at)));
        let (state, words) = match link {
            // What the server wrote is true until the first word from it.
            Link::Still => return,
            Link::Live => ("live", "Live".to_owned()),
            Link::Reconnecting(at) => since("reconnecting", "Reconnecting", at),
            Link::Offline(at) => since("offline", "Offline", at),
            Link::Ended => ("ended", "Signed out".to_owned()),
        };
        let Some(shown) = page::find(".link-state") else { return };
        page::set_attribute(&shown, "data-state", Some(state));
        let part = |selector| shown.query_selector(selector).ok().flatten();
        if let Some(line) = part(".link-words") {
            page::set_text(&line, &words);
        }
        if let Some(way) = part("a") {
            let path = shown.get_attribute("data-path").unwrap_or_default();
            page::set_attribute(&way, "hidden", (link != Link::Ended).then_some(""));
            page::set_attribute(&way, "href", Some(&format!("/sign-in?next={}", percent(&path))));
            page::set_text(&way, "Sign in again");
        }
    }
}
