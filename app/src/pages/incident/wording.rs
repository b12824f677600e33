//! What changed: struck and inserted words, earlier versions, a field's old and new value.

use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};

use crate::{
    model::{
        diff::{self, Piece},
        entry::{Change, Entry, EntryKind},
    },
    pages::parts::Time,
};

/// Values longer than this fold away: a change of the current understanding is two paragraphs.
const SHORT: usize = 120;

/// The new wording with what it struck and inserted.
pub(super) fn difference(old: &str, new: &str) -> impl IntoView + use<> {
    let piece = |piece| match piece {
        Piece::Same(words) => EitherOf3::A(words),
        Piece::Struck(words) => EitherOf3::B(view! { <del>{words}</del>" " }),
        Piece::Inserted(words) => EitherOf3::C(view! { <ins>{words}</ins> }),
    };
    diff::words(old, new).into_iter().map(piece).collect_view()
}

/// `2 versions`, with each earlier one as it stood.
pub(super) fn versions(entry: &Entry) -> impl IntoView + use<> {
    let earlier: Vec<_> = entry
        .earlier
        .iter()
        .map(|wording| view! { <li><Time at=wording.recorded_at />" "<q>{wording.text.clone()}</q></li> })
        .collect();
    (!earlier.is_empty()).then(|| {
        view! {
            <details class="te-versions">
                <summary>{format!("{} versions", earlier.len() + 1)}</summary>
                <ol>{earlier}</ol>
            </details>
        }
    })
}

/// `Severity: High → Severe`, `shared with Google`, `the update target passed`.
pub(super) fn changed(change: &Change, kind: EntryKind) -> impl IntoView + use<> {
    if let Some(words) = change.act(kind) {
        return EitherOf3::A(format!("{words} "));
    }
    let (label, Change { old, new, .. }) = (change.label(), change.clone());
    if folds(change) {
        return EitherOf3::B(view! {
            <details class="te-versions">
                <summary>{format!("{} changed", label)}</summary>
                <div class="te-text">{difference(&old, &new)}</div>
            </details>
        });
    }
    let old = match old.is_empty() {
        true => Either::Left(()),
        false => Either::Right(view! { <del>{old}</del>" → " }),
    };
    let new = if new.is_empty() { "none".to_owned() } else { new };
    EitherOf3::C(view! { {format!("{}: ", label)}{old}<ins>{new}</ins>" " })
}

/// Whether its values are too long for a line.
pub(super) fn folds(change: &Change) -> bool {
    change.old.len() + change.new.len() > SHORT
}
