//! Forms: from our own pages only, once each, and what was typed is never lost.

use std::sync::Arc;

use app::{model::Submitted, pages::problem::Again};
use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Request},
    http::{Method, header, request::Parts},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use app::model::Moment;

use crate::{
    clock::Ids,
    config::Config,
    error::Problem,
    seal::Seal,
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

const NONCE: usize = 16;
const TIME: usize = 8;
const MAC: usize = 16;
const PLAIN: usize = NONCE + TIME + MAC;

fn mac(seal: &Seal, session: &[u8], action: &str, nonce_and_time: &[u8]) -> [u8; MAC] {
    let path = action.split(['?', '#']).next().unwrap_or_default();
    let full = seal.mac(b"form", &[session, path.as_bytes(), nonce_and_time]);
    std::array::from_fn(|i| full[i])
}

/// The token of one form: who (the session), where to (the path), which (a nonce), when; authenticated.
/// Masked anew in each answer, so that a compressed page tells nothing about it (BREACH).
pub fn token(seal: &Seal, now: Moment, session: &[u8], action: &str) -> String {
    let mut plain = [0_u8; PLAIN];
    plain[..NONCE].copy_from_slice(&Ids::Random.bytes::<NONCE>());
    plain[NONCE..NONCE + TIME].copy_from_slice(&now.0.to_be_bytes());
    let mac = mac(seal, session, action, &plain[..NONCE + TIME]);
    plain[NONCE + TIME..].copy_from_slice(&mac);
    let mask: [u8; PLAIN] = Ids::Random.bytes();
    let masked: [u8; PLAIN] = std::array::from_fn(|i| plain[i] ^ mask[i]);
    base64(&[mask, masked].concat())
}

/// The nonce of a token that is ours, for this session and path, and not too old.
pub fn open_token(
    seal: &Seal,
    now: Moment,
    lifetime: i64,
    session: &[u8],
    action: &str,
    token: &str,
) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (mask, masked) = bytes.split_first_chunk::<PLAIN>()?;
    let masked: &[u8; PLAIN] = masked.try_into().ok()?;
    let plain: [u8; PLAIN] = std::array::from_fn(|i| mask[i] ^ masked[i]);
    let (signed, given) = plain.split_at(NONCE + TIME);
    let right = mac(seal, session, action, signed);
    let made = Moment(i64::from_be_bytes(signed[NONCE..].try_into().ok()?));
    let fresh = (0..lifetime).contains(&now.since(made));
    (fresh && bool::from(right.ct_eq(given))).then(|| base64(&signed[..NONCE]))
}

/// Checks a token that came in another way than [`Form`] (multipart); gives the key of its idempotency.
pub fn check(app: &App, visit: &Visit, given: &str) -> Option<String> {
    let session = viewer::binding(viewer::bound_session(app, visit), &visit.path);
    let lifetime = app.config.session.form_lifetime;
    open_token(app.room.seal(), app.room.now(), lifetime, &session, &visit.path, given)
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
/// session, the database) can keep what was typed.
pub(crate) async fn receive(config: &Config, visit: &Visit, request: Request) -> Result<Request, Problem> {
    let kind = visit.header(header::CONTENT_TYPE).unwrap_or_default();
    if visit.is_api() || !kind.starts_with("application/x-www-form-urlencoded") {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    let pairs = read(&mut parts, body, config.connection.form_bytes).await?;
    let pairs_to_keep = without_secrets(&pairs);
    visit.keep_typed(Again { action: visit.path.clone(), pairs: pairs_to_keep, files: false });
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
        let given = pairs.iter().find(|(name, _)| name == TOKEN).map_or("", |(_, value)| value);
        let Some(key) = check(app, &visit, given) else {
            let nothing = || Again { action: visit.path.clone(), pairs: vec![], files: false };
            return Err(Problem::Stale(visit.typed().unwrap_or_else(nothing)));
        };
        let content: Vec<&[u8]> = pairs
            .iter()
            .filter(|(name, _)| name != TOKEN)
            .flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()])
            .collect();
        let once = Once::new(&key, &content);
        let kept = pairs.iter().filter(|(name, _)| name != TOKEN).cloned().collect();
        Ok(Self { submitted: Submitted::new(kept), once })
    }
}

async fn read(parts: &mut Parts, body: Body, limit: u64) -> Result<Vec<(String, String)>, Problem> {
    let bytes = read_body(body, limit).await?;
    let mut inner = Request::new(Body::from(bytes));
    *inner.method_mut() = Method::POST;
    if let Some(kind) = parts.headers.get(header::CONTENT_TYPE) {
        inner.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    }
    let axum::Form(pairs) = axum::Form::<Vec<(String, String)>>::from_request(inner, &())
        .await
        .map_err(|_| Error::invalid("form", "This is not the content of a form"))?;
    // A browser ends lines with CR LF; a database takes no NUL.
    let clean = |text: String| text.replace("\r\n", "\n").replace('\0', "\u{fffd}");
    Ok(pairs.into_iter().map(|(name, value)| (clean(name), clean(value))).collect())
}

/// The whole body, up to a limit.
pub async fn read_body(body: Body, limit: u64) -> Result<axum::body::Bytes, Problem> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    axum::body::to_bytes(body, most).await.map_err(|error| {
        let too_large = std::error::Error::source(&error)
            .is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>());
        if too_large {
            Error::TooLarge { limit }.into()
        } else {
            Error::invalid("form", "The request ended before its content did").into()
        }
    })
}

fn without_secrets(pairs: &[(String, String)]) -> Vec<(String, String)> {
    pairs.iter().filter(|(name, _)| !SECRETS.contains(&name.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_serves_its_session_its_path_and_its_day_and_looks_different_each_time() {
        let seal = Seal::new([7; 32]);
        let now = Moment::from_seconds(1_604_449_080);
        let made = token(&seal, now, b"session", "/incidents/new?step=2");
        let open = |seal: &Seal, session: &[u8], action: &str, later: i64, token: &str| {
            open_token(seal, now.plus_seconds(later), 86_400, session, action, token)
        };
        let nonce = open(&seal, b"session", "/incidents/new", 86_399, &made);
        assert!(nonce.is_some());
        assert_eq!(
            open(&Seal::new([7; 32]), b"session", "/incidents/new", 0, &made),
            nonce,
            "after a restart"
        );
        assert_eq!(open(&seal, b"another", "/incidents/new", 0, &made), None);
        assert_eq!(open(&seal, b"session", "/board", 0, &made), None);
        assert_eq!(open(&seal, b"session", "/incidents/new", 86_400, &made), None);
        assert_eq!(open(&Seal::new([8; 32]), b"session", "/incidents/new", 0, &made), None);
        assert_ne!(made, token(&seal, now, b"session", "/incidents/new"));
        let mut bent = made.into_bytes();
        bent[60] ^= 1;
        assert_eq!(open(&seal, b"session", "/incidents/new", 0, &String::from_utf8_lossy(&bent)), None);
    }
}
