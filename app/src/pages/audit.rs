//! The audit log: who did what to whom, from where, in the journal's order; read by those who watch.
//!
//! Forms: `/audit/export` (`kind`, `person`) answers CSV.

use leptos::prelude::*;

use super::{
    frame::Frame,
    parts::{Empty, Icon, Pager, PostForm, Time},
    person::office,
};
use crate::{
    model::{Moment, Person, board::percent},
    policy::Cleared,
};

crate::model::words::words! {
    /// Parts of the log.
    AuditKind {
        All = "all", "All";
        SignIn = "sign_in", "Sign-in";
        People = "people", "People";
        Reads = "reads", "Reads";
        Denied = "denied", "Denied";
    }
}

/// What the page is drawn from.
#[derive(Debug)]
pub struct AuditView {
    pub kind: AuditKind,
    pub person: String,
    pub lines: Cleared<Vec<AuditLine>>,
    pub chain: ChainView,
    pub is_later: bool,
    pub next: Option<String>,
}

/// The state of the chain of hashes.
#[derive(Clone, Debug)]
pub struct ChainView {
    /// None before the first walk.
    pub checked_at: Option<Moment>,
    pub is_broken: bool,
    /// Number and hash of the newest checked row; only for who reads all of it.
    pub head: Option<(i64, String)>,
}

/// A row of the log.
#[derive(Clone, Debug)]
pub struct AuditLine {
    pub seq: Option<i64>,
    pub at: Moment,
    pub person: Option<Person>,
    pub action: String,
    pub object: String,
    pub detail: String,
    pub address: String,
    pub hash: String,
    pub is_refusal: bool,
}

fn href(kind: AuditKind, person: &str, after: Option<&str>) -> String {
    let after = after.map_or_else(String::new, |after| format!("&after={}", percent(after)));
    format!("/audit?kind={kind}&person={}{after}", percent(person))
}

/// `GET /audit`
pub fn audit(frame: &Frame, view: AuditView) -> AnyView {
    office(frame, "Audit log", "/audit", move || {
        let AuditView { kind, person, lines, chain, is_later, next } = view;
        let lines = lines.into_inner();
        let first = is_later.then(|| href(kind, &person, None));
        let next = next.map(|after| href(kind, &person, Some(&after)));
        let body = if lines.is_empty() {
            view! { <Empty icon="scroll-text" title="Nothing like that" text="No entry of the log that you may read matches." /> }
                .into_any()
        } else {
            table(lines)
        };
        view! {
            <div class="au">
                <div class="au-head"><h1>"Audit log"</h1>{badge(chain)}</div>
                {filter(kind, &person)}
                {body}
                <Pager first=first next=next label="Pages of the log" />
            </div>
        }
        .into_any()
    })
}

fn badge(chain: ChainView) -> AnyView {
    let Some(at) = chain.checked_at else {
        return view! { <section class="chain" aria-label="Chain state"><p>"The chain is checked within a minute of the start."</p></section> }
            .into_any();
    };
    let words = if chain.is_broken { "Chain broken" } else { "Chain verified" };
    let (to, head) = match chain.head {
        Some((seq, hash)) => (format!(" to entry {seq}"), Some(hash)),
        None => (String::new(), None),
    };
    let head = head.map(|hash| view! { " · head "<code>{short(&hash)}</code> });
    view! {
        <section class="chain" aria-label="Chain state" data-state=if chain.is_broken { "broken" } else { "ok" }>
            <span class="chain-icon"><Icon name="link-2" size="lg" /></span>
            <div>
                <p class="chain-t"><b>{words}</b>{to}</p>
                <p class="chain-s">"checked "<Time at=at seconds=true />{head}</p>
            </div>
        </section>
    }
    .into_any()
}

/// `7c1e 90af…`
fn short(hash: &str) -> String {
    match (hash.get(..4), hash.get(4..8)) {
        (Some(one), Some(two)) => format!("{one} {two}…"),
        _ => hash.to_owned(),
    }
}

fn filter(kind: AuditKind, person: &str) -> AnyView {
    let kinds: Vec<_> = AuditKind::ALL
        .iter()
        .map(|one| {
            let current = (*one == kind).then_some("true");
            view! { <a href=href(*one, person, None) aria-current=current>{one.label()}</a> }
        })
        .collect();
    let person = person.to_owned();
    view! {
        <div class="filterbar au-filter">
            <form class="filters" role="search" aria-label="Filter the log" action="/audit">
                <input type="hidden" name="kind" value=kind.wire() />
                <div class="searchbox"><Icon name="search" size="sm" />
                    <input type="search" name="person" value=person.clone() maxlength="254" aria-label="E-mail address of a person" placeholder="E-mail address" />
                </div>
                <button class="btn sm" type="submit">"Show"</button>
            </form>
            <nav class="seg" aria-label="Kind of entry">{kinds}</nav>
            <div class="filterbar-end">
                <PostForm action="/audit/export">
                    <input type="hidden" name="kind" value=kind.wire() />
                    <input type="hidden" name="person" value=person />
                    <button class="btn sm" type="submit"><Icon name="download" />"Export CSV"</button>
                </PostForm>
            </div>
        </div>
    }
    .into_any()
}

fn table(lines: Vec<AuditLine>) -> AnyView {
    let numbered = lines.iter().any(|line| line.seq.is_some());
    let rows: Vec<_> = lines.into_iter().map(|line| row(line, numbered)).collect();
    view! {
        <div class="au-table scroll-x" tabindex="0" role="region" aria-label="Log entries">
            <table class="dtable">
                <thead><tr>
                    {numbered.then(|| view! { <th scope="col">"Entry"</th> })}
                    <th scope="col">"Time"</th><th scope="col">"Actor"</th><th scope="col">"Action"</th>
                    <th scope="col">"Object"</th><th scope="col">"Detail"</th><th scope="col">"Address"</th><th scope="col">"Hash"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(line: AuditLine, numbered: bool) -> AnyView {
    let actor = match line.person {
        Some(person) => {
            view! { {person.name}" "<span class="muted">{person.organisation.short}</span> }.into_any()
        }
        None => view! { <span class="muted">"Watchfloor"</span> }.into_any(),
    };
    let action = if line.is_refusal {
        view! { <span class="au-no"><Icon name="ban" size="sm" /><code>{line.action}</code></span> }
            .into_any()
    } else {
        view! { <code>{line.action}</code> }.into_any()
    };
    let seq = line.seq.map(|seq| seq.to_string());
    let detail = line.detail;
    view! {
        <tr data-tone=line.is_refusal.then_some("denied")>
            {numbered.then(|| view! { <td class="mono">{seq}</td> })}
            <td class="nowrap"><Time at=line.at seconds=true /></td>
            <td class="nowrap">{actor}</td>
            <td class="nowrap">{action}</td>
            <td class="nowrap">{line.object}</td>
            <td class="muted au-d" title=detail.clone()>{detail.clone()}</td>
            <td class="mono muted">{line.address}</td>
            <td class="au-h"><code>{short(&line.hash)}</code></td>
        </tr>
    }
    .into_any()
}
