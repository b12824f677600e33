//! Asking other organisations who leads something: an incident that says what is looked for, opened and shared as a
//! question in one step.

use app::{
    model::{FieldErrors, Severity, Submitted, Tlp},
    pages::ask::{self, AskView},
    policy::{Action, Standing, may},
};
use axum::{extract::State, http::StatusCode};

use super::read;
use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Error,
        incident::{self, OpenIncident},
        settled, share,
    },
    state::App,
    viewer::Member,
};

/// `GET /shares/ask`
pub async fn show(State(app): State<App>, member: Member) -> Answer {
    let mut typed = Submitted::default();
    typed.set("tlp", Tlp::Amber.wire());
    typed.set("question", ask::WORDS);
    draw(&app, &member, typed, StatusCode::OK)
}

/// `POST /shares/ask`
pub async fn ask(State(app): State<App>, member: Member, form: Form) -> Answer {
    permit(&member)?;
    let (typed, once) = form.into_parts();
    let input = OpenIncident {
        title: read::text(&typed, "title"),
        summary: read::text(&typed, "summary"),
        category: read::text(&typed, "category"),
        // Nothing is known to be wrong yet; whoever learns more says how severe it is.
        severity: Severity::Baseline.wire().to_owned(),
        tlp: read::text(&typed, "tlp"),
        share_with: read::list(&typed, "share_with"),
        question: read::text(&typed, "question"),
        ..OpenIncident::default()
    };
    let mut errors = match incident::review(&app.room, &member, &input) {
        Ok(()) => FieldErrors::default(),
        Err(Error::Invalid(errors)) => errors,
        Err(other) => return Err(other.into()),
    };
    if input.question.trim().is_empty() {
        errors.add("question", "Write what you ask");
    }
    if !errors.is_empty() {
        return draw(&app, &member, typed.with_errors(errors), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let act = incident::open(app.room.clone(), member.asker.clone(), once, input);
    match settled(act).await {
        Ok(opened) => Ok(page::see_other(&format!("/incidents/{}#shares", opened.number))),
        Err(Error::Invalid(errors)) => {
            draw(&app, &member, typed.with_errors(errors), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(other) => Err(other.into()),
    }
}

fn permit(member: &Member) -> Result<(), Error> {
    share::permit_sharing(&member.viewer)?;
    if !may(&member.viewer, Action::Open, Standing::default()) {
        return Err(Error::Forbidden("Asking the room is for analysts, liaisons and shift leads."));
    }
    Ok(())
}

fn draw(app: &App, member: &Member, typed: Submitted, status: StatusCode) -> Answer {
    permit(member)?;
    let own = member.viewer.organisation;
    let view = AskView {
        categories: app.room.reference().catalogue(app.room.now()),
        organisations: super::sitting(&app.room).into_iter().filter(|other| other.id != own).collect(),
        sector: member.viewer.sector,
        typed,
    };
    Ok(page::render(app, member, status, |frame| ask::page(&frame, view)))
}
