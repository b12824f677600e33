//! The page of an exhibit: what it is, its still, its hash, and who touched it.
//!
//! Below its own path lie `/file` (the bytes, as an attachment), `/thumbnail` (the still, where the exhibit
//! has one: `image/*` under a policy of its own) and `/verify` (a form that has it hashed again).

use leptos::prelude::*;

use super::{
    frame::{Frame, document},
    parts::{Callout, FormToken, Icon, Pager, Time, TlpChip, Tone, thumb::thumb},
};
use crate::{
    model::{
        Person,
        board::percent,
        exhibit::{Custody, Exhibit, bytes_words, size_words},
        incident::Incident,
    },
    policy::Cleared,
};

/// What the page of an exhibit is drawn from. Opening the page is itself a line of the custody.
#[derive(Clone, Debug)]
pub struct ExhibitView {
    pub me: Person,
    pub incident: Cleared<Incident>,
    pub exhibit: Cleared<Exhibit>,
    /// A page of it, newest first.
    pub custody: Cleared<Vec<Custody>>,
    /// Sealed: this is not the first page.
    pub after: Option<String>,
    /// Sealed: where the page of earlier touches begins.
    pub earlier: Option<String>,
    /// The viewer may have it hashed again now.
    pub may_verify: bool,
}

impl ExhibitView {
    fn path(&self) -> String {
        format!("/incidents/{}/evidence/{}", self.incident.number, self.exhibit.label())
    }
}

/// `GET /incidents/{number}/evidence/{exhibit}`
pub fn page(frame: &Frame, view: ExhibitView) -> AnyView {
    let title = format!("{} {} {}", view.incident.number, view.exhibit.label(), view.exhibit.name);
    document(frame, title, "page-exhibit", move || body(&view)).into_any()
}

fn body(view: &ExhibitView) -> AnyView {
    let (incident, exhibit) = (&view.incident, &view.exhibit);
    let number = incident.number.to_string();
    let incident_path = format!("/incidents/{number}");
    let broken = (exhibit.intact == Some(false)).then(|| {
        let label = exhibit.label();
        view! {
            <Callout tone=Tone::Danger icon="shield-alert">
                <p><b>{format!("{label} has changed since it was stored")}</b></p>
                <p>"What is in the store does not match the SHA-256 of when it arrived. Downloads are off until someone decides."</p>
            </Callout>
        }
    });
    view! {
        <main id="main" tabindex="-1" class="exhibit" data-number=number.clone()>
            <div class="pagehead">
                <div>
                    <nav class="crumbs" aria-label="Breadcrumb">
                        <a href="/board">"Board"</a><Icon name="chevron-right" />
                        <a class="mono" href=incident_path.clone()>{number.clone()}</a><Icon name="chevron-right" />
                        <a href=format!("{incident_path}#evidence")>"Evidence"</a><Icon name="chevron-right" />
                        <span class="mono" aria-current="page">{exhibit.label()}</span>
                    </nav>
                    <h1><span class="mono">{exhibit.label()}</span>" "{exhibit.name.clone()}</h1>
                    <p class="sub"><TlpChip tlp=exhibit.tlp />" in "<a href=incident_path>{incident.title.clone()}</a></p>
                </div>
                <div class="end">{acts(view)}</div>
            </div>
            <div class="exhibit-body">
                {broken}
                <section class="panel" aria-labelledby="ex-what">
                    <div class="panel-head"><h2 id="ex-what">"What it is"</h2></div>
                    <div class="panel-body exhibit-what">{still(exhibit)}{facts(view)}</div>
                </section>
                {custody(view)}
            </div>
        </main>
    }
    .into_any()
}

fn acts(view: &ExhibitView) -> AnyView {
    let path = view.path();
    let download = (!view.exhibit.is_link() && view.exhibit.intact != Some(false)).then(|| {
        view! { <a class="btn primary" href=format!("{path}/file") download=""><Icon name="download" />"Download"</a> }
    });
    let verify = (view.may_verify && !view.exhibit.is_link()).then(|| {
        let action = format!("{path}/verify");
        view! {
            <form method="post" action=action.clone()>
                <FormToken action=action.clone() />
                <button class="btn" type="submit"><Icon name="shield-check" />"Verify now"</button>
            </form>
        }
    });
    view! { {verify}{download} }.into_any()
}

/// Larger than in the list, where there is one.
fn still(exhibit: &Exhibit) -> AnyView {
    if !exhibit.has_thumbnail {
        return thumb(exhibit);
    }
    let src = format!("/incidents/{}/evidence/{}/thumbnail", exhibit.incident, exhibit.label());
    let alt = format!("Still of {}", exhibit.name);
    view! { <img class="exhibit-still" src=src alt=alt decoding="async" /> }.into_any()
}

fn facts(view: &ExhibitView) -> AnyView {
    let exhibit: &Exhibit = &view.exhibit;
    let line = |term: &'static str, value: AnyView| view! { <dt>{term}</dt><dd>{value}</dd> }.into_any();
    let hash = exhibit.sha256.clone().map(|hash| {
        let state = match exhibit.intact {
            Some(true) => {
                view! { <span class="badge" data-tone="ok"><Icon name="shield-check" />"unchanged"</span> }
                    .into_any()
            }
            Some(false) => {
                view! { <span class="badge" data-tone="danger"><Icon name="shield-alert" />"differs"</span> }
                    .into_any()
            }
            None => view! { <span class="badge">"not checked again yet"</span> }.into_any(),
        };
        line("SHA-256", view! { <code class="hash">{hash}</code>" "{state} }.into_any())
    });
    // An address found with evidence is shown, never made a link.
    let source = exhibit.source_url.as_ref().map(|url| {
        let plain = crate::model::indicator::defang(crate::model::indicator::IndicatorKind::Url, url);
        line("Found at", view! { <code class="hash">{plain}</code> }.into_any())
    });
    let captured =
        exhibit.captured_at.map(|at| line("Captured", view! { <Time at=at full=true /> }.into_any()));
    let note = (!exhibit.note.is_empty()).then(|| line("Shows", exhibit.note.clone().into_any()));
    let size = (!exhibit.is_link()).then(|| {
        line("Size", format!("{} ({} bytes)", size_words(exhibit.size), bytes_words(exhibit.size)).into_any())
    });
    let by = format!("{} ({})", exhibit.added_by.name, exhibit.added_by.organisation.short);
    let kind = match exhibit.type_words() {
        _ if exhibit.is_link() => "Link".to_owned(),
        Some(words) => format!("{words} ({})", exhibit.media_type),
        None => exhibit.media_type.clone(),
    };
    view! {
        <dl class="facts">
            {note}
            {line("Type", kind.into_any())}
            {size}
            {line("Added", view! { <Time at=exhibit.added_at full=true />{format!(" by {by}")} }.into_any())}
            {captured}
            {source}
            {hash}
        </dl>
    }
    .into_any()
}

/// Every touch, newest first, a page at a time: who, what, when, from where, with which result.
fn custody(view: &ExhibitView) -> AnyView {
    let rows: Vec<_> = view.custody.iter().map(custody_row).collect();
    let path = view.path();
    let latest = view.after.is_some().then(|| format!("{path}#custody"));
    let earlier = view.earlier.as_ref().map(|cursor| format!("{path}?after={}#custody", percent(cursor)));
    view! {
        <section class="panel" id="custody" aria-labelledby="ex-custody">
            <div class="panel-head"><h2 id="ex-custody">"Custody "<span class="n">{view.exhibit.custody_count}</span></h2></div>
            <div class="scroll-x" tabindex="0" role="region" aria-label="Custody table">
                <table class="dtable">
                    <thead><tr>
                        <th scope="col">"When"</th><th scope="col">"What"</th><th scope="col">"Who"</th>
                        <th scope="col">"From"</th><th scope="col">"Result"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <Pager first=latest next=earlier label="Pages of the custody" words=("Latest", "Earlier") />
        </section>
    }
    .into_any()
}

fn custody_row(custody: &Custody) -> AnyView {
    let who = match &custody.person {
        Some(person) => {
            let name = format!(" {}", person.name);
            view! { <b>{person.organisation.short.clone()}</b>{name} }.into_any()
        }
        None => view! { <b>"Watchfloor"</b> }.into_any(),
    };
    let result = match custody.result.as_str() {
        "unchanged" => {
            view! { <span class="badge" data-tone="ok"><Icon name="check" />"unchanged"</span> }.into_any()
        }
        "differs" => {
            view! { <span class="badge" data-tone="danger"><Icon name="shield-alert" />"differs"</span> }
                .into_any()
        }
        other => other.to_owned().into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="nowrap"><Time at=custody.at full=true /></th>
            <td>{custody.action.label()}</td>
            <td>{who}</td>
            <td class="mono">{custody.address.clone()}</td>
            <td>{result}</td>
        </tr>
    }
    .into_any()
}
