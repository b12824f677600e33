//! What was written in incidents and crossed by it: the other part of the ledger.

use app::model::{
    Moment, Tlp,
    entry::Change,
    indicator::IndicatorKind,
    ledger::{Book, LedgerQuery, PostedTo, PostedWhat, Posting},
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, List, ledger::LineView, question::Question, view::label};
use crate::{service::ledger, state::App, viewer::ApiCaller};

/// An entry, an indicator or a task that other organisations could read when it was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostingView {
    pub id: Uuid,
    #[serde(flatten)]
    pub line: LineView,
    /// The kind of an entry, `indicator` or `task`.
    pub kind: String,
    /// Every organisation in the room could read it.
    pub to_everyone: bool,
    /// Slugs of those that could read it, where those were not all.
    pub to: Vec<String>,
    pub tlp: Tlp,
    /// E-mail addresses of those who alone read it, with TLP:RED.
    pub named: Vec<String>,
    /// Of an indicator its note.
    pub text: String,
    pub change: Option<Change>,
    /// Of an indicator; as it was stored.
    pub value: Option<String>,
    pub value_kind: Option<IndicatorKind>,
    /// Slug of the organisation to which a task was given.
    pub for_organisation: Option<String>,
    /// E-mail address of the person to whom it was given.
    pub for_person: Option<String>,
    pub due_at: Option<Moment>,
    /// Fixed words that stand with what an agency writes where a company reads.
    pub banner: Option<String>,
    /// `E-3`
    pub exhibit: Option<String>,
    pub happened_at: Moment,
    pub posted_at: Moment,
    pub struck_at: Option<Moment>,
    /// The number of its row in the journal.
    pub entry: i64,
    /// Of that row, in hexadecimal.
    pub hash: String,
}

impl PostingView {
    fn of(posting: Posting) -> Self {
        let banner = posting.banner().map(str::to_owned);
        let (to_everyone, to) = match posting.to {
            PostedTo::Everyone => (true, vec![]),
            PostedTo::Organisations(to) => (false, to.into_iter().map(|to| to.slug).collect()),
        };
        let kind = posting.what.wire().to_owned();
        let task = posting.what.task().cloned().unwrap_or_default();
        let (value_kind, value) = match posting.what {
            PostedWhat::Indicator(kind, value) => (Some(kind), Some(value)),
            _ => (None, None),
        };
        Self {
            id: posting.id,
            line: LineView::of(posting.incident, posting.title, posting.label, posting.from),
            kind,
            to_everyone,
            to,
            tlp: posting.tlp,
            named: posting.named.into_iter().map(|person| person.email).collect(),
            text: posting.text,
            change: posting.change,
            value,
            value_kind,
            for_organisation: task.organisation.map(|found| found.slug),
            for_person: task.person.map(|person| person.email),
            due_at: task.due_at,
            banner,
            exhibit: posting.exhibit.map(label),
            happened_at: posting.happened_at,
            posted_at: posting.at,
            struck_at: posting.struck_at,
            entry: posting.seq,
            hash: posting.hash,
        }
    }
}

/// What the caller's organisation wrote where another could read it, and others where it could: entries, indicators and
/// tasks, newest first.
#[utoipa::path(get, path = "/api/v1/ledger/posts", operation_id = "ledger_posts", tag = "ledger",
    params(("incident" = Option<String>, Query, example = "WF-0147"), ("organisation" = Option<String>, Query),
        ("period" = Option<String>, Query), ("direction" = Option<String>, Query),
        ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<PostingView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    mut question: Question,
) -> Answer<Json<List<PostingView>>> {
    let limit = question.limit();
    let query = LedgerQuery {
        book: Book::Posts,
        incident: question.text("incident").unwrap_or_default(),
        organisation: question.text("organisation").unwrap_or_default(),
        period: question.text("period").unwrap_or_default(),
        purpose: None,
        direction: question.parsed("direction").pop(),
        after: question.after(),
    };
    question.end()?;
    let (found, next) = ledger::list_postings(&app.room, &caller.viewer, &query, limit).await?;
    Ok(Json(List::of(found, next, PostingView::of)))
}
