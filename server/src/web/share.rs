//! The inbox of shares, its counts, and the acts of its lines.

use app::{
    model::{
        FieldErrors, ShareId, Submitted,
        inbox::{ShareCounts, ShareQuery},
        period::PeriodName,
    },
    pages::shares::{self, OpenShare, ShareChoices, SharesView},
};
use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};

use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Conflict, Error, Room, settled,
        share::{self, Step},
    },
    state::App,
    viewer::Member,
    web::read,
};

/// Lines of one page.
const PAGE: i64 = 50;

/// `GET /shares`
pub async fn show(State(app): State<App>, member: Member, RawQuery(query): RawQuery) -> Answer {
    let pairs = read::pairs(query.as_deref());
    let query = ShareQuery::from_pairs(read::borrowed(&pairs));
    draw(&app, &member, query, None, StatusCode::OK).await
}

/// `GET /shares/counts`: for the page that stays open.
pub async fn counts(State(app): State<App>, member: Member) -> Answer<Json<ShareCounts>> {
    Ok(Json(share::count(&app.room, &member.viewer).await?))
}

async fn draw(
    app: &App,
    member: &Member,
    query: ShareQuery,
    open: Option<OpenShare>,
    status: StatusCode,
) -> Answer {
    let (room, viewer) = (&app.room, &member.viewer);
    let (page, counts) =
        tokio::try_join!(share::inbox(room, viewer, &query, PAGE), share::count(room, viewer))?;
    let view = SharesView { viewer: viewer.clone(), query, page, counts, choices: choices(room), open };
    Ok(page::render(app, member, status, |frame| shares::page(&frame, view)))
}

fn choices(room: &Room) -> ShareChoices {
    let reference = room.reference();
    let periods =
        reference.periods().iter().map(|p| PeriodName { slug: p.slug.clone(), name: p.name.clone() });
    ShareChoices { organisations: super::organisations(room), periods: periods.collect() }
}

/// `POST /shares/{id}/{step}`
pub async fn step(
    State(app): State<App>,
    member: Member,
    Path((id, word)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let id: ShareId = id.parse().map_err(|_| Error::NotFound)?;
    let (typed, once) = form.into_parts();
    let (step, said) = match word.as_str() {
        "acknowledge" => (Step::Acknowledge, "Acknowledged."),
        "answer" => (Step::Answer(read::text(&typed, "text")), "Answered."),
        "revoke" => (Step::Revoke, "Taken back."),
        _ => return Err(Error::NotFound.into()),
    };
    let query = came_from(&typed);
    let version = Some(read::version(&typed));
    let act = share::step(app.room.clone(), member.asker.clone(), once, id, version, step);
    let (errors, status) = match settled(act).await {
        Ok(_) => {
            let path = query.page_href();
            return Ok(page::see_other_saying(&app, &path, app::pages::parts::Tone::Ok, said));
        }
        Err(Error::Invalid(errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::Conflict(conflict)) => (overtaken(&conflict), StatusCode::CONFLICT),
        Err(other) => return Err(other.into()),
    };
    let line = share::find_line(&app.room, &member.viewer, id).await?;
    let open = OpenShare { line, typed: typed.with_errors(errors) };
    draw(&app, &member, query, Some(open), status).await
}

/// The list that the form stood in.
fn came_from(typed: &Submitted) -> ShareQuery {
    let pairs = read::pairs(typed.value("next").split_once('?').map(|(_, query)| query));
    ShareQuery::from_pairs(read::borrowed(&pairs))
}

fn overtaken(conflict: &Conflict) -> FieldErrors {
    let by = if conflict.by.is_empty() { "Somebody" } else { &conflict.by };
    FieldErrors::one(
        "text",
        format!("{by} answered it meanwhile; that answer stands above. Nothing of yours was sent."),
    )
}
