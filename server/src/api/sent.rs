//! The body of a write: JSON of one shape, every fault named by its field, and the key under which it is
//! done once.

use app::model::FieldErrors;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderName, Method, Uri, header},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Answer, Refusal};
use crate::{
    form,
    service::{Error, Once},
    state::App,
};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Longest key, in bytes.
const KEY_LIMIT: usize = 255;

/// What a call sent, and the key of its idempotency.
#[derive(Debug)]
pub struct Sent<T> {
    pub value: T,
    pub once: Once,
}

/// The same for writes that need no words: an empty body is an empty object.
#[derive(Debug)]
pub struct SentMaybe<T> {
    pub value: T,
    pub once: Once,
}

impl<T: DeserializeOwned> FromRequest<App> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Answer<Self> {
        let (bytes, once) = read(request, app, false).await?;
        Ok(Self { value: parse(&bytes)?, once })
    }
}

impl<T: DeserializeOwned> FromRequest<App> for SentMaybe<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Answer<Self> {
        let (bytes, once) = read(request, app, true).await?;
        let bytes = if bytes.is_empty() { Bytes::from_static(b"{}") } else { bytes };
        Ok(Self { value: parse(&bytes)?, once })
    }
}

async fn read(request: Request, app: &App, may_be_empty: bool) -> Answer<(Bytes, Once)> {
    let (parts, body) = request.into_parts();
    let kind = parts.headers.get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap_or("?").to_owned());
    if kind.as_deref().is_some_and(|kind| !is_json(kind)) {
        return Err(Refusal::MediaType);
    }
    let bytes = form::read_body(body, app.config.connection.form_bytes).await?;
    if kind.is_none() && !(may_be_empty && bytes.is_empty()) {
        return Err(Refusal::MediaType);
    }
    let once = once(&parts.headers, &parts.method, &parts.uri, &bytes)?;
    Ok((bytes, once))
}

/// `application/json`, or a type that is JSON by its ending (RFC 6839).
pub(super) fn is_json(kind: &str) -> bool {
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The key that the caller chose, bound to what it was sent with.
pub(super) fn once(headers: &HeaderMap, method: &Method, uri: &Uri, content: &[u8]) -> Answer<Once> {
    let Some(key) = headers.get(KEY) else { return Ok(Once::each_time()) };
    let key = key.to_str().ok().filter(|key| (1..=KEY_LIMIT).contains(&key.len()));
    let fault = || Error::invalid("Idempotency-Key", format!("1 to {KEY_LIMIT} visible characters"));
    let key = key.ok_or_else(fault)?;
    // Apart from the tokens of forms, which share the table.
    let key = format!("api {key}");
    Ok(Once::new(&key, &[method.as_str().as_bytes(), uri.path().as_bytes(), content]))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    // serde would read a list as the fields of a struct, in their order.
    if bytes.trim_ascii_start().first() == Some(&b'[') {
        return Err(Error::invalid("body", "An object is needed").into());
    }
    without_null(bytes)?;
    let from = &mut serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut *from).map_err(|error| fault(&error))?;
    from.end().map_err(|error| Refusal::Malformed(place(&error)))?;
    Ok(value)
}

/// PostgreSQL stores no text with a NUL: it is a fault of its field wherever it stands.
fn without_null(bytes: &[u8]) -> Answer<()> {
    let escaped = br"\u0000";
    if !bytes.windows(escaped.len()).any(|part| part == escaped) {
        return Ok(());
    }
    // What is no JSON is said by the one who reads it for good.
    let Ok(Value::Object(fields)) = serde_json::from_slice(bytes) else { return Ok(()) };
    match fields.iter().find(|(_, value)| has_null(value)) {
        Some((field, _)) => Err(Error::invalid(field, "Contains a character that cannot be stored").into()),
        None => Ok(()),
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(list) => list.iter().any(has_null),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_null(value)),
        _ => false,
    }
}

/// Text that is no JSON is malformed; JSON of another shape is a fault of its field.
fn fault(error: &serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let cause = error.inner();
    if cause.is_syntax() || cause.is_eof() || cause.is_io() {
        return Refusal::Malformed(place(cause));
    }
    let text = cause.to_string();
    let mut path = error.path().to_string();
    let known = [
        ("unknown field `", "Unknown field"),
        ("missing field `", "Missing"),
        ("duplicate field `", "Given twice"),
    ];
    let found = known.iter().find_map(|(start, message)| {
        Some((text.strip_prefix(start)?.split('`').next()?.to_owned(), (*message).to_owned()))
    });
    let message = match found {
        Some((name, message)) => {
            path = path.strip_suffix(&name).map_or_else(|| path.clone(), str::to_owned);
            let parent = path.trim_end_matches('.');
            path = if parent.is_empty() { name } else { format!("{parent}.{name}") };
            message
        }
        // "invalid type: integer `7`, expected a string at line 1 column 9"
        None => text.split(" at line ").next().unwrap_or_default().to_owned(),
    };
    let field = if path == "." { "body" } else { path.as_str() };
    Error::Invalid(FieldErrors::one(field, message)).into()
}

fn place(error: &serde_json::Error) -> String {
    format!("The body is not JSON: line {}, column {}.", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::error::Problem;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[serde(rename = "state")]
        _state: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    #[derive(Default)]
    struct Shape {
        #[serde(rename = "title")]
        _title: String,
        #[serde(rename = "places")]
        _places: Vec<Inner>,
    }

    fn field(text: &str) -> String {
        match parse::<Shape>(text.as_bytes()) {
            Err(Refusal::Problem(Problem::Service(Error::Invalid(errors)))) => {
                errors.iter().map(|(field, message)| format!("{field}: {message}")).collect()
            }
            Err(Refusal::Malformed(detail)) => detail,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn each_fault_of_a_body_names_its_field() {
        assert_eq!(field(r#"{"titel":"x"}"#), "titel: Unknown field");
        assert_eq!(field(r#"{"title":7}"#), "title: invalid type: integer `7`, expected a string");
        assert_eq!(field(r#"{"title":"a","title":"b"}"#), "title: Given twice");
        assert_eq!(field(r#"{"places":[{"state":"AZ","town":"Mesa"}]}"#), "places[0].town: Unknown field");
        assert_eq!(field(r#"{"places":[{}]}"#), "places[0].state: Missing");
        let null = "Contains a character that cannot be stored";
        assert_eq!(field(r#"{"title":"a\u0000"}"#), format!("title: {null}"));
        assert_eq!(field(r#"{"places":[{"state":"\u0000"}]}"#), format!("places: {null}"));
        assert!(field(r#"{"title":"a\\u0000"}"#).starts_with("Ok("), "a backslash, and what follows it");
        assert_eq!(field("[]"), "body: An object is needed");
        assert_eq!(field("{\"title\":"), "The body is not JSON: line 1, column 9.");
        assert_eq!(field("{} {}"), "The body is not JSON: line 1, column 4.");
    }
}
