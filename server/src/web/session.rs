//! The door: sign-in and sign-out.

use std::time::Duration;

use app::pages::signin::{SignIn as SignInForm, signin};
use axum::{
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Deserialize;
use tower_sessions::Session;

use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Error,
        session::key,
        sign_in::{Attempt, SignedIn},
        within,
    },
    state::App,
    viewer::Visitor,
};

/// The cookie by which an account knows a browser.
const DEVICE: &str = "wf_device";

#[derive(Debug, Deserialize)]
pub struct Next {
    next: Option<String>,
}

/// `GET /`
pub async fn front() -> Response {
    page::see_other("/board")
}

/// `GET /sign-in`
pub async fn show(State(app): State<App>, visitor: Visitor, Query(query): Query<Next>) -> Response {
    let next = query.next.as_deref().and_then(page::own_path);
    let form = SignInForm { email: String::new(), error: None, next };
    page::render(&app, &visitor, StatusCode::OK, |frame| signin(&frame, form))
}

/// `POST /sign-in`
pub async fn sign_in(State(app): State<App>, visitor: Visitor, session: Session, form: Form) -> Answer {
    let (typed, _) = form.into_parts();
    let device = visitor.cookie(&app.config.cookie_name(DEVICE)).map(str::to_owned);
    let attempt = Attempt {
        email: typed.value("email").to_owned(),
        password: typed.value("password").to_owned(),
        source: visitor.source,
        device,
        request: visitor.request.clone(),
    };
    let next = page::own_path(typed.value("next"));
    let (status, error) = match app.sign_in.attempt(attempt).await {
        Ok(Some(signed_in)) => {
            return enter(&app, &visitor, &session, signed_in, next.as_deref().unwrap_or("/board")).await;
        }
        Ok(None) => (StatusCode::UNPROCESSABLE_ENTITY, Error::NotFound),
        Err(error @ Error::TooMany { .. }) => (StatusCode::TOO_MANY_REQUESTS, error),
        Err(error) => return Err(error.into()),
    };
    let wait = if let Error::TooMany { retry_after } = error { Some(retry_after) } else { None };
    let words = wait.map_or_else(
        || "The e-mail address or the password is wrong.".to_owned(),
        |seconds| format!("Too many tries. Try again in {seconds} seconds."),
    );
    let again = SignInForm { email: typed.value("email").to_owned(), error: Some(words), next };
    let mut response = page::render(&app, &visitor, status, |frame| signin(&frame, again));
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// Begins the session, under a new id, and makes this browser known to the account.
pub(super) async fn enter(
    app: &App,
    visitor: &Visitor,
    session: &Session,
    signed_in: SignedIn,
    next: &str,
) -> Answer {
    let kept = async {
        session.clear().await;
        session.cycle_id().await?;
        session.insert(key::PERSON, signed_in.person).await?;
        session.insert(key::ADDRESS, visitor.source).await?;
        session.insert(key::USER_AGENT, visitor.header(header::USER_AGENT)).await?;
        session.insert(key::REQUEST, &visitor.request).await?;
        session.save().await
    };
    let kept = async {
        kept.await.map_err(|error: tower_sessions::session::Error| Error::Unavailable(error.to_string()))
    };
    within(Duration::from_secs(app.config.connection.answer_timeout), kept).await?;
    let mut response = page::see_other(next);
    let device = app.sign_in.device_cookie(signed_in);
    let lifetime = app.config.session.device_lifetime;
    page::set_cookie(&mut response, page::cookie(&app.config, DEVICE, &device, Some(lifetime)));
    Ok(response)
}

/// `POST /sign-out`
pub async fn sign_out(State(app): State<App>, visitor: Visitor, session: Session, form: Form) -> Answer {
    let _ = form.into_parts();
    if let Some(id) = session.id() {
        let hash = crate::service::session::hash(&id);
        app.sessions.end(&hash, "signed_out", &visitor.request).await?;
    }
    session.clear().await;
    // Deleted above already, with the id of this request: this removes the cookie.
    session.flush().await.map_err(|error| Error::Unavailable(error.to_string()))?;
    let mut response = page::see_other("/sign-in");
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}
