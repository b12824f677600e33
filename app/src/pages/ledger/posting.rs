//! One entry, indicator or task that crossed, as it stands on screen and on paper.

use leptos::prelude::*;

use super::{
    acts::{ActLine, acts},
    crossing::{fact, named},
};
use crate::{
    model::ledger::{PostedTask, Posting},
    pages::parts::{OrganisationName, Time, TlpChip},
};

pub(super) fn posting(posting: &Posting) -> AnyView {
    let href = format!("/incidents/{}#{}-{}", posting.incident, posting.what.anchor(), posting.id);
    let text = (!posting.text.is_empty())
        .then(|| view! { <blockquote class="lg-text">{posting.text.clone()}</blockquote> });
    let seen = posting.what.indicator_words().map(|words| view! { <p class="lg-change mono">{words}</p> });
    let change = posting.change_words().map(|words| view! { <p class="lg-change">{words}</p> });
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
        <li class="lg-crossing" id=format!("p-{}", posting.id) data-of=posting.incident.to_string() data-label=posting.label.wire()>
            <div class="lg-head">
                <p class="lg-parties">
                    <OrganisationName organisation=posting.from.organisation.clone() />
                    <span class="lg-to">"to"</span>
                    <span>{posting.to_words()}</span>
                </p>
                <p class="lg-purpose">{posting.what.label()}</p>
                <TlpChip tlp=posting.label />
                {struck}
            </div>
            <div class="lg-what">
                <p class="lg-incident">
                    <a href=href><span class="mono">{posting.incident.to_string()}</span>" "{posting.title.clone()}</a>
                </p>
                {seen}
                {text}
                {change}
                {banner}
            </div>
            <dl class="lg-facts">
                {fact("From", format!("{}, {}", named(&posting.from), posting.from.organisation.sector.label()))}
                {addressed}
                {exhibit}
                {posting.what.task().map(task)}
                {happened}
            </dl>
            {place(posting)}
        </li>
    }
    .into_any()
}

/// Where it stands in the journal.
fn place(posting: &Posting) -> AnyView {
    let line = ActLine {
        words: "Posted",
        at: posting.at,
        by: named(&posting.from),
        seq: posting.seq,
        hash: posting.hash.clone(),
    };
    acts("Where it stands in the journal", [line])
}

/// To whom a task was given, and until when.
fn task(task: &PostedTask) -> AnyView {
    let given = match (&task.person, &task.organisation) {
        (Some(person), _) => Some(named(person)),
        (None, Some(organisation)) => Some(organisation.short.clone()),
        (None, None) => None,
    };
    let due = task.due_at.map(|at| view! { <div><dt>"Due"</dt><dd><Time at=at full=true /></dd></div> });
    view! { {given.map(|given| fact("For", given))}{due} }.into_any()
}
