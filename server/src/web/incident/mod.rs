//! The page of an incident and the acts that its forms post.

mod act;
mod begun;
mod conflict;
mod entry;
mod material;
mod offered;
pub(super) mod preview;
mod share;
mod view;

pub use act::*;
use app::{
    model::{
        form::{Form, OpenForm},
        id::Number,
        panel::PageQuery,
    },
    pages,
};
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
};
pub use entry::*;
use leptos::prelude::IntoAny;
pub use material::*;
pub use share::*;

use super::read;
use crate::{
    error::Answer,
    page,
    service::{self, Error},
    state::App,
    viewer::Member,
};

/// A number from a path; what is not one answers like one never given.
pub(super) fn number(text: &str) -> Result<Number, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

/// `GET /incidents/{number}`
pub async fn show(
    State(app): State<App>,
    member: Member,
    Path(text): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let number = number(&text)?;
    let pairs = read::pairs(query.as_deref());
    let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let open = value("form").and_then(|word| word.parse::<Form>().ok()).map(|form| {
        let of = if form.shares() { "entry" } else { "of" };
        OpenForm::opened(form, value(of))
    });
    let query = PageQuery::from_pairs(read::borrowed(&pairs));
    let incident = service::incident::find(&app.room, &member.viewer, &number).await?;
    let view = view::fill(&app, &member, incident, query, open).await?;
    Ok(page::render(&app, &member, StatusCode::OK, |frame| pages::incident::page(&frame, view).into_any()))
}

/// Draws the page, with one of its forms open where it came back.
pub(super) async fn draw(
    app: &App,
    member: &Member,
    number: &Number,
    query: PageQuery,
    open: Option<OpenForm>,
    status: StatusCode,
) -> Answer {
    let incident = service::incident::find(&app.room, &member.viewer, number).await?;
    let view = view::fill(app, member, incident, query, open).await?;
    Ok(page::render(app, member, status, |frame| pages::incident::page(&frame, view).into_any()))
}
