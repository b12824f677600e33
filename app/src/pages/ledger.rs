//! The sharing ledger: what one organisation would lay before a committee, on screen and on paper.
//!
//! No word here ranks anybody, sets a deadline or asks for a post to be removed.
//!
//! Forms: `/shares/ledger/print`, `/shares/ledger/csv`, `/shares/ledger/proof`, each with the filters.

mod crossing;
mod report;

use leptos::prelude::*;

pub use report::{LedgerReport, ROWS, report, rows};

use super::{
    frame::{Frame, document},
    parts::{Empty, Icon, Pager, PostForm},
    shares::{ShareChoices, select},
};
use crate::{
    model::{
        ledger::{Direction, LedgerForm, LedgerPage, LedgerQuery},
        share::Purpose,
    },
    policy::Cleared,
};

/// Everything that the page is drawn from.
#[derive(Clone, Debug)]
pub struct LedgerView {
    pub query: LedgerQuery,
    pub page: Cleared<LedgerPage>,
    pub choices: ShareChoices,
    /// The viewer takes it out of the room.
    pub may_export: bool,
    /// The public key of the room's checkpoints, in hexadecimal.
    pub key: String,
}

/// `GET /shares/ledger`
pub fn page(frame: &Frame, view: LedgerView) -> AnyView {
    document(frame, "Sharing ledger", "page-ledger", move || {
        let query = &view.query;
        let first = query.after.is_some().then(|| query.href());
        let next = view.page.next.as_ref().map(|cursor| query.page_href(cursor));
        let lines: Vec<_> = view.page.crossings.iter().map(crossing::crossing).collect();
        let empty = lines.is_empty().then(|| nothing(query));
        view! {
            <main id="main" class="lg-page" tabindex="-1">
                <div class="lg-top">
                    <h1>"Sharing ledger"</h1>
                    <nav class="lg-beside" aria-label="Shares">
                        <a href="/shares">"Inbox"</a><a href="/shares/ledger" aria-current="page">"Ledger"</a>
                    </nav>
                    {view.may_export.then(|| exports(query))}
                </div>
                {filters(&view)}
                <div class="lg-sheet">
                    <p class="lg-intro">
                        "Every crossing in which your organisation is a party, as the room’s journal holds it. Entry and hash say where each act stands there."
                    </p>
                    <ol class="lg-list" aria-label="Crossings, newest first">{lines}</ol>
                    {empty}
                    <Pager first=first next=next label="Pages of the ledger" />
                    {checking(&view.key)}
                </div>
            </main>
        }
    })
}

fn exports(query: &LedgerQuery) -> AnyView {
    let form = |form: LedgerForm, words: &'static str, icon: &'static str| {
        let kept = query
            .filters()
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
        let action = format!("/shares/ledger/{form}");
        view! {
            <PostForm action=action>
                {kept.collect_view()}
                <button class="btn sm" type="submit"><Icon name=icon />{words}</button>
            </PostForm>
        }
    };
    view! {
        <div class="lg-exports" role="group" aria-label="Take out what is listed here, without what is TLP:RED">
            {form(LedgerForm::Print, "Printable report", "file-text")}
            {form(LedgerForm::Csv, "CSV", "download")}
            {form(LedgerForm::Proof, "Proof", "link-2")}
        </div>
    }
    .into_any()
}

/// A real GET form, so that a filter is an address that can be sent to a colleague.
fn filters(view: &LedgerView) -> AnyView {
    let query = &view.query;
    let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    let organisations: Vec<_> = view.choices.organisations.iter().map(|o| pair(&o.slug, &o.short)).collect();
    let periods: Vec<_> = view.choices.periods.iter().map(|p| pair(&p.slug, &p.name)).collect();
    let purposes: Vec<_> = Purpose::ALL.iter().map(|p| pair(p.wire(), p.label())).collect();
    let directions: Vec<_> = Direction::ALL.iter().map(|d| pair(d.wire(), d.label())).collect();
    let purpose = query.purpose.map_or("", Purpose::wire);
    let direction = query.direction.map_or("", Direction::wire);
    let clear =
        (!query.is_whole()).then(|| view! { <a class="btn sm quiet" href="/shares/ledger">"Clear"</a> });
    view! {
        <form class="share-filters lg-filters" role="search" aria-label="Filter the ledger" action="/shares/ledger">
            <label class="share-filter">
                <span class="vh">"Incident"</span>
                <input class="input" name="incident" value=query.incident.clone() placeholder="Incident number" maxlength="12" autocomplete="off" />
            </label>
            {select("organisation", "With", "Any organisation", organisations, &query.organisation)}
            {select("direction", "Direction", "Any direction", directions, direction)}
            {select("purpose", "Purpose", "Any purpose", purposes, purpose)}
            {select("period", "Period", "Any period", periods, &query.period)}
            <button class="btn sm" type="submit"><Icon name="list-filter" />"Filter"</button>
            {clear}
        </form>
    }
    .into_any()
}

fn nothing(query: &LedgerQuery) -> AnyView {
    if query.is_whole() {
        return view! {
            <Empty icon="scroll-text" title="The ledger is empty" text="What your organisation shares and receives is written here, each with its times." />
        }
        .into_any();
    }
    view! {
        <Empty icon="list-filter" title="Nothing matches this filter" text="Other crossings stand in the ledger without it.">
            <a class="btn" href="/shares/ledger">"Clear filter"</a>
        </Empty>
    }
    .into_any()
}

/// What somebody outside needs to know to check an export.
fn checking(key: &str) -> AnyView {
    view! {
        <details class="lg-checking">
            <summary>"How somebody outside the room checks this"</summary>
            <p>
                "The proof holds the stretch of the journal that these crossings stand in: their rows word for word, every other row as a salted digest that tells nothing but its place, up to a signed checkpoint. With it and standard tools (python3, openssl) anybody can show that no row was changed, moved or taken out. The recipe is docs/ledger.md of the product."
            </p>
            <dl><dt>"Public key of this room’s checkpoints"</dt><dd><code>{key.to_owned()}</code></dd></dl>
        </details>
    }
    .into_any()
}
