//! `GET /live`: the event stream of a signed-in person.

use axum::{
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, header},
    response::IntoResponse,
};
use serde::Deserialize;

use crate::{error::Answer, live, service::Error, state::App, viewer::Member};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct From {
    after: Option<String>,
    incident: Option<String>,
}

pub async fn stream(
    State(app): State<App>,
    member: Member,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Answer {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let start = match last.or(from.after).as_deref().map(str::trim) {
        None | Some("") => live::Start::Now,
        Some("start") => live::Start::Beginning,
        Some(cursor) => live::Start::After(cursor.to_owned()),
    };
    let number = match from.incident.as_deref() {
        None | Some("") => None,
        Some(text) => Some(text.parse().map_err(|_| Error::NotFound)?),
    };
    let (sessions, session) = (app.sessions.clone(), member.session);
    let alive: live::Alive = Box::new(move || {
        let sessions = sessions.clone();
        Box::pin(async move {
            sessions.stands(&session).await.unwrap_or_else(|error| {
                // A database that does not answer ends no session: nothing can be told without it either. Each open
                // stream says so every few seconds, so in a whisper.
                tracing::debug!(%error, "a stream goes on: it is not known whether its session stands");
                true
            })
        })
    });
    let asker = member.asker.clone();
    let frames = live::open(app.hub.clone(), asker, start, number, alive, app.stop.watch()).await?;
    let body = Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(frames));
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-store"),
        // A proxy that gathers answers would hold events back.
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, body).into_response())
}
