//! What was written in timelines and crossed by it: the other part of the ledger.

use app::model::{
    EntryId, Moment, Tlp,
    entry::{Change, EntryKind},
    id::Number,
    ledger::{Book, LedgerQuery, PostedTo, Posting},
    organisation::Sector,
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, List, question::Question};
use crate::{service::ledger, state::App, viewer::ApiCaller};

/// An entry that other organisations could read when it was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostingView {
    pub id: EntryId,
    pub incident: Number,
    pub title: String,
    /// The stricter of the incident's and its own.
    pub label: Tlp,
    pub kind: EntryKind,
    /// E-mail address of who wrote it.
    pub from: String,
    pub from_name: String,
    /// Slug.
    pub from_organisation: String,
    pub from_sector: Sector,
    /// Every organisation in the room could read it.
    pub to_everyone: bool,
    /// Slugs of those that could read it, where those were not all.
    pub to: Vec<String>,
    pub tlp: Tlp,
    /// E-mail addresses of those who alone read it, with TLP:RED.
    pub named: Vec<String>,
    pub text: String,
    pub change: Option<Change>,
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
        Self {
            id: posting.id,
            incident: posting.incident,
            title: posting.title,
            label: posting.label,
            kind: posting.kind,
            from_organisation: posting.from.organisation.slug.clone(),
            from_sector: posting.from.organisation.sector,
            from: posting.from.email,
            from_name: posting.from.name,
            to_everyone,
            to,
            tlp: posting.tlp,
            named: posting.named.into_iter().map(|person| person.email).collect(),
            text: posting.text,
            change: posting.change,
            banner,
            exhibit: posting.exhibit.map(|number| format!("E-{number}")),
            happened_at: posting.happened_at,
            posted_at: posting.at,
            struck_at: posting.struck_at,
            entry: posting.seq,
            hash: posting.hash,
        }
    }
}

/// The entries that the caller's organisation wrote where another could read them, and others where it could, newest
/// first.
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
