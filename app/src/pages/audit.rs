//! The audit log: who did what to whom, from where, in the journal's order; read by those who watch.
//!
//! Forms: `/audit/export` answers CSV, `/audit/print` a page for paper; both take what narrows the log.

mod print;

use leptos::prelude::*;
pub use print::print;

use super::{
    frame::Frame,
    parts::{Empty, Icon, Pager, PostForm, Time},
    person::office,
};
use crate::{
    model::{Moment, Organisation, Person, board::percent},
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

/// What the log is asked for; the same words stand in its address.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    pub kind: Option<AuditKind>,
    /// `person.suspended`
    pub action: String,
    pub person: String,
    /// Slug.
    pub organisation: String,
    /// A number, or the sealed name of a thing.
    pub incident: String,
    /// Days as `2020-11-03`, the last one included.
    pub from: String,
    pub to: String,
    /// The record that is open in its place: the first digits of its hash.
    pub open: String,
}

impl AuditQuery {
    pub fn kind(&self) -> AuditKind {
        self.kind.unwrap_or(AuditKind::All)
    }
    /// Names and values of what narrows it.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let kind = self.kind.filter(|kind| *kind != AuditKind::All).map_or("", AuditKind::wire);
        let all = [
            ("kind", kind),
            ("person", &self.person),
            ("organisation", &self.organisation),
            ("action", &self.action),
            ("incident", &self.incident),
            ("from", &self.from),
            ("to", &self.to),
        ];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.to_owned()))
            .collect()
    }
    /// More than the person is asked for.
    fn is_detailed(&self) -> bool {
        self.pairs().iter().any(|(name, _)| !["kind", "person"].contains(name))
    }
    fn href(&self, more: &[(&str, &str)]) -> String {
        let own = self.pairs();
        let own = own.iter().map(|(name, value)| (*name, value.as_str()));
        let pairs = own.chain(more.iter().copied()).filter(|(_, value)| !value.is_empty());
        let pairs: Vec<_> = pairs.map(|(name, value)| format!("{name}={}", percent(value))).collect();
        if pairs.is_empty() { "/audit".into() } else { format!("/audit?{}", pairs.join("&")) }
    }
    fn of_kind(&self, kind: AuditKind) -> String {
        Self { kind: Some(kind), ..self.clone() }.href(&[])
    }
}

/// What the page is drawn from.
#[derive(Debug)]
pub struct AuditView {
    pub query: AuditQuery,
    pub organisations: Vec<Organisation>,
    pub lines: Cleared<Vec<AuditLine>>,
    pub chain: ChainView,
    /// Where this page begins; none on the first.
    pub after: Option<String>,
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
    /// Asks for all that was done to the same thing.
    pub thing: Option<String>,
    pub detail: String,
    pub address: String,
    pub request: String,
    pub previous: Option<String>,
    pub hash: String,
    pub is_refusal: bool,
}

impl AuditLine {
    /// By which an address opens it.
    fn key(&self) -> String {
        self.hash.chars().take(16).collect()
    }
}

/// `GET /audit`
pub fn audit(frame: &Frame, view: AuditView) -> AnyView {
    office(frame, "Audit log", "/audit", move || {
        let AuditView { query, organisations, lines, chain, after, next } = view;
        let lines = lines.into_inner();
        let first = after.is_some().then(|| query.href(&[]));
        let next = next.map(|after| query.href(&[("after", &after)]));
        let body = if lines.is_empty() {
            let text = match next {
                Some(_) => {
                    "None of the entries that were looked at matches. Older ones have not been looked at yet."
                }
                None => "No entry of the log that you may read matches.",
            };
            view! { <Empty icon="scroll-text" title="Nothing like that" text=text /> }.into_any()
        } else {
            table(lines, &query, after.as_deref())
        };
        view! {
            <div class="au">
                <div class="au-head"><h1>"Audit log"</h1>{badge(chain)}</div>
                {filter(&query, organisations)}
                {body}
                <Pager first=first next=next label="Pages of the log" />
            </div>
        }
        .into_any()
    })
}

fn badge(chain: ChainView) -> AnyView {
    let Some(at) = chain.checked_at else {
        return view! { <section class="chain" aria-label="Chain state"><p>"Since the start the chain has not been checked to its end yet: that goes on beside the work, a few minutes for a whole cycle."</p></section> }
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

fn filter(query: &AuditQuery, organisations: Vec<Organisation>) -> AnyView {
    let kinds: Vec<_> = AuditKind::ALL
        .iter()
        .map(|one| {
            let current = (*one == query.kind()).then_some("true");
            view! { <a href=query.of_kind(*one) aria-current=current>{one.label()}</a> }
        })
        .collect();
    let slug = query.organisation.clone();
    let whose = (!organisations.is_empty()).then(|| {
        let options: Vec<_> = organisations
            .into_iter()
            .map(|one| view! { <option value=one.slug.clone() selected=one.slug == slug>{one.short}</option> })
            .collect();
        view! { <label>"Organisation"<select class="select sm" name="organisation"><option value="">"Any"</option>{options}</select></label> }
    });
    let clear = (query.is_detailed() || !query.person.is_empty())
        .then(|| view! { <a class="btn sm quiet" href=AuditQuery { kind: query.kind, ..AuditQuery::default() }.href(&[])>"Clear"</a> });
    let hidden = |name: &'static str, value: String| view! { <input type="hidden" name=name value=value /> };
    let sent = || -> Vec<AnyView> {
        query.pairs().into_iter().map(|(name, value)| hidden(name, value).into_any()).collect()
    };
    let (on_paper, as_csv) = (sent(), sent());
    let AuditQuery { person, action, incident, from, to, .. } = query.clone();
    view! {
        <div class="filterbar au-filter">
            <form class="filters" role="search" aria-label="Filter the log" action="/audit">
                {hidden("kind", query.kind().wire().to_owned())}
                <div class="searchbox"><Icon name="search" size="sm" />
                    <input type="search" name="person" value=person maxlength="254" aria-label="E-mail address of a person" placeholder="E-mail address" />
                </div>
                <details class="au-more" open=query.is_detailed()>
                    <summary class="btn sm"><Icon name="list-filter" />"More"</summary>
                    <div class="au-fields">
                        {whose}
                        <label>"Action"<input class="input sm mono" name="action" value=action maxlength="60" placeholder="person.suspended" /></label>
                        <label>"Incident"<input class="input sm mono" name="incident" value=incident maxlength="200" placeholder="WF-0147" /></label>
                        <label>"From"<input class="input sm" type="date" name="from" value=from /></label>
                        <label>"To"<input class="input sm" type="date" name="to" value=to /></label>
                    </div>
                </details>
                <button class="btn sm" type="submit">"Filter"</button>
                {clear}
            </form>
            <nav class="seg" aria-label="Kind of entry">{kinds}</nav>
            <div class="filterbar-end">
                <PostForm action="/audit/print">{on_paper}<button class="btn sm" type="submit"><Icon name="scroll-text" />"Print"</button></PostForm>
                <PostForm action="/audit/export">{as_csv}<button class="btn sm" type="submit"><Icon name="download" />"Export CSV"</button></PostForm>
            </div>
        </div>
    }
    .into_any()
}

fn table(lines: Vec<AuditLine>, query: &AuditQuery, after: Option<&str>) -> AnyView {
    let numbered = lines.iter().any(|line| line.seq.is_some());
    let rows: Vec<_> = lines.into_iter().map(|line| row(line, numbered, query, after)).collect();
    view! {
        <div class="au-table scroll-x" tabindex="0" role="region" aria-label="Log entries">
            <table class="dtable">
                <thead><tr>
                    <th scope="col">{if numbered { view! { "Entry" }.into_any() } else { view! { <span class="vh">"Record"</span> }.into_any() }}</th>
                    <th scope="col">"Time"</th><th scope="col">"Actor"</th><th scope="col">"Action"</th>
                    <th scope="col">"Object"</th><th scope="col">"Detail"</th><th scope="col">"Address"</th><th scope="col">"Hash"</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(line: AuditLine, numbered: bool, query: &AuditQuery, after: Option<&str>) -> AnyView {
    let actor = match line.person.clone() {
        Some(person) => {
            view! { {person.name}" "<span class="muted">{person.organisation.short}</span> }.into_any()
        }
        None => view! { <span class="muted">"Watchfloor"</span> }.into_any(),
    };
    let action = if line.is_refusal {
        view! { <span class="au-no"><Icon name="ban" size="sm" /><code>{line.action.clone()}</code></span> }
            .into_any()
    } else {
        view! { <code>{line.action.clone()}</code> }.into_any()
    };
    let key = line.key();
    let open = query.open == key;
    let href = query.href(&[("after", after.unwrap_or_default()), ("open", if open { "" } else { &key })]);
    let href = format!("{href}#r-{key}");
    let seq = line.seq.filter(|_| numbered).map(|seq| seq.to_string());
    let words = match &seq {
        Some(seq) => format!("Entry {seq}: {} its record", if open { "close" } else { "show" }),
        None => format!("{} the record", if open { "Close" } else { "Show" }),
    };
    let record = open.then(|| record(&line, query));
    let (detail, hash) = (line.detail.clone(), short(&line.hash));
    view! {
        <tr id=format!("r-{key}") data-tone=line.is_refusal.then_some("denied") data-open=open.then_some("true")>
            <th scope="row" class="au-n"><a class="au-exp" href=href aria-label=words><Icon name=if open { "chevron-down" } else { "chevron-right" } size="sm" /><span class="mono">{seq}</span></a></th>
            <td class="nowrap"><Time at=line.at seconds=true /></td>
            <td class="nowrap">{actor}</td>
            <td class="nowrap">{action}</td>
            <td class="nowrap">{line.object.clone()}</td>
            <td class="muted au-d" title=detail.clone()>{detail.clone()}</td>
            <td class="mono muted">{line.address.clone()}</td>
            <td class="au-h"><code>{hash}</code></td>
        </tr>
        {record}
    }
    .into_any()
}

/// `7c1e 90af 33d8 …`, all of it.
fn grouped(hash: &str) -> String {
    hash.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// The record of a line, in its place.
fn record(line: &AuditLine, query: &AuditQuery) -> AnyView {
    let fact = |name: &'static str, value: String| {
        (!value.is_empty()).then(|| view! { <dt>{name}</dt><dd class="mono">{value}</dd> })
    };
    let same = line.thing.as_ref().map(|thing| {
        let only = AuditQuery { incident: thing.clone(), kind: None, open: String::new(), ..query.clone() };
        view! { <dt>"Same thing"</dt><dd><a href=only.href(&[])>"All that was done to it"</a></dd> }
    });
    let person = line.person.as_ref().map_or_else(String::new, |person| person.email.clone());
    let at = line.at;
    view! {
        <tr class="au-rec">
            <td colspan="8"><dl class="facts">
                <dt>"Time"</dt><dd><Time at=at full=true />" "<span class="mono muted">{at.to_string()}</span></dd>
                {fact("Actor", person)}
                {fact("Action", line.action.clone())}
                {fact("Object", line.object.clone())}
                {same}
                {fact("Detail", line.detail.clone())}
                {fact("Request", line.request.clone())}
                {fact("Address", line.address.clone())}
                {fact("Previous", line.previous.as_deref().map(grouped).unwrap_or_default())}
                {fact("This entry", grouped(&line.hash))}
            </dl></td>
        </tr>
    }
    .into_any()
}
