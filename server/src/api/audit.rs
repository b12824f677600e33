//! The audit log, for those who watch over the room.

use app::{
    model::{FieldErrors, Moment},
    pages::audit::AuditKind,
};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, List, question::Question};
use crate::{
    service::audit::{self, Line},
    state::App,
    viewer::ApiCaller,
};

/// A row of the log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    /// Its number in the journal; for the auditor alone.
    pub entry: Option<i64>,
    pub at: Moment,
    /// E-mail address; null is the product itself, or nobody.
    pub person: Option<String>,
    /// Slug.
    pub organisation: Option<String>,
    /// `person.suspended`
    pub action: String,
    pub object: String,
    /// Opaque: send it as `incident` for all that was done to the same thing; for the auditor alone.
    pub thing: Option<String>,
    pub detail: String,
    pub address: String,
    pub request: String,
    /// The act was refused.
    pub refused: bool,
    /// Hex, of the row before; for the auditor alone.
    pub previous: Option<String>,
    /// Hex.
    pub hash: String,
}

impl AuditView {
    fn of(line: Line) -> Self {
        Self {
            entry: line.seq,
            at: line.at,
            person: line.person.map(|person| person.email),
            organisation: line.organisation.map(|organisation| organisation.slug),
            action: line.action,
            object: line.object,
            thing: line.thing,
            detail: line.detail,
            address: line.address,
            request: line.request,
            refused: line.is_refusal,
            previous: line.previous,
            hash: line.hash,
        }
    }
}

/// The log, the newest first: all of it for the auditor, the part of its own people for an organisation's admin.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "audit", tag = "people",
    params(
        ("kind" = Option<AuditKind>, Query), ("action" = Option<String>, Query, description = "`person.suspended`"),
        ("person" = Option<String>, Query, description = "E-mail address or id: who acted, or whom it was about"),
        ("organisation" = Option<String>, Query, description = "Slug: whose people acted"),
        ("incident" = Option<String>, Query, description = "A number that the caller may see, or the `thing` of a row"),
        ("from" = Option<Moment>, Query), ("to" = Option<Moment>, Query),
        ("limit" = Option<i64>, Query), ("after" = Option<String>, Query),
    ),
    responses((status = 200, body = List<AuditView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    mut question: Question,
) -> Answer<Json<List<AuditView>>> {
    let (limit, after) = (question.limit(), question.after());
    let kind = question.parsed::<AuditKind>("kind").pop().unwrap_or(AuditKind::All);
    let mut text = |name: &str| question.text(name).unwrap_or_default();
    let mut asked = audit::Question {
        kind: kind.wire().to_owned(),
        action: text("action"),
        person: text("person"),
        organisation: text("organisation"),
        thing: text("incident"),
        from: None,
        to: None,
    };
    let (from, to) = (text("from"), text("to"));
    asked.from = moment(&mut question.errors, "from", &from);
    asked.to = moment(&mut question.errors, "to", &to);
    question.end()?;
    let log = audit::list(&app.room, &caller.viewer, &asked, after.as_deref(), limit).await?;
    Ok(Json(List::of(log.lines, log.next, AuditView::of)))
}

fn moment(errors: &mut FieldErrors, name: &str, text: &str) -> Option<Moment> {
    if text.is_empty() {
        return None;
    }
    let read = text.parse().ok();
    if read.is_none() {
        errors.add(name, "A time as 2020-11-03T19:18:00Z");
    }
    read
}
