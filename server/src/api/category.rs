//! The catalogue of categories as it stands now.

use axum::{Json, extract::State};

use super::{Answer, List, page_of, question::Question, view::CategoryView};
use crate::{state::App, viewer::ApiCaller};

/// The leaves of the catalogue, in its order.
#[utoipa::path(get, path = "/api/v1/categories", operation_id = "categories", tag = "room",
    params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<CategoryView>)))]
pub async fn list(
    State(app): State<App>,
    _: ApiCaller,
    question: Question,
) -> Answer<Json<List<CategoryView>>> {
    let all = app.room.reference().catalogue(app.room.now());
    page_of(&app.room, question, "categories", all, |one| one.code.clone(), CategoryView::of)
}
