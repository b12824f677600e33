//! The timeline of an incident: read as it was written, posted, struck.

use app::model::{EntryId, ShareId};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, List, Made, One, Sent, hold::HeldView, id, number, question::Question, view::EntryView};
use crate::{
    service::{
        entry::{self, PostEntry, TimelineQuery},
        incident, settled, share,
    },
    state::App,
    viewer::ApiCaller,
};

/// The timeline, newest first by when it happened. A correction is an entry of its own that names the one it
/// corrects; the corrected one keeps its words.
#[utoipa::path(get, path = "/api/v1/incidents/{number}/entries", operation_id = "entries", tag = "timeline",
    params(
        ("number" = String, Path, example = "WF-0147"),
        ("kind" = Option<String>, Query, description = "Any of these kinds, separated by commas"),
        ("order" = Option<String>, Query, description = "`newest` or `oldest` first"),
        ("limit" = Option<i64>, Query), ("after" = Option<String>, Query),
    ),
    responses((status = 200, body = List<EntryView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    mut question: Question,
) -> Answer<Json<List<EntryView>>> {
    use app::model::timeline::Direction;
    let incident = incident::find(&app.room, &caller.viewer, &number(&word)?).await?;
    let query = TimelineQuery {
        kinds: question.parsed("kind"),
        oldest_first: question.parsed("order").pop() == Some(Direction::Oldest),
        limit: question.limit(),
        after: question.after(),
    };
    question.end()?;
    let timeline = entry::list_written(&app.room, &caller.viewer, &incident, &query).await?;
    Ok(Json(List::of(timeline.entries, timeline.next, EntryView::of)))
}

/// What became of an entry.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum PostedView {
    Posted(Box<EntryView>),
    HeldBack(Box<HeldView>),
}

/// Posts an entry, or corrects one by a new one. What an agency writes to a company and a rule holds back waits
/// for counsel: 202.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/entries", operation_id = "post_entry", tag = "timeline",
    params(("number" = String, Path, example = "WF-0147")),
    request_body = PostEntry, responses((status = 201, body = EntryView), (status = 202, body = HeldView)))]
pub async fn post(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<PostEntry>,
) -> Answer<Made<PostedView>> {
    let (room, number) = (&app.room, number(&word)?);
    let work = entry::post(room.clone(), caller.asker.clone(), once, number.clone(), value);
    let posted = settled(work).await?;
    if posted.held {
        let held = share::find_hold(room, &caller.viewer, ShareId(posted.id.0)).await?;
        return Ok((
            StatusCode::ACCEPTED,
            Json(held.map(|hold| PostedView::HeldBack(Box::new(HeldView::of(hold))))),
        ));
    }
    let entry = entry::find(room, &caller.viewer, &number, posted.id).await?;
    Ok((StatusCode::CREATED, Json(entry.map(|entry| PostedView::Posted(Box::new(EntryView::of(entry)))))))
}

/// Why an entry is struck.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StrikeInput {
    pub reason: String,
}

/// Strikes an entry. Its text stays for those who may see it.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/entries/{id}/strike", operation_id = "strike_entry",
    tag = "timeline",
    params(("number" = String, Path, example = "WF-0147"), ("id" = EntryId, Path)),
    request_body = StrikeInput, responses((status = 200, body = EntryView)))]
pub async fn strike(
    State(app): State<App>,
    caller: ApiCaller,
    Path((word, entry)): Path<(String, String)>,
    Sent { value, once }: Sent<StrikeInput>,
) -> Answer<One<EntryView>> {
    let (room, number, entry) = (&app.room, number(&word)?, id::<EntryId>(&entry)?);
    let asker = caller.asker.clone();
    let work = entry::strike(room.clone(), asker, once, number.clone(), entry, value.reason);
    settled(work).await?;
    let entry = entry::find(room, &caller.viewer, &number, entry).await?;
    Ok(Json(entry.map(EntryView::of)))
}
