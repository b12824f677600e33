//! Passing on what came from others: asked of where it came from, approved or refused.

use app::{
    model::{
        EntryId, Moment, ShareId, Tlp,
        id::Number,
        onward::{Onward, OnwardState},
        share::Purpose,
    },
    policy::Cleared,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Answer, List, One, Sent, SentMaybe,
    crossing::{OriginatorView, ShareView},
    hold::HeldView,
    id, number, place,
    question::Question,
    sealed,
    share::NewShare,
};
use crate::{
    service::{
        Once, incident, settled,
        share::{self, OnwardDecision},
    },
    state::App,
    viewer::ApiCaller,
};

/// A request to pass an incident on. The share that an approval makes has the same id.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnwardView {
    pub id: ShareId,
    pub incident: Number,
    pub version: i64,
    /// E-mail address of who asks.
    pub from: String,
    /// Slug of their organisation.
    pub from_organisation: String,
    /// Slug of the organisation that it is to go to.
    pub to: String,
    /// Slug of the organisation that decides: where the incident came from.
    pub lead: String,
    /// E-mail addresses.
    pub named: Vec<String>,
    /// Labels of the exhibits that go along and that the caller may see: `E-3`.
    pub exhibits: Vec<String>,
    /// Ids of the entries of the timeline that go along and that the caller may see.
    pub entries: Vec<EntryId>,
    pub purpose: Purpose,
    pub text: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    /// Number of the court, the docket or the order; null but for a legal process.
    pub reference: Option<String>,
    /// Whose words were handed on, and these; null but for a relay.
    pub originator: Option<OriginatorView>,
    pub state: OnwardState,
    /// The decider's, to the one who asked; of what lapsed, why.
    pub comment: String,
    pub asked_at: Moment,
    pub decided_at: Option<Moment>,
}

impl OnwardView {
    fn of(onward: Onward) -> Self {
        Self {
            id: onward.id,
            incident: onward.incident,
            version: onward.version,
            from_organisation: onward.from.organisation.slug.clone(),
            from: onward.from.email,
            to: onward.to.slug,
            lead: onward.asked.slug,
            named: onward.named.into_iter().map(|person| person.email).collect(),
            exhibits: onward.exhibits.into_iter().map(|number| format!("E-{number}")).collect(),
            entries: onward.entries.into_iter().map(|entry| entry.id).collect(),
            purpose: onward.purpose,
            text: onward.text,
            tlp: onward.tlp,
            foreign_nexus: onward.foreign_nexus,
            reference: Some(onward.basis.reference).filter(|text| !text.is_empty()),
            originator: onward.basis.originator.map(OriginatorView::of),
            state: onward.state,
            comment: onward.comment,
            asked_at: onward.asked_at,
            decided_at: onward.decided_at,
        }
    }
}

/// The requests of an incident that the caller's organisation made, all of them for the organisation that it came from; oldest first.
#[utoipa::path(get, path = "/api/v1/incidents/{number}/onward", operation_id = "onward_requests", tag = "ledger",
    params(("number" = String, Path, example = "WF-0147"), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<OnwardView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    mut question: Question,
) -> Answer<Json<List<OnwardView>>> {
    let room = &app.room;
    let incident = incident::find(room, &caller.viewer, &number(&word)?).await?;
    let (limit, after) = (question.limit(), question.after());
    question.end()?;
    let after = place(room, "onward", after)?.unwrap_or(0);
    let (found, next) = share::list_onward(room, &caller.viewer, &incident, after, limit).await?;
    Ok(Json(List::of(found, sealed(room, "onward", next), OnwardView::of)))
}

/// What became of it, one an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedView {
    /// The organisation that it came from decides.
    pub asked: Vec<OnwardView>,
    /// Shared at once: they see the incident already.
    pub shares: Vec<ShareView>,
    /// Counsel of the caller's organisation looks first.
    pub held: Vec<HeldView>,
}

/// Asks the organisation that it came from to let a share pass. Who sees the incident already is told at once.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/onward", operation_id = "ask_onward", tag = "ledger",
    params(("number" = String, Path, example = "WF-0147")),
    request_body = NewShare, responses((status = 201, body = AskedView)))]
pub async fn ask(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<NewShare>,
) -> Answer<(StatusCode, One<AskedView>)> {
    let (room, viewer, number) = (&app.room, &caller.viewer, number(&word)?);
    let made = settled(share::ask(room.clone(), caller.asker.clone(), once, number, value.input())).await?;
    let (mut asked, mut shares, mut held) = (vec![], vec![], vec![]);
    for id in made.asked {
        asked.push(share::find_onward(room, viewer, id).await?.map(OnwardView::of));
    }
    for id in made.shares {
        shares.push(share::find(room, viewer, id).await?.map(ShareView::of));
    }
    for id in made.held {
        held.push(share::find_hold(room, viewer, id).await?.map(HeldView::of));
    }
    let asked: Cleared<Vec<OnwardView>> = asked.into_iter().collect();
    let shares: Cleared<Vec<ShareView>> = shares.into_iter().collect();
    let held: Cleared<Vec<HeldView>> = held.into_iter().collect();
    let view = asked.map(|asked| AskedView { asked, shares: shares.into_inner(), held: held.into_inner() });
    Ok((StatusCode::CREATED, Json(view)))
}

/// Nothing has to be said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveInput {}

/// A word to the one who asked, or none.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RefuseInput {
    pub comment: String,
}

async fn decide(
    app: App,
    caller: ApiCaller,
    once: Once,
    word: &str,
    decision: OnwardDecision,
) -> Answer<One<OnwardView>> {
    let (room, onward) = (&app.room, id::<ShareId>(word)?);
    settled(share::decide_onward(room.clone(), caller.asker.clone(), once, onward, None, decision)).await?;
    let onward = share::find_onward(room, &caller.viewer, onward).await?;
    Ok(Json(onward.map(OnwardView::of)))
}

/// It lets it pass: from here on the share is the asker's.
#[utoipa::path(post, path = "/api/v1/onward/{id}/approve", operation_id = "approve_onward", tag = "ledger",
    params(("id" = ShareId, Path)), request_body = inline(Option<ApproveInput>), responses((status = 200, body = OnwardView)))]
pub async fn approve(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { once, .. }: SentMaybe<ApproveInput>,
) -> Answer<One<OnwardView>> {
    decide(app, caller, once, &word, OnwardDecision::Approve).await
}

/// It does not let it pass.
#[utoipa::path(post, path = "/api/v1/onward/{id}/refuse", operation_id = "refuse_onward", tag = "ledger",
    params(("id" = ShareId, Path)), request_body = inline(Option<RefuseInput>), responses((status = 200, body = OnwardView)))]
pub async fn refuse(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { value, once }: SentMaybe<RefuseInput>,
) -> Answer<One<OnwardView>> {
    let comment = value.comment;
    decide(app, caller, once, &word, OnwardDecision::Refuse(comment)).await
}

/// Whoever asked takes it back.
#[utoipa::path(post, path = "/api/v1/onward/{id}/withdraw", operation_id = "withdraw_onward", tag = "ledger",
    params(("id" = ShareId, Path)), request_body = inline(Option<ApproveInput>), responses((status = 200, body = OnwardView)))]
pub async fn withdraw(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { once, .. }: SentMaybe<ApproveInput>,
) -> Answer<One<OnwardView>> {
    decide(app, caller, once, &word, OnwardDecision::Withdraw).await
}
