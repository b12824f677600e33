//! An organisation leaves the room in two steps, and is taken back in one.

use std::collections::BTreeMap;

use app::{
    model::{
        Submitted,
        leave::{OTHERS, Prospect},
    },
    pages::{organisation as pages, parts::Tone},
    policy::Cleared,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use super::draw;
use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Error,
        organisation::{self, Leave},
    },
    state::App,
    viewer::Member,
    web::read,
};

fn input(typed: &Submitted) -> Leave {
    let leads = typed.pairs().iter().filter_map(|(name, value)| {
        let number = name.strip_prefix("leads.")?;
        Some((number.to_owned(), value.trim().to_owned()))
    });
    Leave {
        reason: read::text(typed, "reason"),
        version: read::version(typed),
        leads: leads.collect::<BTreeMap<_, _>>(),
        others: read::text(typed, OTHERS),
    }
}

/// `GET /organisations/{slug}/leave`
pub async fn show(State(app): State<App>, member: Member, Path(slug): Path<String>) -> Answer {
    let prospect = organisation::prospect(&app.room, &member, &slug).await?;
    if app.room.directory().left_at(prospect.organisation.id).is_some() {
        return Ok(page::see_other(&format!("/organisations/{slug}")));
    }
    let form = proposed(&prospect);
    Ok(page::render(&app, &member, StatusCode::OK, |frame| pages::leave(&frame, prospect, false, form)))
}

/// Those who take part longest are proposed; where nobody does, somebody is to choose.
fn proposed(prospect: &Cleared<Prospect>) -> Submitted {
    let mut form = Submitted::default();
    for led in prospect.moving() {
        if let Some(first) = led.candidates.first().filter(|candidate| candidate.takes_part) {
            form.set(&led.field(), first.organisation.slug.clone());
        }
    }
    form
}

/// `POST /organisations/{slug}/leave`: the last look. Nothing is done, so there is no other page to go to.
pub async fn review(State(app): State<App>, member: Member, Path(slug): Path<String>, form: Form) -> Answer {
    let (typed, _) = form.into_parts();
    match organisation::review(&app.room, &member, &slug, &input(&typed)).await {
        Ok(prospect) => {
            Ok(page::render(&app, &member, StatusCode::OK, |frame| pages::confirm(&frame, prospect, typed)))
        }
        Err(error) => again(&app, &member, &slug, typed, error).await,
    }
}

/// `POST /organisations/{slug}/leave/confirm`
pub async fn confirm(State(app): State<App>, member: Member, Path(slug): Path<String>, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    match organisation::leave(&app.room, &member, &slug, input(&typed), &once).await {
        Ok(_) => {
            app.sessions.forget_organisation(&slug);
            let done = "It has left the room. The access of its people has ended.";
            Ok(page::see_other_saying(&app, &format!("/organisations/{slug}"), Tone::Ok, done))
        }
        Err(error) => again(&app, &member, &slug, typed, error).await,
    }
}

/// The form with what is wrong, and what it comes to by now.
async fn again(app: &App, member: &Member, slug: &str, mut typed: Submitted, error: Error) -> Answer {
    let status = match error {
        Error::Invalid(errors) => {
            typed.errors.merge(errors);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Error::Changed { .. } => StatusCode::CONFLICT,
        error => return Err(error.into()),
    };
    let prospect = organisation::prospect(&app.room, member, slug).await?;
    if app.room.directory().left_at(prospect.organisation.id).is_some() {
        let gone = "It has left the room already.";
        return Ok(page::see_other_saying(app, &format!("/organisations/{slug}"), Tone::Warn, gone));
    }
    let stale = status == StatusCode::CONFLICT;
    Ok(draw_form(app, member, status, (prospect, stale, typed)))
}

fn draw_form(
    app: &App,
    member: &Member,
    status: StatusCode,
    (prospect, stale, typed): (Cleared<Prospect>, bool, Submitted),
) -> Response {
    page::render(app, member, status, |frame| pages::leave(&frame, prospect, stale, typed))
}

/// `POST /organisations/{slug}/return`
pub async fn take_back(
    State(app): State<App>,
    member: Member,
    Path(slug): Path<String>,
    form: Form,
) -> Answer {
    let (mut typed, once) = form.into_parts();
    let why = (typed.value("reason"), read::version(&typed));
    let status = match organisation::take_back(&app.room, &member, &slug, why, &once).await {
        Ok(_) => {
            let done = "It is back. Its people sign in as before.";
            return Ok(page::see_other_saying(&app, &format!("/organisations/{slug}"), Tone::Ok, done));
        }
        Err(Error::Invalid(errors)) => {
            typed.errors.merge(errors);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(Error::Changed { .. }) => StatusCode::CONFLICT,
        Err(error) => return Err(error.into()),
    };
    let found = organisation::find(&app.room, &slug).await?;
    draw(&app, &member, found, (status, None, Some(typed)))
}
