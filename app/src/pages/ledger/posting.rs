//! One entry that crossed, as it stands on screen and on paper.

use leptos::prelude::*;

use super::crossing::{fact, named};
use crate::{
    model::ledger::Posting,
    pages::parts::{OrganisationName, Time, TlpChip},
};

pub(super) fn posting(posting: &Posting) -> AnyView {
    let href = format!("/incidents/{}#entry-{}", posting.incident, posting.id);
    let text = (!posting.text.is_empty())
        .then(|| view! { <blockquote class="lg-text">{posting.text.clone()}</blockquote> });
    let change =
        posting.change.is_some().then(|| view! { <p class="lg-change">{posting.change_words()}</p> });
    let banner = posting.banner().map(|words| view! { <p class="share-banner">{words}</p> });
    let struck =
        posting.struck_at.map(|at| view! { <p class="lg-state">"Struck "<Time at=at full=true /></p> });
    let people: Vec<_> = posting.named.iter().map(|person| person.name.as_str()).collect();
    let addressed = (!people.is_empty()).then(|| fact("Named", people.join(", ")));
    let exhibit = posting.exhibit.map(|number| fact("Exhibit", format!("E-{number}")));
    let happened = (posting.happened_at != posting.at).then(|| {
        view! { <div><dt>"Happened"</dt><dd><Time at=posting.happened_at full=true /></dd></div> }
    });
    view! {
        <li class="lg-crossing" id=format!("p-{}", posting.id) data-label=posting.label.wire()>
            <div class="lg-head">
                <p class="lg-parties">
                    <OrganisationName organisation=posting.from.organisation.clone() />
                    <span class="lg-to">"to"</span>
                    <span>{posting.to_words()}</span>
                </p>
                <p class="lg-purpose">{posting.kind.label()}</p>
                <TlpChip tlp=posting.label />
                {struck}
            </div>
            <div class="lg-what">
                <p class="lg-incident">
                    <a href=href><span class="mono">{posting.incident.to_string()}</span>" "{posting.title.clone()}</a>
                </p>
                {text}
                {change}
                {banner}
            </div>
            <dl class="lg-facts">
                {fact("From", format!("{}, {}", named(&posting.from), posting.from.organisation.sector.label()))}
                {addressed}
                {exhibit}
                {happened}
            </dl>
            {act(posting)}
        </li>
    }
    .into_any()
}

/// Where it stands in the journal.
fn act(posting: &Posting) -> AnyView {
    view! {
        <table class="lg-acts">
            <caption class="vh">"Where it stands in the journal"</caption>
            <thead><tr>
                <th scope="col">"Act"</th><th scope="col">"Time"</th><th scope="col">"By"</th>
                <th scope="col">"Entry"</th><th scope="col">"Hash"</th>
            </tr></thead>
            <tbody><tr>
                <th scope="row">"Posted"</th>
                <td class="lg-at"><Time at=posting.at full=true /></td>
                <td class="lg-by">{named(&posting.from)}</td>
                <td class="lg-entry"><span class="lg-cap">"Entry "</span>{posting.seq.to_string()}</td>
                <td class="lg-hash"><code title=posting.hash.clone()>{posting.hash.clone()}</code></td>
            </tr></tbody>
        </table>
    }
    .into_any()
}
