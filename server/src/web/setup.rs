//! The link that an empty room prints at its start: the first organisation and the room admin.

use app::{
    model::{
        FieldErrors, Moment, Submitted,
        organisation::Sector,
        set_up::SetUpStep,
        setting::{Section, SettingKind, from_form, to_form},
    },
    pages::{parts::Tone, set_up},
};
use axum::{
    extract::{Query, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::read;
use crate::{
    error::Answer,
    form::Form,
    page, reference,
    service::{
        self, Error,
        account::{self, First},
    },
    state::App,
    viewer::{Member, Visitor},
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
                    "/sign-in?next=%2Fsettings%2Fset-up",
                    Tone::Ok,
                    "The room is founded. Sign in: two steps are left.",
                ));
            }
            Err(Error::Invalid(errors)) => typed.errors.merge(errors),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(draw(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, key, typed))
}

/// `GET /settings/set-up`: `step`, else the first that waits.
pub async fn steps(State(app): State<App>, member: Member, RawQuery(raw): RawQuery) -> Answer {
    let set_up = service::set_up::find(&app.room, &member.viewer)?;
    let asked = Submitted::new(read::pairs(raw.as_deref()));
    let step = asked.value("step").parse().ok().or_else(|| set_up.next());
    draw_step(&app, &member, StatusCode::OK, step, None)
}

fn kind(step: SetUpStep) -> SettingKind {
    match step {
        SetUpStep::Period => SettingKind::Periods,
        SetUpStep::Severities => SettingKind::Severities,
    }
}

fn draw_step(
    app: &App,
    member: &Member,
    status: StatusCode,
    step: Option<SetUpStep>,
    typed: Option<Submitted>,
) -> Answer {
    let room = &app.room;
    let set_up = service::set_up::find(room, &member.viewer)?;
    let known = step.map(|step| service::setting::find(room, &member.viewer, kind(step))).transpose()?;
    let section = known.as_ref().map(|known| known.section.clone());
    let reference = room.reference();
    let form = typed.unwrap_or_else(|| match &section {
        Some(section @ Section::Severities(_)) => to_form(section),
        _ => Submitted::default(),
    });
    let view = set_up::StepsView {
        set_up,
        step,
        form,
        version: known.map_or(0, |known| known.version),
        periods: reference.periods().to_vec(),
        running: reference.period(room.now()).cloned(),
        targets: match section {
            Some(Section::Severities(targets)) => targets,
            _ => vec![],
        },
        zones: reference_zones(),
        stale: status == StatusCode::CONFLICT,
    };
    Ok(page::render(app, member, status, |frame| set_up::steps(&frame, view)))
}

fn reference_zones() -> Vec<app::model::Zone> {
    reference::ZONES.iter().filter_map(|(name, label)| reference::zone(name, label)).collect()
}

/// 303 to the next step, or the step again.
fn answer(
    app: &App,
    member: &Member,
    (step, mut typed): (SetUpStep, Submitted),
    done: Result<&'static str, Error>,
) -> Answer {
    let status = match done {
        Ok(words) => return Ok(page::see_other_saying(app, "/settings/set-up", Tone::Ok, words)),
        Err(Error::Invalid(errors)) => {
            typed.errors.merge(errors);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(Error::Changed { .. }) => StatusCode::CONFLICT,
        Err(error) => return Err(error.into()),
    };
    draw_step(app, member, status, Some(step), Some(typed))
}

/// `POST /settings/set-up/period`
pub async fn start_period(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    service::set_up::find(&app.room, &member.viewer)?;
    let until = read::moment(&typed, ["until_date", "until_time", "zone"]);
    let until = until.and_then(|text| text.parse::<Moment>().ok());
    let (period, version) = (read::text(&typed, "period"), read::version(&typed));
    let done = service::set_up::start_period(&app.room, &member, (&period, until), version, &once).await;
    answer(&app, &member, (SetUpStep::Period, typed), done.map(|_| "The period has started."))
}

/// `POST /settings/set-up/severities`
pub async fn set_severities(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    service::set_up::find(&app.room, &member.viewer)?;
    let typing = from_form(SettingKind::Severities, &typed);
    let done = match (&typing.section, typing.errors.is_empty()) {
        (Section::Severities(targets), true) => {
            let (targets, version) = (targets.clone(), read::version(&typed));
            service::set_up::set_severities(&app.room, &member, targets, version, &once).await
        }
        _ => Err(Error::Invalid(FieldErrors::default())),
    };
    let done = done.map_err(|error| match error {
        Error::Invalid(mut errors) => {
            errors.merge(typing.errors.clone());
            Error::Invalid(errors)
        }
        other => other,
    });
    answer(&app, &member, (SetUpStep::Severities, typed), done.map(|()| "The targets are in force."))
}

/// `POST /settings/set-up/keep`
pub async fn keep(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    let step: SetUpStep = typed.value("step").parse().map_err(|_| Error::NotFound)?;
    let done = service::set_up::keep(&app.room, &member, step, &once).await;
    answer(&app, &member, (step, typed), done.map(|()| "It stays as it ships. The settings change it later."))
}
