//! The organisations that sit in the room: everybody in it may know them, the room admin adds and names them.

use app::model::{Organisation, organisation::Sector};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, List, Made, One, Sent, page_of, question::Question, versioned, view::OrganisationView};
use crate::{
    service::{
        organisation::{self, Described, OrganisationInput},
        room::public,
    },
    state::App,
    viewer::ApiCaller,
};

/// The organisations of the room, by slug.
#[utoipa::path(get, path = "/api/v1/organisations", operation_id = "organisations", tag = "people",
    params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<OrganisationView>)))]
pub async fn list(
    State(app): State<App>,
    _: ApiCaller,
    question: Question,
) -> Answer<Json<List<OrganisationView>>> {
    let all = app.room.directory().organisations().into_iter().cloned().collect();
    page_of(&app.room, question, "organisations", all, |one| one.slug.clone(), OrganisationView::of)
}

/// An organisation with how its watch is reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct DescribedView {
    #[serde(flatten)]
    pub organisation: OrganisationView,
    pub version: i64,
    /// How its watch is reached: a telephone number, a mailbox.
    pub watch_contact: String,
}

impl DescribedView {
    fn of(described: Described) -> Self {
        let Described { organisation, watch_contact, version } = described;
        Self { organisation: OrganisationView::of(organisation), version, watch_contact }
    }
}

async fn view(app: &App, slug: &str) -> Answer<One<DescribedView>> {
    Ok(Json(public(DescribedView::of(organisation::find(&app.room, slug).await?))))
}

/// One organisation.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}", operation_id = "organisation", tag = "people",
    params(("slug" = String, Path)), responses((status = 200, body = DescribedView)))]
pub async fn show(
    State(app): State<App>,
    _: ApiCaller,
    Path(slug): Path<String>,
) -> Answer<One<DescribedView>> {
    view(&app, &slug).await
}

/// An organisation that joins the room.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewOrganisation {
    /// In addresses; it never changes.
    pub slug: String,
    pub name: String,
    /// As on chips: `FBI`.
    pub short: String,
    /// As in narrow columns: `GOOG`; from the slug where empty.
    pub code: String,
    pub sector: Option<Sector>,
    pub watch_contact: String,
}

/// Adds an organisation: the room admin.
#[utoipa::path(post, path = "/api/v1/organisations", operation_id = "add_organisation", tag = "people",
    request_body = NewOrganisation, responses((status = 201, body = DescribedView)))]
pub async fn add(
    State(app): State<App>,
    caller: ApiCaller,
    Sent { value, once }: Sent<NewOrganisation>,
) -> Answer<Made<DescribedView>> {
    let NewOrganisation { slug, name, short, code, sector, watch_contact } = value;
    let code = if code.trim().is_empty() { crate::service::account::code(&slug) } else { code };
    let input = OrganisationInput { name, short, code, watch_contact };
    let slug = organisation::add(&app.room, &caller, &slug, sector, input, &once).await?;
    Ok((StatusCode::CREATED, view(&app, &slug).await?))
}

/// What changes; the rest stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OrganisationPatch {
    pub name: Option<String>,
    pub short: Option<String>,
    pub code: Option<String>,
    pub watch_contact: Option<String>,
    pub version: i64,
}

/// Names an organisation anew (the room admin), or its watch (its own admin).
#[utoipa::path(patch, path = "/api/v1/organisations/{slug}", operation_id = "change_organisation", tag = "people",
    params(("slug" = String, Path)),
    request_body = OrganisationPatch, responses((status = 200, body = DescribedView)))]
pub async fn change(
    State(app): State<App>,
    caller: ApiCaller,
    Path(slug): Path<String>,
    Sent { value, once }: Sent<OrganisationPatch>,
) -> Answer<One<DescribedView>> {
    let Described { organisation, watch_contact, .. } = organisation::find(&app.room, &slug).await?;
    let Organisation { name, short, code, .. } = organisation;
    versioned(value.version)?;
    let input = OrganisationInput {
        name: value.name.unwrap_or(name),
        short: value.short.unwrap_or(short),
        code: value.code.unwrap_or(code),
        watch_contact: value.watch_contact.unwrap_or(watch_contact),
    };
    organisation::edit(&app.room, &caller, &slug, input, value.version, &once).await?;
    view(&app, &slug).await
}
