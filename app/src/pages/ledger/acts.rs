//! The acts of a row of the ledger, each with its time, its person and its place in the journal.

use leptos::prelude::*;

use crate::{model::Moment, pages::parts::Time};

/// One act.
pub(super) struct ActLine {
    pub words: &'static str,
    pub at: Moment,
    /// Empty: nobody's.
    pub by: String,
    pub seq: i64,
    pub hash: String,
}

/// What has not happened has no line.
pub(super) fn acts(caption: &'static str, lines: impl IntoIterator<Item = ActLine>) -> AnyView {
    let row = |act: ActLine| {
        view! {
            <tr>
                <th scope="row">{act.words}</th>
                <td class="lg-at"><Time at=act.at full=true /></td>
                <td class="lg-by">{act.by}</td>
                <td class="lg-entry"><span class="lg-cap">"Entry "</span>{act.seq.to_string()}</td>
                <td class="lg-hash"><code title=act.hash.clone()>{act.hash.clone()}</code></td>
            </tr>
        }
    };
    let rows: Vec<_> = lines.into_iter().map(row).collect();
    view! {
        <table class="lg-acts">
            <caption class="vh">{caption}</caption>
            <thead><tr>
                <th scope="col">"Act"</th><th scope="col">"Time"</th><th scope="col">"By"</th>
                <th scope="col">"Entry"</th><th scope="col">"Hash"</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
