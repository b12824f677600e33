//! The sharing ledger of the caller's organisation.

use app::model::{
    EntryId, Moment, ShareId, Tlp,
    id::Number,
    ledger::{Book, Crossing, LedgerAct, LedgerQuery, LedgerStep},
    organisation::Sector,
    share::Purpose,
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, List, crossing::OriginatorView, question::Question};
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

/// A crossing in which the caller's organisation is a party.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrossingView {
    pub id: ShareId,
    /// Which crossing of the caller's organisation it is, counted without a gap.
    pub count: Option<i64>,
    pub incident: Number,
    pub title: String,
    /// The stricter of the incident's and its own.
    pub label: Tlp,
    /// E-mail address of who shared it.
    pub from: String,
    pub from_name: String,
    /// Slug.
    pub from_organisation: String,
    pub from_sector: Sector,
    /// Slug.
    pub to: String,
    pub to_sector: Sector,
    pub purpose: Purpose,
    pub text: String,
    /// Fixed words that stand with each share from an agency to a company, and with a relay that came through an agency.
    pub banner: Option<String>,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    /// Number of the court, the docket or the order; null but for a legal process.
    pub reference: Option<String>,
    /// Whose words were handed on, and these; null but for a relay.
    pub originator: Option<OriginatorView>,
    /// `E-3`
    pub exhibits: Vec<String>,
    /// Ids of the entries of the timeline that went along.
    pub entries: Vec<EntryId>,
    /// E-mail addresses of those to whom it is addressed; with TLP:RED they alone read it.
    pub named: Vec<String>,
    /// E-mail address of who let it out, or decided about it, where it was held.
    pub reviewed_by: Option<String>,
    /// E-mail address of who of the lead let it be passed on, where another organisation shared it.
    pub approved_by: Option<String>,
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
            banner: crossing.banner().map(str::to_owned),
            id: crossing.id,
            count: crossing.count,
            incident: crossing.incident,
            title: crossing.title,
            label: crossing.label,
            from_organisation: crossing.from.organisation.slug.clone(),
            from_sector: crossing.from.organisation.sector,
            from: crossing.from.email,
            from_name: crossing.from.name,
            to: crossing.to.slug,
            to_sector: crossing.to.sector,
            purpose: crossing.purpose,
            text: crossing.text,
            tlp: crossing.tlp,
            foreign_nexus: crossing.foreign_nexus,
            reference: Some(crossing.basis.reference).filter(|text| !text.is_empty()),
            originator: crossing.basis.originator.map(OriginatorView::of),
            exhibits: crossing.exhibits.into_iter().map(|number| format!("E-{number}")).collect(),
            entries: crossing.entries.iter().map(|entry| entry.id).collect(),
            named: crossing.named.into_iter().map(|person| person.email).collect(),
            reviewed_by: crossing.reviewed_by.map(|person| person.email),
            approved_by: crossing.approved_by.map(|person| person.email),
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
