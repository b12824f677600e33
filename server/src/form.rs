//! Forms: from our own pages only, once each, and what was typed is never lost.

mod posted;
mod token;

use std::sync::Arc;

use app::{model::Submitted, pages::problem::Again};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequestParts, Request},
    http::{Method, header, request::Parts},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::StreamExt;

pub use posted::Posted;
pub(crate) use posted::{keep, keep_words};
pub(crate) use token::Sending;
pub use token::{open_token, token};

use crate::{
    config::Config,
    error::Problem,
    service::{Error, Once},
    state::App,
    viewer,
    visit::Visit,
};

/// Never shown again, never kept for a second sending.
const SECRETS: [&str; 5] = ["form_token", "password", "current", "new", "again"];

/// The name of the hidden field.
pub const TOKEN: &str = "form_token";

pub(crate) fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Refuses an unsafe request that another site may have made a browser send.
pub(crate) fn guard(config: &Config, visit: &Visit) -> Result<(), Problem> {
    if [Method::GET, Method::HEAD, Method::OPTIONS].contains(&visit.method) {
        return Ok(());
    }
    let own = match (visit.header("sec-fetch-site"), visit.header(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == config.origin(),
        // No browser: a script with a token, which no other site can make a browser send.
        (None, None) => {
            visit.header(header::AUTHORIZATION).is_some() && visit.header(header::COOKIE).is_none()
        }
    };
    if own { Ok(()) } else { Err(Problem::Foreign) }
}

/// Checks a token that came in another way than [`Form`] (multipart); gives the key of its idempotency.
pub fn check(app: &App, visit: &Visit, given: &str) -> Option<String> {
    let session = viewer::binding(viewer::bound_session(app, visit), &visit.path);
    let lifetime = app.config.session.form_lifetime;
    open_token(app.room.seal(), app.room.now(), lifetime, &session, &visit.path, given)
}

/// The token of the form that an error page offers to send again: for who asks now, and the same sending as
/// before, so that what was done all the same is not done twice.
pub(crate) fn token_again(app: &App, visit: &Visit) -> Option<String> {
    let session = viewer::binding(viewer::bound_session(app, visit), &visit.path);
    let age = (app.room.now(), app.config.session.form_lifetime);
    Some(token::token_again(app.room.seal(), age, &session, &visit.path, visit.sending()?))
}

/// A form whose sender was checked. Unwrapped by [`Form::into_parts`] alone, so that the key of its
/// idempotency is not forgotten.
#[derive(Debug)]
#[must_use]
pub struct Form {
    submitted: Submitted,
    once: Once,
}

impl Form {
    /// What was typed, and the key under which it is done once.
    pub fn into_parts(self) -> (Submitted, Once) {
        (self.submitted, self.once)
    }
}

/// What a form sent, as [`receive`] read it.
#[derive(Clone, Debug)]
struct Pairs(Arc<Vec<(String, String)>>);

/// Reads the body of a form before anything else can fail, so that whatever goes wrong afterwards (the
/// session, the database, the size) can keep what was typed.
pub(crate) async fn receive(config: &Config, visit: &Visit, request: Request) -> Result<Request, Problem> {
    let kind = visit.header(header::CONTENT_TYPE).unwrap_or_default();
    if visit.is_api() || !kind.starts_with("application/x-www-form-urlencoded") {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    let limit = config.connection.form_bytes;
    let (bytes, whole) = read_up_to(body, limit).await?;
    let pairs = pairs(&bytes);
    visit.keep_sending(given(&pairs));
    visit.keep_typed(Again::of(&visit.path, without_secrets(&pairs)));
    if !whole {
        return Err(Error::TooLarge { limit }.into());
    }
    parts.extensions.insert(Pairs(Arc::new(pairs)));
    Ok(Request::from_parts(parts, Body::empty()))
}

impl FromRequestParts<App> for Form {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let visit = viewer::visit(parts);
        viewer::session(parts, app).await?;
        let sent = parts.extensions.get::<Pairs>().cloned();
        let Pairs(pairs) = sent.ok_or_else(|| Error::invalid("form", "This is not the content of a form"))?;
        let key = check(app, &visit, given(&pairs)).ok_or(Problem::Stale)?;
        let words = pairs
            .iter()
            .filter(|(name, _)| name != TOKEN)
            .flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
        // The same words at another path are another act.
        let content: Vec<&[u8]> = std::iter::once(visit.path.as_bytes()).chain(words).collect();
        let once = Once::new(&key, &content);
        let kept = pairs.iter().filter(|(name, _)| name != TOKEN).cloned().collect();
        Ok(Self { submitted: Submitted::new(kept), once })
    }
}

fn given(pairs: &[(String, String)]) -> &str {
    pairs.iter().find(|(name, _)| name == TOKEN).map_or("", |(_, value)| value)
}

fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).map(|(name, value)| (clean(&name), clean(&value))).collect()
}

/// A browser ends lines with CR LF; a database takes no NUL.
pub(crate) fn clean(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\0', "\u{fffd}")
}

/// The whole body, up to a limit.
pub async fn read_body(body: Body, limit: u64) -> Result<Bytes, Problem> {
    match read_up_to(body, limit).await? {
        (bytes, true) => Ok(bytes.into()),
        (_, false) => Err(Error::TooLarge { limit }.into()),
    }
}

/// A body as far as the limit, and whether that is all of it.
pub(crate) async fn read_up_to(body: Body, limit: u64) -> Result<(Vec<u8>, bool), Problem> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut bytes, mut pieces) = (vec![], body.into_data_stream());
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Error::invalid("form", "The request ended before its content did"))?;
        bytes.extend_from_slice(&piece);
        if bytes.len() > most {
            bytes.truncate(most);
            return Ok((bytes, false));
        }
    }
    Ok((bytes, true))
}

fn without_secrets(pairs: &[(String, String)]) -> Vec<(String, String)> {
    pairs.iter().filter(|(name, _)| !SECRETS.contains(&name.as_str())).cloned().collect()
}
