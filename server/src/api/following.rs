//! Following an incident: the caller's own, and nobody else's to see.

use app::{model::id::Number, policy::Cleared};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, One, SentMaybe, number};
use crate::{
    service::{Once, following, room, settled},
    state::App,
    viewer::ApiCaller,
};

/// Nothing has to be said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowInput {}

/// Whether the caller follows the incident.
#[derive(Debug, Serialize, ToSchema)]
pub struct FollowView {
    pub number: Number,
    pub following: bool,
}

async fn set(app: App, caller: ApiCaller, once: Once, word: &str, on: bool) -> Answer<One<FollowView>> {
    let act = following::set(app.room.clone(), caller.asker.clone(), once, number(word)?, on);
    let following::Followed { number, following } = settled(act).await?;
    let view: Cleared<FollowView> = room::public(FollowView { number, following });
    Ok(Json(view))
}

/// Follows the incident: its status and severity are told to the caller.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/follow", operation_id = "follow", tag = "notifications",
    params(("number" = String, Path, example = "WF-0147")), request_body = inline(Option<FollowInput>),
    responses((status = 200, body = FollowView)))]
pub async fn follow(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { once, .. }: SentMaybe<FollowInput>,
) -> Answer<One<FollowView>> {
    set(app, caller, once, &word, true).await
}

/// Stops to follow it; nothing that the caller does in it changes that.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/unfollow", operation_id = "unfollow", tag = "notifications",
    params(("number" = String, Path, example = "WF-0147")), request_body = inline(Option<FollowInput>),
    responses((status = 200, body = FollowView)))]
pub async fn unfollow(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { once, .. }: SentMaybe<FollowInput>,
) -> Answer<One<FollowView>> {
    set(app, caller, once, &word, false).await
}
