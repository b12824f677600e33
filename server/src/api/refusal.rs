//! Why a call did not succeed: problem+json (RFC 9457).

use app::{
    model::{FieldErrors, id::Number},
    policy::Cleared,
};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::IncidentView;
use crate::{
    error::Problem,
    service::{Asker, Conflict, Error, Room, incident},
};

/// What a handler answers instead of the thing.
#[derive(Debug)]
pub enum Refusal {
    /// As everywhere.
    Problem(Problem),
    /// The body or the query cannot be read.
    Malformed(String),
    /// The body is of another type than the route takes.
    MediaType,
    /// Somebody else was faster: their version, whole.
    Conflict(Box<Conflicting>),
}

/// The version that stands.
#[derive(Debug)]
pub struct Conflicting {
    pub conflict: Conflict,
    pub incident: Cleared<IncidentView>,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Problem(error.into())
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Refusal {
    /// Puts the resource as it stands now beside a conflict, if the caller still sees it.
    pub(super) async fn of(room: &Room, asker: &Asker, error: Error) -> Self {
        let Error::Conflict(conflict) = error else { return error.into() };
        match incident::find(room, &asker.viewer, &conflict.number).await {
            Ok(found) => {
                let incident = found.map(|incident| IncidentView::of(incident, room.now()));
                Self::Conflict(Box::new(Conflicting { conflict: *conflict, incident }))
            }
            Err(error) => error.into(),
        }
    }
}

/// A problem as its JSON is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemView {
    pub r#type: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// Messages by field.
    #[schema(value_type = Option<std::collections::BTreeMap<String, Vec<String>>>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<FieldErrors>,
    /// To quote to the operator, when the fault is on our side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

/// A problem after somebody else changed a person or an organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Changed)]
pub struct ChangedView {
    pub r#type: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// The version that stands.
    pub version: i64,
}

/// A problem after somebody else was faster.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Conflict)]
pub struct ConflictView {
    pub r#type: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// The version that stands.
    pub current: i64,
    /// The same.
    pub version: i64,
    pub number: Number,
    /// The resource as it stands.
    #[schema(value_type = IncidentView)]
    pub incident: Cleared<IncidentView>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Malformed(detail) => plain(StatusCode::BAD_REQUEST, "Malformed", detail),
            Self::MediaType => {
                let detail = "This route takes application/json.".to_owned();
                plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Another type is needed", detail)
            }
            Self::Conflict(conflicting) => {
                let Conflicting { conflict, incident } = *conflicting;
                let who = if conflict.by.is_empty() { "Somebody" } else { conflict.by.as_str() };
                let body = ConflictView {
                    r#type: "about:blank".into(),
                    title: "Changed meanwhile".into(),
                    status: StatusCode::CONFLICT.as_u16(),
                    detail: format!("{who} changed it; it is now at version {}.", incident.version),
                    current: incident.version,
                    version: incident.version,
                    number: conflict.number,
                    incident,
                };
                problem_json(StatusCode::CONFLICT, &body)
            }
        }
    }
}

fn plain(status: StatusCode, title: &str, detail: String) -> Response {
    let body = ProblemView {
        r#type: "about:blank".into(),
        title: title.to_owned(),
        status: status.as_u16(),
        detail,
        errors: None,
        request: None,
    };
    problem_json(status, &body)
}

fn problem_json(status: StatusCode, body: &impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    let kind = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
