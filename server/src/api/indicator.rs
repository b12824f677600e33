//! Indicators of an incident: stored raw, told raw and defanged.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};

use super::{Answer, List, Made, Sent, number, place, question::Question, sealed, view::IndicatorView};
use crate::{
    service::{
        incident,
        indicator::{self, IndicatorInput},
        settled,
    },
    state::App,
    viewer::ApiCaller,
};

/// The indicators of an incident, oldest first.
#[utoipa::path(get, path = "/api/v1/incidents/{number}/indicators", operation_id = "indicators", tag = "material",
    params(("number" = String, Path, example = "WF-0147"), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<IndicatorView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    mut question: Question,
) -> Answer<Json<List<IndicatorView>>> {
    let room = &app.room;
    let incident = incident::find(room, &caller.viewer, &number(&word)?).await?;
    let (limit, after) = (question.limit(), question.after());
    question.end()?;
    let after = place(room, "indicators", after)?.unwrap_or(0);
    let (found, next) = indicator::list(room, &caller.viewer, &incident, after, limit).await?;
    Ok(Json(List::of(found, sealed(room, "indicators", next), IndicatorView::of)))
}

/// Adds an indicator, raw or defanged.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/indicators", operation_id = "add_indicator", tag = "material",
    params(("number" = String, Path, example = "WF-0147")),
    request_body = IndicatorInput, responses((status = 201, body = IndicatorView)))]
pub async fn add(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<IndicatorInput>,
) -> Answer<Made<IndicatorView>> {
    let (room, number) = (&app.room, number(&word)?);
    let work = indicator::add(room.clone(), caller.asker.clone(), once, number.clone(), value);
    let added = settled(work).await?;
    let indicator = indicator::find(room, &caller.viewer, &number, added.id).await?;
    Ok((StatusCode::CREATED, Json(indicator.map(IndicatorView::of))))
}
