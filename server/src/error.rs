//! What went wrong, as the visitor gets it: a page, or problem+json (RFC 9457). Never a cause: the log has
//! it under the request's id.

use std::sync::Arc;

use app::{model::FieldErrors, pages::problem as page_of};
use axum::{
    Json,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Serialize;

use crate::{form, page, service::Error, state::App, visit::Visit};

/// What handlers return.
pub type Answer<T = Response> = Result<T, Problem>;

/// A request that did not succeed.
#[derive(Debug)]
pub enum Problem {
    Service(Error),
    /// Nobody is signed in.
    SignedOut,
    /// An unsafe request that another site may have sent.
    Foreign,
    /// The form's token is missing, foreign or too old.
    Stale,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

/// Travels with the response to the outermost layer, which knows how to answer.
#[derive(Clone, Debug)]
pub(crate) struct Failure(pub Arc<Problem>);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Failure(Arc::new(self)));
        response
    }
}

/// The body of problem+json.
#[derive(Debug, Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<&'a FieldErrors>,
    /// The version that stands, after a conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    /// To quote to the operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a str>,
}

impl Problem {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Foreign | Self::Stale => StatusCode::FORBIDDEN,
            Self::Service(error) => match error {
                Error::NotFound => StatusCode::NOT_FOUND,
                Error::Forbidden(_) => StatusCode::FORBIDDEN,
                Error::Invalid(_) | Error::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
                Error::Conflict(_) | Error::Changed { .. } => StatusCode::CONFLICT,
                Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
                Error::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
                Error::ReadOnly | Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
                Error::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
                Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    /// The answer, in the form of the route's family.
    pub(crate) fn answer(&self, app: &App, visit: &Visit) -> Response {
        self.log();
        if matches!(self, Self::Service(Error::StorageFull)) {
            app.room.note_failing();
        }
        let mut response = match self {
            _ if visit.is_api() => self.json(visit),
            // A stream would be sent to a page of words. This ends it, and says nothing.
            Self::SignedOut if visit.is_stream() => StatusCode::NO_CONTENT.into_response(),
            Self::SignedOut => signed_out(app, visit),
            _ => self.page(app, visit),
        };
        if let Self::Service(error) = self {
            let wait = match error {
                Error::TooMany { retry_after } => Some(*retry_after),
                Error::Unavailable(_) | Error::ReadOnly => Some(5),
                _ => None,
            };
            if let Some(wait) = wait {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
            }
        }
        response
    }

    fn log(&self) {
        match self {
            Self::Service(Error::Internal(cause)) => tracing::error!(cause, "failed"),
            Self::Service(error @ (Error::Unavailable(_) | Error::StorageFull)) => {
                tracing::warn!(cause = %error, "could not be answered");
            }
            Self::Foreign => tracing::warn!("an unsafe request from another site was refused"),
            _ => {}
        }
    }

    fn json(&self, visit: &Visit) -> Response {
        let status = self.status();
        let (title, detail) = self.words();
        let (errors, version) = match self {
            Self::Service(Error::Invalid(errors)) => (Some(errors), None),
            Self::Service(Error::Conflict(conflict)) => (None, Some(conflict.version)),
            Self::Service(Error::Changed { version }) => (None, Some(*version)),
            _ => (None, None),
        };
        let request = status.is_server_error().then_some(visit.request.as_str());
        let body =
            Body { r#type: "about:blank", title, status: status.as_u16(), detail, errors, version, request };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    /// Title and detail in words; nothing of the cause.
    pub(crate) fn words(&self) -> (&'static str, String) {
        let Self::Service(error) = self else {
            return match self {
                Self::SignedOut => ("Not signed in", "Send a session's cookie or a token.".into()),
                _ => ("Refused", "This request may have come from another site.".into()),
            };
        };
        match error {
            Error::NotFound => ("Not found", "There is no such thing, or it is not for you.".into()),
            Error::Forbidden(act) => ("Not allowed", (*act).to_owned()),
            Error::Invalid(_) => ("Not valid", "Some fields need another value.".into()),
            Error::Changed { version } => ("Changed meanwhile", format!("It is now at version {version}.")),
            Error::KeyReused => ("Key used before", "This key was sent before with other content.".into()),
            Error::Conflict(conflict) if conflict.by.is_empty() => {
                ("Changed meanwhile", format!("It is now at version {}.", conflict.version))
            }
            Error::Conflict(conflict) => (
                "Changed meanwhile",
                format!("{} changed it; it is now at version {}.", conflict.by, conflict.version),
            ),
            Error::TooMany { retry_after } => {
                ("Too many requests", format!("Try again in {retry_after} seconds."))
            }
            Error::TooLarge { limit } => ("Too large", format!("At most {limit} bytes are taken.")),
            Error::ReadOnly => ("Reading only", "The room takes no writes at the moment.".into()),
            Error::StorageFull => ("Storage is full", "There is no space left; reading works.".into()),
            Error::Unavailable(_) => {
                ("Not available", "A part of the room does not answer. Try again in a moment.".into())
            }
            Error::Internal(_) => ("Failed", "Something went wrong on our side.".into()),
        }
    }

    fn page(&self, app: &App, visit: &Visit) -> Response {
        let typed = kept(app, visit);
        let reference = visit.request.clone();
        let problem = match self {
            Self::SignedOut | Self::Foreign => page_of::Problem::Forbidden { act: self.words().1, typed },
            Self::Stale => page_of::Problem::Stale {
                again: typed.unwrap_or_else(|| page_of::Again::of(&visit.path, vec![])),
            },
            Self::Service(error) => match error {
                Error::NotFound => page_of::Problem::NotFound { organisation: None, typed },
                Error::Forbidden(act) => page_of::Problem::Forbidden { act: (*act).to_owned(), typed },
                Error::Invalid(errors) => page_of::Problem::Invalid { errors: errors.clone(), typed },
                Error::Changed { .. } | Error::Conflict(_) => {
                    page_of::Problem::Changed { words: self.words().1, typed }
                }
                // Other words are another sending.
                Error::KeyReused => page_of::Problem::Used {
                    again: typed.map(|typed| page_of::Again { token: None, ..typed }),
                },
                Error::TooMany { retry_after } => {
                    page_of::Problem::TooMany { retry_after_s: *retry_after, again: typed }
                }
                Error::TooLarge { limit } => {
                    page_of::Problem::TooLarge { limit: bytes_in_words(*limit), typed }
                }
                Error::ReadOnly => page_of::Problem::ReadOnly { again: typed },
                Error::StorageFull => page_of::Problem::Full { reference, again: typed },
                Error::Unavailable(_) => page_of::Problem::Unavailable { reference, again: typed },
                Error::Internal(_) => page_of::Problem::Internal { reference, again: typed },
            },
        };
        page::render(app, visit, self.status(), |frame| page_of::page(&frame, problem))
    }
}

/// What was typed, to be offered as the same sending of its form.
fn kept(app: &App, visit: &Visit) -> Option<page_of::Again> {
    visit.typed().map(|typed| page_of::Again { token: form::token_again(app, visit), ..typed })
}

/// To the sign-in page and back; a form that was sent too late is told so.
fn signed_out(app: &App, visit: &Visit) -> Response {
    if visit.method == Method::GET || visit.method == Method::HEAD {
        let next = page::encoded(&visit.path_and_query);
        return Redirect::to(&format!("/sign-in?next={next}")).into_response();
    }
    let problem = page_of::Problem::SignedOut { again: kept(app, visit) };
    page::render(app, visit, StatusCode::UNAUTHORIZED, |frame| page_of::page(&frame, problem))
}

/// `250 MB`
pub fn bytes_in_words(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")];
    let unit = UNITS.iter().find(|(size, _)| bytes >= *size);
    unit.map_or_else(|| format!("{bytes} bytes"), |(size, name)| format!("{} {name}", bytes / size))
}
