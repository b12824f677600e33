//! A line across the page when it is cut off for longer than a glance at the strip would tell.

use leptos::prelude::*;

use crate::pages::parts::Icon;

/// Icon, tone, heavy words, the rest, and whether to sign in again.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    icon: &'static str,
    tone: &'static str,
    strong: &'static str,
    rest: String,
    sign_in: Option<String>,
}

#[island]
pub fn LinkBanner(
    /// This page, to come back to.
    path: String,
) -> impl IntoView {
    let line = RwSignal::new(None::<Line>);
    #[cfg(feature = "hydrate")]
    browser::start(line, path);
    #[cfg(not(feature = "hydrate"))]
    let _ = path;
    move || {
        line.get().map(|line| {
            view! {
                <div class="banner" data-tone=line.tone role="alert">
                    <Icon name=line.icon />
                    <p><b>{line.strong}</b>" "{line.rest}</p>
                    {line.sign_in.map(|href| view! { <span class="end"><a href=href>"Sign in again"</a></span> })}
                </div>
            }
        })
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use leptos::prelude::*;

    use super::Line;
    use crate::{
        islands::{
            clock,
            live::{self, Link},
        },
        model::{Moment, board::percent},
    };

    /// So long a cut is only told in the strip.
    const PATIENCE: Duration = Duration::from_secs(60);

    pub(super) fn start(line: RwSignal<Option<Line>>, path: String) {
        let href = format!("/sign-in?next={}", percent(&path));
        live::watch(move |link| match link {
            Link::Still | Link::Live => line.set(None),
            Link::Offline(at) => line.set(Some(offline(at))),
            Link::Ended => line.set(Some(ended(href.clone()))),
            Link::Reconnecting(at) => set_timeout(
                move || {
                    if live::link() == Link::Reconnecting(at) {
                        line.set(Some(cut_off(at)));
                    }
                },
                PATIENCE,
            ),
        });
    }

    fn offline(at: Moment) -> Line {
        let rest = format!(
            "Data as of {}. What you post waits on this device until the connection returns.",
            clock::hms(at)
        );
        Line { icon: "wifi-off", tone: "danger", strong: "You are offline.", rest, sign_in: None }
    }

    fn cut_off(at: Moment) -> Line {
        let rest = format!(
            "Data as of {}. You can read; what you post waits until the server answers.",
            clock::hms(at)
        );
        Line { icon: "refresh-cw", tone: "warn", strong: "Reconnecting.", rest, sign_in: None }
    }

    fn ended(href: String) -> Line {
        let rest = "What you have written stays in this window.".to_owned();
        Line { icon: "log-in", tone: "danger", strong: "You are signed out.", rest, sign_in: Some(href) }
    }
}
