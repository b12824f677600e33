//! The board's page, the counts of its tabs, and the one-press "take it".

use app::{
    model::{
        Submitted,
        board::{BoardQuery, BoardTabs},
    },
    pages::board::{self, Feed, FilterChoices, updates},
};
use axum::{
    Json,
    extract::{RawQuery, State},
    http::StatusCode,
};

use crate::{error::Answer, page, reference, service, state::App, viewer::Member, web::read};

/// Rows of one page.
const PAGE: i64 = 100;
/// Lines of the updates rail, and of a page of updates.
const FEED: i64 = 40;
const UPDATES: i64 = 100;

/// `GET /board`
pub async fn show(State(app): State<App>, member: Member, RawQuery(query): RawQuery) -> Answer {
    let pairs = read::pairs(query.as_deref());
    let asked = BoardQuery::from_pairs(read::borrowed(&pairs));
    let query = service::board::settle(asked);
    let mine = is_mine(&pairs);
    let (listed, (items, next)) = tokio::try_join!(
        service::board::list(&app.room, &member.viewer, &query, PAGE),
        service::board::feed(&app.room, &member.viewer, mine, None, FEED),
    )?;
    let choices = choices(&app, &member);
    let feed = Feed { items, mine, next };
    Ok(page::render(&app, &member, StatusCode::OK, |frame| {
        board::board(&frame, query, listed, feed, choices)
    }))
}

/// Only of what the viewer owns.
fn is_mine(pairs: &[(String, String)]) -> bool {
    pairs.iter().any(|(name, value)| name == "feed" && value == "mine")
}

/// `GET /board/updates`: what the rail has no room for.
pub async fn updates(State(app): State<App>, member: Member, RawQuery(query): RawQuery) -> Answer {
    let pairs = read::pairs(query.as_deref());
    let mine = is_mine(&pairs);
    let after = read::optional(&Submitted::new(pairs), "after");
    let (items, next) =
        service::board::feed(&app.room, &member.viewer, mine, after.as_deref(), UPDATES).await?;
    let feed = Feed { items, mine, next };
    Ok(page::render(&app, &member, StatusCode::OK, |frame| updates::updates(&frame, feed, after.is_some())))
}

fn choices(app: &App, member: &Member) -> FilterChoices {
    let directory = app.room.directory();
    let own =
        directory.members().into_iter().filter(|m| m.person.organisation.id == member.viewer.organisation);
    FilterChoices {
        people: own.filter(|member| member.is_known_to_all()).map(|member| member.person.clone()).collect(),
        organisations: super::organisations(&app.room),
        categories: app.room.reference().every_category(app.room.now()),
        states: reference::states().iter().map(|s| (s.state.to_owned(), s.name.to_owned())).collect(),
    }
}

/// `GET /board/tabs`: the counts, for the page that stays open.
pub async fn tabs(State(app): State<App>, member: Member) -> Answer<Json<BoardTabs>> {
    Ok(Json(service::board::tabs(&app.room, &member.viewer).await?))
}
