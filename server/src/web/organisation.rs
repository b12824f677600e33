//! Organisations: the list, and the forms that add and name one.

mod leave;

pub use leave::{confirm, review, show as show_leave, take_back};

use app::{
    model::{Organisation, Submitted},
    pages::{
        organisation::{self as pages, OrganisationPage, OrganisationRow},
        parts::Tone,
    },
    policy::{self, Administration, Over, Viewer},
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::read;
use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Error,
        organisation::{self, Described, OrganisationInput},
        person::subject,
    },
    state::App,
    viewer::Member,
};

fn may(viewer: &Viewer, act: Administration, organisation: &Organisation) -> bool {
    policy::may_administer(viewer, act, Over::Organisation(organisation.id))
}

fn may_add(viewer: &Viewer) -> bool {
    policy::may_administer(viewer, Administration::AddOrganisation, Over::Room)
}

/// `GET /organisations`
pub async fn list(State(app): State<App>, member: Member) -> Answer {
    let (viewer, directory) = (&member.viewer, app.room.directory());
    let known: Vec<_> = directory
        .members()
        .into_iter()
        .filter(|other| policy::knows(viewer, &subject(other)))
        .map(|other| other.person.organisation.id)
        .collect();
    let rows = organisation::list(&app.room).await?.into_iter().map(|found| OrganisationRow {
        people: known.iter().filter(|id| **id == found.organisation.id).count(),
        may_edit: may(viewer, Administration::SetWatchContact, &found.organisation),
        organisation: found.organisation,
        left: found.left.map(|(at, _)| at),
        watch_contact: found.watch_contact,
    });
    let (rows, may_add) = (rows.collect(), may_add(viewer));
    Ok(page::render(&app, &member, StatusCode::OK, |frame| pages::organisations(&frame, rows, may_add)))
}

/// `GET /organisations/new`
pub async fn show_new(State(app): State<App>, member: Member) -> Answer {
    if !may_add(&member.viewer) {
        return Err(Error::Forbidden("Organisations are added and named by the room admin.").into());
    }
    let form = Submitted::default();
    Ok(page::render(&app, &member, StatusCode::OK, |frame| pages::new(&frame, form)))
}

fn input(typed: &Submitted) -> OrganisationInput {
    OrganisationInput {
        name: read::text(typed, "name"),
        short: read::text(typed, "short"),
        code: read::text(typed, "code"),
        watch_contact: read::text(typed, "watch_contact"),
    }
}

/// `POST /organisations/new`
pub async fn add(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (mut typed, once) = form.into_parts();
    let sector = typed.value("sector").parse().ok();
    match organisation::add(&app.room, &member, typed.value("slug"), sector, input(&typed), &once).await {
        Ok(slug) => {
            let done = "The organisation was added. Invite its administrator.";
            let next = format!("/people/invite?organisation={slug}");
            Ok(page::see_other_saying(&app, &next, Tone::Ok, done))
        }
        Err(Error::Invalid(errors)) => {
            typed.errors.merge(errors);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(page::render(&app, &member, status, |frame| pages::new(&frame, typed)))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /organisations/{slug}`
pub async fn show(State(app): State<App>, member: Member, Path(slug): Path<String>) -> Answer {
    let found = organisation::find(&app.room, &slug).await?;
    draw(&app, &member, found, (StatusCode::OK, None, None))
}

/// The answer: its status, the form that names it, and the form that takes it back, as they came back.
type Drawn = (StatusCode, Option<Submitted>, Option<Submitted>);

fn draw(app: &App, member: &Member, found: Described, (status, typed, back): Drawn) -> Answer {
    let Described { organisation, watch_contact, version, left } = found;
    if !may(&member.viewer, Administration::SetWatchContact, &organisation) {
        return Err(Error::Forbidden("That is for an administrator of this organisation.").into());
    }
    let now = [&organisation.name, &organisation.short, &organisation.code, &watch_contact];
    let theirs = now.map(String::as_str).into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    let theirs = (status == StatusCode::CONFLICT).then(|| theirs.join(", "));
    let mut form = typed.unwrap_or_else(|| {
        let values = ["name", "short", "code", "watch_contact"].into_iter().zip(now);
        Submitted::new(values.map(|(name, value)| (name.to_owned(), value.clone())).collect())
    });
    form.set("version", version.to_string());
    let view = OrganisationPage {
        may_rename: may(&member.viewer, Administration::EditOrganisation, &organisation),
        may_end: may(&member.viewer, Administration::EndPart, &organisation),
        organisation,
        theirs,
        form,
        left,
        back: back.unwrap_or_default(),
    };
    Ok(page::render(app, member, status, |frame| pages::edit(&frame, view)))
}

/// `POST /organisations/{slug}`
pub async fn edit(State(app): State<App>, member: Member, Path(slug): Path<String>, form: Form) -> Answer {
    let (mut typed, once) = form.into_parts();
    let version = read::version(&typed);
    let status = match organisation::edit(&app.room, &member, &slug, input(&typed), version, &once).await {
        Ok(_) => {
            return Ok(page::see_other_saying(
                &app,
                "/organisations",
                Tone::Ok,
                "The organisation was saved.",
            ));
        }
        Err(Error::Invalid(errors)) => {
            typed.errors.merge(errors);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(Error::Changed { .. }) => StatusCode::CONFLICT,
        Err(error) => return Err(error.into()),
    };
    let found = organisation::find(&app.room, &slug).await?;
    draw(&app, &member, found, (status, Some(typed), None))
}
