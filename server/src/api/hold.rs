//! What waits for counsel of the caller's own organisation, what they decided, and its withdrawal.

use app::model::{
    EntryId, Moment, ShareId, Tlp,
    hold::{Hold, HoldKind, HoldState},
    id::Number,
    share::Purpose,
};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, List, One, SentMaybe, id, place, question::Question, sealed};
use crate::{
    service::{settled, share},
    state::App,
    viewer::ApiCaller,
};

/// A share, an entry or an answer that waits for counsel: its recipient knows nothing of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldView {
    /// The share, entry or answer has the same id once it is released.
    pub id: ShareId,
    pub kind: HoldKind,
    pub incident: Number,
    pub version: i64,
    /// E-mail address of who wrote it.
    pub from: String,
    /// Slug of the organisation that it is to go to; of an entry one of those that would read it.
    pub to: String,
    /// E-mail addresses.
    pub named: Vec<String>,
    pub purpose: Purpose,
    pub text: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    /// Labels of the exhibits that go along and that the caller may see: `E-3`.
    pub exhibits: Vec<String>,
    /// Ids of the entries of the timeline that go along and that the caller may see.
    pub entries: Vec<EntryId>,
    pub state: HoldState,
    /// Why it is held, in words.
    pub reasons: Vec<String>,
    /// Counsel's, to the sender; of what was withdrawn because an organisation has left the room, that.
    pub comment: String,
    pub held_at: Moment,
    pub decided_at: Option<Moment>,
    /// E-mail address of who decided about it, or withdrew it.
    pub decided_by: Option<String>,
}

impl HeldView {
    pub fn of(hold: Hold) -> Self {
        Self {
            id: hold.id,
            kind: hold.kind,
            incident: hold.incident,
            version: hold.version,
            from: hold.from.email,
            to: hold.to.slug,
            named: hold.named.into_iter().map(|person| person.email).collect(),
            purpose: hold.purpose,
            text: hold.text,
            tlp: hold.tlp,
            foreign_nexus: hold.foreign_nexus,
            exhibits: hold.exhibits.into_iter().map(|number| format!("E-{number}")).collect(),
            entries: hold.entries.into_iter().map(|entry| entry.id).collect(),
            state: hold.state,
            reasons: hold.reasons.into_iter().map(|reason| reason.why).collect(),
            comment: hold.comment,
            held_at: hold.held_at,
            decided_at: hold.decided_at,
            decided_by: hold.decided_by.map(|person| person.email),
        }
    }
}

/// What the caller's organisation held back and did not let out, newest first: what waits, and what was returned, refused
/// or withdrawn. What was released is a share, an entry or an answer.
#[utoipa::path(get, path = "/api/v1/holds", operation_id = "holds", tag = "ledger",
    params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<HeldView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    mut question: Question,
) -> Answer<Json<List<HeldView>>> {
    let room = &app.room;
    let (limit, after) = (question.limit(), question.after());
    question.end()?;
    let before = place(room, "holds", after)?.unwrap_or(i64::MAX);
    let (found, next) = share::list_holds(room, &caller.viewer, before, limit).await?;
    Ok(Json(List::of(found, sealed(room, "holds", next), HeldView::of)))
}

/// One of them, whatever became of it: under the id that a `202` answered.
#[utoipa::path(get, path = "/api/v1/holds/{id}", operation_id = "hold", tag = "ledger",
    params(("id" = ShareId, Path)), responses((status = 200, body = HeldView)))]
pub async fn show(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
) -> Answer<One<HeldView>> {
    let hold = share::find_hold(&app.room, &caller.viewer, id::<ShareId>(&word)?).await?;
    Ok(Json(hold.map(HeldView::of)))
}

/// Nothing has to be said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawInput {}

/// Whoever wrote it, or a liaison of theirs, stops it while it waits: it goes nowhere.
#[utoipa::path(post, path = "/api/v1/holds/{id}/withdraw", operation_id = "withdraw_hold", tag = "ledger",
    params(("id" = ShareId, Path)), request_body = inline(Option<WithdrawInput>), responses((status = 200, body = HeldView)))]
pub async fn withdraw(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { once, .. }: SentMaybe<WithdrawInput>,
) -> Answer<One<HeldView>> {
    let (room, hold) = (&app.room, id::<ShareId>(&word)?);
    settled(share::withdraw(room.clone(), caller.asker.clone(), once, hold, None)).await?;
    let hold = share::find_hold(room, &caller.viewer, hold).await?;
    Ok(Json(hold.map(HeldView::of)))
}
