//! The person who calls.

use axum::{Json, extract::State};

use super::{Answer, One, view::MeView};
use crate::{
    service::{Error, room::public},
    state::App,
    viewer::ApiCaller,
};

/// Who calls: person, organisation, roles.
#[utoipa::path(get, path = "/api/v1/me", operation_id = "me", tag = "people", responses((status = 200, body = MeView)))]
pub async fn show(State(app): State<App>, caller: ApiCaller) -> Answer<One<MeView>> {
    let directory = app.room.directory();
    let member = directory.member(caller.viewer.person).ok_or(Error::NotFound)?;
    let person = &member.person;
    Ok(Json(public(MeView {
        id: person.id,
        person: person.email.clone(),
        name: person.name.clone(),
        organisation: person.organisation.slug.clone(),
        roles: caller.viewer.roles.clone(),
    })))
}
