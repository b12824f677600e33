//! Break-glass: the form, the incident through the glass, the end.

use app::{
    model::{Submitted, panel::PageQuery, timeline::TimelineQuery},
    pages::{
        glass::{self as pages, GlassView},
        incident::PanelPage,
        parts::Tone,
    },
};
use axum::{
    extract::{Path, RawQuery, State},
    http::{HeaderValue, StatusCode, header},
};

use super::read;
use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Error,
        glass::{self, Opened},
    },
    state::App,
    viewer::Member,
};

/// `GET /break-glass`
pub async fn show(State(app): State<App>, member: Member) -> Answer {
    draw(&app, &member, StatusCode::OK, Submitted::default()).await
}

async fn draw(app: &App, member: &Member, status: StatusCode, form: Submitted) -> Answer {
    let own = glass::list_own(&app.room, &member.viewer).await?;
    let minutes = app.config.session.break_glass / 60;
    Ok(page::render(app, member, status, |frame| pages::page(&frame, own, minutes, form)))
}

/// `POST /break-glass`
pub async fn begin(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (mut typed, once) = form.into_parts();
    let length = app.config.session.break_glass;
    let asked = (typed.value("number"), typed.value("reason"));
    match glass::begin(&app.room, &member, asked, length, &once).await {
        Ok(id) => Ok(page::see_other(&format!("/break-glass/{id}"))),
        Err(Error::Invalid(errors)) => {
            typed.errors.merge(errors);
            draw(&app, &member, StatusCode::UNPROCESSABLE_ENTITY, typed).await
        }
        Err(error) => Err(error.into()),
    }
}

fn id(word: &str) -> Answer<uuid::Uuid> {
    word.parse().map_err(|_| Error::NotFound.into())
}

/// `GET /break-glass/{id}`: leaves the screen by itself when its time is over.
pub async fn opened(
    State(app): State<App>,
    member: Member,
    Path(word): Path<String>,
    RawQuery(raw): RawQuery,
) -> Answer {
    let pairs = read::pairs(raw.as_deref());
    let asked = PageQuery::from_pairs(read::borrowed(&pairs));
    // The timeline has but one order here.
    let timeline = TimelineQuery { after: asked.timeline.after, ..TimelineQuery::default() };
    let query = PageQuery { timeline, ..asked };
    let opened = glass::read(&app.room, &member, id(&word)?, &query).await?;
    let Opened { broken, incident, entries, next, exhibits, indicators, tasks } = opened;
    let left = glass::seconds_left(&broken, app.room.now());
    let (exhibits, indicators, tasks) =
        (PanelPage::of(exhibits), PanelPage::of(indicators), PanelPage::of(tasks));
    let view = GlassView { broken, incident, entries, next, query, exhibits, indicators, tasks };
    let mut response = page::render(&app, &member, StatusCode::OK, |frame| pages::opened(&frame, view));
    if let Ok(refresh) = HeaderValue::from_str(&format!("{left}; url=/break-glass")) {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    Ok(response)
}

/// `POST /break-glass/{id}/end`
pub async fn end(State(app): State<App>, member: Member, Path(word): Path<String>, form: Form) -> Answer {
    let (_, once) = form.into_parts();
    glass::end(&app.room, &member, id(&word)?, &once).await?;
    Ok(page::see_other_saying(&app, "/break-glass", Tone::Ok, "Ended. The incident is shut again."))
}
