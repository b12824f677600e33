//! The operational periods of the room.

use axum::{Json, extract::State};

use super::{Answer, List, page_of, question::Question, view::PeriodView};
use crate::{state::App, viewer::ApiCaller};

/// The periods, by when they begin.
#[utoipa::path(get, path = "/api/v1/periods", operation_id = "periods", tag = "room",
    params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<PeriodView>)))]
pub async fn list(
    State(app): State<App>,
    _: ApiCaller,
    question: Question,
) -> Answer<Json<List<PeriodView>>> {
    let (all, now) = (app.room.reference().periods().to_vec(), app.room.now());
    page_of(&app.room, question, "periods", all, |one| one.slug.clone(), |one| PeriodView::of(one, now))
}
