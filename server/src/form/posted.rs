//! A form with files: who sent it, and its body for whoever reads it.

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Request},
    http::header,
};

use super::{TOKEN, clean, without_secrets};
use crate::{error::Problem, multipart, state::App, viewer::Member, visit::Visit};
use app::pages::problem::Again;

/// `multipart/form-data` of a person who is signed in. Of one who is not any more the words are kept.
#[derive(Debug)]
pub struct Posted {
    pub member: Member,
    pub kind: String,
    pub body: Body,
}

impl FromRequest<App> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        match Member::from_request_parts(&mut parts, app).await {
            Ok(member) => Ok(Self { member, kind, body }),
            Err(problem) => {
                let visit = crate::viewer::visit(&parts);
                keep_words(app, &visit, &kind, body).await;
                Err(problem)
            }
        }
    }
}

/// Keeps what was typed into a form with files that is not read any further.
pub(crate) async fn keep_words(app: &App, visit: &Visit, kind: &str, body: Body) {
    let limit = app.config.connection.form_bytes;
    keep(visit, multipart::words(kind, body.into_data_stream(), limit).await);
}

/// Keeps what was typed into a form with files, as far as it was read; the files have to be picked again.
pub(crate) fn keep(visit: &Visit, pairs: Vec<(String, String)>) {
    let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| (clean(&name), clean(&value))).collect();
    if let Some((_, token)) = pairs.iter().find(|(name, _)| name == TOKEN) {
        visit.keep_sending(token);
    }
    visit.keep_typed(Again { files: true, ..Again::of(&visit.path, without_secrets(&pairs)) });
}
