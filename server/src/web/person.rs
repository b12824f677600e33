//! People: the list, the page of one, and what administrators do there.

use app::{
    model::{InvitationId, PersonId, Submitted},
    pages::{
        parts::Tone,
        person::{
            self as pages, AccountView, InvitationRow, NewLink, PeopleQuery, PeopleView, PersonRow,
            PersonState, ProfileForm, ProfileView, SessionLine,
        },
    },
    policy::{self, Administration, Over},
};
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};

use super::read;
use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Error,
        invitation::{self, Link, NewInvitation, Waiting},
        person::{self, Narrowed},
        session::device,
    },
    state::App,
    viewer::Member,
};

/// People on one page.
const PAGE: usize = 50;
/// Invitations on one page of theirs.
const WAITING: i64 = 25;
/// The cookie that carries a new link, sealed, to the page that shows it once.
const NEW_LINK: &str = "wf_new_link";

fn query(raw: Option<&str>) -> PeopleQuery {
    let asked = Submitted::new(read::pairs(raw));
    PeopleQuery {
        q: asked.value("q").trim().to_owned(),
        organisation: asked.value("organisation").to_owned(),
        role: asked.value("role").parse().ok(),
        state: asked.value("state").parse().ok(),
        after: read::optional(&asked, "after"),
        invited: read::optional(&asked, "invited"),
    }
}

/// `GET /people`
pub async fn list(State(app): State<App>, member: Member, RawQuery(raw): RawQuery) -> Answer {
    let query = query(raw.as_deref());
    let narrowed = Narrowed {
        q: query.q.clone(),
        organisation: Some(query.organisation.clone()).filter(|slug| !slug.is_empty()),
        role: query.role,
        suspended: query.state.map(|state| state == PersonState::Suspended),
    };
    let (room, viewer) = (&app.room, &member.viewer);
    let found = person::list(room, viewer, &narrowed, query.after.as_deref(), PAGE).await?;
    let now = room.now();
    let invited = invitation::list(room, viewer, query.invited.as_deref(), WAITING).await?;
    let people = found.people.map(|people| people.into_iter().map(row).collect());
    let invitations = invited.waiting.map(|waiting| {
        let rows = waiting
            .into_iter()
            .map(|waiting| InvitationRow { is_expired: waiting.is_expired(now), ..invitation_row(waiting) });
        rows.collect()
    });
    let own = Over::Organisation(viewer.organisation);
    let (link, clear) = take_link(&app, &member);
    let view = PeopleView {
        organisations: found.organisations,
        people,
        invitations,
        may_invite: policy::may_administer(viewer, Administration::Invite, own),
        link,
        next: found.next,
        next_invited: invited.next,
        query,
    };
    let response = page::render(&app, &member, StatusCode::OK, |frame| pages::people(&frame, view));
    Ok(cleared(&app, response, clear))
}

fn row(listed: person::Listed) -> PersonRow {
    PersonRow {
        person: listed.person,
        roles: listed.roles,
        suspended: listed.suspended,
        away: listed.away,
        activity: listed.activity.map(|activity| (activity.last_sign_in, activity.sessions)),
    }
}

fn invitation_row(waiting: Waiting) -> InvitationRow {
    InvitationRow {
        id: waiting.id,
        email: waiting.email,
        name: waiting.name,
        organisation: waiting.organisation,
        roles: waiting.roles,
        made_by: waiting.made_by.map_or_else(String::new, |person| person.name),
        expires_at: waiting.expires_at,
        is_expired: false,
    }
}

/// The link that was just made, and whether its cookie is to be taken back.
fn take_link(app: &App, member: &Member) -> (Option<NewLink>, bool) {
    let sealed = member.visit.cookie(&app.config.cookie_name(NEW_LINK));
    let opened = sealed.and_then(|sealed| app.room.seal().open("new link", sealed));
    let link = opened.as_deref().and_then(|text| {
        let (email, path) = text.split_once('|')?;
        Some(NewLink { email: email.to_owned(), address: format!("{}{path}", app.config.origin()) })
    });
    (link, sealed.is_some())
}

fn cleared(app: &App, mut response: Response, clear: bool) -> Response {
    if clear {
        page::set_cookie(&mut response, page::cookie(&app.config, NEW_LINK, "", Some(0)));
    }
    response
}

/// 303 to the page that shows the link once.
fn see_link(app: &App, path: &str, link: &Link) -> Response {
    let mut response = page::see_other(path);
    let sealed = app.room.seal().seal("new link", &format!("{}|{}", link.email, link.path()));
    page::set_cookie(&mut response, page::cookie(&app.config, NEW_LINK, &sealed, Some(60)));
    response
}

/// `GET /people/invite`
pub async fn show_invite(State(app): State<App>, member: Member, RawQuery(raw): RawQuery) -> Answer {
    let asked = Submitted::new(read::pairs(raw.as_deref()));
    let mut form = Submitted::default();
    form.set("organisation", asked.value("organisation"));
    draw_invite(&app, &member, StatusCode::OK, form)
}

fn draw_invite(app: &App, member: &Member, status: StatusCode, form: Submitted) -> Answer {
    let (viewer, directory) = (&member.viewer, app.room.directory());
    let may = |id| !policy::roles_to_give(viewer, id, person::is_administered(&directory, id)).is_empty();
    let organisations: Vec<_> =
        directory.sitting().into_iter().filter(|found| may(found.id)).cloned().collect();
    if organisations.is_empty() {
        return Err(Error::Forbidden("Inviting is for an administrator of the organisation.").into());
    }
    let roles = policy::roles_to_give(viewer, viewer.organisation, true);
    Ok(page::render(app, member, status, |frame| pages::invite(&frame, organisations, roles, form)))
}

/// `POST /people/invite`
pub async fn invite(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (mut typed, once) = form.into_parts();
    let new = NewInvitation {
        name: read::text(&typed, "name"),
        email: read::text(&typed, "email"),
        organisation: read::text(&typed, "organisation"),
        roles: read::list(&typed, "roles"),
    };
    match invitation::invite(&app.room, &member, new, &once).await {
        Ok(link) => Ok(see_link(&app, "/people", &link)),
        Err(Error::Invalid(errors)) => {
            typed.errors.merge(errors);
            draw_invite(&app, &member, StatusCode::UNPROCESSABLE_ENTITY, typed)
        }
        Err(error) => Err(error.into()),
    }
}

fn invitation_id(word: &str) -> Answer<InvitationId> {
    word.parse().map_err(|_| Error::NotFound.into())
}

/// `POST /people/invitations/{id}/again`
pub async fn invite_again(
    State(app): State<App>,
    member: Member,
    Path(word): Path<String>,
    form: Form,
) -> Answer {
    let (_, once) = form.into_parts();
    let link = invitation::renew(&app.room, &member, invitation_id(&word)?, &once).await?;
    Ok(see_link(&app, "/people", &link))
}

/// `POST /people/invitations/{id}/withdraw`
pub async fn withdraw(
    State(app): State<App>,
    member: Member,
    Path(word): Path<String>,
    form: Form,
) -> Answer {
    let (_, once) = form.into_parts();
    invitation::withdraw(&app.room, &member, invitation_id(&word)?, &once).await?;
    Ok(page::see_other_saying(
        &app,
        "/people",
        Tone::Ok,
        "The invitation was withdrawn. Its link opens no more.",
    ))
}

/// `GET /people/{id}`
pub async fn show(State(app): State<App>, member: Member, Path(word): Path<String>) -> Answer {
    draw(&app, &member, &word, StatusCode::OK, None).await
}

async fn draw(
    app: &App,
    member: &Member,
    word: &str,
    status: StatusCode,
    typed: Option<(ProfileForm, Submitted)>,
) -> Answer {
    let (room, viewer) = (&app.room, &member.viewer);
    let profile = person::profile(room, viewer, word).await?;
    let subject = profile.subject;
    let sessions = match &profile.account {
        None => vec![],
        Some(_) => app.sessions.list(subject.person).await?,
    };
    let lines = sessions.into_iter().map(|session| SessionLine {
        device: device(&session.user_agent),
        address: session.address,
        since: session.created_at,
        seen: session.seen_at,
    });
    let lines: Vec<_> = lines.collect();
    let account = profile.account.map(|account| {
        account.map(|account| AccountView {
            version: account.version,
            last_sign_in: account.last_sign_in,
            suspended: account.suspended,
            sessions: lines,
        })
    });
    let (link, clear) = take_link(app, member);
    let view = ProfileView {
        person: profile.member.map(|member| (member.person, member.roles)),
        verified: profile.verified,
        account,
        away: subject.away,
        may_change: policy::may_administer(viewer, Administration::GiveRoles, Over::Person(&subject)),
        may_suspend: policy::may_administer(viewer, Administration::Suspend, Over::Person(&subject)),
        roles_to_give: policy::roles_to_change(viewer, &subject),
        link,
        typed,
        is_stale: status == StatusCode::CONFLICT,
    };
    let response = page::render(app, member, status, |frame| pages::profile(&frame, view));
    Ok(cleared(app, response, clear))
}

/// Draws the page again with what is wrong, or hands the failure on.
async fn again(
    app: &App,
    member: &Member,
    word: &str,
    (form, mut typed): (ProfileForm, Submitted),
    error: Error,
) -> Answer {
    let status = match error {
        Error::Invalid(errors) => {
            typed.errors.merge(errors);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Error::Changed { .. } => StatusCode::CONFLICT,
        other => return Err(other.into()),
    };
    draw(app, member, word, status, Some((form, typed))).await
}

fn person_id(word: &str) -> Answer<PersonId> {
    word.parse().map_err(|_| Error::NotFound.into())
}

/// `POST /people/{id}/roles`
pub async fn set_roles(
    State(app): State<App>,
    member: Member,
    Path(word): Path<String>,
    form: Form,
) -> Answer {
    let (typed, once) = form.into_parts();
    let (id, roles, version) = (person_id(&word)?, read::list(&typed, "roles"), read::version(&typed));
    match person::set_roles(&app.room, &member, id, &roles, version, &once).await {
        Ok(_) => {
            app.sessions.forget(id);
            Ok(page::see_other_saying(&app, &format!("/people/{id}"), Tone::Ok, "The roles were set."))
        }
        Err(error) => again(&app, &member, &word, (ProfileForm::Roles, typed), error).await,
    }
}

/// `POST /people/{id}/suspend`
pub async fn suspend(State(app): State<App>, member: Member, Path(word): Path<String>, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    let id = person_id(&word)?;
    match person::suspend(&app.room, &member, id, typed.value("reason"), &once).await {
        Ok(()) => {
            app.sessions.forget(id);
            let done = "Suspended. All sessions, tokens and open pages have ended.";
            Ok(page::see_other_saying(&app, &format!("/people/{id}"), Tone::Ok, done))
        }
        Err(error) => again(&app, &member, &word, (ProfileForm::Suspend, typed), error).await,
    }
}

/// `POST /people/{id}/restore`
pub async fn restore(State(app): State<App>, member: Member, Path(word): Path<String>, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    let id = person_id(&word)?;
    match person::restore(&app.room, &member, id, typed.value("reason"), &once).await {
        Ok(()) => Ok(page::see_other_saying(&app, &format!("/people/{id}"), Tone::Ok, "Restored.")),
        Err(error) => again(&app, &member, &word, (ProfileForm::Restore, typed), error).await,
    }
}

/// `POST /people/{id}/reset`
pub async fn reset(State(app): State<App>, member: Member, Path(word): Path<String>, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    let id = person_id(&word)?;
    match invitation::reset(&app.room, &member, id, &once).await {
        Ok(link) => Ok(see_link(&app, &format!("/people/{id}"), &link)),
        Err(error) => again(&app, &member, &word, (ProfileForm::Reset, typed), error).await,
    }
}
