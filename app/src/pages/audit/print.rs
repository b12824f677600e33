//! The log on paper: whole moments and whole hashes, since nothing opens there.

use leptos::prelude::*;

use super::{
    super::{
        frame::{Frame, bare},
        parts::Time,
    },
    AuditKind, AuditLine, AuditQuery, ChainView, badge,
};
use crate::policy::Cleared;

/// The answer to `POST /audit/print`. `cut`: more matches than one print holds.
pub fn print(
    frame: &Frame,
    query: AuditQuery,
    lines: Cleared<Vec<AuditLine>>,
    chain: ChainView,
    cut: bool,
) -> AnyView {
    let made = frame.now;
    let by = frame.viewer.as_ref().map(|viewer| {
        let person = &viewer.person;
        format!("{}, {}", person.name, person.organisation.short)
    });
    bare(frame, "Audit log", "page-print", move || {
        let lines = lines.into_inner();
        let facts = [("Entries, newest first", lines.len().to_string())].into_iter().chain(asked(&query));
        let facts: Vec<_> =
            facts.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect();
        let cut = cut.then(|| view! { <p>"There is more: narrow the log, or export it as CSV."</p> });
        let rows: Vec<_> = lines.into_iter().map(row).collect();
        view! {
            <main id="main" class="au au-print">
                <div class="au-head"><h1>"Audit log"</h1>{badge(chain)}</div>
                <dl class="au-facts">
                    {facts}
                    <div><dt>"Made"</dt><dd><Time at=made full=true /></dd></div>
                    <div><dt>"By"</dt><dd>{by}</dd></div>
                </dl>
                {cut}
                <div class="scroll-x" tabindex="0" role="region" aria-label="Log entries"><table class="dtable">
                    <thead><tr>
                        <th scope="col">"Entry"</th><th scope="col">"Time"</th><th scope="col">"Actor"</th><th scope="col">"Action"</th>
                        <th scope="col">"Object"</th><th scope="col">"Detail"</th><th scope="col">"Address"</th><th scope="col">"Hash"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
                <p class="au-how">"Each hash is of the entry and the hash before it."</p>
            </main>
        }
    })
}

/// What narrows the log, in words.
fn asked(query: &AuditQuery) -> impl Iterator<Item = (&'static str, String)> {
    let AuditQuery { person, organisation, action, incident, from, to, .. } = query.clone();
    let kind = Some(query.kind()).filter(|kind| *kind != AuditKind::All);
    let all = [
        ("Kind", kind.map_or_else(String::new, |kind| kind.label().to_owned())),
        ("Person", person),
        ("Organisation", organisation),
        ("Action", action),
        ("Incident or thing", incident),
        ("From", from),
        ("To", to),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty())
}

fn row(line: AuditLine) -> impl IntoView {
    let actor = line.person.map_or_else(
        || "Watchfloor".to_owned(),
        |person| format!("{}, {}", person.name, person.organisation.short),
    );
    view! {
        <tr>
            <th scope="row" class="mono">{line.seq}</th>
            <td><Time at=line.at full=true /></td>
            <td>{actor}</td>
            <td><code>{line.action}</code></td>
            <td>{line.object}</td>
            <td>{line.detail}</td>
            <td class="mono">{line.address}</td>
            <td class="au-whole"><code>{line.hash}</code></td>
        </tr>
    }
}
