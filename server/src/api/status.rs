//! The status of an incident, through its gates.

use axum::{
    Json,
    extract::{Path, State},
};

use super::{Answer, One, Refusal, Sent, number, versioned, view::IncidentView};
use crate::{
    service::{
        incident::{self, StatusInput},
        settled,
    },
    state::App,
    viewer::ApiCaller,
};

/// Moves the incident to another status.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/status", operation_id = "set_status", tag = "incidents",
    params(("number" = String, Path, example = "WF-0147")),
    request_body = StatusInput, responses((status = 200, body = IncidentView)))]
pub async fn set(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<StatusInput>,
) -> Answer<One<IncidentView>> {
    let (room, number) = (&app.room, number(&word)?);
    versioned(value.version)?;
    let work = incident::set_status(room.clone(), caller.asker.clone(), once, number.clone(), value);
    if let Err(error) = settled(work).await {
        return Err(Refusal::of(room, &caller, error).await);
    }
    let incident = incident::find(room, &caller.viewer, &number).await?;
    Ok(Json(incident.map(|incident| IncidentView::of(incident, room.now()))))
}
