//! The centre of notifications, the bell's count, and the way from a notice to what it is about.

use app::{
    model::{
        NoticeId,
        notice::{NoticeCount, NoticeQuery},
    },
    pages::{
        notice::{self as pages, NoticesView},
        parts::Tone,
    },
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
    service::{Error, notice, settled},
    state::App,
    viewer::Member,
    web::read,
};

/// Lines of one page.
const PAGE: i64 = 50;

/// `GET /notifications`
pub async fn show(State(app): State<App>, member: Member, RawQuery(query): RawQuery) -> Answer {
    let pairs = read::pairs(query.as_deref());
    let query = NoticeQuery::from_pairs(read::borrowed(&pairs));
    let (room, viewer) = (&app.room, &member.viewer);
    let (list, count) =
        tokio::try_join!(notice::list(room, viewer, &query, PAGE), notice::count(room, viewer))?;
    let view = NoticesView { query, page: list, count };
    Ok(page::render(&app, &member, StatusCode::OK, |frame| pages::page(&frame, view)))
}

/// `GET /notifications/count`: for the page that stays open.
pub async fn count(State(app): State<App>, member: Member) -> Answer<Json<NoticeCount>> {
    Ok(Json(notice::count(&app.room, &member.viewer).await?))
}

fn id(word: &str) -> Result<NoticeId, Error> {
    word.parse().map_err(|_| Error::NotFound)
}

/// `GET /notifications/{id}`: on to what it is about. Who goes there has read it.
pub async fn open(State(app): State<App>, member: Member, Path(word): Path<String>) -> Answer {
    let (room, asker, id) = (app.room.clone(), member.asker.clone(), id(&word)?);
    let line = match settled(notice::read(room, asker, id)).await {
        // A room that takes no writes shows the way all the same: reading goes on.
        Err(Error::ReadOnly | Error::StorageFull | Error::Unavailable(_)) => {
            notice::find(&app.room, &member.viewer, id).await?
        }
        other => other?,
    };
    Ok(page::see_other(&line.href()))
}

/// The list that the form stood in.
fn back(next: &str) -> String {
    let own = page::own_path(next).filter(|path| path.starts_with("/notifications"));
    own.unwrap_or_else(|| "/notifications".to_owned())
}

/// `POST /notifications/{id}/read`
pub async fn read_one(
    State(app): State<App>,
    member: Member,
    Path(word): Path<String>,
    form: Form,
) -> Answer {
    let (typed, _) = form.into_parts();
    settled(notice::read(app.room.clone(), member.asker.clone(), id(&word)?)).await?;
    Ok(page::see_other(&back(typed.value("next"))))
}

/// `POST /notifications/read-all`
pub async fn read_all(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (typed, _) = form.into_parts();
    let (kind, newest) = (typed.value("kind").parse().ok(), read::optional(&typed, "newest"));
    settled(notice::read_all(app.room.clone(), member.asker.clone(), kind, newest)).await?;
    Ok(page::see_other_saying(&app, &back(typed.value("next")), Tone::Ok, "Marked as read."))
}
