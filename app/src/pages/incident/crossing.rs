//! The timeline's line for what crossed to other organisations: one line for all who were told at once.

use leptos::prelude::*;

use super::entry::{EntrySetting, by};
use crate::{
    model::entry::{Entry, EntryKind},
    pages::parts::{Icon, Time, TlpChip},
};

/// Seconds within which the same words to several organisations are one act.
const AT_ONCE: i64 = 60;

/// How many entries from the first on say the same to different organisations: those are one line.
pub(super) fn told_at_once(entries: &[Entry]) -> usize {
    let Some(first) = entries.first().and_then(|entry| recipient(entry).map(|_| entry)) else { return 0 };
    let same = |entry: &Entry| {
        recipient(entry).is_some()
            && entry.author == first.author
            && (&entry.text, entry.tlp) == (&first.text, first.tlp)
            && (first.happened_at.since(entry.happened_at)).abs() <= AT_ONCE
    };
    entries.iter().take_while(|entry| same(entry)).count()
}

/// Whom a share told; a share that was taken back told nobody.
fn recipient(entry: &Entry) -> Option<&str> {
    let change = entry.change.as_ref().filter(|_| entry.kind == EntryKind::Share)?;
    change.old.is_empty().then_some(change.new.as_str())
}

/// `CISA Marisol Quennell shared with FBI, Google and Twitter · For awareness`. The line carries the id of
/// the first; the others' stand at their names.
pub(super) fn crossing(entries: &[Entry], setting: &EntrySetting) -> impl IntoView + use<> {
    let first = entries.first().cloned();
    first.map(|first| {
        let last = entries.len() - 1;
        // Newest first; the reader wants the order in which they were told.
        let names: Vec<_> = entries
            .iter()
            .rev()
            .enumerate()
            .map(|(at, entry)| {
                let id = (entry.id != first.id).then(|| format!("entry-{}", entry.id));
                let between = match at {
                    0 => "",
                    _ if at == last => " and ",
                    _ => ", ",
                };
                view! { {between}<span id=id>{recipient(entry).unwrap_or_default().to_owned()}</span> }
            })
            .collect();
        let chip = (first.tlp > setting.tlp).then(|| view! { " "<TlpChip tlp=first.tlp /> });
        let purpose = (!first.text.is_empty())
            .then(|| view! { " · "<span class="te-text">{first.text.clone()}</span> });
        view! {
            <li class="te te-sys" id=format!("entry-{}", first.id) data-kind="share" data-at=first.happened_at.0.to_string()>
                <span class="te-time"><Time at=first.happened_at /></span>
                <span class="te-node"><Icon name="share-2" size="sm" /></span>
                <p class="te-line">{by(&first)}"shared with "{names}{purpose}{chip}</p>
            </li>
        }
    })
}
