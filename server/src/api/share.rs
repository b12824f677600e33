//! The sharing ledger: shared, seen, acknowledged, answered, taken back.

use app::{model::ShareId, policy::Cleared};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::{
    Answer, List, One, Refusal, Sent, SentMaybe, crossing::ShareView, hold::HeldView, id, number, place,
    question::Question, sealed, versioned, view::IncidentView,
};
use crate::{
    service::{
        Error, Once, incident, settled,
        share::{self, OriginatorInput, ShareInput, Step, UnshareInput},
    },
    state::App,
    viewer::ApiCaller,
};

/// The shares of an incident that the caller's organisation made or received, oldest first.
#[utoipa::path(get, path = "/api/v1/incidents/{number}/shares", operation_id = "shares", tag = "ledger",
    params(("number" = String, Path, example = "WF-0147"), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<ShareView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    mut question: Question,
) -> Answer<Json<List<ShareView>>> {
    let room = &app.room;
    let incident = incident::find(room, &caller.viewer, &number(&word)?).await?;
    let (limit, after) = (question.limit(), question.after());
    question.end()?;
    let after = place(room, "shares", after)?.unwrap_or(0);
    let (found, next) = share::list(room, &caller.viewer, &incident, after, limit).await?;
    Ok(Json(List::of(found, sealed(room, "shares", next), ShareView::of)))
}

/// What is shared, and with whom.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewShare {
    /// Slug of an organisation, or several.
    #[serde(deserialize_with = "one_or_more")]
    #[schema(value_type = OneOrMore)]
    pub to: Vec<String>,
    /// E-mail addresses. With TLP:RED they alone see it; else it says to whom it is addressed.
    pub named: Vec<String>,
    /// `awareness` when empty.
    pub purpose: String,
    pub text: String,
    /// `E-3`
    pub exhibits: Vec<String>,
    /// Ids of entries of the timeline.
    pub entries: Vec<String>,
    /// As the incident when empty; never looser.
    pub tlp: String,
    /// `none_seen`, `suspected` or `attributed`; nothing is said when empty.
    pub foreign_nexus: String,
    /// By whom, with `attributed`.
    pub attributed_by: String,
    /// Number of the court, the docket or the order, of 1 to 200 characters; with `legal_process`, which needs it.
    pub reference: String,
    /// Whose words these are; with `relay`, which needs it or `relay_of`. What is wrong with one of its fields is
    /// said under `originator_name`, `originator_role` and so on.
    pub originator: OriginatorInput,
    /// With `relay`: id of a relay of this incident whose originator and words are handed on unchanged.
    pub relay_of: String,
}

impl NewShare {
    pub(super) fn input(self) -> ShareInput {
        let Self {
            to,
            named,
            purpose,
            text,
            exhibits,
            entries,
            tlp,
            foreign_nexus,
            attributed_by,
            reference,
            originator,
            relay_of,
        } = self;
        ShareInput {
            to,
            named,
            purpose,
            text,
            exhibits,
            entries,
            tlp,
            foreign_nexus,
            attributed_by,
            reference,
            originator,
            relay_of,
        }
    }
}

/// One word or a list of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum OneOrMore {
    One(String),
    More(Vec<String>),
}

fn one_or_more<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrMore::deserialize(from)? {
        OneOrMore::One(word) => vec![word],
        OneOrMore::More(words) => words,
    })
}

/// The share that was made. Each organisation has one of its own: those to further ones stand under `others`.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedView {
    #[serde(flatten)]
    pub share: ShareView,
    pub others: Vec<ShareView>,
    /// What a rule held back of it.
    pub held: Vec<HeldView>,
}

/// Nothing was delivered yet: all of it waits for counsel.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldBackView {
    #[serde(flatten)]
    pub share: HeldView,
    pub others: Vec<HeldView>,
}

/// What was made of a request to share.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum GivenView {
    Shared(Box<SharedView>),
    HeldBack(Box<HeldBackView>),
}

/// Shares the incident with organisations. What a rule holds back waits for counsel: 202 where that is all.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/shares", operation_id = "share", tag = "ledger",
    params(("number" = String, Path, example = "WF-0147")),
    request_body = NewShare, responses((status = 201, body = SharedView), (status = 202, body = HeldBackView)))]
pub async fn add(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<NewShare>,
) -> Answer<(StatusCode, Json<Cleared<GivenView>>)> {
    let (room, number) = (&app.room, number(&word)?);
    let made = settled(share::share(room.clone(), caller.asker.clone(), once, number, value.input())).await?;
    let (mut shares, mut holds) = (vec![], vec![]);
    for share in made.shares {
        shares.push(share::find(room, &caller.viewer, share).await?.map(ShareView::of));
    }
    for held in made.held {
        holds.push(share::find_hold(room, &caller.viewer, held).await?.map(HeldView::of));
    }
    let shares: Cleared<Vec<ShareView>> = shares.into_iter().collect();
    let holds: Cleared<Vec<HeldView>> = holds.into_iter().collect();
    if shares.is_empty() && holds.is_empty() {
        return Err(Error::internal("a share was made to nobody").into());
    }
    let held = holds.into_inner();
    let status = if shares.is_empty() { StatusCode::ACCEPTED } else { StatusCode::CREATED };
    let view = shares.map(|shares| {
        let mut shares = shares.into_iter();
        match shares.next() {
            Some(share) => GivenView::Shared(Box::new(SharedView { share, others: shares.collect(), held })),
            None => {
                let mut held = held.into_iter();
                // One of the two is not empty: asked above.
                let share = held.next().expect("something is held");
                GivenView::HeldBack(Box::new(HeldBackView { share, others: held.collect() }))
            }
        }
    });
    Ok((status, Json(view)))
}

/// Nothing has to be said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepInput {}

/// The words of an answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    pub text: String,
}

async fn step(app: App, caller: ApiCaller, once: Once, word: &str, step: Step) -> Answer<One<ShareView>> {
    let (room, share) = (&app.room, id::<ShareId>(word)?);
    settled(share::step(room.clone(), caller.asker.clone(), once, share, None, step)).await?;
    let share = share::find(room, &caller.viewer, share).await?;
    Ok(Json(share.map(ShareView::of)))
}

/// The recipient has seen it.
#[utoipa::path(post, path = "/api/v1/shares/{id}/seen", operation_id = "see_share", tag = "ledger",
    params(("id" = ShareId, Path)), request_body = inline(Option<StepInput>), responses((status = 200, body = ShareView)))]
pub async fn seen(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { once, .. }: SentMaybe<StepInput>,
) -> Answer<One<ShareView>> {
    step(app, caller, once, &word, Step::Seen).await
}

/// The recipient acknowledges it.
#[utoipa::path(post, path = "/api/v1/shares/{id}/acknowledge", operation_id = "acknowledge_share", tag = "ledger",
    params(("id" = ShareId, Path)), request_body = inline(Option<StepInput>), responses((status = 200, body = ShareView)))]
pub async fn acknowledge(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { once, .. }: SentMaybe<StepInput>,
) -> Answer<One<ShareView>> {
    step(app, caller, once, &word, Step::Acknowledge).await
}

/// What became of an answer.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum AnsweredView {
    Sent(Box<ShareView>),
    HeldBack(Box<HeldView>),
}

/// The recipient answers it, once. An answer that a rule holds back waits for counsel: 202.
#[utoipa::path(post, path = "/api/v1/shares/{id}/answer", operation_id = "answer_share", tag = "ledger",
    params(("id" = ShareId, Path)), request_body = AnswerInput,
    responses((status = 200, body = ShareView), (status = 202, body = HeldView)))]
pub async fn answer(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<AnswerInput>,
) -> Answer<(StatusCode, One<AnsweredView>)> {
    let (room, share) = (&app.room, id::<ShareId>(&word)?);
    let work = share::step(room.clone(), caller.asker.clone(), once, share, None, Step::Answer(value.text));
    let stepped = settled(work).await?;
    if stepped.held {
        let held = share::find_hold(room, &caller.viewer, stepped.id).await?;
        return Ok((
            StatusCode::ACCEPTED,
            Json(held.map(|hold| AnsweredView::HeldBack(Box::new(HeldView::of(hold))))),
        ));
    }
    let share = share::find(room, &caller.viewer, share).await?;
    Ok((StatusCode::OK, Json(share.map(|share| AnsweredView::Sent(Box::new(ShareView::of(share)))))))
}

/// Whose it is from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignInput {
    /// E-mail address of somebody of the caller's organisation; empty: nobody.
    pub person: String,
}

/// The recipient hands it to somebody of its own; no other organisation learns of it.
#[utoipa::path(post, path = "/api/v1/shares/{id}/assign", operation_id = "assign_share", tag = "ledger",
    params(("id" = ShareId, Path)), request_body = AssignInput, responses((status = 200, body = ShareView)))]
pub async fn assign(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<AssignInput>,
) -> Answer<One<ShareView>> {
    let (room, share) = (&app.room, id::<ShareId>(&word)?);
    settled(share::assign(room.clone(), caller.asker.clone(), once, share, value.person)).await?;
    let share = share::find(room, &caller.viewer, share).await?;
    Ok(Json(share.map(ShareView::of)))
}

/// Whoever sent it, or the lead, takes it back; without another share the recipient sees nothing any more.
#[utoipa::path(post, path = "/api/v1/shares/{id}/revoke", operation_id = "revoke_share", tag = "ledger",
    params(("id" = ShareId, Path)), request_body = inline(Option<StepInput>), responses((status = 200, body = ShareView)))]
pub async fn revoke(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { once, .. }: SentMaybe<StepInput>,
) -> Answer<One<ShareView>> {
    step(app, caller, once, &word, Step::Revoke).await
}

/// The lead ends an organisation's part: everything that gives it one is taken back, whoever sent it.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/unshare", operation_id = "unshare", tag = "ledger",
    params(("number" = String, Path, example = "WF-0147")),
    request_body = UnshareInput, responses((status = 200, body = IncidentView)))]
pub async fn unshare(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<UnshareInput>,
) -> Answer<One<IncidentView>> {
    let (room, number) = (&app.room, number(&word)?);
    versioned(value.version)?;
    let work = share::unshare(room.clone(), caller.asker.clone(), once, number.clone(), value);
    if let Err(error) = settled(work).await {
        return Err(Refusal::of(room, &caller, error).await);
    }
    let incident = incident::find(room, &caller.viewer, &number).await?;
    Ok(Json(incident.map(|incident| IncidentView::of(incident, room.now()))))
}
