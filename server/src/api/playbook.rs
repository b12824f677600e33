//! Playbooks of an incident: begun, and their steps given as tasks.

use app::model::{
    Moment,
    task::{BegunPlaybook, Task},
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, Made, Sent, number, view::TaskView};
use crate::{
    service::{Error, incident, playbook, settled, task},
    state::App,
    viewer::ApiCaller,
};

/// Which one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaybookInput {
    /// Its id, as `GET /settings/playbooks` has it.
    pub playbook: String,
}

/// A playbook that was begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct BegunView {
    /// Its id.
    pub playbook: String,
    /// As it was called then.
    pub title: String,
    /// E-mail address.
    pub by: String,
    pub at: Moment,
    /// Its steps, in their order, as they read then.
    pub tasks: Vec<TaskView>,
}

impl BegunView {
    fn of(begun: BegunPlaybook, steps: Vec<Task>) -> Self {
        let tasks = steps.into_iter().map(TaskView::of).collect();
        Self { playbook: begun.playbook, title: begun.title, by: begun.by.email, at: begun.at, tasks }
    }
}

/// Begins a playbook: its steps become tasks of the lead organisation. Each begins once on an incident.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/playbooks", operation_id = "begin_playbook", tag = "material",
    params(("number" = String, Path, example = "WF-0147")),
    request_body = PlaybookInput, responses((status = 201, body = BegunView)))]
pub async fn begin(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<PlaybookInput>,
) -> Answer<Made<BegunView>> {
    let (room, viewer, number) = (&app.room, &caller.viewer, number(&word)?);
    let id = value.playbook.trim().to_owned();
    let work = {
        let (room, asker, number, id) = (room.clone(), caller.asker.clone(), number.clone(), id.clone());
        async move { playbook::begin(room, asker, once, number, &id).await }
    };
    settled(work).await?;
    let incident = incident::find(room, viewer, &number).await?;
    let begun = playbook::list(room, viewer, &incident).await?;
    let begun = begun.iter().find(|begun| begun.playbook == id).cloned().ok_or(Error::NotFound)?;
    let tasks = task::list_steps(room, viewer, &incident, &id).await?;
    Ok((StatusCode::CREATED, Json(tasks.map(|tasks| BegunView::of(begun, tasks)))))
}
