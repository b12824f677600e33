//! The status wall and its data.

use app::{model::wall::Wall, pages::wall};
use axum::{Json, extract::State, http::StatusCode};

use crate::{error::Answer, page, service, state::App, viewer::Member};

/// `GET /wall`
pub async fn show(State(app): State<App>, member: Member) -> Answer {
    let cleared = service::wall::wall(&app.room).await?;
    Ok(page::render(&app, &member, StatusCode::OK, |frame| wall::wall(&frame, cleared)))
}

/// `GET /wall/data`: the same values, for the wall that stays open.
pub async fn data(State(app): State<App>, _member: Member) -> Answer<Json<Wall>> {
    Ok(Json(service::wall::wall(&app.room).await?.into_inner()))
}
