//! The page behind a one-time link.

use app::{
    model::Submitted,
    pages::invitation::{self as pages, InvitationView},
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use tower_sessions::Session;

use super::session::enter;
use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Error,
        invitation::{self, Opened},
    },
    state::App,
    viewer::Visitor,
};

/// `GET /invitations/{secret}`
pub async fn show(State(app): State<App>, visitor: Visitor, Path(secret): Path<String>) -> Answer {
    match invitation::open(&app.room, &secret).await {
        Ok(opened) => Ok(draw(&app, &visitor, StatusCode::OK, opened, Submitted::default())),
        Err(error) => closed(&app, &visitor, error),
    }
}

/// Never made, used, withdrawn and expired answer alike.
fn closed(app: &App, visitor: &Visitor, error: Error) -> Answer {
    match error {
        Error::NotFound => {
            Ok(page::render(app, visitor, StatusCode::NOT_FOUND, |frame| pages::closed(&frame)))
        }
        other => Err(other.into()),
    }
}

fn draw(app: &App, visitor: &Visitor, status: StatusCode, opened: Opened, form: Submitted) -> Response {
    let view = InvitationView {
        action: visitor.path.clone(),
        name: opened.name,
        email: opened.email,
        organisation: opened.organisation,
        roles: opened.roles,
        made_by: opened.made_by,
        expires_at: opened.expires_at,
        is_reset: opened.is_reset,
    };
    page::render(app, visitor, status, |frame| pages::page(&frame, view, form))
}

/// `POST /invitations/{secret}`
pub async fn accept(
    State(app): State<App>,
    visitor: Visitor,
    session: Session,
    Path(secret): Path<String>,
    form: Form,
) -> Answer {
    let (mut typed, _) = form.into_parts();
    let opened = match invitation::open(&app.room, &secret).await {
        Ok(opened) => opened,
        Err(error) => return closed(&app, &visitor, error),
    };
    let new = typed.value("new").to_owned();
    if new != typed.value("again") {
        typed.errors.add("again", "The two are not the same");
    }
    if typed.errors.is_empty() {
        let from = (visitor.request.as_str(), &*visitor.source.to_string());
        match invitation::accept(&app.room, app.sign_in.hasher(), &secret, &new, from).await {
            Ok(signed_in) => {
                app.sessions.forget(signed_in.person);
                return enter(&app, &visitor, &session, signed_in, "/board").await;
            }
            Err(Error::Invalid(errors)) => typed.errors.merge(errors),
            Err(error) => return closed(&app, &visitor, error),
        }
    }
    Ok(draw(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, opened, typed))
}
