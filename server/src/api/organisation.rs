//! The organisations that sit in the room: everybody in it may know them.

use axum::{Json, extract::State};

use super::{Answer, List, page_of, question::Question, view::OrganisationView};
use crate::{state::App, viewer::ApiCaller};

/// The organisations of the room, by slug.
#[utoipa::path(get, path = "/api/v1/organisations", operation_id = "organisations", tag = "people",
    params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<OrganisationView>)))]
pub async fn list(
    State(app): State<App>,
    _: ApiCaller,
    question: Question,
) -> Answer<Json<List<OrganisationView>>> {
    let all = app.room.directory().organisations().into_iter().cloned().collect();
    page_of(&app.room, question, "organisations", all, |one| one.slug.clone(), OrganisationView::of)
}
