//! The sharing ledger of the caller's organisation.

use app::model::{
    Moment, Person, ShareId, Tlp,
    id::Number,
    ledger::{Book, Crossing, LedgerAct, LedgerQuery, LedgerStep},
    organisation::Sector,
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answer, List,
    crossing::{CarriedView, OriginatorView},
    question::Question,
    view::label,
};
use crate::{service::ledger, state::App, viewer::ApiCaller};

/// An act on a crossing, with its place in the journal.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerActView {
    pub step: LedgerStep,
    pub at: Moment,
    /// E-mail address.
    pub by: Option<String>,
    /// The number of its row.
    pub entry: i64,
    /// Of its row, in hexadecimal.
    pub hash: String,
}

impl LedgerActView {
    fn of(act: LedgerAct) -> Self {
        Self { step: act.step, at: act.at, by: act.by.map(|by| by.email), entry: act.seq, hash: act.hash }
    }
}

/// Where a line of the ledger crossed, and by whom.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineView {
    pub incident: Number,
    pub title: String,
    /// The stricter of the incident's and its own.
    pub label: Tlp,
    /// E-mail address of who shared or wrote it.
    pub from: String,
    pub from_name: String,
    /// Slug.
    pub from_organisation: String,
    pub from_sector: Sector,
}

impl LineView {
    pub fn of(incident: Number, title: String, label: Tlp, from: Person) -> Self {
        Self {
            incident,
            title,
            label,
            from_organisation: from.organisation.slug,
            from_sector: from.organisation.sector,
            from: from.email,
            from_name: from.name,
        }
    }
}

/// A crossing in which the caller's organisation is a party.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrossingView {
    pub id: ShareId,
    /// Which crossing of the caller's organisation it is, counted without a gap.
    pub count: Option<i64>,
    #[serde(flatten)]
    pub line: LineView,
    /// Slug.
    pub to: String,
    pub to_sector: Sector,
    #[serde(flatten)]
    pub carried: CarriedView,
    /// E-mail address of who let it out, or decided about it, where it was held.
    pub reviewed_by: Option<String>,
    /// Slug of the organisation that led then.
    pub approved_organisation: Option<String>,
    /// Of a request to pass it on the slug of the organisation that was asked, which alone read it; null of all else.
    pub asked: Option<String>,
    /// `delivered`, `seen`, `acknowledged`, `answered`, `revoked`; of what never left `held`, `returned`, `refused`; of a
    /// request `asked`, `approved`, `refused`, `withdrawn`, `lapsed`.
    pub state: String,
    pub answer: Option<String>,
    /// Counsel's to the sender; of a request what was said to it, or why it lapsed.
    pub comment: Option<String>,
    /// In the order of the journal.
    pub acts: Vec<LedgerActView>,
}

impl CrossingView {
    fn of(crossing: Crossing) -> Self {
        Self {
            carried: CarriedView {
                banner: crossing.banner().map(str::to_owned),
                purpose: crossing.purpose,
                text: crossing.text,
                tlp: crossing.tlp,
                foreign_nexus: crossing.foreign_nexus,
                reference: Some(crossing.basis.reference).filter(|text| !text.is_empty()),
                originator: crossing.basis.originator.map(OriginatorView::of),
                exhibits: crossing.exhibits.into_iter().map(label).collect(),
                entries: crossing.entries.iter().map(|entry| entry.id).collect(),
                named: crossing.named.into_iter().map(|person| person.email).collect(),
                approved_by: crossing.approved_by.map(|person| person.email),
            },
            id: crossing.id,
            count: crossing.count,
            line: LineView::of(crossing.incident, crossing.title, crossing.label, crossing.from),
            to: crossing.to.slug,
            to_sector: crossing.to.sector,
            reviewed_by: crossing.reviewed_by.map(|person| person.email),
            approved_organisation: crossing.approved_organisation.map(|found| found.slug),
            asked: crossing.asked.map(|asked| asked.slug),
            state: crossing.stands.wire().to_owned(),
            answer: crossing.answer,
            comment: Some(crossing.comment).filter(|comment| !comment.is_empty()),
            acts: crossing.acts.into_iter().map(LedgerActView::of).collect(),
        }
    }
}

/// The crossings in which the caller's organisation is a party, newest first, each with what became of it and
/// where every act stands in the journal.
#[utoipa::path(get, path = "/api/v1/ledger", operation_id = "ledger", tag = "ledger",
    params(("incident" = Option<String>, Query, example = "WF-0147"), ("organisation" = Option<String>, Query),
        ("period" = Option<String>, Query), ("purpose" = Option<String>, Query), ("direction" = Option<String>, Query),
        ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<CrossingView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    mut question: Question,
) -> Answer<Json<List<CrossingView>>> {
    let limit = question.limit();
    let query = LedgerQuery {
        book: Book::Shares,
        incident: question.text("incident").unwrap_or_default(),
        organisation: question.text("organisation").unwrap_or_default(),
        period: question.text("period").unwrap_or_default(),
        purpose: question.parsed("purpose").pop(),
        direction: question.parsed("direction").pop(),
        after: question.after(),
    };
    question.end()?;
    let (found, next) = ledger::list(&app.room, &caller.viewer, &query, limit).await?;
    Ok(Json(List::of(found, next, CrossingView::of)))
}
