//! The people of the room, by whom incidents are shared, handed over and named.

use app::model::Role;
use axum::{Json, extract::State};

use super::{Answer, List, page_of, question::Question, view::PersonView};
use crate::{state::App, viewer::ApiCaller};

/// The people who can be named, by e-mail address: not the suspended, not the screens.
#[utoipa::path(get, path = "/api/v1/people", operation_id = "people", tag = "people",
    params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<PersonView>)))]
pub async fn list(
    State(app): State<App>,
    _: ApiCaller,
    question: Question,
) -> Answer<Json<List<PersonView>>> {
    let directory = app.room.directory();
    let people = directory.members().into_iter();
    let people = people.filter(|member| !member.suspended && !member.roles.contains(&Role::Screen));
    let all = people.map(|member| member.person.clone()).collect();
    page_of(&app.room, question, "people", all, |one| one.email.clone(), PersonView::of)
}
