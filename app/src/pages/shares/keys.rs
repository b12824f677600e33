//! The single keys of the inbox, by the tab that is shown: the bar under the list and the sheet of all shortcuts say
//! the same, and nothing that does not work there.
//!
//! No key alone lets words out or takes them back: it leads to the button, which `Enter` presses.

use leptos::prelude::*;

use crate::{
    model::inbox::{ShareQuery, ShareTab},
    pages::menus::Shortcut,
    policy::{Action, Standing, Viewer, may},
};

/// The tab of a page's address; of another page, the first.
pub(in crate::pages) fn tab_of(path: &str) -> ShareTab {
    let query = path.strip_prefix("/shares?").unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    ShareQuery::from_pairs(pairs).tab
}

/// Keys that work in this tab for this viewer.
pub(in crate::pages) fn keys(tab: ShareTab, viewer: &Viewer) -> Vec<Shortcut> {
    let standing = Standing {
        own_organisation: true,
        sent: true,
        origin: tab == ShareTab::Answer,
        ..Standing::default()
    };
    let works = |action| may(viewer, action, standing);
    let all: &[(Action, &[ShareTab], Shortcut)] = &[
        (Action::AnswerShare, &[ShareTab::Answer], ("Acknowledge", &["A"])),
        (Action::AnswerShare, &[ShareTab::Answer, ShareTab::Done], ("Answer", &["R"])),
        (Action::AnswerShare, &[ShareTab::Answer, ShareTab::Done], ("Hand over", &["H"])),
        (Action::StatePosture, &[ShareTab::Answer, ShareTab::Done], ("Our posture", &["O"])),
        (Action::DecideOnward, &[ShareTab::Answer], ("Request: preview", &["V"])),
        (Action::DecideOnward, &[ShareTab::Answer], ("Request: go to Approve", &["A"])),
        (Action::DecideOnward, &[ShareTab::Answer], ("Request: refuse", &["F"])),
        (Action::Revoke, &[ShareTab::Waiting, ShareTab::Done], ("Take back", &["B"])),
        (Action::ReviewShare, &[ShareTab::Held], ("Preview", &["V"])),
        (Action::ReviewShare, &[ShareTab::Held], ("Go to Release", &["A"])),
        (Action::ReviewShare, &[ShareTab::Held], ("Return", &["T"])),
        (Action::ReviewShare, &[ShareTab::Held], ("Refuse", &["F"])),
        (Action::AnswerShare, &[ShareTab::Answer, ShareTab::Done], ("Send", &["Ctrl", "↵"])),
        (Action::ReviewShare, &[ShareTab::Held], ("Send", &["Ctrl", "↵"])),
        (Action::WithdrawHold, &[ShareTab::Held], ("Withdraw", &["B"])),
    ];
    let acts = all.iter().filter(|(action, tabs, _)| tabs.contains(&tab) && works(*action));
    let first: [Shortcut; 2] = [("Move", &["J", "K"]), ("Open the incident", &["Enter"])];
    let last: Shortcut = ("Tabs", &["1", "2", "3", "4"]);
    first.into_iter().chain(acts.map(|(.., key)| *key)).chain([last]).collect()
}

/// For those who have a keyboard and a script that listens.
pub(super) fn bar(tab: ShareTab, viewer: &Viewer) -> AnyView {
    let lines = keys(tab, viewer).into_iter().map(|(what, keys)| {
        view! { <span>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}" "{what}</span> }
    });
    view! {
        <footer class="keybar after-live" aria-label="Keyboard shortcuts">
            {lines.collect_view()}
            <span class="keybar-end"><kbd>"?"</kbd>" All shortcuts"</span>
        </footer>
    }
    .into_any()
}
