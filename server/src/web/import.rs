//! Many invitations from one table: the dry run, the confirmation, the links.

use app::{
    model::Submitted,
    pages::person::{self as pages, ImportLimits, ImportedView, PlanView},
};
use axum::{
    body::Body,
    extract::{Path, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use multer::Multipart;

use crate::{
    error::{Answer, Problem},
    form::{self, Form, Posted},
    page,
    service::{
        Error,
        import::{self, BYTES, Confirmed, Imported, Plan, ROWS},
    },
    state::App,
    viewer::Member,
};

/// The cookie that carries the ticket of new links to the page that shows them once.
const NEW_LINKS: &str = "wf_new_links";
/// Bytes of a whole send: the table, pasted and as a file, and what is around them.
const SENT: u64 = BYTES as u64 * 2 + 64 * 1024;

/// `GET /people/import`
pub async fn show(State(app): State<App>, member: Member) -> Answer {
    import::permit(&member.viewer)?;
    Ok(draw(&app, &member, StatusCode::OK, Submitted::default()))
}

fn draw(app: &App, member: &Member, status: StatusCode, form: Submitted) -> axum::response::Response {
    let limits = ImportLimits { rows: ROWS, kilobytes: BYTES / 1024 };
    page::render(app, member, status, |frame| pages::import(&frame, limits, form))
}

/// `POST /people/import`: what each row would come to. Nothing is done, so there is no other page to go to.
pub async fn plan(State(app): State<App>, posted: Posted) -> Answer {
    let Posted { member, kind, body } = posted;
    if let Err(error) = import::permit(&member.viewer) {
        form::keep_words(&app, &member.visit, &kind, body).await;
        return Err(error.into());
    }
    let text = receive(&app, &member, &kind, body).await?;
    match import::plan(&app.room, &member.viewer, &text).await {
        Ok(plan) => Ok(draw_plan(&app, &member, StatusCode::OK, text, plan)),
        Err(Error::Invalid(errors)) => Ok(faulty(&app, &member, text, errors)),
        Err(error) => Err(error.into()),
    }
}

fn faulty(
    app: &App,
    member: &Member,
    text: String,
    errors: app::model::FieldErrors,
) -> axum::response::Response {
    let mut form = Submitted::default();
    form.set("csv", text);
    draw(app, member, StatusCode::UNPROCESSABLE_ENTITY, form.with_errors(errors))
}

fn draw_plan(
    app: &App,
    member: &Member,
    status: StatusCode,
    csv: String,
    plan: Plan,
) -> axum::response::Response {
    let Plan { rows, token, changed } = plan;
    let view = PlanView { csv, rows, token, changed };
    page::render(app, member, status, |frame| pages::plan(&frame, view))
}

/// The table of a form, pasted or as a file; what was pasted is kept whatever becomes of it.
async fn receive(app: &App, member: &Member, kind: &str, body: Body) -> Answer<String> {
    let malformed = |_| Problem::from(Error::invalid("csv", "This is not the content of a form"));
    let boundary = multer::parse_boundary(kind).map_err(malformed)?;
    let (bytes, whole) = form::read_up_to(body, SENT).await?;
    let body = Body::from(bytes).into_data_stream();
    if !whole {
        form::keep_words(app, &member.visit, kind, Body::from_stream(body)).await;
        return Err(Error::TooLarge { limit: SENT }.into());
    }
    let mut parts = Multipart::new(body, boundary);
    let (mut words, mut file) = (vec![], String::new());
    while let Some(field) = parts.next_field().await.map_err(malformed)? {
        let (name, is_file) = (field.name().unwrap_or_default().to_owned(), field.file_name().is_some());
        let bytes = field.bytes().await.map_err(malformed)?;
        let text = form::clean(&String::from_utf8_lossy(&bytes));
        match name == "file" || is_file {
            true => file = text,
            false => words.push((name, text)),
        }
    }
    let word = |name: &str| words.iter().find(|(known, _)| known == name).map_or("", |(_, word)| word);
    let allowed = form::check(app, &member.visit, word(form::TOKEN)).is_some();
    let pasted = word("csv").to_owned();
    form::keep(&member.visit, words);
    match (allowed, file.trim().is_empty()) {
        (false, _) => Err(Problem::Stale),
        (true, true) => Ok(pasted),
        (true, false) => Ok(file),
    }
}

/// `POST /people/import/confirm`
pub async fn confirm(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    let text = typed.value("csv").to_owned();
    match import::confirm(&app.room, &member, &text, typed.value("plan"), &once).await {
        Ok(Confirmed::Done { id, ticket }) => {
            let mut response = page::see_other(&format!("/people/import/{id}"));
            page::set_cookie(&mut response, page::cookie(&app.config, NEW_LINKS, &ticket, Some(60)));
            Ok(response)
        }
        Ok(Confirmed::Changed(plan)) => Ok(draw_plan(&app, &member, StatusCode::CONFLICT, text, plan)),
        Err(Error::Invalid(errors)) => Ok(faulty(&app, &member, text, errors)),
        Err(error) => Err(error.into()),
    }
}

fn id(word: &str) -> Answer<uuid::Uuid> {
    word.parse().map_err(|_| Error::NotFound.into())
}

/// `GET /people/import/{id}`
pub async fn shown(State(app): State<App>, member: Member, Path(word): Path<String>) -> Answer {
    let ticket = member.visit.cookie(&app.config.cookie_name(NEW_LINKS)).map(str::to_owned);
    let found = import::find(&app.room, &member.viewer, id(&word)?, ticket.as_deref()).await?;
    let Imported { id, rows, expires_at, downloaded_at } = found;
    let origin = app.config.origin();
    let rows: Vec<_> =
        rows.into_iter().map(|(row, link)| (row, link.map(|link| format!("{origin}{link}")))).collect();
    let opened = rows.iter().any(|(_, link)| link.is_some());
    let had_cookie = ticket.is_some();
    let view = ImportedView {
        id: id.to_string(),
        rows,
        ticket: ticket.filter(|_| opened),
        expires_at,
        is_downloaded: downloaded_at.is_some(),
    };
    let mut response = page::render(&app, &member, StatusCode::OK, |frame| pages::imported(&frame, view));
    if had_cookie {
        page::set_cookie(&mut response, page::cookie(&app.config, NEW_LINKS, "", Some(0)));
    }
    Ok(response)
}

/// `POST /people/import/{id}/links`
pub async fn download(
    State(app): State<App>,
    member: Member,
    Path(word): Path<String>,
    form: Form,
) -> Answer {
    let (typed, _) = form.into_parts();
    let (id, ticket) = (id(&word)?, typed.value("ticket"));
    let csv = import::download(&app.room, &member, id, ticket, &app.config.origin()).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"links.csv\""),
    ];
    Ok((headers, csv).into_response())
}
