//! The part of the journal that the caller may see, in order.

use app::model::{Moment, id::Number};
use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answer, List,
    crossing::ShareView,
    posture::PublishedPosture,
    question::Question,
    view::{EntryView, ExhibitView, IndicatorView, TaskView},
};
use crate::{
    service::history::{self, Content, Happened},
    state::App,
    viewer::ApiCaller,
};

/// One act of the journal, with what it was about as that stands now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActView {
    /// Opaque: send it as `after` for what came behind this act.
    pub cursor: String,
    pub at: Moment,
    /// `incident`, `entry`, `strike`, `exhibit`, `custody`, `indicator`, `task`, `share`, `person` ...
    pub noun: String,
    /// `opened`, `posted`, `struck`, `shared` ...
    pub action: String,
    pub incident: Option<Number>,
    /// E-mail address; null is the product itself.
    pub person: Option<String>,
    /// Slug.
    pub organisation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exhibit: Option<ExhibitView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indicator: Option<IndicatorView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<ShareView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub posture: Option<PublishedPosture>,
}

impl ActView {
    fn of(act: Happened) -> Self {
        let mut view = Self {
            cursor: act.cursor,
            at: act.at,
            noun: act.noun,
            action: act.action,
            incident: act.incident,
            person: act.person.map(|person| person.email),
            organisation: act.organisation.map(|organisation| organisation.slug),
            entry: None,
            exhibit: None,
            indicator: None,
            task: None,
            share: None,
            posture: None,
        };
        match act.content {
            Content::None => {}
            Content::Entry(entry) => view.entry = Some(EntryView::of(*entry)),
            Content::Exhibit(exhibit) => view.exhibit = Some(ExhibitView::of(*exhibit)),
            Content::Indicator(indicator) => view.indicator = Some(IndicatorView::of(*indicator)),
            Content::Task(task) => view.task = Some(TaskView::of(*task)),
            Content::Share(share) => view.share = Some(ShareView::of(*share)),
            Content::Posture(stated) => view.posture = Some(PublishedPosture::of(*stated)),
        }
        view
    }
}

/// What happened, oldest first, as far as the caller may see it now. What they may not see leaves no gap; what
/// was taken back from them is gone from here too.
#[utoipa::path(get, path = "/api/v1/journal", operation_id = "journal", tag = "room",
    params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<ActView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    mut question: Question,
) -> Answer<Json<List<ActView>>> {
    let (limit, after) = (question.limit(), question.after());
    question.end()?;
    let history = history::list(&app.room, &caller.viewer, after.as_deref(), limit).await?;
    Ok(Json(List::of(history.acts, history.next, ActView::of)))
}
