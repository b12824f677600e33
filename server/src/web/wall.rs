//! The status wall; the one that stays open reads the page again.

use app::pages::wall;
use axum::{extract::State, http::StatusCode};

use crate::{error::Answer, page, service, state::App, viewer::Member};

/// `GET /wall`
pub async fn show(State(app): State<App>, member: Member) -> Answer {
    let cleared = service::wall::wall(&app.room).await?;
    Ok(page::render(&app, &member, StatusCode::OK, |frame| wall::wall(&frame, cleared)))
}
