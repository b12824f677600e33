//! A line across the page when it is cut off for longer than a glance at the strip would tell.

use leptos::prelude::*;

use crate::pages::parts::Icon;

#[component]
pub fn LinkBanner(
    /// This page, to come back to.
    path: String,
) -> impl IntoView {
    let href = format!("/sign-in?next={}", crate::model::board::percent(&path));
    view! {
        <div class="banner" id="link-banner" role="alert" hidden=true>
            <Icon name="wifi-off" />
            <p><b></b>" "<span></span></p>
            <span class="end"><a href=href>"Sign in again"</a></span>
        </div>
        <BannerLive />
    }
}

#[island]
pub fn BannerLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use leptos::prelude::*;

    use crate::islands::{
        clock,
        live::{self, Link},
        page,
    };

    /// So long a cut is only told in the strip.
    const PATIENCE: Duration = Duration::from_secs(60);

    pub(super) fn start() {
        live::watch(|link| match link {
            Link::Reconnecting(_) => set_timeout(
                move || {
                    if live::link() == link {
                        show(link);
                    }
                },
                PATIENCE,
            ),
            _ => show(link),
        });
    }

    fn show(link: Link) {
        let Some(banner) = page::find("#link-banner") else { return };
        let (tone, strong, rest) = match link {
            Link::Still | Link::Live => return page::set_attribute(&banner, "hidden", Some("")),
            Link::Offline(at) => ("danger", "You are offline.", waits(at, "until the connection returns")),
            Link::Reconnecting(at) => ("warn", "Reconnecting.", waits(at, "until the server answers")),
            Link::Ended => {
                ("danger", "You are signed out.", "What you have written stays in this window.".to_owned())
            }
        };
        let texts = [("b", strong), ("p span", rest.as_str())];
        for (selector, text) in texts {
            if let Some(part) = banner.query_selector(selector).ok().flatten() {
                page::set_text(&part, text);
            }
        }
        if let Some(way) = banner.query_selector(".end").ok().flatten() {
            page::set_attribute(&way, "hidden", (link != Link::Ended).then_some(""));
        }
        page::set_attribute(&banner, "data-tone", Some(tone));
        page::set_attribute(&banner, "hidden", None);
    }

    fn waits(at: crate::model::Moment, until: &str) -> String {
        format!("Data as of {}. What you post waits on this device {until}.", clock::hms(at))
    }
}
