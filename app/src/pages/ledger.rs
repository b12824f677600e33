//! The sharing ledger: what one organisation would lay before a committee, on screen and on paper.
//!
//! No word here ranks anybody, sets a deadline or asks for a post to be removed.
//!
//! Forms: `/shares/ledger/print`, `/shares/ledger/csv`, `/shares/ledger/proof`, each with the filters.

mod acts;
mod crossing;
mod posting;
mod report;

use leptos::prelude::*;

pub use report::{LedgerReport, ROWS, posting_rows, report, rows};

use super::{
    frame::{Frame, document},
    parts::{Empty, Icon, Pager, PostForm},
    shares::{ShareChoices, select},
};
use crate::{
    model::{
        ledger::{Book, Direction, LedgerForm, LedgerPage, LedgerQuery, PostingPage},
        share::Purpose,
    },
    policy::Cleared,
};

/// Everything that the page is drawn from.
#[derive(Clone, Debug)]
pub struct LedgerView {
    pub query: LedgerQuery,
    pub list: LedgerList,
    pub choices: ShareChoices,
    /// The viewer takes it out of the room.
    pub may_export: bool,
    /// The public key of the room's checkpoints, in hexadecimal.
    pub key: String,
}

/// A page of one part of the ledger.
#[derive(Clone, Debug)]
pub enum LedgerList {
    Shares(Cleared<LedgerPage>),
    Posts(Cleared<PostingPage>),
}

impl LedgerList {
    /// The rows, and the sealed cursor of the next page.
    fn parts(&self) -> (Vec<AnyView>, Option<&String>) {
        match self {
            Self::Shares(page) => {
                (page.crossings.iter().map(crossing::crossing).collect(), page.next.as_ref())
            }
            Self::Posts(page) => (page.postings.iter().map(posting::posting).collect(), page.next.as_ref()),
        }
    }
}

/// `GET /shares/ledger`
pub fn page(frame: &Frame, view: LedgerView) -> AnyView {
    document(frame, "Sharing ledger", "page-ledger", move || {
        let query = &view.query;
        let first = query.after.is_some().then(|| query.href());
        let source = query.after.as_ref().map_or_else(|| query.href(), |after| query.page_href(after));
        let (lines, next) = view.list.parts();
        let next = next.map(|cursor| query.page_href(cursor));
        let empty = lines.is_empty().then(|| nothing(query));
        view! {
            <main id="main" class="lg-page" tabindex="-1" data-source=source>
                <div class="lg-top">
                    <h1>"Sharing ledger"</h1>
                    <nav class="lg-beside" aria-label="Shares">
                        <a href="/shares">"Inbox"</a><a href="/shares/ledger" aria-current="page">"Ledger"</a>
                    </nav>
                    {view.may_export.then(|| exports(query))}
                </div>
                {filters(&view)}
                <div class="lg-sheet">
                    {books(query.book)}
                    <p class="lg-intro">{intro(query.book)}</p>
                    <ol class="lg-list" aria-label="Crossings, newest first">{lines}</ol>
                    {empty}
                    <Pager first=first next=next label="Pages of the ledger" />
                    {checking(&view.key)}
                </div>
            </main>
        }
    })
}

/// The two parts: what was addressed to somebody, and what was written where others read.
fn books(current: Book) -> AnyView {
    let link = |book: Book| {
        let here = (book == current).then_some("page");
        view! { <a href=LedgerQuery::of_book(book).href() aria-current=here>{book.label()}</a> }
    };
    view! {
        <nav class="lg-beside lg-books" aria-label="Parts of the ledger">
            {Book::ALL.iter().copied().map(link).collect_view()}
        </nav>
    }
    .into_any()
}

const fn intro(book: Book) -> &'static str {
    match book {
        Book::Shares => {
            "Every share in which your organisation is a party, and every request to let one pass, as the room’s journal holds it. Entry and hash say where each act stands there."
        }
        Book::Posts => {
            "Every entry, indicator and task that your organisation wrote where another could read it, or another where yours could, with those who could read it at that moment."
        }
    }
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
    let shares = query.book == Book::Shares;
    // What is written in a timeline has no purpose, and nobody lets it pass.
    let of_shares = [Direction::Approved, Direction::Asked];
    let directions = Direction::ALL.iter().filter(|direction| shares || !of_shares.contains(direction));
    let directions: Vec<_> = directions.map(|d| pair(d.wire(), d.label())).collect();
    let purpose = shares.then(|| {
        select("purpose", "Purpose", "Any purpose", purposes, query.purpose.map_or("", Purpose::wire))
    });
    let book = (!shares).then(|| view! { <input type="hidden" name="book" value=query.book.wire() /> });
    let whole = LedgerQuery::of_book(query.book).href();
    let direction = query.direction.map_or("", Direction::wire);
    let clear = (!query.is_whole()).then(|| view! { <a class="btn sm quiet" href=whole>"Clear"</a> });
    view! {
        <form class="share-filters lg-filters" role="search" aria-label="Filter the ledger" action="/shares/ledger">
            {book}
            <label class="share-filter">
                <span class="vh">"Incident"</span>
                <input class="input" name="incident" value=query.incident.clone() placeholder="Incident number" maxlength="12" autocomplete="off" />
            </label>
            {select("organisation", "With", "Any organisation", organisations, &query.organisation)}
            {select("direction", "Direction", "Any direction", directions, direction)}
            {purpose}
            {select("period", "Period", "Any period", periods, &query.period)}
            <button class="btn sm" type="submit"><Icon name="list-filter" />"Filter"</button>
            {clear}
        </form>
    }
    .into_any()
}

fn nothing(query: &LedgerQuery) -> AnyView {
    let (title, text) = match query.book {
        Book::Shares => (
            "The ledger is empty",
            "What your organisation shares and receives is written here, each with its times.",
        ),
        Book::Posts => (
            "Nothing crossed in a timeline",
            "What your organisation writes where others read, and they where yours does, is written here.",
        ),
    };
    if query.is_whole() {
        return view! {
            <Empty icon="scroll-text" title=title text=text />
        }
        .into_any();
    }
    let whole = LedgerQuery::of_book(query.book).href();
    view! {
        <Empty icon="list-filter" title="Nothing matches this filter" text="Other crossings stand in the ledger without it.">
            <a class="btn" href=whole>"Clear filter"</a>
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
