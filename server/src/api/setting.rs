//! The room's settings, section by section.

use app::{
    model::{
        Moment,
        setting::{Section, Setting, SettingKind},
    },
    policy::Cleared,
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, List, One, Sent, page_of, question::Question, versioned};
use crate::{
    service::{
        Error,
        setting::{self, Proposal},
    },
    state::App,
    viewer::ApiCaller,
};

/// A section as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingView {
    pub kind: SettingKind,
    /// 1 as shipped.
    pub version: i64,
    pub section: Section,
    /// E-mail address of who changed it last; null while it stands as shipped.
    pub changed_by: Option<String>,
    pub changed_at: Option<Moment>,
    pub reason: Option<String>,
    /// What the program says about it; empty mostly.
    pub remark: String,
}

impl SettingView {
    fn of(setting: Setting) -> Self {
        let set = setting.set;
        Self {
            kind: setting.kind,
            version: setting.version,
            section: setting.section,
            changed_at: set.as_ref().map(|set| set.at),
            remark: set.as_ref().map_or_else(String::new, |set| set.remark.clone()),
            reason: set.as_ref().map(|set| set.reason.clone()),
            changed_by: set.map(|set| set.by.email),
        }
    }
}

/// A section as it is to stand.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingInput {
    /// The one that was changed.
    #[serde(default)]
    pub version: i64,
    #[serde(default)]
    pub reason: String,
    /// The whole section.
    #[schema(value_type = Section)]
    pub section: serde_json::Value,
}

/// Somebody else was faster: the section as it stands now.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettingConflict {
    pub r#type: String,
    pub title: String,
    pub status: u16,
    pub detail: String,
    /// The version that stands.
    pub current: i64,
    /// The same.
    pub version: i64,
    #[schema(value_type = SettingView)]
    pub setting: Cleared<SettingView>,
}

impl IntoResponse for SettingConflict {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::CONFLICT, Json(self)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

/// Every section as it stands.
#[utoipa::path(get, path = "/api/v1/settings", operation_id = "settings", tag = "room",
    params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<SettingView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    question: Question,
) -> Answer<Json<List<SettingView>>> {
    let all = setting::list(&app.room, &caller.viewer)?.into_inner();
    page_of(&app.room, question, "settings", all, |one| one.kind.to_string(), SettingView::of)
}

fn kind(word: &str) -> Answer<SettingKind> {
    word.parse().map_err(|_| Error::NotFound.into())
}

/// One section as it stands.
#[utoipa::path(get, path = "/api/v1/settings/{kind}", operation_id = "setting", tag = "room",
    params(("kind" = String, Path, example = "severities")), responses((status = 200, body = SettingView)))]
pub async fn show(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
) -> Answer<One<SettingView>> {
    Ok(Json(setting::find(&app.room, &caller.viewer, kind(&word)?)?.map(SettingView::of)))
}

/// Changes a section as a whole, with the version that was changed and a reason. It is in force at once.
#[utoipa::path(put, path = "/api/v1/settings/{kind}", operation_id = "change_setting", tag = "room",
    params(("kind" = String, Path, example = "severities")), request_body = SettingInput,
    responses((status = 200, body = SettingView),
        (status = 409, body = SettingConflict, content_type = "application/problem+json",
            description = "Somebody else was faster")))]
pub async fn put(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<SettingInput>,
) -> Answer<Response> {
    let (room, kind) = (&app.room, kind(&word)?);
    setting::permit(&caller.viewer, kind)?;
    versioned(value.version)?;
    let section = Section::read(kind, value.section)
        .map_err(|error| Error::invalid("section", format!("Not a section of {kind}: {error}")))?;
    let given = (value.version, value.reason.as_str());
    let done = setting::change(room, &caller, kind, Proposal::Whole(section), given, &once).await;
    let stands = || setting::find(room, &caller.viewer, kind).map(|found| found.map(SettingView::of));
    match done {
        Ok(_) => Ok(Json(stands()?).into_response()),
        Err(Error::Changed { version }) => {
            let setting = stands()?;
            let conflict = SettingConflict {
                r#type: "about:blank".into(),
                title: "Changed meanwhile".into(),
                status: StatusCode::CONFLICT.as_u16(),
                detail: format!("It is now at version {version}."),
                current: version,
                version,
                setting,
            };
            Ok(conflict.into_response())
        }
        Err(error) => Err(error.into()),
    }
}
