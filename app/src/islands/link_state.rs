//! How the page stands to the server, in words, always in sight.
//!
//! Without a script it says of when the page is and offers to read it again.

use leptos::prelude::*;

#[cfg(feature = "hydrate")]
use super::{clock, live, tick};

/// Marker, words and whether it calls for attention.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    state: &'static str,
    words: String,
    /// Address and words of the way on.
    way: Option<(String, &'static str)>,
}

/// Stands in the watch strip and on the wall.
#[island]
pub fn LinkState(
    /// Time of the page's data, as shown: `19:18:24`.
    as_of: String,
    /// This page.
    path: String,
) -> impl IntoView {
    let still =
        Shown { state: "still", words: format!("As of {as_of}"), way: Some((path.clone(), "Refresh")) };
    let shown = RwSignal::new(still.clone());
    #[cfg(feature = "hydrate")]
    {
        tick::start();
        live::start();
        live::watch(move |link| shown.set(describe(link, &still, &path)));
    }
    view! {
        <p class="link-state" role="status" data-state=move || shown.get().state>
            <span class="link-dot"></span>
            <span class="link-words">{move || shown.get().words}</span>
            {move || shown.get().way.map(|(href, words)| view! { <a href=href>{words}</a> })}
        </p>
    }
}

#[cfg(feature = "hydrate")]
fn describe(link: live::Link, still: &Shown, path: &str) -> Shown {
    use live::Link;
    let since = |state, words: &str, at| Shown {
        state,
        words: format!("{words}, data as of {}", clock::hms(at)),
        way: None,
    };
    match link {
        Link::Still => still.clone(),
        Link::Live => Shown { state: "live", words: "Live".into(), way: None },
        Link::Reconnecting(at) => since("reconnecting", "Reconnecting", at),
        Link::Offline(at) => since("offline", "Offline", at),
        Link::Ended => {
            let href = format!("/sign-in?next={}", crate::model::board::percent(path));
            Shown { state: "ended", words: "Signed out".into(), way: Some((href, "Sign in again")) }
        }
    }
}
