//! What changed: struck and inserted words, earlier versions, a field's old and new value.

use leptos::prelude::*;

use crate::{
    model::{
        diff::{self, Piece},
        entry::{Change, Entry},
    },
    pages::parts::Time,
};

/// Values longer than this fold away: a change of the current understanding is two paragraphs.
const SHORT: usize = 120;

/// The new wording with what it struck and inserted.
pub(super) fn difference(old: &str, new: &str) -> AnyView {
    diff::words(old, new)
        .into_iter()
        .map(|piece| match piece {
            Piece::Same(words) => words.into_any(),
            Piece::Struck(words) => view! { <del>{words}</del>" " }.into_any(),
            Piece::Inserted(words) => view! { <ins>{words}</ins> }.into_any(),
        })
        .collect_view()
        .into_any()
}

/// `2 versions`, with each earlier one as it stood.
pub(super) fn versions(entry: &Entry) -> AnyView {
    if entry.earlier.is_empty() {
        return ().into_any();
    }
    let earlier: Vec<_> = entry
        .earlier
        .iter()
        .map(|wording| {
            view! { <li><Time at=wording.recorded_at />" "<q>{wording.text.clone()}</q></li> }
        })
        .collect();
    view! {
        <details class="te-versions">
            <summary>{format!("{} versions", earlier.len() + 1)}</summary>
            <ol>{earlier}</ol>
        </details>
    }
    .into_any()
}

/// `Severity: High → Severe`
pub(super) fn changed(change: &Change) -> AnyView {
    let Change { field, old, new } = change.clone();
    if old.len() + new.len() > SHORT {
        return view! {
            <details class="te-versions">
                <summary>{format!("{field} changed")}</summary>
                <div class="te-text">{difference(&old, &new)}</div>
            </details>
        }
        .into_any();
    }
    let old = (!old.is_empty()).then(|| view! { <del>{old}</del>" → " });
    let new = if new.is_empty() { "none".to_owned() } else { new };
    view! { {format!("{field}: ")}{old}<ins>{new}</ins>" " }.into_any()
}
