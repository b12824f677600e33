//! What the caller is told of: listed, and marked as read.

use app::{
    model::{
        EntryId, Moment, NoticeId, PersonId, Severity, Tlp,
        id::Number,
        notice::{NoticeKind, NoticeLine, NoticeQuery, NoticeWhat},
    },
    policy::Cleared,
};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, List, One, SentMaybe, id, question::Question};
use crate::{
    service::{notice, room, settled},
    state::App,
    viewer::ApiCaller,
};

/// One notification, as the caller may see it now.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeView {
    pub id: NoticeId,
    pub kind: NoticeKind,
    /// What exactly happened, within the kind.
    pub what: NoticeWhat,
    pub at: Moment,
    pub read_at: Option<Moment>,
    /// Null: it is about the room, or an account; then title, severity and label are, too.
    pub incident: Option<Number>,
    pub title: Option<String>,
    pub severity: Option<Severity>,
    /// The stricter of the incident's label and that of what it is about.
    pub tlp: Option<Tlp>,
    /// E-mail address of who did it; null: the product itself.
    pub by: Option<String>,
    /// An entry's beginning, a task, the new value of a field, why a setting changed; whose account it is.
    pub text: String,
    pub entry: Option<EntryId>,
    /// Whose account it is about, where the caller knows them.
    pub person: Option<PersonId>,
}

impl NoticeView {
    fn of(line: NoticeLine) -> Self {
        let NoticeLine { id, kind, what, at, read_at, incident, by, text, entry, person } = line;
        let about = incident.as_ref();
        Self {
            id,
            kind,
            what,
            at,
            read_at,
            title: about.map(|incident| incident.title.clone()),
            severity: about.map(|incident| incident.severity),
            tlp: about.map(|incident| incident.tlp),
            incident: incident.map(|incident| incident.number),
            by: by.map(|person| person.email),
            text,
            entry,
            person,
        }
    }
}

/// The caller's notifications, newest first. What they may no longer see is not among them.
#[utoipa::path(get, path = "/api/v1/notifications", operation_id = "notifications", tag = "notifications",
    params(
        ("show" = Option<String>, Query, description = "`unread`, else all"),
        ("kind" = Option<String>, Query, description = "One kind"),
        ("limit" = Option<i64>, Query), ("after" = Option<String>, Query),
    ),
    responses((status = 200, body = List<NoticeView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    mut question: Question,
) -> Answer<Json<List<NoticeView>>> {
    let show: Vec<Show> = question.parsed("show");
    let query = NoticeQuery {
        all: show.last() != Some(&Show::Unread),
        kind: question.parsed("kind").pop(),
        after: None,
    };
    let limit = question.limit();
    let query = NoticeQuery { after: question.after(), ..query };
    question.end()?;
    let page = notice::list(&app.room, &caller.viewer, &query, limit).await?;
    let next = page.next.clone();
    Ok(Json(List::of(page.map(|page| page.lines), next, NoticeView::of)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Show {
    Unread,
    All,
}

impl std::str::FromStr for Show {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "unread" => Ok(Self::Unread),
            "all" => Ok(Self::All),
            _ => Err(()),
        }
    }
}

/// Nothing has to be said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadInput {}

/// Which ones to mark; all of them when nothing is said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReadAllInput {
    pub kind: Option<NoticeKind>,
}

/// How many are left.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnreadView {
    /// Counted to 100.
    pub unread: i64,
}

/// Marks one as read.
#[utoipa::path(post, path = "/api/v1/notifications/{id}/read", operation_id = "read_notification", tag = "notifications",
    params(("id" = NoticeId, Path)), request_body = inline(Option<ReadInput>), responses((status = 200, body = NoticeView)))]
pub async fn read(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { .. }: SentMaybe<ReadInput>,
) -> Answer<One<NoticeView>> {
    let act = notice::read(app.room.clone(), caller.asker.clone(), id::<NoticeId>(&word)?);
    Ok(Json(settled(act).await?.map(NoticeView::of)))
}

/// Marks all as read, or all of a kind.
#[utoipa::path(post, path = "/api/v1/notifications/read-all", operation_id = "read_notifications", tag = "notifications",
    request_body = inline(Option<ReadAllInput>), responses((status = 200, body = UnreadView)))]
pub async fn read_all(
    State(app): State<App>,
    caller: ApiCaller,
    SentMaybe { value, .. }: SentMaybe<ReadAllInput>,
) -> Answer<One<UnreadView>> {
    settled(notice::read_all(app.room.clone(), caller.asker.clone(), value.kind, None)).await?;
    let unread = notice::count(&app.room, &caller.viewer).await?.unread;
    let view: Cleared<UnreadView> = room::public(UnreadView { unread });
    Ok(Json(view))
}
