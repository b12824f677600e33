//! One-time links into an organisation. The link is in the answer that made it and nowhere else.

use app::{
    model::{InvitationId, Moment, Role},
    policy::Cleared,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, List, Made, Sent, SentMaybe, id, question::Question};
use crate::{
    service::{
        Error,
        invitation::{self, Link, NewInvitation, Waiting},
        room::public,
    },
    state::App,
    viewer::ApiCaller,
};

/// An invitation that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    pub id: InvitationId,
    pub email: String,
    pub name: String,
    /// Slug.
    pub organisation: String,
    pub roles: Vec<Role>,
    /// E-mail address.
    pub made_by: Option<String>,
    pub made_at: Moment,
    pub expires_at: Moment,
}

impl InvitationView {
    fn of(waiting: Waiting) -> Self {
        Self {
            id: waiting.id,
            email: waiting.email,
            name: waiting.name,
            organisation: waiting.organisation.slug,
            roles: waiting.roles,
            made_by: waiting.made_by.map(|person| person.email),
            made_at: waiting.made_at,
            expires_at: waiting.expires_at,
        }
    }
}

/// A link that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkView {
    pub id: InvitationId,
    pub email: String,
    /// Opens once, for 72 hours. It is told this once.
    pub link: String,
    pub expires_at: Moment,
}

impl LinkView {
    pub(super) fn of(app: &App, link: Link) -> Self {
        let address = format!("{}{}", app.config.origin(), link.path());
        Self { id: link.id, email: link.email, link: address, expires_at: link.expires_at }
    }
}

/// The invitations that wait in the organisations that the caller looks after, the newest first.
#[utoipa::path(get, path = "/api/v1/people/invitations", operation_id = "invitations", tag = "people",
    params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<InvitationView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    mut question: Question,
) -> Answer<Json<List<InvitationView>>> {
    let (limit, after) = (question.limit(), question.after());
    question.end()?;
    let found = invitation::list(&app.room, &caller.viewer, after.as_deref(), limit).await?;
    Ok(Json(List::of(found.waiting, found.next, InvitationView::of)))
}

/// Whom to invite.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct InvitationInput {
    pub name: String,
    pub email: String,
    /// Slug; the caller's own where empty.
    pub organisation: String,
    #[schema(value_type = Vec<Role>)]
    pub roles: Vec<String>,
}

/// Invites somebody. What the organisation had out for this address opens no more.
#[utoipa::path(post, path = "/api/v1/people/invitations", operation_id = "invite", tag = "people",
    request_body = InvitationInput, responses((status = 201, body = LinkView)))]
pub async fn add(
    State(app): State<App>,
    caller: ApiCaller,
    Sent { value, once }: Sent<InvitationInput>,
) -> Answer<Made<LinkView>> {
    let InvitationInput { name, email, mut organisation, roles } = value;
    if organisation.trim().is_empty() {
        let directory = app.room.directory();
        let own = directory.organisation(caller.viewer.organisation).ok_or(Error::NotFound)?;
        organisation = own.slug.clone();
    }
    let new = NewInvitation { name, email, organisation, roles };
    let link = invitation::invite(&app.room, &caller, new, &once).await?;
    Ok((StatusCode::CREATED, Json(public(LinkView::of(&app, link)))))
}

/// Nothing has to be said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepInput {}

/// Makes a new link for an invitation that waits or has expired; the old one opens no more.
#[utoipa::path(post, path = "/api/v1/people/invitations/{id}/again", operation_id = "invite_again", tag = "people",
    params(("id" = InvitationId, Path)),
    request_body = inline(Option<StepInput>), responses((status = 201, body = LinkView)))]
pub async fn again(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { once, .. }: SentMaybe<StepInput>,
) -> Answer<Made<LinkView>> {
    let link = invitation::renew(&app.room, &caller, id(&word)?, &once).await?;
    Ok((StatusCode::CREATED, Json(public(LinkView::of(&app, link)))))
}

/// What became of an invitation.
#[derive(Debug, Serialize, ToSchema)]
pub struct WithdrawnView {
    pub id: InvitationId,
    pub withdrawn: bool,
}

/// Takes an invitation back: its link opens no more.
#[utoipa::path(post, path = "/api/v1/people/invitations/{id}/withdraw", operation_id = "withdraw_invitation", tag = "people",
    params(("id" = InvitationId, Path)),
    request_body = inline(Option<StepInput>), responses((status = 200, body = WithdrawnView)))]
pub async fn withdraw(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { once, .. }: SentMaybe<StepInput>,
) -> Answer<Json<Cleared<WithdrawnView>>> {
    let id = id(&word)?;
    invitation::withdraw(&app.room, &caller, id, &once).await?;
    Ok(Json(public(WithdrawnView { id, withdrawn: true })))
}
