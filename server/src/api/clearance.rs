//! What becomes of the request of a liaison that an incident be TLP:CLEAR.

use axum::{
    Json,
    extract::{Path, State},
};

use super::{Answer, One, Refusal, Sent, number, versioned, view::IncidentView};
use crate::{
    service::{
        incident::{self, ClearanceInput},
        settled,
    },
    state::App,
    viewer::ApiCaller,
};

/// Counsel of the lead accepts or refuses. A liaison asks with `PATCH`: `tlp` of `clear`, and a `reason`.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/clearance", operation_id = "decide_clearance", tag = "incidents",
    params(("number" = String, Path, example = "WF-0147")),
    request_body = ClearanceInput, responses((status = 200, body = IncidentView)))]
pub async fn decide(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<ClearanceInput>,
) -> Answer<One<IncidentView>> {
    let (room, number) = (&app.room, number(&word)?);
    versioned(value.version)?;
    let work = incident::decide_clearance(room.clone(), caller.asker.clone(), once, number.clone(), value);
    if let Err(error) = settled(work).await {
        return Err(Refusal::of(room, &caller, error).await);
    }
    let incident = incident::find(room, &caller.viewer, &number).await?;
    Ok(Json(incident.map(|incident| IncidentView::of(incident, room.now()))))
}
