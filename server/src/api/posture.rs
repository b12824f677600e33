//! What the caller's own organisation does about an incident.

use app::model::{
    Moment,
    posture::{Posture, StatedPosture},
};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, One, Sent, number};
use crate::{
    service::{
        Error, incident,
        posture::{self, PostureInput},
        settled,
    },
    state::App,
    viewer::ApiCaller,
};

/// The posture of the caller's organisation.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostureView {
    /// Slug of the organisation.
    pub organisation: String,
    pub posture: Posture,
    /// For the caller's organisation only.
    pub note: String,
    pub published: bool,
    pub published_at: Option<Moment>,
    pub version: i64,
}

/// A posture in the journal: what everybody may read of it who reads it at all.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublishedPosture {
    /// Slug of the organisation.
    pub organisation: String,
    pub posture: Posture,
    pub published: bool,
}

impl PublishedPosture {
    pub fn of(stated: StatedPosture) -> Self {
        let published = stated.published_at.is_some();
        Self { organisation: stated.organisation.slug, posture: stated.posture, published }
    }
}

impl PostureView {
    fn of(stated: StatedPosture) -> Self {
        let (note, version) = stated.own.map(|own| (own.note, own.version)).unwrap_or_default();
        Self {
            organisation: stated.organisation.slug,
            posture: stated.posture,
            note,
            published: stated.published_at.is_some(),
            published_at: stated.published_at,
            version,
        }
    }
}

/// States the posture of one's own organisation; others see it only when it is published, and never the note.
#[utoipa::path(put, path = "/api/v1/incidents/{number}/posture", operation_id = "state_posture", tag = "ledger",
    params(("number" = String, Path, example = "WF-0147")),
    request_body = PostureInput, responses((status = 200, body = PostureView)))]
pub async fn put(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<PostureInput>,
) -> Answer<One<PostureView>> {
    let (room, number) = (&app.room, number(&word)?);
    settled(posture::state(room.clone(), caller.asker.clone(), once, number.clone(), value)).await?;
    let incident = incident::find(room, &caller.viewer, &number).await?;
    let stated = posture::list(room, &caller.viewer, &incident).await?;
    if !stated.iter().any(|stated| stated.own.is_some()) {
        return Err(Error::internal("a posture was stated by nobody").into());
    }
    // It is there: asked above.
    let own = stated.map(|all| all.into_iter().find(|stated| stated.own.is_some()).expect("stated"));
    Ok(Json(own.map(PostureView::of)))
}
