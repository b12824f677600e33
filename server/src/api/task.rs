//! Tasks of an incident: given and done.

use app::model::TaskId;
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    Answer, List, Made, One, Sent, SentMaybe, id, not_a_cursor, number, question::Question, view::TaskView,
};
use crate::{
    service::{
        incident, settled,
        task::{self, TaskInput, TaskOrder, TaskPlace},
    },
    state::App,
    viewer::ApiCaller,
};

/// The tasks of an incident, oldest first.
#[utoipa::path(get, path = "/api/v1/incidents/{number}/tasks", operation_id = "tasks", tag = "material",
    params(("number" = String, Path, example = "WF-0147"), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<TaskView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    mut question: Question,
) -> Answer<Json<List<TaskView>>> {
    let room = &app.room;
    let incident = incident::find(room, &caller.viewer, &number(&word)?).await?;
    let (limit, after) = (question.limit(), question.after());
    question.end()?;
    let after = match after {
        None => None,
        Some(sealed) => Some(TaskPlace::open(room.seal(), "tasks", &sealed).ok_or_else(not_a_cursor)?),
    };
    let from = (TaskOrder::Given, after);
    let (found, next) = task::list(room, &caller.viewer, &incident, from, limit).await?;
    let next = next.map(|place| place.seal(room.seal(), "tasks"));
    Ok(Json(List::of(found, next, TaskView::of)))
}

/// Gives a task to an organisation or a person.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks", operation_id = "add_task", tag = "material",
    params(("number" = String, Path, example = "WF-0147")),
    request_body = TaskInput, responses((status = 201, body = TaskView)))]
pub async fn add(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<TaskInput>,
) -> Answer<Made<TaskView>> {
    let (room, number) = (&app.room, number(&word)?);
    let work = task::add(room.clone(), caller.asker.clone(), once, number.clone(), value);
    let tasked = settled(work).await?;
    let task = task::find(room, &caller.viewer, &number, tasked.id).await?;
    Ok((StatusCode::CREATED, Json(task.map(TaskView::of))))
}

/// Nothing has to be said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoneInput {}

/// Marks a task as done; done twice is done once.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/tasks/{id}/done", operation_id = "finish_task", tag = "material",
    params(("number" = String, Path, example = "WF-0147"), ("id" = TaskId, Path)),
    request_body = inline(Option<DoneInput>), responses((status = 200, body = TaskView)))]
pub async fn done(
    State(app): State<App>,
    caller: ApiCaller,
    Path((word, task)): Path<(String, String)>,
    SentMaybe { once, .. }: SentMaybe<DoneInput>,
) -> Answer<One<TaskView>> {
    let (room, number, task) = (&app.room, number(&word)?, id::<TaskId>(&task)?);
    settled(task::finish(room.clone(), caller.asker.clone(), once, number.clone(), task)).await?;
    let task = task::find(room, &caller.viewer, &number, task).await?;
    Ok(Json(task.map(TaskView::of)))
}
