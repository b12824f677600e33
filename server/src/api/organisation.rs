//! The organisations that sit in the room: everybody in it may know them, the room admin adds and names them.

use std::collections::BTreeMap;

use app::model::{
    Organisation, Severity, Tlp,
    leave::{Led, Prospect},
    organisation::Sector,
};
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
        organisation::{self, Described, Leave, OrganisationInput},
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
    let directory = app.room.directory();
    let all = directory.organisations().into_iter().map(|one| (one.clone(), directory.left_at(one.id)));
    let all = all.collect();
    page_of(&app.room, question, "organisations", all, |(one, _)| one.slug.clone(), OrganisationView::of)
}

/// An organisation with how its watch is reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct DescribedView {
    #[serde(flatten)]
    pub organisation: OrganisationView,
    pub version: i64,
    /// How its watch is reached: a telephone number, a mailbox.
    pub watch_contact: String,
    /// Why it left the room, if it has.
    pub left_reason: Option<String>,
}

impl DescribedView {
    fn of(described: Described) -> Self {
        let Described { organisation, watch_contact, version, left } = described;
        let (left_at, left_reason) = left.unzip();
        let organisation = OrganisationView::of((organisation, left_at));
        Self { organisation, version, watch_contact, left_reason }
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

/// What the end of an organisation's part comes to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProspectView {
    pub version: i64,
    pub people: i64,
    /// Of those, signed in now.
    pub signed_in: i64,
    /// Invitations that open still.
    pub invitations: i64,
    /// The open incidents that it leads and that need another lead; of TLP:RED none is told.
    pub leads: Vec<LedView>,
}

/// An open incident that needs another lead.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedView {
    pub number: String,
    pub severity: Severity,
    pub tlp: Tlp,
    /// Slugs of those who see it already. None: it rests until the organisation is back.
    pub candidates: Vec<String>,
}

impl ProspectView {
    fn of(prospect: Prospect) -> Self {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let slugs = |led: &Led| led.candidates.iter().map(|one| one.organisation.slug.clone()).collect();
        let leads = prospect.leads.iter().map(|led| LedView {
            number: led.number.to_string(),
            severity: led.severity,
            tlp: led.tlp,
            candidates: slugs(led),
        });
        Self {
            leads: leads.collect(),
            version: prospect.version,
            people: count(prospect.people),
            signed_in: count(prospect.signed_in),
            invitations: prospect.invitations,
        }
    }
}

/// What the end of an organisation's part would come to: a room admin of another.
#[utoipa::path(get, path = "/api/v1/organisations/{slug}/leave", operation_id = "leaving", tag = "people",
    params(("slug" = String, Path)), responses((status = 200, body = ProspectView)))]
pub async fn prospect(
    State(app): State<App>,
    caller: ApiCaller,
    Path(slug): Path<String>,
) -> Answer<One<ProspectView>> {
    Ok(Json(organisation::prospect(&app.room, &caller, &slug).await?.map(ProspectView::of)))
}

/// Why an organisation leaves, and who leads its open incidents from now on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LeaveInput {
    /// Everybody in the room can read it.
    pub reason: String,
    #[schema(required)]
    pub version: i64,
    /// Numbers, each with the slug of one who sees it already.
    pub leads: BTreeMap<String, String>,
}

/// Ends an organisation's part in the room: its people's access, what was shared with it, its lead.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/leave", operation_id = "leave", tag = "people",
    params(("slug" = String, Path)),
    request_body = LeaveInput, responses((status = 200, body = DescribedView)))]
pub async fn leave(
    State(app): State<App>,
    caller: ApiCaller,
    Path(slug): Path<String>,
    Sent { value, once }: Sent<LeaveInput>,
) -> Answer<One<DescribedView>> {
    let LeaveInput { reason, version, leads } = value;
    versioned(version)?;
    let input = Leave { reason, version, leads, ..Leave::default() };
    organisation::leave(&app.room, &caller, &slug, input, &once).await?;
    app.sessions.forget_organisation(&slug);
    view(&app, &slug).await
}

/// Why an organisation is taken back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReturnInput {
    /// Everybody in the room can read it.
    pub reason: String,
    #[schema(required)]
    pub version: i64,
}

/// Takes an organisation back: its people sign in as before, what was shared has to be shared again.
#[utoipa::path(post, path = "/api/v1/organisations/{slug}/return", operation_id = "take_back", tag = "people",
    params(("slug" = String, Path)),
    request_body = ReturnInput, responses((status = 200, body = DescribedView)))]
pub async fn take_back(
    State(app): State<App>,
    caller: ApiCaller,
    Path(slug): Path<String>,
    Sent { value, once }: Sent<ReturnInput>,
) -> Answer<One<DescribedView>> {
    versioned(value.version)?;
    organisation::take_back(&app.room, &caller, &slug, (&value.reason, value.version), &once).await?;
    view(&app, &slug).await
}
