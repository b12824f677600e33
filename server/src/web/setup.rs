//! The link that an empty room prints at its start: the first organisation and the room admin.

use app::{
    model::{Submitted, organisation::Sector},
    pages::{parts::Tone, set_up},
};
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Error,
        account::{self, First},
    },
    state::App,
    viewer::Visitor,
};

#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    key: String,
}

/// `GET /set-up`
pub async fn show(State(app): State<App>, visitor: Visitor, Query(link): Query<Link>) -> Answer {
    if !app.set_up.admits(&link.key) {
        return Err(Error::NotFound.into());
    }
    Ok(draw(&app, &visitor, StatusCode::OK, link.key, Submitted::default()))
}

fn draw(app: &App, visitor: &Visitor, status: StatusCode, key: String, form: Submitted) -> Response {
    page::render(app, visitor, status, |frame| set_up::page(&frame, key, form))
}

/// `POST /set-up`
pub async fn set_up_room(State(app): State<App>, visitor: Visitor, form: Form) -> Answer {
    let (mut typed, _) = form.into_parts();
    let key = typed.value("key").to_owned();
    if !app.set_up.admits(&key) {
        return Err(Error::NotFound.into());
    }
    let sector: Option<Sector> = typed.word("sector", "Choose what it is");
    if typed.value("new") != typed.value("again") {
        typed.errors.add("again", "The two are not the same");
    }
    if sector.is_none() && typed.errors.first("sector").is_none() {
        typed.errors.add("sector", "Choose what it is");
    }
    if let (true, Some(sector)) = (typed.errors.is_empty(), sector) {
        let value = |field: &str| typed.value(field).trim().to_owned();
        let first = First {
            organisation: value("organisation"),
            short: value("short"),
            slug: value("slug"),
            sector,
            name: value("name"),
            email: value("email"),
            password: typed.value("new").to_owned(),
        };
        match account::set_up(&app.room, app.sign_in.hasher(), &visitor.request, first).await {
            Ok(()) => {
                app.set_up.close();
                return Ok(page::see_other_saying(
                    &app,
                    "/sign-in",
                    Tone::Ok,
                    "The room is set up. Sign in.",
                ));
            }
            Err(Error::Invalid(errors)) => typed.errors.merge(errors),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(draw(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, key, typed))
}
