//! The printable report: every crossing that the filters leave, with the label on each sheet. It is sent a part
//! at a time, so the frame is drawn once with a mark where the crossings go.

use leptos::prelude::*;

use super::{crossing::crossing, posting::posting};
use crate::{
    model::{
        Moment, Organisation, Person, Tlp,
        ledger::{Book, Crossing, LedgerQuery, Posting},
        share::Purpose,
    },
    pages::{
        frame::{Frame, bare, fragment},
        parts::{Icon, Time, TlpChip},
    },
    policy::Cleared,
};

/// Where the crossings go. No text of a person can hold it: theirs are escaped.
pub const ROWS: &str = "<!--crossings-->";

/// What stands around the crossings.
#[derive(Clone, Debug)]
pub struct LedgerReport {
    pub query: LedgerQuery,
    pub organisation: Organisation,
    pub by: Person,
    pub made_at: Moment,
    pub label: Tlp,
    pub crossings: i64,
    /// Name of the period that is asked for.
    pub period: Option<String>,
    /// Name of the other organisation that is asked for.
    pub other: Option<String>,
    pub key: String,
}

/// `POST /shares/ledger/print`, with [`ROWS`] in the place of the crossings.
pub fn report(frame: &Frame, report: &LedgerReport) -> AnyView {
    let kind = match report.query.book {
        Book::Shares => "Sharing ledger",
        Book::Posts => "Sharing ledger, posts",
    };
    let title = format!("{kind} of {}", report.organisation.short);
    bare(frame, title, "page-ledger-report", || {
        view! {
            <nav class="lg-bar" aria-label="Back"><a class="btn sm quiet" href=report.query.href()><Icon name="undo-2" />"Back to the ledger"</a></nav>
            <main id="main" class="lg-wrap" tabindex="-1">
                <article class="lg-report" data-marking=report.label.wire()>
                    <header>
                        <div class="lg-kind"><p>{kind}</p><TlpChip tlp=report.label large=true /></div>
                        <h1>{report.organisation.name.clone()}</h1>
                        {meta(report)}
                    </header>
                    <ol class="lg-list" aria-label="Crossings, oldest first" inner_html=ROWS></ol>
                    {foot(report)}
                </article>
            </main>
        }
    })
}

/// A part of the crossings.
pub fn rows(frame: &Frame, crossings: &Cleared<Vec<Crossing>>) -> AnyView {
    fragment(frame, || crossings.iter().map(crossing).collect_view())
}

/// A part of what was posted.
pub fn posting_rows(frame: &Frame, postings: &Cleared<Vec<Posting>>) -> AnyView {
    fragment(frame, || postings.iter().map(posting).collect_view())
}

fn meta(report: &LedgerReport) -> AnyView {
    let any = |value: Option<&String>, none: &str| value.cloned().unwrap_or_else(|| none.to_owned());
    let query = &report.query;
    let incident = Some(&query.incident).filter(|number| !number.is_empty());
    let purpose = (query.book == Book::Shares).then(|| {
        let words = query.purpose.map(Purpose::label).unwrap_or("All");
        view! { <div><dt>"Purpose"</dt><dd>{words}</dd></div> }
    });
    let direction = query.direction.map_or("Sent and received", |direction| direction.label());
    view! {
        <dl class="lg-meta">
            <div><dt>{rows_label(query.book)}</dt><dd>{report.crossings.to_string()}", "{direction.to_lowercase()}</dd></div>
            <div><dt>"With"</dt><dd>{any(report.other.as_ref(), "All organisations")}</dd></div>
            <div><dt>"Incident"</dt><dd>{any(incident, "All")}</dd></div>
            <div><dt>"Period"</dt><dd>{any(report.period.as_ref(), "All")}</dd></div>
            {purpose}
            <div><dt>"Made"</dt><dd><Time at=report.made_at full=true /></dd></div>
            <div><dt>"By"</dt><dd>{report.by.name.clone()}", "{report.by.organisation.short.clone()}</dd></div>
        </dl>
    }
    .into_any()
}

const fn rows_label(book: Book) -> &'static str {
    match book {
        Book::Shares => "Shares",
        Book::Posts => "Entries",
    }
}

/// What this paper is, and how it is checked.
fn foot(report: &LedgerReport) -> AnyView {
    view! {
        <footer class="lg-foot">
            <h2>"Record"</h2>
            <p>
                "Here ends the ledger of "{report.organisation.short.clone()}": "{report.crossings.to_string()}
                " crossings as this report was begun; what was taken back from it meanwhile is not in it. Nothing that is TLP:RED leaves the room."
            </p>
            <p>
                "Entry and hash of each act are its place in the room’s journal, a chain of SHA-256 hashes. The proof that is exported beside this report shows that no row of that stretch was changed, moved or taken out; docs/ledger.md of the product says how it is checked with standard tools."
            </p>
            <dl><dt>"Public key of this room’s checkpoints"</dt><dd><code>{report.key.clone()}</code></dd></dl>
        </footer>
    }
    .into_any()
}
