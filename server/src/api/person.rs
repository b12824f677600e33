//! The people of the room: who may be named, and what their administrators do to an account.

use app::{
    model::{Moment, Person, PersonId, Role},
    policy::Cleared,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, List, Made, One, Sent, SentMaybe, invitation::LinkView, question::Question, versioned};
use crate::{
    service::{
        invitation,
        person::{self, Account, Activity, Listed, Narrowed, Profile, Why},
        room::public,
    },
    state::App,
    viewer::ApiCaller,
};

#[derive(Debug, Serialize, ToSchema)]
pub struct PersonView {
    pub id: PersonId,
    pub email: String,
    pub name: String,
    /// Slug.
    pub organisation: String,
    pub roles: Vec<Role>,
    /// Only those who look after the person know of somebody suspended.
    pub suspended: bool,
    /// For those who look after the person.
    pub activity: Option<ActivityView>,
}

/// When somebody signed in last, and where they are now.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityView {
    pub last_sign_in: Option<Moment>,
    /// Open sessions.
    pub sessions: i64,
}

impl PersonView {
    fn of(listed: Listed) -> Self {
        let Listed { person, roles, suspended, activity, .. } = listed;
        let Person { id, email, name, organisation } = person;
        let view = |Activity { last_sign_in, sessions }| ActivityView { last_sign_in, sessions };
        Self {
            id,
            email,
            name,
            organisation: organisation.slug,
            roles,
            suspended,
            activity: activity.map(view),
        }
    }
}

/// The people whom the caller may know of, by name: the suspended and the screens only for those who look
/// after them.
#[utoipa::path(get, path = "/api/v1/people", operation_id = "people", tag = "people",
    params(
        ("q" = Option<String>, Query, description = "Part of a name or an address"),
        ("organisation" = Option<String>, Query, description = "Slug"),
        ("role" = Option<Role>, Query), ("suspended" = Option<bool>, Query),
        ("limit" = Option<i64>, Query), ("after" = Option<String>, Query),
    ),
    responses((status = 200, body = List<PersonView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    mut question: Question,
) -> Answer<Json<List<PersonView>>> {
    let (limit, after) = (question.limit(), question.after());
    let narrowed = Narrowed {
        q: question.text("q").unwrap_or_default(),
        organisation: question.text("organisation"),
        role: question.parsed("role").pop(),
        suspended: question.parsed("suspended").pop(),
    };
    question.end()?;
    let limit = usize::try_from(limit).unwrap_or(1);
    let found = person::list(&app.room, &caller.viewer, &narrowed, after.as_deref(), limit).await?;
    Ok(Json(List::of(found.people, found.next, PersonView::of)))
}

/// A person, with the account for those who look after it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProfileView {
    pub id: PersonId,
    pub email: String,
    pub name: String,
    /// Slug.
    pub organisation: String,
    pub roles: Vec<Role>,
    pub suspended: bool,
    /// Who let them in, and when.
    pub verified_by: Option<String>,
    pub verified_at: Option<Moment>,
    pub account: Option<AccountView>,
}

/// What only a person's administrators know.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    pub version: i64,
    pub last_sign_in: Option<Moment>,
    pub suspended_at: Option<Moment>,
    pub suspended_reason: Option<String>,
}

impl AccountView {
    fn of(account: Account) -> Self {
        let Account { version, last_sign_in, suspended } = account;
        let (suspended_at, suspended_reason) = suspended.unzip();
        Self { version, last_sign_in, suspended_at, suspended_reason }
    }
}

async fn view(app: &App, caller: &ApiCaller, word: &str) -> Answer<One<ProfileView>> {
    let Profile { member, account, verified, .. } = person::profile(&app.room, &caller.viewer, word).await?;
    let account = account.map(Cleared::into_inner).map(AccountView::of);
    let (verified_by, verified_at) = verified.map(|(person, at)| (person.email, at)).unzip();
    Ok(Json(member.map(|member| {
        let Person { id, email, name, organisation } = member.person;
        let (roles, suspended) = (member.roles, member.suspended);
        let organisation = organisation.slug;
        ProfileView { id, email, name, organisation, roles, suspended, verified_by, verified_at, account }
    })))
}

/// By id or e-mail address; who is not for the caller to know of is not there.
fn find(app: &App, caller: &ApiCaller, word: &str) -> Answer<PersonId> {
    Ok(person::find(&app.room, &caller.viewer, word)?.person.id)
}

/// One person, by id or e-mail address.
#[utoipa::path(get, path = "/api/v1/people/{id}", operation_id = "person", tag = "people",
    params(("id" = String, Path, description = "Id or e-mail address")),
    responses((status = 200, body = ProfileView)))]
pub async fn show(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
) -> Answer<One<ProfileView>> {
    view(&app, &caller, &word).await
}

/// The roles that the person is to have.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RolesInput {
    #[schema(value_type = Vec<Role>)]
    pub roles: Vec<String>,
    #[serde(default)]
    pub version: i64,
}

/// Gives and takes roles, so that these are what the person has. Their sessions end.
#[utoipa::path(post, path = "/api/v1/people/{id}/roles", operation_id = "set_roles", tag = "people",
    params(("id" = String, Path, description = "Id or e-mail address")),
    request_body = RolesInput, responses((status = 200, body = ProfileView)))]
pub async fn roles(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<RolesInput>,
) -> Answer<One<ProfileView>> {
    let id = find(&app, &caller, &word)?;
    versioned(value.version)?;
    person::set_roles(&app.room, &caller, id, &value.roles, value.version, &once).await?;
    app.sessions.forget(id);
    view(&app, &caller, &word).await
}

/// Why, and which version of the account was seen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhyInput {
    pub reason: String,
    pub version: Option<i64>,
}

impl WhyInput {
    fn why(&self) -> Why<'_> {
        Why { reason: &self.reason, version: self.version }
    }
}

/// Ends all sessions, tokens and open streams of a person, until somebody restores them.
#[utoipa::path(post, path = "/api/v1/people/{id}/suspend", operation_id = "suspend", tag = "people",
    params(("id" = String, Path, description = "Id or e-mail address")),
    request_body = WhyInput, responses((status = 200, body = ProfileView)))]
pub async fn suspend(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<WhyInput>,
) -> Answer<One<ProfileView>> {
    let id = find(&app, &caller, &word)?;
    person::suspend(&app.room, &caller, id, value.why(), &once).await?;
    app.sessions.forget(id);
    view(&app, &caller, &word).await
}

/// Lets a suspended person sign in again.
#[utoipa::path(post, path = "/api/v1/people/{id}/restore", operation_id = "restore", tag = "people",
    params(("id" = String, Path, description = "Id or e-mail address")),
    request_body = WhyInput, responses((status = 200, body = ProfileView)))]
pub async fn restore(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<WhyInput>,
) -> Answer<One<ProfileView>> {
    let id = find(&app, &caller, &word)?;
    person::restore(&app.room, &caller, id, value.why(), &once).await?;
    view(&app, &caller, &word).await
}

/// Nothing has to be said.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetInput {}

/// Makes a link by which the person sets a new password. It is in this answer and nowhere else.
#[utoipa::path(post, path = "/api/v1/people/{id}/reset", operation_id = "reset", tag = "people",
    params(("id" = String, Path, description = "Id or e-mail address")),
    request_body = inline(Option<ResetInput>), responses((status = 201, body = LinkView)))]
pub async fn reset(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    SentMaybe { once, .. }: SentMaybe<ResetInput>,
) -> Answer<Made<LinkView>> {
    let id = find(&app, &caller, &word)?;
    let link = invitation::reset(&app.room, &caller, id, &once).await?;
    Ok((StatusCode::CREATED, Json(public(LinkView::of(&app, link)))))
}
