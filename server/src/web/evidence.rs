//! Evidence: the page of an exhibit, its bytes, its still, and the form that takes files and links.

mod file;
mod watch;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use app::{
    model::{
        Submitted,
        form::{Form as Which, OpenForm},
        id::Number,
        panel::PageQuery,
    },
    pages::{self, exhibit::ExhibitView, parts::Tone},
    policy::{Action, Standing, may},
};
use axum::{
    extract::{Path, RawQuery, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
pub use file::{Taker, file, hand_out};
use leptos::prelude::IntoAny;

use super::{
    incident::{draw, number},
    read,
};
use crate::{
    error::{Answer, Problem},
    form::{self, Form, Posted},
    page,
    service::{
        self, Asker, Error, Once, Result,
        evidence::{self, Attached, Gate, Refused},
    },
    state::App,
    viewer::Member,
};

/// Lines of custody on one page.
const TRAIL: i64 = 100;
/// What the seal of its cursor is for.
const CUSTODY: &str = "custody";

/// A label from a path; what is not one answers like one never given.
fn label(text: &str) -> Result<i64> {
    evidence::label_number(text).ok_or(Error::NotFound)
}

/// `GET /incidents/{number}/evidence/{exhibit}`
pub async fn show(
    State(app): State<App>,
    member: Member,
    Path((incident, exhibit)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Answer {
    let (number, shown) = (number(&incident)?, label(&exhibit)?);
    let (room, viewer) = (&app.room, &member.viewer);
    let exhibit = evidence::find(room, viewer, &number, shown).await?;
    let after = read::optional(&Submitted::new(read::pairs(raw.as_deref())), "after");
    let before = match &after {
        None => None,
        Some(sealed) => {
            let place = room.seal().open_place(CUSTODY, sealed);
            Some(place.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))?)
        }
    };
    // The look stands in the custody that it shows, and in its count.
    evidence::note_view(room, &member, &exhibit).await?;
    let exhibit = evidence::find(room, viewer, &number, shown).await?;
    let incident = service::incident::find(room, viewer, &number).await?;
    let (custody, earlier) = evidence::list_custody(room, viewer, &exhibit, before, TRAIL).await?;
    let earlier = earlier.map(|place| room.seal().seal_place(CUSTODY, place));
    let me = room.directory().person(viewer.person).cloned().ok_or(Error::NotFound)?;
    let standing = Standing { lead: incident.lead.id == viewer.organisation, ..Standing::default() };
    let may_verify = may(viewer, Action::Attach, standing);
    let view = ExhibitView { me, incident, exhibit, custody, after, earlier, may_verify };
    Ok(page::render(&app, &member, StatusCode::OK, |frame| pages::exhibit::page(&frame, view).into_any()))
}

/// `GET /incidents/{number}/evidence/{exhibit}/thumbnail`
pub async fn thumbnail(
    State(app): State<App>,
    member: Member,
    Path((incident, exhibit)): Path<(String, String)>,
) -> Answer {
    let (number, exhibit) = (number(&incident)?, label(&exhibit)?);
    let still = evidence::thumbnail(&app.room, &member, &number, exhibit).await?;
    let kind = HeaderValue::from_str(&still.media_type).map_err(Error::internal)?;
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    Ok((headers, still.bytes).into_response())
}

/// `POST /incidents/{number}/evidence/{exhibit}/verify`
pub async fn verify(
    State(app): State<App>,
    member: Member,
    Path((incident, exhibit)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let (number, shown) = (number(&incident)?, label(&exhibit)?);
    let (_, once) = form.into_parts();
    let path = format!("/incidents/{number}/evidence/E-{shown}");
    let verified = evidence::verify(app.room.clone(), member.asker.clone(), once, number, shown).await?;
    let (tone, text) = match verified.unchanged {
        true => (Tone::Ok, format!("E-{shown} is unchanged since it was stored.")),
        false => (Tone::Danger, format!("E-{shown} differs from what was stored. It is written down.")),
    };
    Ok(page::see_other_saying(&app, &path, tone, &text))
}

/// `POST /incidents/{number}/evidence`: `multipart/form-data`, the token first.
pub async fn add(State(app): State<App>, Path(path): Path<String>, posted: Posted) -> Answer {
    let Posted { member, kind, body } = posted;
    let number = number(&path)?;
    let stale = Arc::new(AtomicBool::new(false));
    let gate = gate(&app, &member, Arc::clone(&stale));
    let (room, asker) = (app.room.clone(), member.asker.clone());
    let sent =
        evidence::take_in_multipart(room, asker, gate, number.clone(), &kind, body.into_data_stream()).await;
    let Refused { error, typed } = match sent {
        Ok(_) => return Ok(page::see_other(&format!("/incidents/{number}#evidence"))),
        Err(refused) => refused,
    };
    form::keep(&member.visit, typed.pairs().to_vec());
    match error {
        _ if stale.load(Ordering::Relaxed) => Err(Problem::Stale),
        Error::Invalid(errors) => {
            let open = OpenForm::faulty(Which::Evidence, None, typed.with_errors(errors));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            draw(&app, &member, &number, PageQuery::default(), Some(open), status).await
        }
        error => Err(error.into()),
    }
}

fn gate(app: &App, member: &Member, stale: Arc<AtomicBool>) -> Gate {
    let (app, visit) = (app.clone(), Arc::clone(&member.visit));
    Gate::Token(Box::new(move |given| {
        visit.keep_sending(given);
        match form::check(&app, &visit, given) {
            Some(key) => Ok(Once::new(&key, &[visit.path.as_bytes()])),
            None => {
                stale.store(true, Ordering::Relaxed);
                Err(Error::Forbidden("This form is too old, or not from this page."))
            }
        }
    }))
}

/// The same for the JSON API, where headers have proved who asks.
pub async fn take_in_multipart(
    app: &App,
    asker: Asker,
    once: Once,
    number: Number,
    request: Request,
) -> Result<Attached, Refused> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let body = request.into_body().into_data_stream();
    evidence::take_in_multipart(app.room.clone(), asker, Gate::Open(once), number, &kind, body).await
}

/// A response whose body nobody asked for.
pub(super) fn empty(status: StatusCode) -> Response {
    status.into_response()
}
