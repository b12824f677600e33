//! One crossing, as it stands on screen and on paper.

use leptos::prelude::*;

use super::acts::{ActLine, acts};
use crate::{
    model::{
        Organisation, Person,
        ledger::{Crossing, LedgerAct, LedgerStep},
        panel::entry_href,
        share::CitedEntry,
    },
    pages::{
        incident::basis::originator,
        parts::{OrganisationName, Time, TlpChip},
    },
};

pub(super) fn crossing(crossing: &Crossing) -> AnyView {
    let href = format!("/incidents/{}", crossing.incident);
    let count = crossing.count.map(|count| {
        view! { <p class="lg-count" title="Crossing of your organisation, counted without a gap">"No. "{count.to_string()}</p> }
    });
    let exhibits: Vec<_> = crossing.exhibits.iter().map(|number| format!("E-{number}")).collect();
    let approved = crossing.approved_by.as_ref().map(|by| fact("Let pass by", named(by)));
    let nexus = match crossing.foreign_nexus.as_str() {
        "" => "None stated".to_owned(),
        words => words.to_owned(),
    };
    let relayed = crossing.basis.originator.as_ref().map(originator);
    let reference =
        (!crossing.basis.reference.is_empty()).then(|| fact("Reference", crossing.basis.reference.clone()));
    let people: Vec<_> = crossing.named.iter().map(|person| person.name.as_str()).collect();
    let addressed = (!people.is_empty()).then(|| fact("Named", people.join(", ")));
    let said = if crossing.asked.is_some() { "Said to it" } else { "Counsel’s comment" };
    let comment = (!crossing.comment.is_empty()).then(|| fact(said, crossing.comment.clone()));
    let to = match crossing.asked {
        Some(_) => "To be passed on to",
        None => "To",
    };
    let asked = crossing.asked.as_ref().map(|asked| fact("Asked of", whole(asked)));
    let reviewed = crossing.asked.is_none().then(|| {
        let words = crossing.reviewed_by.as_ref().map_or_else(|| "Not held".to_owned(), named);
        fact("Reviewed by", words)
    });
    let kind = if crossing.asked.is_some() { "o" } else { "c" };
    let banner = crossing.banner().map(|words| view! { <p class="share-banner">{words}</p> });
    view! {
        <li class="lg-crossing" id=format!("{kind}-{}", crossing.id) data-of=crossing.incident.to_string() data-state=crossing.stands.wire() data-label=crossing.label.wire()>
            <div class="lg-head">
                {count}
                <p class="lg-parties">
                    <OrganisationName organisation=crossing.from.organisation.clone() />
                    <span class="lg-to">"to"</span>
                    <OrganisationName organisation=crossing.reader().clone() />
                </p>
                <p class="lg-purpose">{crossing.purpose.label()}</p>
                <TlpChip tlp=crossing.label />
                <p class="lg-state">{crossing.stands.label()}</p>
            </div>
            <div class="lg-what">
                <p class="lg-incident">
                    <a href=href><span class="mono">{crossing.incident.to_string()}</span>" "{crossing.title.clone()}</a>
                </p>
                <blockquote class="lg-text">{crossing.text.clone()}</blockquote>
                {relayed}
                {banner}
                {answer(crossing)}
            </div>
            <dl class="lg-facts">
                {fact("From", format!("{}, {}", named(&crossing.from), crossing.from.organisation.sector.label()))}
                {asked}
                {fact(to, whole(&crossing.to))}
                {addressed}
                {reference}
                {fact("Exhibits", if exhibits.is_empty() { "None".to_owned() } else { exhibits.join(", ") })}
                {entries(crossing)}
                {fact("Foreign nexus", nexus)}
                {reviewed}
                {approved}
                {comment}
            </dl>
            {what_became(crossing)}
        </li>
    }
    .into_any()
}

pub(super) fn named(person: &Person) -> String {
    format!("{}, {}", person.name, person.organisation.short)
}

fn whole(organisation: &Organisation) -> String {
    format!("{}, {}", organisation.name, organisation.sector.label())
}

pub(super) fn fact(words: &'static str, value: String) -> AnyView {
    view! { <div><dt>{words}</dt><dd>{value}</dd></div> }.into_any()
}

/// The entries that went along, each by its kind and its time.
fn entries(crossing: &Crossing) -> Option<AnyView> {
    let entry = |entry: &CitedEntry| {
        let href = entry_href(&crossing.incident, entry.id);
        view! { <li><a href=href>{entry.kind.label()}", "<Time at=entry.happened_at full=true /></a></li> }
    };
    let entries: Vec<_> = crossing.entries.iter().map(entry).collect();
    (!entries.is_empty())
        .then(|| view! { <div><dt>"Entries"</dt><dd><ul>{entries}</ul></dd></div> }.into_any())
}

fn answer(crossing: &Crossing) -> Option<AnyView> {
    let words = crossing.answer.clone()?;
    let by = crossing.act(LedgerStep::Answered).and_then(|act| act.by.as_ref()).map(named);
    Some(
        view! {
            <figure class="lg-answer">
                <figcaption>"Answer"{by.map(|by| format!(" of {by}"))}</figcaption>
                <blockquote class="lg-text">{words}</blockquote>
            </figure>
        }
        .into_any(),
    )
}

fn what_became(crossing: &Crossing) -> AnyView {
    let line = |act: &LedgerAct| ActLine {
        words: act.step.label(),
        at: act.at,
        by: act.by.as_ref().map(named).unwrap_or_default(),
        seq: act.seq,
        hash: act.hash.clone(),
    };
    acts("What became of it", crossing.acts.iter().map(line))
}
